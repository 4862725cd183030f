"""Órdenes de pago: what somebody is to pay, and what became of it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from cauce.cashier.models.payments import Receipt, ReceiptCancellation
from cauce.core.money import ZERO
from cauce.core.triggers import append_only
from cauce.documents.models import Document
from cauce.ledger.models import Allocation, Book, Posting, Transfer
from cauce.registry.models import Account, Customer


class PaymentOrderQuerySet(models.QuerySet["PaymentOrder"]):
    """Reads of the orders."""

    def with_state(self, on: date) -> "PaymentOrderQuerySet":
        """Each with what became of it by the day ``on``, in ``state``.

        It is paid when a receipt that stands was directed to it, or when other money settled all that it charged. One
        past its day that was paid with a cheque or card that came back (``came_back``), or in part by other money, does
        not expire: somebody still owes it (``stands``).
        """
        directed = Receipt.objects.filter(directed_to=OuterRef("pk"))
        came_back = Q(cancellation__cause__in=[ReceiptCancellation.Cause.CHEQUE, ReceiptCancellation.Cause.CHARGEBACK])
        charged = Transfer.objects.live().charges().filter(posting=OuterRef("posting"))
        unsettled = charged.annotate(settled=Coalesce(Sum("allocations__amount"), ZERO)).filter(amount__gt=F("settled"))
        paid_by_others = Allocation.objects.live().filter(
            ~Q(credit__debit_book=Book.ADVANCES), charge__posting=OuterRef("posting")
        )
        is_services = Q(kind=PaymentOrder.Kind.SERVICES)
        # Unpacked, so that the types of the annotations are those that the model declares.
        facts: dict[str, Any] = {
            "is_paid": Exists(directed.filter(cancellation__isnull=True)) | (is_services & ~Exists(unsettled)),
            "came_back": Exists(directed.filter(came_back)),
            "stands": Exists(directed.filter(came_back)) | (is_services & Exists(paid_by_others)),
        }
        became: dict[str, Any] = {
            "state": Case(
                When(cancellation__expired=True, then=Value(PaymentOrder.State.EXPIRED)),
                When(cancellation__isnull=False, then=Value(PaymentOrder.State.CANCELLED)),
                When(is_paid=True, then=Value(PaymentOrder.State.PAID)),
                When(expires_on__lt=on, stands=False, then=Value(PaymentOrder.State.EXPIRED)),
                default=Value(PaymentOrder.State.PENDING),
                output_field=models.CharField(),
            )
        }
        return self.annotate(**facts).annotate(**became)

    def in_state(self, *states: str) -> "PaymentOrderQuerySet":
        """Those that :meth:`with_state` found in one of these states."""
        return self.filter(Q(("state__in", states)))

    def to_expire(self, on: date) -> "PaymentOrderQuerySet":
        """Those whose day has passed unpaid and nobody has ended yet."""
        overdue = self.filter(expires_on__lt=on, cancellation__isnull=True)
        return overdue.with_state(on).filter(Q(("is_paid", False), ("stands", False)))


class PaymentOrder(models.Model):
    """An orden de pago («pase a caja»): what somebody is to pay, computed for them; the cashier only receives it."""

    class Kind(models.TextChoices):
        SERVICES = "SERVICES", "Servicios"
        DEBT = "DEBT", "Adeudo"
        ADVANCE = "ADVANCE", "Anticipo"

    class State(models.TextChoices):
        """What became of an order; it is told by :meth:`PaymentOrderQuerySet.with_state`, not kept."""

        PENDING = "PENDING", "Por pagar"
        PAID = "PAID", "Pagada"
        EXPIRED = "EXPIRED", "Vencida"
        CANCELLED = "CANCELLED", "Cancelada"

    # What with_state() tells of an order.
    state: str
    is_paid: bool
    came_back: bool
    stands: bool

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

    objects = PaymentOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "orden de pago"
        verbose_name_plural = "órdenes de pago"
        triggers = append_only("cashier_paymentorder")

    def __str__(self) -> str:
        return f"Orden de pago {self.document_id}"


class PaymentOrderLine(models.Model):
    """A line of a payment order: a service of the law, what a period owes, its surcharges, or an advance."""

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

    @property
    def with_vat(self) -> Decimal:
        """Its amount with its VAT, in pesos."""
        return self.amount + self.vat


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
