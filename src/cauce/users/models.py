"""Staff accounts."""

import pghistory
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from cauce.core.triggers import never_deleted


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
        permissions = [("declare_substitution", "Puede declarar suplencias")]

    def __str__(self) -> str:
        return self.full_name or self.username


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Holiday(models.Model):
    """A day on which the office rests and no legal term counts, with what says so."""

    day = models.DateField("día", primary_key=True)
    name = models.CharField("nombre", max_length=120)
    legal_basis = models.CharField("fundamento", max_length=200)

    class Meta:
        verbose_name = "día inhábil"
        verbose_name_plural = "días inhábiles"

    def __str__(self) -> str:
        return self.name


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    """Reads of substitutions."""

    def in_force_on(self, day: "models.DateField[object, object] | object") -> "SubstitutionQuerySet":
        """Those whose dates hold ``day`` and that nobody ended before."""
        return self.filter(valid_from__lte=day, valid_until__gt=day, ended_at__isnull=True)


class Substitution(models.Model):
    """A suplencia: between two dates a document gives one person the powers of another's post.

    ``role`` is the post, by its code in the page of roles. ``valid_until`` is exclusive.
    """

    absent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences", verbose_name="titular ausente")
    substitute = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="substitutions", verbose_name="suplente"
    )
    role = models.CharField("puesto", max_length=40)
    document_number = models.CharField("oficio", max_length=60)
    reason = models.CharField("motivo", max_length=160)
    valid_from = models.DateField("desde")
    valid_until = models.DateField("hasta")
    declared_at = models.DateTimeField("declarada")
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="quién la declaró")
    ended_at = models.DateTimeField("terminada", null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién la terminó"
    )

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = "suplencia"
        verbose_name_plural = "suplencias"
        triggers = [never_deleted("users_substitution")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(absent=models.F("substitute")),
                name="substitution_by_another",
                violation_error_message="Nadie se suple a sí mismo.",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("valid_from")),
                name="substitution_dates_in_order",
                violation_error_message="La fecha final debe ser posterior a la inicial.",
            ),
            models.CheckConstraint(
                condition=~models.Q(document_number=""),
                name="substitution_has_its_document",
                violation_error_message="Escriba el oficio que da la suplencia.",
            ),
            ExclusionConstraint(
                name="substitution_one_at_a_time",
                expressions=[
                    ("absent", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_until"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=models.Q(ended_at__isnull=True),
                violation_error_message="En esas fechas ya hay una suplencia de ese puesto.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} suple a {self.absent}"
