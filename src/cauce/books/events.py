"""What the books tell the history."""

from cauce.events.rules import EventKind

BOOK_CLOSED = EventKind("BOOK_CLOSED", "Se cerró el libro de registros {number}, del {day}: {entries}")
ANNEX_PROPOSED = EventKind("ANNEX_PROPOSED", "Se propuso un anexo al libro {number}, del {day}: {text}")
ANNEX_SEALED = EventKind("ANNEX_SEALED", "Se selló el anexo {annex} del libro {number}, del {day}: {text}")
ANNEX_REFUSED = EventKind("ANNEX_REFUSED", "No se aprobó un anexo al libro {number}, del {day}: {note}")
