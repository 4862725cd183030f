"""The laws that have been loaded and which one is in force when."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from cauce.core.triggers import append_only
from cauce.tariffs.rules import USE_CLASS_NAMES
from cauce.users.models import User


class TariffCode(models.Model):
    """A clave of the law's tables. What it costs is the law's; here it only has a name that accounts can point to."""

    code = models.CharField("clave", max_length=6, primary_key=True)
    name = models.CharField("nombre", max_length=80)
    use_class = models.CharField(
        "uso", max_length=16, choices=[(use.value, name) for use, name in USE_CLASS_NAMES.items()]
    )

    class Meta:
        verbose_name = "clave de tarifa"
        verbose_name_plural = "claves de tarifa"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Schedule(models.Model):
    """A law as it was loaded: its header and the text of its files, which nobody may change afterwards.

    It rules nothing until another person puts it in force (``LawInForce``); until then it is pending, or discarded.
    """

    municipality = models.CharField("municipio", max_length=80)
    year = models.PositiveSmallIntegerField("ejercicio")
    law = models.CharField("ley", max_length=240)
    decree = models.CharField("decreto", max_length=80)
    valid_from = models.DateField("vigente desde")
    valid_until = models.DateField("deja de regir el")
    official = models.BooleanField("oficial")
    sha256 = models.CharField("huella", max_length=64, unique=True)
    content = models.JSONField("archivos de la ley")
    loaded_at = models.DateTimeField("cargada el")
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="cargó")

    class Meta:
        verbose_name = "ley cargada"
        verbose_name_plural = "leyes cargadas"
        default_permissions = ("view",)
        permissions = [
            ("load_law", "Puede cargar una ley de ingresos"),
            ("approve_law", "Puede poner en vigor una ley de ingresos"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")),
                name="schedule_validity_in_order",
                violation_error_message="La ley debe dejar de regir después del día en que empieza.",
            ),
        ]
        triggers = append_only("tariffs_schedule")

    def __str__(self) -> str:
        return f"{self.decree}, {self.municipality} {self.year}"


class LawDecision(models.Model):
    """What was decided of a pending law that was not put in force; the last decision is the one that holds."""

    class Kind(models.TextChoices):
        DISCARDED = "DISCARDED", "Descartada"
        TAKEN_UP = "TAKEN_UP", "Retomada"

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="decisions", verbose_name="ley")
    kind = models.CharField("decisión", max_length=9, choices=Kind.choices)
    reason = models.TextField("motivo")
    decided_at = models.DateTimeField("decidido el")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="decidió")

    class Meta:
        verbose_name = "decisión sobre una ley"
        verbose_name_plural = "decisiones sobre leyes"
        default_permissions = ()
        triggers = append_only("tariffs_lawdecision")

    def __str__(self) -> str:
        return f"{self.schedule}: {self.get_kind_display()}"


class LawInForce(models.Model):
    """The days a loaded law rules. Apart from the law because a later reform ends it before its printed last day.

    Whoever puts it in force is not who loaded it, and signs the edges of its tables where more water costs less, with
    the words of the law that say so (``falls_basis``).
    """

    schedule = models.OneToOneField(
        Schedule, on_delete=models.PROTECT, primary_key=True, related_name="in_force", verbose_name="ley"
    )
    valid_from = models.DateField("vigente desde")
    valid_until = models.DateField("deja de regir el")
    approved_at = models.DateTimeField("autorizada el")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="autorizó")
    falls_basis = models.TextField("fundamento de lo que baja", blank=True)

    class Meta:
        verbose_name = "vigencia de la ley"
        verbose_name_plural = "vigencias de la ley"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")),
                name="law_in_force_validity_in_order",
                violation_error_message="La ley debe dejar de regir después del día en que empieza.",
            ),
            ExclusionConstraint(
                name="law_in_force_one_at_a_time",
                expressions=[
                    (
                        Func("valid_from", "valid_until", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message="Ya hay otra ley en vigor en esas fechas.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="tariffs_law_in_force_takes_two_people",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF EXISTS (SELECT 1 FROM tariffs_schedule law WHERE law.id = NEW.schedule_id "
                    "AND law.loaded_by_id = NEW.approved_by_id) THEN "
                    "RAISE EXCEPTION 'tariffs_lawinforce: who loads a law may not put it in force' "
                    "USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="tariffs_law_in_force_only_ends_sooner",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF TG_OP = 'DELETE' OR NEW.schedule_id <> OLD.schedule_id OR NEW.valid_from <> OLD.valid_from "
                    "OR NEW.valid_until > OLD.valid_until THEN "
                    "RAISE EXCEPTION 'tariffs_lawinforce: a law in force may only end sooner' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} ({self.valid_from} a {self.valid_until})"
