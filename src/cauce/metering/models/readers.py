"""The people who read meters, by the code that their terminal writes."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import never_deleted


class Reader(models.Model):
    """A lecturista: the code in the files of readings and, when they sign in, their user."""

    code = models.CharField("clave", max_length=3, unique=True)
    name = models.CharField("nombre", max_length=120)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reader",
        verbose_name="usuario",
    )
    is_active = models.BooleanField("activo", default=True)

    class Meta:
        verbose_name = "lecturista"
        verbose_name_plural = "lecturistas"
        triggers = [never_deleted("metering_reader")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
