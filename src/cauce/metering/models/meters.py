"""Meters and where each one was."""

import pghistory
from django.db import models

from cauce.core.triggers import never_deleted, references
from cauce.registry.models import Account


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Meter(models.Model):
    """A medidor. Its serial may be repeated by mistake in the padrón: that is flagged, not refused."""

    class PutAway(models.TextChoices):
        STORE = "STORE", "En almacén"
        SCRAPPED = "SCRAPPED", "Dado de baja"

    serial = models.CharField("serie", max_length=24)
    brand = models.CharField("marca", max_length=40, blank=True)
    diameter = models.CharField("diámetro", max_length=20, blank=True)
    model_name = models.CharField("modelo", max_length=40, blank=True, db_default="")
    accuracy_class = models.CharField("clase metrológica", max_length=12, blank=True, db_default="")
    # Where a meter that is in no account is; one in place is in its account whatever this says.
    put_away = models.CharField("guardado", max_length=8, choices=PutAway.choices, blank=True, db_default="")
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
