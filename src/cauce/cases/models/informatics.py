"""What the areas ask of Informática: faults and needs of software, hardware, telephony and networks."""

from django.conf import settings
from django.db import models

from cauce.cases.rules.states import SYSTEM_REQUEST_EDGES
from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document
from cauce.users.models import Area


class SystemRequest(models.Model):
    """A request or a need, with its priority, its effort and its state."""

    class Category(models.TextChoices):
        SOFTWARE = "SOFTWARE", "Software"
        HARDWARE = "HARDWARE", "Equipo de cómputo"
        TELEPHONY = "TELEPHONY", "Telefonía"
        NETWORK = "NETWORK", "Redes"
        TELECOM = "TELECOM", "Telecomunicaciones"

    class Nature(models.TextChoices):
        FAULT = "FAULT", "Falla"
        SUPPORT = "SUPPORT", "Duda o apoyo"
        NEED = "NEED", "Necesidad o mejora"

    class Priority(models.IntegerChoices):
        URGENT = 1, "Urgente"
        NORMAL = 2, "Normal"
        LOW = 3, "Puede esperar"

    class Effort(models.TextChoices):
        HOURS = "HOURS", "Horas"
        DAYS = "DAYS", "Días"
        WEEKS = "WEEKS", "Semanas"
        MONTHS = "MONTHS", "Meses"

    class State(models.TextChoices):
        ASKED = "ASKED", "Pedida"
        ACCEPTED = "ACCEPTED", "Aceptada"
        IN_PROGRESS = "IN_PROGRESS", "En curso"
        DONE = "DONE", "Hecha"
        REFUSED = "REFUSED", "No se hará"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="system_request", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    nature = models.CharField("clase", max_length=8, choices=Nature.choices)
    category = models.CharField("materia", max_length=9, choices=Category.choices)
    matter = models.CharField("asunto", max_length=160)
    detail = models.TextField("detalle")
    benefit = models.TextField("para qué", blank=True)
    priority = models.PositiveSmallIntegerField("prioridad", choices=Priority.choices, default=Priority.NORMAL)
    effort = models.CharField("esfuerzo", max_length=6, choices=Effort.choices, blank=True)
    state = models.CharField("estado", max_length=11, choices=State.choices, default=State.ASKED)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name="área que pide")
    asked_at = models.DateTimeField("pedida")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la pide"
    )
    attended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién la atiende"
    )
    target_on = models.DateField("para cuándo", null=True)
    answer = models.TextField("respuesta", blank=True)
    ended_at = models.DateTimeField("terminada", null=True)

    class Meta:
        verbose_name = "solicitud a Informática"
        verbose_name_plural = "solicitudes a Informática"
        permissions = [("attend_systemrequest", "Puede atender solicitudes a Informática")]
        triggers = [
            never_deleted("cases_systemrequest"),
            states("cases_systemrequest", "state", SYSTEM_REQUEST_EDGES),
        ]
        indexes = [models.Index(fields=["state", "priority"], name="systemrequest_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=("DONE", "REFUSED")) | ~models.Q(answer=""),
                name="systemrequest_ended_says_how",
                violation_error_message="Escriba qué se hizo o por qué no se hará.",
            )
        ]

    def __str__(self) -> str:
        return self.matter


class SystemRequestStep(models.Model):
    """A step in the life of a request."""

    request = models.ForeignKey(SystemRequest, on_delete=models.PROTECT, related_name="steps", verbose_name="solicitud")
    from_state = models.CharField("de", max_length=11, choices=SystemRequest.State.choices, blank=True)
    to_state = models.CharField("a", max_length=11, choices=SystemRequest.State.choices)
    note = models.TextField("nota", blank=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "paso de una solicitud a Informática"
        verbose_name_plural = "pasos de una solicitud a Informática"
        triggers = append_only("cases_systemrequeststep")

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"
