"""Anualidades: months of service paid ahead with the law's discount, and what was let go of each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.agreements.rules.prepayments import LIVE_PREPAYMENTS, PREPAYMENT_EDGES
from cauce.core.triggers import never_deleted, states
from cauce.documents.models import Document
from cauce.ledger.models import Posting
from cauce.registry.models import Account, Customer
from cauce.tariffs.models import Schedule


class Prepayment(models.Model):
    """A pago anticipado: the months, what they were expected to cost, the discount, and what is paid for them.

    The money lies in favour of the account and pays each bill as it is issued; the discount is posted then.
    """

    class State(models.TextChoices):
        OFFERED = "OFFERED", "Por pagar"
        IN_FORCE = "IN_FORCE", "Vigente"
        ENDED = "ENDED", "Terminado"
        EXPIRED = "EXPIRED", "Sin pagar"
        CANCELLED = "CANCELLED", "Cancelado"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="prepayment", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="prepayments", verbose_name="cuenta")
    party = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="quién paga")
    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="+", verbose_name="ley")
    state = models.CharField("estado", max_length=9, choices=State.choices)
    tariff_code = models.CharField("clave", max_length=6)
    monthly_m3 = models.PositiveIntegerField("m³ al mes", null=True)
    percent = models.DecimalField("descuento (%)", max_digits=5, decimal_places=2)
    gross = models.DecimalField("costo esperado", max_digits=14, decimal_places=2)
    discount = models.DecimalField("descuento", max_digits=14, decimal_places=2)
    net = models.DecimalField("a pagar", max_digits=14, decimal_places=2)
    pay_until = models.DateField("pagar a más tardar")
    offered_at = models.DateTimeField("ofrecido")
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo ofreció"
    )
    begun_at = models.DateTimeField("vigente desde", null=True)
    ended_at = models.DateTimeField("terminado", null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo terminó"
    )
    end_reason = models.TextField("por qué terminó", blank=True)

    class Meta:
        verbose_name = "pago anticipado"
        verbose_name_plural = "pagos anticipados"
        permissions = [("offer_prepayment", "Puede ofrecer y cancelar pagos anticipados")]
        triggers = [
            never_deleted("agreements_prepayment"),
            states("agreements_prepayment", "state", PREPAYMENT_EDGES),
        ]
        indexes = [models.Index(fields=["state", "pay_until"], name="prepayment_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=sorted(LIVE_PREPAYMENTS)),
                name="prepayment_one_live",
                violation_error_message="La cuenta ya tiene un pago anticipado.",
            ),
            models.CheckConstraint(
                condition=Q(net=F("gross") - F("discount")) & Q(net__gt=0) & Q(discount__gte=0),
                name="prepayment_adds_up",
                violation_error_message="El pago anticipado no suma.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("OFFERED", "IN_FORCE"), ended_at__isnull=True)
                | Q(state__in=("ENDED", "EXPIRED", "CANCELLED"), ended_at__isnull=False) & ~Q(end_reason=""),
                name="prepayment_says_why_it_ended",
                violation_error_message="Escriba por qué termina el pago anticipado.",
            ),
        ]

    def __str__(self) -> str:
        return f"Pago anticipado {self.document_id}"


class PrepaidMonth(models.Model):
    """One month of it: what it was expected to cost and, once its bill is issued, what was let go."""

    prepayment = models.ForeignKey(
        Prepayment, on_delete=models.PROTECT, related_name="months", db_index=False, verbose_name="pago anticipado"
    )
    period = models.DateField("periodo")
    gross = models.DecimalField("costo esperado", max_digits=14, decimal_places=2)
    discount = models.DecimalField("descuento", max_digits=14, decimal_places=2)
    bill = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, related_name="prepaid_month", verbose_name="recibo"
    )
    billed = models.DecimalField("facturado", max_digits=14, decimal_places=2, null=True)
    discounted = models.DecimalField("descontado", max_digits=14, decimal_places=2, null=True)
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="asiento"
    )

    class Meta:
        verbose_name = "mes pagado por anticipado"
        verbose_name_plural = "meses pagados por anticipado"
        triggers = [never_deleted("agreements_prepaidmonth")]
        constraints = [
            models.UniqueConstraint(
                fields=["prepayment", "period"],
                name="prepaidmonth_unique",
                violation_error_message="Ese mes ya está en el pago anticipado.",
            ),
            models.CheckConstraint(
                condition=Q(bill__isnull=True, billed__isnull=True, discounted__isnull=True, posting__isnull=True)
                | Q(bill__isnull=False, billed__isnull=False, discounted__isnull=False, posting__isnull=False),
                name="prepaidmonth_billed_whole",
                violation_error_message="Un mes facturado lleva su recibo, lo facturado y lo descontado.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period:%Y-%m}"
