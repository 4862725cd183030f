"""The calendar of cycles: the days of each one's works, with the law's own, and who moved a working day and why."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, never_deleted
from cauce.registry.models import CYCLES


class CycleDates(models.Model):
    """When a cycle of a period is read, reviewed, issued, due and delivered.

    Issue and due are the law's and nobody moves them by hand; the others are business days of the office.
    """

    period = models.DateField("periodo")
    cycle = models.PositiveSmallIntegerField("ciclo", choices=CYCLES)
    reading_from = models.DateField("lectura desde")
    reading_until = models.DateField("lectura hasta")
    review_on = models.DateField("revisión")
    issue_on = models.DateField("emisión")
    due_on = models.DateField("fecha límite de pago")
    delivery_from = models.DateField("reparto desde")
    delivery_until = models.DateField("reparto hasta")
    is_provisional = models.BooleanField("falta la ley de su año", default=False)
    delivered_on = models.DateField("se terminó de repartir", null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quién dio por terminado el reparto",
    )

    class Meta:
        verbose_name = "fechas de un ciclo"
        verbose_name_plural = "calendario de ciclos"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "cycle"],
                name="cycledates_unique",
                violation_error_message="El calendario ya tiene ese ciclo y periodo.",
            ),
            models.CheckConstraint(
                condition=models.Q(period__day=1),
                name="cycledates_period_is_first_day",
                violation_error_message="El periodo se guarda con el día primero.",
            ),
            models.CheckConstraint(
                condition=models.Q(reading_from__lte=models.F("reading_until"))
                & models.Q(reading_until__lte=models.F("review_on"))
                & models.Q(delivery_from__lte=models.F("delivery_until"))
                & models.Q(issue_on__lte=models.F("delivery_from")),
                name="cycledates_in_order",
                violation_error_message="Primero se lee, después se revisa, se emite y se reparte.",
            ),
        ]
        triggers = [never_deleted("billing_cycledates")]

    def __str__(self) -> str:
        return f"{self.period:%Y-%m} ciclo {self.cycle}"


class CycleDatesChange(models.Model):
    """A working day of a cycle that somebody moved: from when to when, why and who."""

    dates = models.ForeignKey(CycleDates, on_delete=models.PROTECT, related_name="changes", verbose_name="ciclo")
    stage = models.CharField("trabajo", max_length=16)
    before_from = models.DateField("era desde")
    before_until = models.DateField("era hasta")
    after_from = models.DateField("es desde")
    after_until = models.DateField("es hasta")
    reason = models.TextField("motivo")
    changed_at = models.DateTimeField("cuándo")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién"
    )

    class Meta:
        verbose_name = "cambio del calendario"
        verbose_name_plural = "cambios del calendario"
        default_permissions = ()
        triggers = append_only("billing_cycledateschange")

    def __str__(self) -> str:
        return f"{self.dates}: {self.stage}"
