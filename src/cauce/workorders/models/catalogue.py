"""What kinds of orders there are, who does them and with what: data that the utility changes without code."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cauce.core.triggers import never_deleted
from cauce.users.models import Area


class ClosingField(models.TextChoices):
    """What an order may ask to be filled in when it is done."""

    READING = "READING", "Lectura"
    SEAL = "SEAL", "Sello"
    METER_SERIAL = "METER_SERIAL", "Serie del medidor instalado"
    DIAMETER = "DIAMETER", "Diámetro"
    INITIAL_READING = "INITIAL_READING", "Lectura inicial del medidor instalado"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class WorkOrderType(models.Model):
    """A kind of order: who does it and in how long, what it needs, what it charges and what it must bring back."""

    class Effect(models.TextChoices):
        """What being done changes elsewhere, by the operation of the package that owns it."""

        NONE = "NONE", "Nada más"
        METER_INSTALLED = "METER_INSTALLED", "Instala el medidor"
        METER_CHANGED = "METER_CHANGED", "Cambia el medidor"
        METER_REMOVED = "METER_REMOVED", "Retira el medidor"
        RECONNECTED = "RECONNECTED", "Reconecta la cuenta"
        REDUCED = "REDUCED", "Reduce el servicio de la cuenta"

    code = models.CharField("clave", max_length=24, primary_key=True)
    name = models.CharField("nombre", max_length=120)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name="área que la hace")
    term_hours = models.PositiveSmallIntegerField("plazo en horas hábiles")
    priority = models.PositiveSmallIntegerField("prioridad", default=2)
    concept = models.CharField("servicio de la ley que la paga", max_length=24, blank=True)
    needs_account = models.BooleanField("es de una cuenta", default=True)
    needs_photo = models.BooleanField("pide fotografía", default=False)
    is_leak = models.BooleanField("repara una fuga", default=False)
    closing_fields = ArrayField(
        models.CharField(max_length=16, choices=ClosingField.choices),
        default=list,
        verbose_name="qué se llena al hacerla",
    )
    reasons_not_done = ArrayField(
        models.CharField(max_length=80), default=list, verbose_name="por qué puede no hacerse"
    )
    effect = models.CharField("qué cambia al hacerse", max_length=16, choices=Effect.choices, default=Effect.NONE)
    instructions = models.TextField("indicaciones", blank=True)
    is_active = models.BooleanField("en uso", default=True)

    class Meta:
        verbose_name = "tipo de orden"
        verbose_name_plural = "tipos de orden"
        triggers = [never_deleted("workorders_workordertype")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(term_hours__gte=1),
                name="workordertype_has_a_term",
                violation_error_message="El plazo es de una hora hábil o más.",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=(1, 2, 3)),
                name="workordertype_priority_known",
                violation_error_message="La prioridad es 1 (urgente), 2 (normal) o 3 (puede esperar).",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Material(models.Model):
    """What a crew takes to an order."""

    code = models.CharField("clave", max_length=24, primary_key=True)
    name = models.CharField("material", max_length=120)
    unit = models.CharField("unidad", max_length=16)
    is_active = models.BooleanField("en uso", default=True)

    class Meta:
        verbose_name = "material"
        verbose_name_plural = "materiales"

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class UsualMaterial(models.Model):
    """What an order of a kind usually takes."""

    type = models.ForeignKey(
        WorkOrderType, on_delete=models.PROTECT, related_name="usual_materials", verbose_name="tipo de orden"
    )
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="+", verbose_name="material")
    quantity = models.DecimalField("cantidad", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "material usual"
        verbose_name_plural = "materiales usuales"
        constraints = [
            models.UniqueConstraint(
                fields=["type", "material"],
                name="usualmaterial_once",
                violation_error_message="Ese material ya está en el tipo de orden.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.material}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Crew(models.Model):
    """A cuadrilla, or one técnico who goes alone: whom an order is given to."""

    name = models.CharField("nombre", max_length=80, unique=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="crews", verbose_name="área")
    radio = models.CharField("unidad de radio", max_length=16, blank=True)
    orders_a_day = models.PositiveSmallIntegerField("órdenes que hace al día", default=8)
    is_active = models.BooleanField("en servicio", default=True)

    class Meta:
        verbose_name = "cuadrilla"
        verbose_name_plural = "cuadrillas"
        triggers = [never_deleted("workorders_crew")]

    def __str__(self) -> str:
        return self.name


class CrewMember(models.Model):
    """Who goes in a crew, and since when."""

    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="members", verbose_name="cuadrilla")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="crews", verbose_name="persona"
    )
    valid_from = models.DateField("desde")
    valid_until = models.DateField("hasta", null=True, blank=True)

    class Meta:
        verbose_name = "integrante de cuadrilla"
        verbose_name_plural = "integrantes de cuadrilla"
        constraints = [
            models.UniqueConstraint(
                fields=["crew", "user"],
                condition=models.Q(valid_until__isnull=True),
                name="crewmember_once",
                violation_error_message="Esa persona ya está en la cuadrilla.",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
                name="crewmember_dates_in_order",
                violation_error_message="La fecha final debe ser posterior a la inicial.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} en {self.crew}"
