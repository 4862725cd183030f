"""The auxiliar de pagarés of each day."""

from django.db import models

from cauce.books.models.sealed import SealedBook
from cauce.core.triggers import append_only


class NoteRegister(SealedBook):
    """The auxiliar de pagarés of a day once it is closed: how many notes it closes with, and for how many pesos.

    What it counts is what the ledger's book of agreements holds that day. No act on a note counts any more in its day
    nor in an earlier one: the database refuses it.
    """

    outstanding = models.PositiveIntegerField("pagarés por cobrar")
    balance = models.DecimalField("saldo final", max_digits=14, decimal_places=2)

    class Meta(SealedBook.Meta):
        verbose_name = "auxiliar de pagarés"
        verbose_name_plural = "auxiliares de pagarés"
        permissions = [("close_noteregister", "Puede cerrar el auxiliar de pagarés")]
        triggers = append_only("books_noteregister")

    def __str__(self) -> str:
        return f"Auxiliar {self.number} del {self.day:%d/%m/%Y}"
