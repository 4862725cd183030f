"""What was read in each round, and where the first round starts from."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import never_deleted, references
from cauce.registry.models import CYCLES, Account


class ReadingRound(models.Model):
    """The readings of one cycle in one period."""

    period = models.DateField("periodo")
    cycle = models.PositiveSmallIntegerField("ciclo", choices=CYCLES)
    file_name = models.CharField("archivo", max_length=120, blank=True)
    last_day = models.DateField("último día")
    closed_at = models.DateTimeField("aprobada para facturar", null=True, blank=True)

    class Meta:
        verbose_name = "ronda de lectura"
        verbose_name_plural = "rondas de lectura"
        triggers = [never_deleted("metering_readinground")]
        permissions = [("import_readings", "Puede importar lecturas")]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "cycle"],
                name="readinground_unique",
                violation_error_message="Ya existe la ronda de ese ciclo y periodo.",
            ),
            models.CheckConstraint(
                condition=models.Q(period__day=1),
                name="readinground_period_is_first_day",
                violation_error_message="El periodo se guarda con el día primero.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period:%Y-%m} ciclo {self.cycle}"


class RoundLine(models.Model):
    """An account that a line of the round's file started with although no reading came of it: it was not forgotten."""

    round = models.ForeignKey(
        ReadingRound, on_delete=models.PROTECT, related_name="lines", db_index=False, verbose_name="ronda"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, verbose_name="cuenta")

    class Meta:
        verbose_name = "renglón de ronda"
        verbose_name_plural = "renglones de ronda"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "account"],
                name="roundline_unique",
                violation_error_message="La cuenta ya está en la ronda.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.account}"


class Reading(models.Model):
    """A lectura taken in a round, as it came, with the class its rules gave it."""

    class Status(models.TextChoices):
        OK = "OK", "Correcta"
        REVIEW = "REVIEW", "En revisión"
        DECIDED = "DECIDED", "Decidida"

    round = models.ForeignKey(
        ReadingRound,
        on_delete=models.PROTECT,
        related_name="readings",
        db_index=False,
        db_constraint=False,
        verbose_name="ronda",
    )
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="readings",
        db_index=False,
        db_constraint=False,
        verbose_name="cuenta",
    )
    line = models.PositiveIntegerField("renglón")
    meter_serial = models.CharField("medidor leído", max_length=24, blank=True)
    value = models.PositiveIntegerField("lectura", null=True, blank=True)
    taken_on = models.DateField("fecha", null=True, blank=True)
    taken_time = models.CharField("hora", max_length=4, blank=True)
    incident = models.CharField("incidente", max_length=2)
    reader_code = models.CharField("lecturista", max_length=3, blank=True)
    latitude = models.DecimalField("latitud", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("longitud", max_digits=9, decimal_places=6, null=True, blank=True)
    status = models.CharField("clase", max_length=8, choices=Status.choices)
    reason = models.CharField("motivo", max_length=24, blank=True)
    previous_value = models.PositiveIntegerField("lectura anterior", null=True, blank=True)
    previous_on = models.DateField("fecha anterior", null=True, blank=True)
    proposed_m3 = models.IntegerField("consumo propuesto (m³)", null=True, blank=True)
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="quién la capturó",
    )

    class Meta:
        verbose_name = "lectura"
        verbose_name_plural = "lecturas"
        triggers = [
            never_deleted("metering_reading"),
            *references(
                "metering_reading",
                {"round_id": ("metering_readinground", "id"), "account_id": ("registry_account", "id")},
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "account"],
                condition=models.Q(status="OK"),
                name="reading_one_ok_per_round",
                violation_error_message="La cuenta ya tiene una lectura correcta en la ronda.",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(status="OK", reason="")
                    | (models.Q(status__in=("REVIEW", "DECIDED")) & ~models.Q(reason=""))
                ),
                name="reading_review_has_reason",
                violation_error_message="Una lectura en revisión, o que se decidió, lleva su motivo.",
            ),
        ]
        indexes = [
            # An account's readings, and the one of a round: both begin with the account.
            models.Index(fields=["account", "round"], name="reading_by_account"),
            models.Index(fields=["round", "reason"], name="reading_in_review", condition=models.Q(status="REVIEW")),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.value}"


class OpeningReading(models.Model):
    """The last reading of an account in the old system: where the first round starts from."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="cuenta"
    )
    period = models.DateField("periodo")
    taken_on = models.DateField("fecha")
    value = models.PositiveIntegerField("lectura")

    class Meta:
        verbose_name = "lectura de apertura"
        verbose_name_plural = "lecturas de apertura"
        triggers = [*references("metering_openingreading", {"account_id": ("registry_account", "id")})]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "period"],
                name="openingreading_unique",
                violation_error_message="La cuenta ya tiene lectura de apertura en ese periodo.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.value}"
