"""Which reader walks each route in each month."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import never_deleted
from cauce.metering.models.readers import Reader
from cauce.registry.models import Route


class RouteAssignment(models.Model):
    """The reader who walks a route in a month; it may pass to another or to nobody, and the history tells it."""

    route = models.ForeignKey(
        Route, on_delete=models.PROTECT, related_name="assignments", db_index=False, verbose_name="ruta"
    )
    period = models.DateField("periodo")
    reader = models.ForeignKey(
        Reader, on_delete=models.PROTECT, null=True, related_name="assignments", verbose_name="lecturista"
    )
    assigned_at = models.DateTimeField("asignada")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la asignó"
    )

    class Meta:
        verbose_name = "ruta asignada"
        verbose_name_plural = "rutas asignadas"
        permissions = [("assign_routes", "Puede repartir las rutas y cambiar su orden")]
        constraints = [
            models.UniqueConstraint(
                fields=["route", "period"],
                name="routeassignment_unique",
                violation_error_message="La ruta ya tiene lecturista en ese mes.",
            ),
            models.CheckConstraint(
                condition=models.Q(period__day=1),
                name="routeassignment_period_is_first_day",
                violation_error_message="El periodo se guarda con el día primero.",
            ),
        ]
        triggers = [never_deleted("metering_routeassignment")]

    def __str__(self) -> str:
        return f"{self.route} {self.period:%Y-%m}: {self.reader}"
