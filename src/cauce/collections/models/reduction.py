"""What follows an order that limits a service: its recall, the vale de agua, and the illegal reconnection."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.collections.models.ladder import LadderAct
from cauce.collections.rules.infractions import INFRACTION_EDGES, OPEN_INFRACTIONS
from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document, StoredFile
from cauce.events.models import Event
from cauce.ledger.models import Posting
from cauce.registry.models import Account
from cauce.workorders.models import WorkOrder


class OrderRecall(models.Model):
    """A retirada: how the meeting of a payment with an order that limits a service was decided. Once for each order.

    ``event`` is the payment or agreement that called it back, ``debt`` what was left overdue then. When the crew had
    acted, ``reconnection`` is the order that gives the service back.
    """

    class Outcome(models.TextChoices):
        CALLED_BACK = "CALLED_BACK", "Retirada a tiempo"
        ACTED = "ACTED", "Ya se había hecho"
        ACTED_AFTER = "ACTED_AFTER", "Se hizo después de retirada"

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="recalls", verbose_name="orden")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recalls", verbose_name="cuenta")
    outcome = models.CharField("cómo quedó", max_length=11, choices=Outcome.choices)
    cause = models.CharField("por qué", max_length=160)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="pago o convenio"
    )
    debt = models.DecimalField("adeudo vencido que quedó", max_digits=14, decimal_places=2)
    refused_below = models.DecimalField("adeudo mínimo de la orden", max_digits=14, decimal_places=2)
    reconnection = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="reconexión"
    )
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")
    # The payment was undone afterwards: somebody has to look at the account again.
    undone_at = models.DateTimeField("se deshizo el pago", null=True)
    undone_note = models.CharField("qué se deshizo", max_length=160, blank=True)

    class Meta:
        verbose_name = "retirada de orden"
        verbose_name_plural = "retiradas de órdenes"
        triggers = [never_deleted("collections_orderrecall")]
        indexes = [models.Index(fields=["account", "id"], name="orderrecall_by_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "outcome"],
                name="orderrecall_once",
                violation_error_message="Esa orden ya se decidió así.",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(outcome__in=["CALLED_BACK", "ACTED"]),
                name="orderrecall_decided_once",
                violation_error_message="Ya se decidió si la orden se retiró a tiempo.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="CALLED_BACK") | Q(reconnection__isnull=False),
                name="orderrecall_acted_is_reconnected",
                violation_error_message="Lo que ya se había hecho lleva su reconexión.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class WaterVoucher(models.Model):
    """A vale de agua: the litres that a home keeps by tank or tap when no reductor fits in its connection."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="water_voucher", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="water_vouchers", verbose_name="cuenta")
    act = models.OneToOneField(
        LadderAct, on_delete=models.PROTECT, related_name="water_voucher", verbose_name="acción de cobranza"
    )
    persons = models.PositiveSmallIntegerField("personas")
    litres_per_person_day = models.PositiveSmallIntegerField("litros por persona al día")
    valid_from = models.DateField("desde")
    # Exclusive.
    valid_until = models.DateField("hasta")
    issued_at = models.DateTimeField("emitido")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo emitió"
    )
    delivered_on = models.DateField("entregado", null=True)
    received_by = models.CharField("quién lo recibió", max_length=160, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo capturó"
    )

    class Meta:
        verbose_name = "vale de agua"
        verbose_name_plural = "vales de agua"
        triggers = [never_deleted("collections_watervoucher")]
        constraints = [
            models.CheckConstraint(
                condition=Q(persons__gte=1, litres_per_person_day__gte=50, valid_until__gt=F("valid_from")),
                name="watervoucher_gives_the_minimum",
                violation_error_message="El vale da 50 litros o más por persona al día, un día por lo menos.",
            )
        ]

    def __str__(self) -> str:
        return f"Vale de agua {self.document_id}"

    @property
    def days(self) -> int:
        """How many days it is for."""
        return (self.valid_until - self.valid_from).days

    @property
    def litres_a_day(self) -> int:
        """What the home keeps in a day."""
        return self.persons * self.litres_per_person_day

    @property
    def litres(self) -> int:
        """All that it gives."""
        return self.litres_a_day * self.days


