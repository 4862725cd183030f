"""What a person decided of a doubtful or missing reading."""

import pgtrigger
from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only
from cauce.metering.models.readings import Reading, ReadingRound
from cauce.registry.models import Account


class ReadingDecision(models.Model):
    """A decisión de la crítica about one account of a round. The one that nothing replaces is what rules."""

    class Kind(models.TextChoices):
        ACCEPTED = "ACCEPTED", "Lectura aceptada"
        CORRECTED = "CORRECTED", "Lectura corregida"
        ESTIMATED = "ESTIMATED", "Consumo estimado"
        REVISIT = "REVISIT", "Segunda visita"
        PARKED = "PARKED", "Apartada"
        REOPENED = "REOPENED", "Vuelta a abrir"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", verbose_name="cuenta")
    round = models.ForeignKey(ReadingRound, on_delete=models.PROTECT, related_name="decisions", verbose_name="ronda")
    reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="lectura"
    )
    kind = models.CharField("decisión", max_length=10, choices=Kind.choices)
    anomaly = models.CharField("anomalía", max_length=24, blank=True)
    value = models.PositiveIntegerField("lectura que vale", null=True, blank=True)
    volume_m3 = models.PositiveIntegerField("m³ a facturar", null=True, blank=True)
    estimate_rule = models.CharField("regla de estimación", max_length=24, blank=True)
    reason = models.TextField("motivo")
    decided_at = models.DateTimeField("decidida")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién decidió"
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="sustituye a",
    )

    class Meta:
        verbose_name = "decisión de lectura"
        verbose_name_plural = "decisiones de lectura"
        permissions = [
            ("review_readings", "Puede decidir lecturas en revisión"),
            ("reopen_decision", "Puede volver a abrir una lectura decidida"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "round"],
                condition=models.Q(replaces__isnull=True),
                name="readingdecision_first_of_round",
                violation_error_message="Otra persona acaba de decidir esa lectura: vuelva a abrirla.",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="readingdecision_has_reason",
                violation_error_message="Escriba por qué se decide así.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=("ACCEPTED", "CORRECTED"), value__isnull=False, volume_m3__isnull=False)
                | models.Q(kind="ESTIMATED", volume_m3__isnull=False)
                | models.Q(kind__in=("REVISIT", "PARKED", "REOPENED"), volume_m3__isnull=True),
                name="readingdecision_says_what_is_billed",
                violation_error_message="La decisión no dice qué se factura.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="ESTIMATED") & ~models.Q(estimate_rule="")
                | ~models.Q(kind="ESTIMATED") & models.Q(estimate_rule=""),
                name="readingdecision_estimate_has_rule",
                violation_error_message="Un consumo estimado lleva su regla.",
            ),
        ]
        triggers = [
            *append_only("metering_readingdecision"),
            pgtrigger.Trigger(
                name="metering_readingdecision_third_person",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF EXISTS (SELECT 1 FROM metering_reading reading "
                    "LEFT JOIN metering_reader reader ON reader.code = reading.reader_code "
                    "WHERE reading.id = NEW.reading_id "
                    "AND NEW.decided_by_id IN (reading.captured_by_id, reader.user_id)) THEN "
                    "RAISE EXCEPTION 'metering_readingdecision: who read or captured may not decide' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"
