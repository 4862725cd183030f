"""Meters, where each one was, what was read and what was consumed."""

import pghistory
from django.conf import settings
from django.db import models

from cauce.core.triggers import never_deleted, references
from cauce.registry.models import CYCLES, Account


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Meter(models.Model):
    """A medidor. Its serial may be repeated by mistake in the padrón: that is flagged, not refused."""

    serial = models.CharField("serie", max_length=24)
    brand = models.CharField("marca", max_length=40, blank=True)
    diameter = models.CharField("diámetro", max_length=20, blank=True)
    register_digits = models.PositiveSmallIntegerField("dígitos del registro")

    class Meta:
        verbose_name = "medidor"
        verbose_name_plural = "medidores"
        triggers = [never_deleted("metering_meter")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(register_digits__gte=3, register_digits__lte=9),
                name="meter_register_digits",
                violation_error_message="Un medidor tiene de 3 a 9 dígitos.",
            )
        ]
        indexes = [models.Index(fields=["serial"], name="meter_by_serial", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.serial


class MeterInstallationQuerySet(models.QuerySet["MeterInstallation"]):
    """Reads of installations."""

    def current(self) -> "MeterInstallationQuerySet":
        """Installations of meters that are in place now."""
        return self.filter(removed_on__isnull=True)


class MeterInstallation(models.Model):
    """A meter on an account, from its installation to its removal."""

    meter = models.ForeignKey(
        Meter, on_delete=models.PROTECT, related_name="installations", db_constraint=False, verbose_name="medidor"
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="installations", db_constraint=False, verbose_name="cuenta"
    )
    installed_on = models.DateField("instalado", null=True, blank=True)
    initial_value = models.PositiveIntegerField("lectura inicial", default=0)
    removed_on = models.DateField("retirado", null=True, blank=True)
    final_value = models.PositiveIntegerField("lectura final", null=True, blank=True)

    objects = MeterInstallationQuerySet.as_manager()

    class Meta:
        verbose_name = "instalación de medidor"
        verbose_name_plural = "instalaciones de medidor"
        triggers = [
            *references(
                "metering_meterinstallation",
                {"meter_id": ("metering_meter", "id"), "account_id": ("registry_account", "id")},
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(removed_on__isnull=True),
                name="account_has_one_meter",
                violation_error_message="La cuenta ya tiene un medidor instalado.",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_on__isnull=True, final_value__isnull=True)
                | models.Q(removed_on__isnull=False, final_value__isnull=False),
                name="installation_removed_with_reading",
                violation_error_message="Para retirar un medidor anote su lectura final.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meter} en {self.account}"


class ReadingRound(models.Model):
    """The readings of one cycle in one period."""

    period = models.DateField("periodo")
    cycle = models.PositiveSmallIntegerField("ciclo", choices=CYCLES)
    file_name = models.CharField("archivo", max_length=120, blank=True)
    last_day = models.DateField("último día")

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
                condition=(models.Q(status="OK", reason="") | (models.Q(status="REVIEW") & ~models.Q(reason=""))),
                name="reading_review_has_reason",
                violation_error_message="Una lectura en revisión lleva su motivo.",
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


class Consumption(models.Model):
    """The m³ of an account in a period and where they come from; the one that is billed is the live one."""

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
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.period:%Y-%m}: {self.volume_m3} m³"
