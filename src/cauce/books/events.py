"""What the books tell the history."""

from cauce.events.rules import EventKind

BOOK_CLOSED = EventKind("BOOK_CLOSED", "Se cerró el libro de registros {number}, del {day}: {entries}")
ANNEX_PROPOSED = EventKind("ANNEX_PROPOSED", "Se propuso un anexo al {book} {number}, del {day}: {text}")
ANNEX_SEALED = EventKind("ANNEX_SEALED", "Se selló el anexo {annex} del {book} {number}, del {day}: {text}")
ANNEX_REFUSED = EventKind("ANNEX_REFUSED", "No se aprobó un anexo al {book} {number}, del {day}: {note}")
NOTE_REGISTER_CLOSED = EventKind(
    "NOTE_REGISTER_CLOSED", "Se cerró el auxiliar de pagarés {number}, del {day}: {notes} por {balance}"
)
