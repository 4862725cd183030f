"""What each anomaly of a reading lets be billed, in its versions, and what was found in each round."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, never_deleted, references
from cauce.documents.models import AuthorisedTable
from cauce.metering.models.readings import Reading, ReadingRound
from cauce.registry.models import Account


class AnomalyTable(AuthorisedTable):
    """A version of the table of anomalies: who authorised it, by which act, and its rows as they were in the file."""

    rows = models.JSONField("renglones")

    class Meta:
        verbose_name = "tabla de anomalías"
        verbose_name_plural = "tablas de anomalías"
        triggers = append_only("metering_anomalytable")


class ReadingFinding(models.Model):
    """A hallazgo: something odd about an account's reading that its row of the table lists, and may hold."""

    round = models.ForeignKey(
        ReadingRound,
        on_delete=models.PROTECT,
        related_name="findings",
        db_index=False,
        db_constraint=False,
        verbose_name="ronda",
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="cuenta"
    )
    reading = models.ForeignKey(
        Reading,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        db_index=False,
        db_constraint=False,
        verbose_name="lectura",
    )
    code = models.CharField("anomalía", max_length=24)
    facts = models.JSONField("datos", default=dict)
    times_in_a_row = models.PositiveSmallIntegerField("veces seguidas", default=1)
    holds = models.BooleanField("detiene la facturación", default=False)
    found_at = models.DateTimeField("encontrada")
    settled_at = models.DateTimeField("atendida", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="quién la atendió",
    )
    note = models.TextField("cómo se atendió", blank=True)

    class Meta:
        verbose_name = "hallazgo de lectura"
        verbose_name_plural = "hallazgos de lectura"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "account", "code"],
                name="readingfinding_unique",
                violation_error_message="Ese hallazgo ya está en la ronda.",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, settled_by__isnull=True)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="readingfinding_settled_by_somebody",
                violation_error_message="Un hallazgo atendido dice quién lo atendió y cuándo.",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], name="readingfinding_by_account"),
            models.Index(
                fields=["round", "code"], name="readingfinding_waiting", condition=models.Q(settled_at__isnull=True)
            ),
        ]
        triggers = [
            never_deleted("metering_readingfinding"),
            *references(
                "metering_readingfinding",
                {
                    "round_id": ("metering_readinground", "id"),
                    "account_id": ("registry_account", "id"),
                    "reading_id": ("metering_reading", "id"),
                },
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.code}"
