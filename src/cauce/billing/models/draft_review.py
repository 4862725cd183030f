"""What a draft run is compared with: the bounds in their versions, what came out unusual, and the sample by hand."""

from django.conf import settings
from django.db import models

from cauce.billing.models.runs import BillingRun
from cauce.core.triggers import append_only, references
from cauce.documents.models import AuthorisedTable
from cauce.registry.models import Account

_BOTH = {"run_id": ("billing_billingrun", "id"), "account_id": ("registry_account", "id")}


class DraftBounds(AuthorisedTable):
    """A version of the bounds that a draft run is compared with: who authorised it, by which act, and its rows."""

    rows = models.JSONField("renglones")

    class Meta:
        verbose_name = "límites de la prefactura"
        verbose_name_plural = "límites de la prefactura"
        default_permissions = ()
        triggers = append_only("billing_draftbounds")


class UnusualDraft(models.Model):
    """A draft that is out of a bound: what it comes to, what it is compared with, and whether somebody looked at it."""

    run = models.ForeignKey(
        BillingRun,
        on_delete=models.PROTECT,
        related_name="unusual",
        db_index=False,
        db_constraint=False,
        verbose_name="corrida",
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="cuenta"
    )
    code = models.CharField("qué tiene", max_length=24)
    drafted = models.DecimalField("prefactura", max_digits=14, decimal_places=2)
    compared_with = models.DecimalField("se compara con", max_digits=14, decimal_places=2, null=True)
    bound = models.DecimalField("límite", max_digits=14, decimal_places=2, null=True)
    looked_at = models.DateTimeField("vista", null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="quién la vio",
    )
    note = models.TextField("qué se encontró", blank=True)

    class Meta:
        verbose_name = "prefactura fuera de lo común"
        verbose_name_plural = "prefacturas fuera de lo común"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "account", "code"],
                name="unusualdraft_unique",
                violation_error_message="Eso ya está señalado en la cuenta.",
            )
        ]
        triggers = references("billing_unusualdraft", _BOTH)

    def __str__(self) -> str:
        return f"{self.account} {self.code}"


class SampledDraft(models.Model):
    """A draft of the sample that is checked by hand: why it was drawn, and what came of it."""

    run = models.ForeignKey(
        BillingRun,
        on_delete=models.PROTECT,
        related_name="sample",
        db_index=False,
        db_constraint=False,
        verbose_name="corrida",
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="cuenta"
    )
    stratum = models.CharField("grupo", max_length=40)
    drafted = models.DecimalField("prefactura", max_digits=14, decimal_places=2)
    is_right = models.BooleanField("está bien", null=True, blank=True)
    note = models.TextField("qué se encontró", blank=True)
    checked_at = models.DateTimeField("revisada", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="quién la revisó",
    )

    class Meta:
        verbose_name = "prefactura de la muestra"
        verbose_name_plural = "muestra de prefacturas"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "account"],
                name="sampleddraft_unique",
                violation_error_message="La cuenta ya está en la muestra.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_right__isnull=True, checked_at__isnull=True, checked_by__isnull=True)
                | models.Q(is_right__isnull=False, checked_at__isnull=False, checked_by__isnull=False),
                name="sampleddraft_checked_by_somebody",
                violation_error_message="Una prefactura revisada dice quién la revisó y qué encontró.",
            ),
        ]
        triggers = references("billing_sampleddraft", _BOTH)

    def __str__(self) -> str:
        return f"{self.account} {self.stratum}"


class DraftComparison(models.Model):
    """What a group of a run's accounts comes to (a route, a use, a concept) against the month and the year before."""

    class Kind(models.TextChoices):
        ROUTE = "ROUTE", "Ruta"
        USE = "USE", "Uso"
        CONCEPT = "CONCEPT", "Concepto"

    run = models.ForeignKey(
        BillingRun, on_delete=models.PROTECT, related_name="comparisons", db_index=False, verbose_name="corrida"
    )
    kind = models.CharField("por", max_length=8, choices=Kind.choices)
    group = models.CharField("grupo", max_length=24)
    bills = models.PositiveIntegerField("prefacturas")
    drafted = models.DecimalField("prefactura", max_digits=14, decimal_places=2)
    previous = models.DecimalField("mes anterior", max_digits=14, decimal_places=2, null=True)
    last_year = models.DecimalField("mismo mes del año anterior", max_digits=14, decimal_places=2, null=True)
    is_unusual = models.BooleanField("fuera de límite", default=False)

    class Meta:
        verbose_name = "comparación de la prefactura"
        verbose_name_plural = "comparaciones de la prefactura"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "kind", "group"],
                name="draftcomparison_unique",
                violation_error_message="Ese grupo ya está comparado en la corrida.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.group}"
