"""What the history says of meters and readings."""

from typing import Final

from cauce.events.rules import EventKind

METER_INSTALLED: Final = EventKind(
    "METER_INSTALLED", "Se instaló el medidor {serial} con lectura inicial {initial_value}."
)
METER_REMOVED: Final = EventKind("METER_REMOVED", "Se retiró el medidor {serial} con lectura final {final_value}.")
READINGS_TAKEN: Final = EventKind(
    "READINGS_TAKEN",
    "Lecturas de {period}, ciclo {cycle}: {new} nuevas; {without_line} cuentas sin renglón y "
    "{without_useful_reading} sin lectura útil de {expected} esperadas.",
)
