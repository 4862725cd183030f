"""Meters that were stolen or destroyed: the report, what is billed meanwhile, and who pays the new one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cauce.core.triggers import never_deleted, states
from cauce.metering.models.meters import MeterInstallation
from cauce.metering.rules.losses import LOSS_EDGES
from cauce.registry.models import Account


class MeterLoss(models.Model):
    """The report of a meter that is no longer there. Until it is replaced its account is billed by estimate.

    What is estimated of a lost meter is final: no reading will ever cover it.
    """

    class Kind(models.TextChoices):
        STOLEN = "STOLEN", "Robado"
        DESTROYED = "DESTROYED", "Destruido"

    class Payer(models.TextChoices):
        UTILITY = "UTILITY", "El organismo"
        CUSTOMER = "CUSTOMER", "El usuario"

    class State(models.TextChoices):
        OPEN = "OPEN", "Por reponer"
        REPLACED = "REPLACED", "Repuesto"
        FOUND = "FOUND", "Recuperado"

    installation = models.ForeignKey(
        MeterInstallation, on_delete=models.PROTECT, related_name="losses", verbose_name="medidor"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="meter_losses", verbose_name="cuenta")
    kind = models.CharField("qué pasó", max_length=10, choices=Kind.choices)
    state = models.CharField("estado", max_length=8, choices=State.choices, default=State.OPEN)
    happened_on = models.DateField("fecha")
    report_number = models.CharField("denuncia o acta", max_length=60, blank=True)
    account_of_facts = models.TextField("qué se reportó")
    last_value = models.PositiveIntegerField("última lectura conocida")
    payer = models.CharField("quién paga la reposición", max_length=8, choices=Payer.choices)
    payer_reason = models.TextField("por qué")
    reported_at = models.DateTimeField("reportado")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo reportó"
    )
    closed_at = models.DateTimeField("cerrado", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quién lo cerró",
    )

    class Meta:
        verbose_name = "medidor robado o destruido"
        verbose_name_plural = "medidores robados o destruidos"
        permissions = [("report_loss", "Puede reportar medidores robados")]
        triggers = [never_deleted("metering_meterloss"), states("metering_meterloss", "state", LOSS_EDGES)]
        constraints = [
            models.UniqueConstraint(
                fields=["installation"],
                condition=Q(state="OPEN"),
                name="meterloss_one_open",
                violation_error_message="Ese medidor ya está reportado.",
            ),
            models.CheckConstraint(
                condition=~Q(account_of_facts="") & ~Q(payer_reason=""),
                name="meterloss_says_what_and_why",
                violation_error_message="Escriba qué se reportó y por qué paga quien paga.",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at__isnull=True) | ~Q(state="OPEN") & Q(closed_at__isnull=False),
                name="meterloss_closed_when",
                violation_error_message="Un reporte cerrado dice cuándo y quién.",
            ),
        ]
        indexes = [models.Index(fields=["account"], name="meterloss_open", condition=Q(state="OPEN"))]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"
