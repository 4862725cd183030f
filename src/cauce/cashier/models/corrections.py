"""What puts a payment right: its method, the money given back, the cheque that came back."""

from django.conf import settings
from django.db import models

from cauce.cashier.models.desks import CashSession
from cauce.cashier.models.payments import Tender
from cauce.cashier.rules.corrections import REFUND_EDGES
from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document
from cauce.ledger.models import Posting
from cauce.registry.models import Account, Customer


class TenderCorrection(models.Model):
    """That a payment was made by another method than the one captured; the latest one stands."""

    tender = models.ForeignKey(
        Tender, on_delete=models.PROTECT, related_name="corrections", verbose_name="forma de pago"
    )
    method = models.CharField("forma correcta", max_length=10, choices=Tender.Method.choices)
    reference = models.CharField("referencia", max_length=60, blank=True)
    institution = models.CharField("banco", max_length=60, blank=True)
    reason = models.TextField("motivo")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    corrected_at = models.DateTimeField("corregido")
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo corrigió"
    )

    class Meta:
        verbose_name = "corrección de forma de pago"
        verbose_name_plural = "correcciones de forma de pago"
        triggers = append_only("cashier_tendercorrection")

    def __str__(self) -> str:
        return f"{self.get_method_display()}: {self.reason}"


class Dishonour(models.Model):
    """A cheque that came back or a card charge that the bank took back, with what the law adds to the debt."""

    class Kind(models.TextChoices):
        CHEQUE = "CHEQUE", "Cheque devuelto"
        CHARGEBACK = "CHARGEBACK", "Contracargo de tarjeta"

    tender = models.OneToOneField(
        Tender, on_delete=models.PROTECT, primary_key=True, related_name="dishonour", verbose_name="forma de pago"
    )
    kind = models.CharField("clase", max_length=10, choices=Kind.choices)
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="dishonour", verbose_name="documento"
    )
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    bank_on = models.DateField("fecha del banco")
    compensation = models.DecimalField("indemnización", max_digits=14, decimal_places=2)
    commission = models.DecimalField("comisión", max_digits=14, decimal_places=2)
    vat = models.DecimalField("IVA", max_digits=14, decimal_places=2)
    reason = models.TextField("motivo")
    recorded_at = models.DateTimeField("registrado")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo registró"
    )

    class Meta:
        verbose_name = "cheque devuelto o contracargo"
        verbose_name_plural = "cheques devueltos y contracargos"
        triggers = append_only("cashier_dishonour")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document_id}"


class Refund(models.Model):
    """A devolución of money in favour: asked for by one person, authorised by another, paid once."""

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", "Por autorizar"
        AUTHORISED = "AUTHORISED", "Autorizada"
        REFUSED = "REFUSED", "Rechazada"
        PAID = "PAID", "Pagada"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="refund", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    party = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="a nombre de")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="refunds", verbose_name="cuenta"
    )
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    reason = models.TextField("motivo")
    state = models.CharField("estado", max_length=12, choices=State.choices, default=State.REQUESTED)
    requested_at = models.DateTimeField("solicitada")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la pidió"
    )
    decided_at = models.DateTimeField("resuelta", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resolvió"
    )
    decision_note = models.TextField("resolución", blank=True)
    method = models.CharField("forma de devolución", max_length=10, blank=True, choices=Tender.Method.choices)
    reference = models.CharField("referencia", max_length=60, blank=True)
    session = models.ForeignKey(
        CashSession, on_delete=models.PROTECT, null=True, related_name="refunds", verbose_name="turno"
    )
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )
    paid_at = models.DateTimeField("pagada el", null=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién pagó"
    )

    class Meta:
        verbose_name = "devolución de saldo a favor"
        verbose_name_plural = "devoluciones de saldo a favor"
        permissions = [
            ("authorise_refund", "Puede autorizar devoluciones"),
            ("pay_refund", "Puede pagar devoluciones"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="refund_amount_positive",
                violation_error_message="Lo que se devuelve debe ser mayor que cero.",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("requested_by")),
                name="refund_by_two_people",
                violation_error_message="Quien pide la devolución no puede autorizarla.",
            ),
        ]
        triggers = [never_deleted("cashier_refund"), states("cashier_refund", "state", REFUND_EDGES)]

    def __str__(self) -> str:
        return f"Devolución {self.document_id}"
