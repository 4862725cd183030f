"""What the history says of laws."""

from typing import Final

from cauce.events.rules import EventKind

LAW_LOADED: Final = EventKind(
    "LAW_LOADED",
    "Se cargó {decree} de {municipality} {year}, vigente desde {valid_from} (huella {hash}); autorizó {approved_by}.",
)
