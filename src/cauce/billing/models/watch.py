"""The watch list: accounts whose tariff, services or rights do not agree with what is known of them."""

import pghistory
from django.conf import settings
from django.db import models

from cauce.core.triggers import never_deleted, references
from cauce.registry.models import Account


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class WatchRule(models.Model):
    """A rule of the watch list, as data: what it looks at (``kind``), its figures, and what to do about it."""

    class Kind(models.TextChoices):
        ACTIVITY = "ACTIVITY", "Giro contra uso"
        CONSUMPTION = "CONSUMPTION", "Consumo contra uso"
        PREFERENTIAL = "PREFERENTIAL", "Tarifa preferencial"
        FLAT_WITH_METER = "FLAT_WITH_METER", "Cuota fija con medidor"
        VAT = "VAT", "IVA"
        EXEMPTION = "EXEMPTION", "Exención"
        DWELLINGS = "DWELLINGS", "Viviendas"

    code = models.CharField("clave", max_length=32, primary_key=True)
    name = models.CharField("nombre", max_length=120)
    kind = models.CharField("qué mira", max_length=16, choices=Kind.choices)
    parameters = models.JSONField("parámetros", default=dict)
    legal_basis = models.CharField("fundamento", max_length=240)
    advice = models.TextField("qué hacer")
    place = models.PositiveSmallIntegerField("lugar", default=0)
    is_active = models.BooleanField("en uso", default=True)

    class Meta:
        verbose_name = "regla de vigilancia"
        verbose_name_plural = "reglas de vigilancia"
        default_permissions = ()
        triggers = [never_deleted("billing_watchrule")]

    def __str__(self) -> str:
        return self.name


class WatchFinding(models.Model):
    """An account that a rule points at: since when, what was seen, and until when or why it was set aside."""

    rule = models.ForeignKey(WatchRule, on_delete=models.PROTECT, related_name="findings", verbose_name="regla")
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="watch_findings",
        db_constraint=False,
        verbose_name="cuenta",
    )
    detail = models.TextField("qué se vio")
    found_at = models.DateTimeField("visto por primera vez")
    seen_at = models.DateTimeField("visto la última vez")
    ended_at = models.DateTimeField("dejó de verse", null=True, blank=True)
    dismissed_at = models.DateTimeField("descartado", null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quién lo descartó",
    )
    dismissal = models.TextField("por qué se descartó", blank=True)

    class Meta:
        verbose_name = "hallazgo de vigilancia"
        verbose_name_plural = "hallazgos de vigilancia"
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "account"],
                condition=models.Q(ended_at__isnull=True),
                name="watchfinding_one_open",
                violation_error_message="Esa regla ya señala a la cuenta.",
            ),
            models.CheckConstraint(
                condition=models.Q(dismissed_at__isnull=True, dismissed_by__isnull=True)
                | (models.Q(dismissed_at__isnull=False, dismissed_by__isnull=False) & ~models.Q(dismissal="")),
                name="watchfinding_dismissed_says_why",
                violation_error_message="Un hallazgo se descarta con su motivo y quién lo descartó.",
            ),
        ]
        triggers = [
            never_deleted("billing_watchfinding"),
            *references("billing_watchfinding", {"account_id": ("registry_account", "id")}),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.rule}"
