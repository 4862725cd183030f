"""The libro de registros of each day."""

from django.db import models

from cauce.books.models.sealed import SealedBook
from cauce.core.triggers import append_only


class DayBook(SealedBook):
    """The libro de registros of a day once it is closed.

    ``last_event_id`` is the last event there was when it closed: what came later with an earlier time enters the next
    book.
    """

    entries = models.PositiveIntegerField("asientos")
    last_event_id = models.BigIntegerField("último evento")

    class Meta(SealedBook.Meta):
        verbose_name = "libro de registros"
        verbose_name_plural = "libros de registros"
        permissions = [
            ("close_daybook", "Puede cerrar el libro de registros"),
            ("propose_annex", "Puede proponer anexos a un libro cerrado"),
            ("approve_annex", "Puede aprobar anexos a un libro cerrado"),
        ]
        triggers = append_only("books_daybook")

    def __str__(self) -> str:
        return f"Libro {self.number} del {self.day:%d/%m/%Y}"
