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
READING_DECIDED: Final = EventKind("READING_DECIDED", "Lectura de {period}: {what}. {anomaly}: {reason}")
READING_REOPENED: Final = EventKind("READING_REOPENED", "Lectura de {period}: {what}. {reason}")
READINGS_DECIDED: Final = EventKind(
    "READINGS_DECIDED",
    "Lecturas de {period}, ciclo {cycle}: {what} en {accounts} cuentas. {reason} Cuentas: {numbers}.",
)
FINDING_SETTLED: Final = EventKind("FINDING_SETTLED", "Hallazgo de {period}, «{name}», atendido: {note}")
FINDINGS_NEED_ORDERS: Final = EventKind(
    "FINDINGS_NEED_ORDERS", "Hallazgos de {period}, ciclo {cycle}: {found} nuevos; {orders} piden orden de trabajo."
)
ANOMALIES_LOADED: Final = EventKind("ANOMALIES_LOADED", "Se cargó la tabla de anomalías «{resolution}».")
METER_SHARED: Final = EventKind(
    "METER_SHARED", "El medidor de la cuenta {number} se reparte con {others} desde el {from}"
)
METER_SHARING_ENDED: Final = EventKind(
    "METER_SHARING_ENDED", "Terminó el reparto del medidor de la cuenta {number} el {until}"
)
METER_LOST: Final = EventKind("METER_LOST", "Se reportó {what} el medidor {serial} el {on}")
METER_LOSS_CLOSED: Final = EventKind("METER_LOSS_CLOSED", "El medidor {serial} que faltaba quedó {how}")
PARK_TABLE_LOADED: Final = EventKind("PARK_TABLE_LOADED", "Se cargó la tabla del parque de medidores «{resolution}».")
PARK_TAKEN: Final = EventKind(
    "PARK_TAKEN", "Parque de medidores al {day}: {installed} instalados, {stopped} parados y {suspects} bajo sospecha."
)
METER_COMPLETED: Final = EventKind("METER_COMPLETED", "Se completaron los datos del medidor {serial}: {what}.")
METER_PUT_AWAY: Final = EventKind("METER_PUT_AWAY", "El medidor {serial} quedó {where}: {reason}")
BENCH_TEST_RECORDED: Final = EventKind(
    "BENCH_TEST_RECORDED", "Prueba de banco {folio} del medidor {serial}: {verdict}, error usual {error} %."
)
REPLACEMENT_PROPOSED: Final = EventKind(
    "REPLACEMENT_PROPOSED", "Propuesta {folio}: cambiar {meters} medidores por {cost}; se esperan {m3} m³ al mes."
)
REPLACEMENT_APPROVED: Final = EventKind(
    "REPLACEMENT_APPROVED", "Se aprobó la propuesta {folio} de cambiar {meters} medidores: {note}"
)
REPLACEMENT_REFUSED: Final = EventKind("REPLACEMENT_REFUSED", "Se negó la propuesta de reemplazo {folio}: {note}")
REPLACEMENT_WITHDRAWN: Final = EventKind("REPLACEMENT_WITHDRAWN", "Se retiró la propuesta de reemplazo {folio}: {note}")
ROUND_OPENED: Final = EventKind("ROUND_OPENED", "Se abrió la ronda de {period}, ciclo {cycle}.")
READING_CAPTURED: Final = EventKind(
    "READING_CAPTURED", "Lectura de {period} capturada en la toma por {reader}: {value}. {told}"
)
ROUTES_ASSIGNED: Final = EventKind("ROUTES_ASSIGNED", "Rutas de {period} repartidas: {routes}.")
READER_SAVED: Final = EventKind("READER_SAVED", "Lecturista {code}, {name}: {what}.")
