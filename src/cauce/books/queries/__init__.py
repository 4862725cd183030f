"""Reads of the books of each day: the libro de registros, the auxiliar de pagarés and their annexes."""

from cauce.books.queries.annexes import annexes_to_decide, proposals_of
from cauce.books.queries.daybook import (
    DayBookView,
    Span,
    closed_books,
    contents_of,
    day_book,
    days_to_close,
    last_book,
    last_event_id,
    span_of,
)
from cauce.books.queries.hours import local_text, midnight
from cauce.books.queries.note_register import (
    NoteRegisterView,
    agreements_book,
    closed_registers,
    is_day_closed,
    last_register,
    note_register,
    register_content,
    registers_to_close,
)

__all__ = [
    "DayBookView",
    "NoteRegisterView",
    "Span",
    "agreements_book",
    "annexes_to_decide",
    "closed_books",
    "closed_registers",
    "contents_of",
    "day_book",
    "days_to_close",
    "is_day_closed",
    "last_book",
    "last_event_id",
    "last_register",
    "local_text",
    "midnight",
    "note_register",
    "proposals_of",
    "register_content",
    "registers_to_close",
    "span_of",
]
