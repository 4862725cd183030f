"""Órdenes de pago: what somebody is to pay, and what became of it."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only
from cauce.documents.models import Document
from cauce.ledger.models import Posting, Transfer
from cauce.registry.models import Account, Customer


class PaymentOrder(models.Model):
    """An orden de pago («pase a caja»): what somebody is to pay, computed for them; the cashier only receives it."""

    class Kind(models.TextChoices):
        SERVICES = "SERVICES", "Servicios"
        DEBT = "DEBT", "Adeudo"
        ADVANCE = "ADVANCE", "Anticipo"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="payment_order", verbose_name="documento"
    )
    kind = models.CharField("qué paga", max_length=8, choices=Kind.choices, default=Kind.SERVICES)
    party = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="a nombre de")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuenta")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    as_of = models.DateField("adeudo al día", null=True)
    expires_on = models.DateField("vence")
    total = models.DecimalField("total", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "orden de pago"
        verbose_name_plural = "órdenes de pago"
        triggers = append_only("cashier_paymentorder")

    def __str__(self) -> str:
        return f"Orden de pago {self.document_id}"


class PaymentOrderLine(models.Model):
    """One service of the law in a payment order."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="lines", verbose_name="orden")
    concept = models.CharField("concepto", max_length=24)
    description = models.CharField("descripción", max_length=160)
    quantity = models.DecimalField("cantidad", max_digits=10, decimal_places=2)
    unit_price = models.DecimalField("precio", max_digits=14, decimal_places=4)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    vat_percent = models.DecimalField("% de IVA", max_digits=5, decimal_places=2)
    vat = models.DecimalField("IVA", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "línea de orden de pago"
        verbose_name_plural = "líneas de orden de pago"
        triggers = append_only("cashier_paymentorderline")

    def __str__(self) -> str:
        return self.description


class PaymentOrderCharge(models.Model):
    """A charge that a debt order asks for, and how many pesos of it."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="charges", verbose_name="orden")
    charge = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+", verbose_name="cargo")
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "cargo de orden de pago"
        verbose_name_plural = "cargos de orden de pago"
        constraints = [
            models.UniqueConstraint(
                fields=["order", "charge"],
                name="paymentordercharge_once",
                violation_error_message="La orden ya pide ese cargo.",
            )
        ]
        triggers = append_only("cashier_paymentordercharge")

    def __str__(self) -> str:
        return f"{self.amount}"


class PaymentOrderCancellation(models.Model):
    """That an order is not to be paid any more: somebody cancelled it or it expired."""

    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, primary_key=True, related_name="cancellation", verbose_name="orden"
    )
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )
    expired = models.BooleanField("por vencimiento", default=False)
    reason = models.TextField("motivo")
    cancelled_at = models.DateTimeField("cancelada")
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la canceló"
    )

    class Meta:
        verbose_name = "cancelación de orden de pago"
        verbose_name_plural = "cancelaciones de orden de pago"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="paymentordercancellation_has_a_reason",
                violation_error_message="Escriba por qué se cancela la orden.",
            )
        ]
        triggers = append_only("cashier_paymentordercancellation")

    def __str__(self) -> str:
        return f"Cancelación de la orden {self.order_id}"
