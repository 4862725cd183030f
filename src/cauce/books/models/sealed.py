"""What every book of a day is once it is closed: its content, its seal, and the seal it continues."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SealedBook(models.Model):
    """The book of a day, closed: numbered, sealed after the one before of its kind, and never changed again.

    ``content`` is the book written as JSON, byte by byte what ``sha256`` seals together with ``previous_sha256``; a
    reprint is made from it and from nothing else.
    """

    day = models.DateField("día", primary_key=True)
    number = models.PositiveIntegerField("número", unique=True)
    content = models.TextField("contenido")
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="following", verbose_name="libro anterior"
    )
    previous_sha256 = models.CharField("sello anterior", max_length=64, blank=True)
    sha256 = models.CharField("sello", max_length=64, unique=True)
    closed_at = models.DateTimeField("cerrado")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo cerró"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(number=1, previous__isnull=True, previous_sha256="")
                | (Q(number__gt=1, previous__isnull=False) & ~Q(previous_sha256="")),
                name="%(class)s_continues_another",
                violation_error_message="Un libro continúa al anterior.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="%(class)s_seal_is_sha256",
                violation_error_message="El sello no es una huella SHA-256.",
            ),
        ]
