"""What a new law would mean over a year that was really consumed, against the law before it."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, references
from cauce.registry.models import Account
from cauce.tariffs.models import Schedule


class LawComparison(models.Model):
    """Two laws over the consumption of the same twelve months: totals by use, route and month, and who pays more."""

    old = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="+", verbose_name="ley de hoy")
    new = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="+", verbose_name="ley que se compara")
    first_period = models.DateField("desde el periodo")
    last_period = models.DateField("hasta el periodo")
    result = models.JSONField("resultado")
    compared_at = models.DateTimeField("comparadas")
    compared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién las comparó"
    )

    class Meta:
        verbose_name = "comparación de leyes"
        verbose_name_plural = "comparaciones de leyes"
        default_permissions = ("view", "add")
        triggers = append_only("billing_lawcomparison")

    def __str__(self) -> str:
        return f"{self.old} / {self.new}"


class ComparedAccount(models.Model):
    """What an account paid in the year by one law and what it would pay by the other; pesos with VAT."""

    comparison = models.ForeignKey(
        LawComparison, on_delete=models.PROTECT, related_name="accounts", db_index=False, verbose_name="comparación"
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="cuenta"
    )
    months = models.PositiveSmallIntegerField("meses")
    volume_m3 = models.PositiveIntegerField("m³")
    old_total = models.DecimalField("por la ley de hoy", max_digits=14, decimal_places=2)
    new_total = models.DecimalField("por la que se compara", max_digits=14, decimal_places=2)
    difference = models.DecimalField("diferencia", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "cuenta comparada"
        verbose_name_plural = "cuentas comparadas"
        default_permissions = ()
        indexes = [models.Index(fields=["comparison", "-difference", "id"], name="comparedaccount_by_rise")]
        triggers = [
            *append_only("billing_comparedaccount"),
            *references("billing_comparedaccount", {"account_id": ("registry_account", "id")}),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.difference}"
