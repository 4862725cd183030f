"""Money that came in or went out at a desk."""

from django.db import models

from cauce.cashier.models.desks import CashSession, Desk
from cauce.cashier.models.payments import Payment, Tender
from cauce.core.triggers import append_only
from cauce.ledger.models import Book, Posting
from cauce.ledger.triggers import open_days_only

# What is not cash is on its way until the bank says that it arrived; a vale is money the bank already has.
BOOK_OF_METHOD = {
    Tender.Method.CASH: Book.CASH,
    Tender.Method.CARD: Book.CLEARING_CARDS,
    Tender.Method.CHEQUE: Book.CLEARING_CHEQUES,
    Tender.Method.TRANSFER: Book.CLEARING_TRANSFERS,
    Tender.Method.BANK_FILE: Book.BANK,
    Tender.Method.VOUCHER: Book.UNIDENTIFIED,
}
METHOD_OF_BOOK = {book: method for method, book in BOOK_OF_METHOD.items()}


class CashMovement(models.Model):
    """Money of one method that came in or went out at a desk: the day's figures are sums of these.

    ``amount`` is signed: what goes out is negative. A correction is written on the day it is made, at the desk it
    corrects; ``session`` is null when no drawer moved.
    """

    class Kind(models.TextChoices):
        COLLECTED = "COLLECTED", "Cobro"
        CANCELLED = "CANCELLED", "Cancelación"
        MOVED = "MOVED", "Traslado a otra cuenta"
        METHOD = "METHOD", "Cambio de forma de pago"
        REFUNDED = "REFUNDED", "Devolución"
        DISHONOURED = "DISHONOURED", "Cheque devuelto o contracargo"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="movements", verbose_name="caja")
    session = models.ForeignKey(
        CashSession, on_delete=models.PROTECT, null=True, related_name="movements", verbose_name="turno"
    )
    booked_on = models.DateField("fecha de registro")
    method = models.CharField("forma de pago", max_length=10)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    kind = models.CharField("clase", max_length=12, choices=Kind.choices)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="movements", verbose_name="pago"
    )
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "movimiento de caja"
        verbose_name_plural = "movimientos de caja"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount=0),
                name="cashmovement_moves_something",
                violation_error_message="Un movimiento de caja no puede ser de cero.",
            )
        ]
        indexes = [models.Index(fields=["booked_on", "desk"], name="cashmovement_by_day")]
        triggers = [*append_only("cashier_cashmovement"), open_days_only("cashier_cashmovement")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
