"""What the history says of laws."""

from typing import Final

from cauce.events.rules import EventKind

LAW_LOADED: Final = EventKind(
    "LAW_LOADED",
    "Se cargó {decree} de {municipality} {year} (huella {hash}); espera que otra persona la ponga en vigor.",
)
LAW_PUT_IN_FORCE: Final = EventKind(
    "LAW_PUT_IN_FORCE",
    "Se puso en vigor {decree} de {municipality} {year} desde el {valid_from} (huella {hash}); la cargó {loaded_by}.",
)
LAW_DISCARDED: Final = EventKind(
    "LAW_DISCARDED", "Se descartó {decree} de {municipality} {year} (huella {hash}), que no regía: {reason}"
)
LAW_TAKEN_UP: Final = EventKind(
    "LAW_TAKEN_UP", "Se retomó {decree} de {municipality} {year} (huella {hash}), que se había descartado: {reason}"
)
