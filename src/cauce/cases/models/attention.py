"""The telephone and the radio: who called, what was said, and what came of it."""

from django.conf import settings
from django.db import models

from cauce.cases.models.cases import Case
from cauce.core.triggers import never_deleted
from cauce.registry.models import Account
from cauce.users.models import Area
from cauce.workorders.models import Crew, HomeInspection, WorkOrder


class Call(models.Model):
    """A telephone call: whose, about what, what came of it, and whether somebody promised to call back."""

    class Direction(models.TextChoices):
        IN = "IN", "Entrante"
        OUT = "OUT", "Saliente"

    class Outcome(models.TextChoices):
        INFORMED = "INFORMED", "Se informó"
        CASE = "CASE", "Se levantó un caso"
        ORDER = "ORDER", "Se levantó una orden"
        INSPECTION = "INSPECTION", "Se agendó un aforo"
        TRANSFERRED = "TRANSFERRED", "Se transfirió"
        MESSAGE = "MESSAGE", "Se dejó recado"
        CALL_BACK = "CALL_BACK", "Se prometió llamar"
        NO_ANSWER = "NO_ANSWER", "No contestó"
        CUT = "CUT", "Se cortó"

    key = models.CharField("llave", max_length=120, unique=True)
    direction = models.CharField("sentido", max_length=3, choices=Direction.choices, default=Direction.IN)
    phone = models.CharField("teléfono", max_length=20, blank=True)
    # Its last ten digits, by which the account's people are looked for.
    phone_key = models.CharField(max_length=10, blank=True, editable=False)
    caller_name = models.CharField("quién llama", max_length=160, blank=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="calls", verbose_name="cuenta"
    )
    matter = models.CharField("asunto", max_length=160)
    notes = models.TextField("qué se dijo", blank=True)
    outcome = models.CharField("resultado", max_length=11, choices=Outcome.choices)
    extension = models.CharField("extensión", max_length=12, blank=True)
    started_at = models.DateTimeField("empezó")
    ended_at = models.DateTimeField("terminó")
    attended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calls", verbose_name="quién atendió"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="calls", verbose_name="caso")
    order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, related_name="calls", verbose_name="orden"
    )
    inspection = models.ForeignKey(
        HomeInspection, on_delete=models.PROTECT, null=True, related_name="calls", verbose_name="aforo"
    )
    call_back_at = models.DateTimeField("llamar a más tardar", null=True)
    called_back_at = models.DateTimeField("se llamó", null=True)
    # The call that keeps the promise of another.
    returns = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="returned_by", verbose_name="devuelve la llamada"
    )

    class Meta:
        verbose_name = "llamada"
        verbose_name_plural = "llamadas"
        triggers = [never_deleted("cases_call")]
        indexes = [
            models.Index(fields=["-started_at"], name="call_by_moment"),
            models.Index(fields=["phone_key", "-started_at"], name="call_by_phone"),
            models.Index(fields=["account", "-started_at"], name="call_by_account"),
            models.Index(
                fields=["call_back_at"],
                name="call_to_return",
                condition=models.Q(call_back_at__isnull=False, called_back_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("started_at")),
                name="call_ends_after_it_starts",
                violation_error_message="La llamada termina después de empezar.",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="CALL_BACK") | models.Q(call_back_at__isnull=False),
                name="call_promised_says_when",
                violation_error_message="Diga para cuándo se prometió llamar.",
            ),
        ]

    def __str__(self) -> str:
        return f"Llamada {self.pk}"


class PhoneMessage(models.Model):
    """A recado: left for a person or an area, until somebody takes it."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, related_name="messages", verbose_name="llamada")
    for_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="phone_messages",
        verbose_name="para",
    )
    for_area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="área")
    text = models.TextField("recado")
    left_at = models.DateTimeField("dejado")
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo dejó"
    )
    taken_at = models.DateTimeField("tomado", null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo tomó"
    )

    class Meta:
        verbose_name = "recado"
        verbose_name_plural = "recados"
        triggers = [never_deleted("cases_phonemessage")]
        indexes = [
            models.Index(
                fields=["for_area", "for_user"], name="phonemessage_to_take", condition=models.Q(taken_at__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(for_user__isnull=False) | models.Q(for_area__isnull=False),
                name="phonemessage_for_somebody",
                violation_error_message="Diga para quién o para qué área es el recado.",
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="phonemessage_says_something",
                violation_error_message="Escriba el recado.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RadioMessage(models.Model):
    """What was heard or said by radio, and what came of it."""

    class Direction(models.TextChoices):
        IN = "IN", "Recibido"
        OUT = "OUT", "Transmitido"

    class Matter(models.TextChoices):
        LEAK = "LEAK", "Fuga"
        NO_WATER = "NO_WATER", "Falta de agua"
        DRAIN = "DRAIN", "Drenaje"
        ORDER = "ORDER", "Orden de trabajo"
        SUPPORT = "SUPPORT", "Apoyo"
        OTHER = "OTHER", "Otro"

    key = models.CharField("llave", max_length=120, unique=True)
    direction = models.CharField("sentido", max_length=3, choices=Direction.choices, default=Direction.IN)
    unit = models.CharField("unidad", max_length=16)
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuadrilla")
    matter = models.CharField("asunto", max_length=8, choices=Matter.choices)
    message = models.TextField("mensaje")
    place = models.CharField("lugar", max_length=240, blank=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuenta")
    heard_at = models.DateTimeField("hora")
    attended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién atendió"
    )
    order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, related_name="radio_messages", verbose_name="orden"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, related_name="radio_messages", verbose_name="caso"
    )
    acknowledged_at = models.DateTimeField("enterado", null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién se enteró"
    )

    class Meta:
        verbose_name = "mensaje de radio"
        verbose_name_plural = "mensajes de radio"
        permissions = [("acknowledge_radiomessage", "Puede darse por enterado de mensajes de radio")]
        triggers = [never_deleted("cases_radiomessage")]
        indexes = [models.Index(fields=["-heard_at"], name="radiomessage_by_moment")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(message=""),
                name="radiomessage_says_something",
                violation_error_message="Escriba el mensaje.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.message}"
