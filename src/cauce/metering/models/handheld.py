"""What a telephone sends with each reading, besides the reading itself."""

from django.db import models

from cauce.core.triggers import append_only
from cauce.documents.models import StoredFile
from cauce.metering.models.readings import Reading


class ReadingCapture(models.Model):
    """A reading that was captured at the door: the key that makes it happen once, its moment and its photograph."""

    key = models.CharField("llave", max_length=60, unique=True)
    reading = models.OneToOneField(
        Reading, on_delete=models.PROTECT, related_name="capture", db_constraint=False, verbose_name="lectura"
    )
    taken_at = models.DateTimeField("tomada")
    received_at = models.DateTimeField("recibida")
    photo = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fotografía"
    )

    class Meta:
        verbose_name = "captura de lectura"
        verbose_name_plural = "capturas de lectura"
        triggers = append_only("metering_readingcapture")

    def __str__(self) -> str:
        return self.key
