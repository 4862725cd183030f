"""The sweeps that recompute what was billed, and what each found that differs."""

from django.conf import settings
from django.db import models

from cauce.billing.models.bills import Bill
from cauce.core.triggers import append_only, references
from cauce.registry.models import Account


class SweepRun(models.Model):
    """A sweep of the bills of some months: how many, how many prices that made, and how many differences it found."""

    first_period = models.DateField("desde el periodo")
    last_period = models.DateField("hasta el periodo")
    bills = models.PositiveIntegerField("recibos")
    prices = models.PositiveIntegerField("precios distintos")
    differences = models.PositiveIntegerField("diferencias")
    swept_at = models.DateTimeField("revisado")
    swept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo pidió"
    )

    class Meta:
        verbose_name = "revisión de lo facturado"
        verbose_name_plural = "revisiones de lo facturado"
        default_permissions = ("view", "add")
        triggers = append_only("billing_sweeprun")

    def __str__(self) -> str:
        return f"{self.first_period:%Y-%m} a {self.last_period:%Y-%m}"


class SweepDifference(models.Model):
    """Something of a bill that is not what its proof, its facts or the law give."""

    class Kind(models.TextChoices):
        PROOF = "PROOF", "Su prueba"
        PRICE = "PRICE", "Su precio por la ley"
        READING = "READING", "Su lectura"
        ACCOUNT = "ACCOUNT", "Su cuenta"

    sweep = models.ForeignKey(SweepRun, on_delete=models.PROTECT, related_name="found", verbose_name="revisión")
    bill = models.ForeignKey(
        Bill, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="recibo"
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="cuenta"
    )
    period = models.DateField("periodo")
    kind = models.CharField("qué no cuadra", max_length=8, choices=Kind.choices)
    concept = models.CharField("concepto", max_length=24)
    billed = models.DecimalField("facturado", max_digits=14, decimal_places=2, null=True)
    expected = models.DecimalField("debe ser", max_digits=14, decimal_places=2, null=True)
    why = models.TextField("por qué")

    class Meta:
        verbose_name = "diferencia de lo facturado"
        verbose_name_plural = "diferencias de lo facturado"
        default_permissions = ()
        triggers = [
            *append_only("billing_sweepdifference"),
            *references(
                "billing_sweepdifference",
                {"bill_id": ("billing_bill", "document_id"), "account_id": ("registry_account", "id")},
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill}: {self.why}"
