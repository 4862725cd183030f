"""What the history says of imports."""

from typing import Final

from cauce.events.rules import EventKind

IMPORT_FINISHED: Final = EventKind(
    "IMPORT_FINISHED",
    "Se importó «{file_name}» ({kind}): {rows} renglones, {taken} aceptados, {new} nuevos, {rejected} rechazados, "
    "{flagged} con aviso.",
)
IMPORT_CANCELLED: Final = EventKind("IMPORT_CANCELLED", "Se canceló la importación de «{file_name}» ({kind}).")