class Infraction(models.Model):
    """A reconexión no autorizada: found, told to the person, heard, and fined or dismissed by another hand.

    ``amount`` is the fine in pesos, of the law's table on the day it was decided; ``posting`` is its charge.
    """

    class State(models.TextChoices):
        FOUND = "FOUND", "Encontrada"
        NOTIFIED = "NOTIFIED", "Notificada"
        HEARD = "HEARD", "Oída"
        FINED = "FINED", "Multada"
        DISMISSED = "DISMISSED", "Sin sanción"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="infraction", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="infractions", verbose_name="cuenta")
    # The order in which it was seen; none when somebody told it.
    found_in = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="orden en que se vio"
    )
    inspection = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="orden de inspección"
    )
    state = models.CharField("estado", max_length=9, choices=State.choices, default=State.FOUND)
    found_on = models.DateField("vista el")
    told = models.TextField("qué se encontró")
    evidence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="evidencia"
    )
    found_at = models.DateTimeField("registrada")
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la registró"
    )
    notified_on = models.DateField("notificada el", null=True)
    notified_to = models.CharField("a quién", max_length=160, blank=True)
    hearing_until = models.DateField("puede manifestar hasta", null=True)
    heard_on = models.DateField("oída el", null=True)
    defence = models.TextField("qué manifestó", blank=True)
    decided_at = models.DateTimeField("resuelta", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resolvió"
    )
    decision = models.TextField("por qué", blank=True)
    amount = models.DecimalField("multa", max_digits=14, decimal_places=2, null=True)
    legal_basis = models.CharField("fundamento", max_length=240, blank=True)
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )

    class Meta:
        verbose_name = "reconexión no autorizada"
        verbose_name_plural = "reconexiones no autorizadas"
        permissions = [("decide_infraction", "Puede multar o no sancionar reconexiones no autorizadas")]
        triggers = [
            never_deleted("collections_infraction"),
            states("collections_infraction", "state", INFRACTION_EDGES),
        ]
        indexes = [
            models.Index(fields=["account", "document"], name="infraction_by_account"),
            models.Index(fields=["state", "found_at"], name="infraction_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=sorted(OPEN_INFRACTIONS)),
                name="infraction_one_open_by_account",
                violation_error_message="La cuenta ya tiene un procedimiento abierto por reconexión no autorizada.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("found_by")),
                name="infraction_decided_by_another",
                violation_error_message="Quien registró la reconexión no autorizada no resuelve si se multa.",
            ),
            models.CheckConstraint(
                condition=Q(state="FINED", amount__gt=0, posting__isnull=False, decided_by__isnull=False)
                | (~Q(state="FINED") & Q(amount__isnull=True, posting__isnull=True)),
                name="infraction_fined_is_charged",
                violation_error_message="Una multa lleva su importe, su cargo y quién la impuso.",
            ),
        ]

    def __str__(self) -> str:
        return f"Reconexión no autorizada {self.document_id}"


class InfractionStep(models.Model):
    """A step of the procedure, as it was taken."""

    infraction = models.ForeignKey(
        Infraction, on_delete=models.PROTECT, related_name="steps", verbose_name="procedimiento"
    )
    from_state = models.CharField("de", max_length=9, choices=Infraction.State.choices, blank=True)
    to_state = models.CharField("a", max_length=9, choices=Infraction.State.choices)
    note = models.TextField("nota", blank=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "paso de un procedimiento"
        verbose_name_plural = "pasos de un procedimiento"
        triggers = append_only("collections_infractionstep")

    def __str__(self) -> str:
        return self.get_to_state_display()
