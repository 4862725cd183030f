"""Accounts that share one meter, and in which parts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.core.triggers import never_deleted
from cauce.registry.models import Account


class MeterShare(models.Model):
    """The part of a meter's m³ that an account bears; the account that has the meter has its own part too."""

    principal = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="meter_shares", verbose_name="cuenta que tiene el medidor"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="meter_share", verbose_name="cuenta")
    parts = models.PositiveSmallIntegerField("partes")
    valid_from = models.DateField("desde")
    valid_until = models.DateField("hasta", null=True, blank=True)
    reason = models.TextField("motivo")
    shared_at = models.DateTimeField("anotado")
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo anotó"
    )

    class Meta:
        verbose_name = "parte de un medidor"
        verbose_name_plural = "partes de medidores"
        permissions = [("share_meter", "Puede repartir un medidor entre cuentas")]
        triggers = [never_deleted("metering_metershare")]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(valid_until__isnull=True),
                name="metershare_one_open",
                violation_error_message="La cuenta ya comparte un medidor.",
            ),
            models.CheckConstraint(
                condition=Q(parts__gte=1),
                name="metershare_parts",
                violation_error_message="Cada cuenta lleva al menos una parte.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_from__lt=F("valid_until")),
                name="metershare_validity_in_order",
                violation_error_message="El reparto termina después del día en que empieza.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="metershare_says_why",
                violation_error_message="Escriba por qué se reparte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.parts}"
