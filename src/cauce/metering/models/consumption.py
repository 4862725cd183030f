"""The m³ of each account and month, and where they come from."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import references
from cauce.metering.models.decisions import ReadingDecision
from cauce.metering.models.readings import Reading
from cauce.registry.models import Account


class Consumption(models.Model):
    """The m³ of an account in a period and where they come from; the one that is billed is the live one.

    ``measured_m3`` is what the meter counted since its last real reading. An estimate runs ahead of the meter: what it
    billed and no reading has covered yet is ``ahead_m3``, and the next readings take it off (``settled_m3``) until
    nothing is ahead: ``volume_m3 = measured_m3 - settled_m3`` of a measured month, and no m³ is paid twice or lost.
    For an estimated month ``previous_value`` and ``previous_on`` are those of the last real reading and ``current_on``
    is the day up to which it bills.
    """

    class Source(models.TextChoices):
        HISTORY = "HISTORY", "Sistema anterior"
        MEASURED = "MEASURED", "Medido"
        ESTIMATED = "ESTIMATED", "Estimado"

    # Always asked for by account and period, live: consumption_one_live is the index for it.
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="consumption",
        db_index=False,
        db_constraint=False,
        verbose_name="cuenta",
    )
    period = models.DateField("periodo")
    volume_m3 = models.PositiveIntegerField("m³")
    source = models.CharField("origen", max_length=10, choices=Source.choices)
    reading = models.ForeignKey(
        Reading,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="lectura",
    )
    meter_serial = models.CharField("medidor", max_length=24, blank=True)
    previous_value = models.PositiveIntegerField("lectura anterior", null=True, blank=True)
    current_value = models.PositiveIntegerField("lectura actual", null=True, blank=True)
    previous_on = models.DateField("desde", null=True, blank=True)
    current_on = models.DateField("hasta", null=True, blank=True)
    billed_from = models.DateField("se factura desde", null=True, blank=True)
    measured_m3 = models.PositiveIntegerField("m³ medidos", null=True, blank=True)
    settled_m3 = models.PositiveIntegerField("m³ estimados que liquida", db_default=0)
    ahead_m3 = models.PositiveIntegerField("m³ estimados por liquidar", db_default=0)
    estimate_rule = models.CharField("regla de estimación", max_length=24, blank=True, db_default="")
    decision = models.ForeignKey(
        ReadingDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="decisión"
    )
    # What an adjustment put right, or left as it was again.
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="consumo que corrige",
    )
    superseded_at = models.DateTimeField("sustituido", null=True, blank=True)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        verbose_name="quién lo sustituyó",
    )

    class Meta:
        verbose_name = "consumo"
        verbose_name_plural = "consumos"
        triggers = [
            *references(
                "metering_consumption",
                {"account_id": ("registry_account", "id"), "reading_id": ("metering_reading", "id")},
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "period"],
                condition=models.Q(superseded_at__isnull=True),
                name="consumption_one_live",
                violation_error_message="La cuenta ya tiene consumo en ese periodo.",
            ),
            models.CheckConstraint(
                condition=models.Q(measured_m3__isnull=True)
                | models.Q(measured_m3=models.F("volume_m3") + models.F("settled_m3")),
                name="consumption_settles_what_was_estimated",
                violation_error_message="Los m³ facturados no son los medidos menos los que ya se habían estimado.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.period:%Y-%m}: {self.volume_m3} m³"
