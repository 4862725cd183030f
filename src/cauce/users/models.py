"""Staff accounts."""

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models


class Area(models.Model):
    """An area of the utility to which people belong and work is routed."""

    name = models.CharField("área", max_length=80, unique=True)

    class Meta:
        verbose_name = "área"
        verbose_name_plural = "áreas"

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["password", "last_login", "theme"]
)
class User(AbstractUser):
    """A member of the staff, or a system user that acts for the command line."""

    class Theme(models.TextChoices):
        SYSTEM = "SYSTEM", "Como el equipo"
        LIGHT = "LIGHT", "Claro"
        DARK = "DARK", "Oscuro"

    full_name = models.CharField("nombre completo", max_length=160)
    position = models.CharField("puesto", max_length=120, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, verbose_name="área")
    is_system = models.BooleanField("usuario del sistema", default=False)
    theme = models.CharField("apariencia", max_length=8, choices=Theme.choices, default=Theme.SYSTEM)

    class Meta:
        verbose_name = "usuario del sistema"
        verbose_name_plural = "usuarios del sistema"

    def __str__(self) -> str:
        return self.full_name or self.username
