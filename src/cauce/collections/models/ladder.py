"""The ladder of actions as data, the batches that climb it, and where each account stands."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cauce.collections.rules.states import ACT_EDGES, BATCH_EDGES, LIVE_ACTS
from cauce.core.triggers import never_deleted, states
from cauce.documents.models import Document, StoredFile
from cauce.ledger.models import Transfer
from cauce.registry.models import Account
from cauce.workorders.models import WorkOrder, WorkOrderType


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class ServiceRule(models.Model):
    """What may be done to the service of a use that does not pay (Ley General de Aguas, art. 9).

    A dwelling's service is reduced to a vital minimum and never cut; drainage is never closed. ``activities`` are words
    of the giro (health, schools…) that the row is for; the row with none is for the rest of its use.
    """

    class Action(models.TextChoices):
        REDUCTION = "REDUCTION", "Reducción al mínimo vital"
        SUSPENSION = "SUSPENSION", "Suspensión total del agua"
        NOTHING = "NOTHING", "Nada"

    code = models.CharField("clave", max_length=24, primary_key=True)
    use_class = models.CharField("uso", max_length=16)
    activities = ArrayField(models.CharField(max_length=40), verbose_name="giros", default=list, blank=True)
    action = models.CharField("qué se puede hacer", max_length=10, choices=Action.choices)
    litres_per_person_day = models.PositiveSmallIntegerField("litros por persona al día", default=50)
    legal_basis = models.CharField("fundamento", max_length=240)

    class Meta:
        verbose_name = "regla del servicio por uso"
        verbose_name_plural = "reglas del servicio por uso"

    def __str__(self) -> str:
        return self.code


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class LadderStep(models.Model):
    """A rung of the ladder: what it is, what must come before and how long before, for whom, by which paper."""

    class Kind(models.TextChoices):
        REMINDER = "REMINDER", "Recordatorio"
        NOTICE = "NOTICE", "Aviso"
        INVITATION = "INVITATION", "Invitación a convenio"
        INSPECTION = "INSPECTION", "Orden de inspección"
        NOTIFICATION = "NOTIFICATION", "Orden de notificación"
        VERIFICATION = "VERIFICATION", "Orden de verificación"
        AUTHORISATION = "AUTHORISATION", "Autorización"
        EXECUTION = "EXECUTION", "Ejecución"
        FOLLOW_UP = "FOLLOW_UP", "Seguimiento"

    class Channel(models.TextChoices):
        LETTER = "LETTER", "Carta"
        DOOR_HANGER = "DOOR_HANGER", "Volante de puerta"
        EMAIL = "EMAIL", "Correo electrónico"
        TEXT = "TEXT", "Mensaje al celular"
        CALL = "CALL", "Llamada"
        VISIT = "VISIT", "Visita"
        NONE = "NONE", "Ninguno"

    code = models.CharField("clave", max_length=24, primary_key=True)
    name = models.CharField("nombre", max_length=120)
    kind = models.CharField("clase", max_length=13, choices=Kind.choices)
    position = models.PositiveSmallIntegerField("lugar en la escalera", unique=True)
    # Any of these, delivered or done, with its days gone by, lets this one be taken; none, and it is a first rung.
    predecessors = ArrayField(models.CharField(max_length=24), verbose_name="después de", default=list, blank=True)
    min_days = models.PositiveSmallIntegerField("días hábiles mínimos", default=0)
    # After these the predecessor no longer serves and must be repeated; None is no end.
    max_days = models.PositiveSmallIntegerField("días hábiles máximos", null=True, blank=True)
    min_debt = models.DecimalField("adeudo vencido mínimo", max_digits=14, decimal_places=2, default=0)
    min_months = models.PositiveSmallIntegerField("meses de adeudo mínimos", default=1)
    use_classes = ArrayField(models.CharField(max_length=16), verbose_name="usos", default=list, blank=True)
    channel = models.CharField("canal", max_length=11, choices=Channel.choices, default=Channel.NONE)
    # The service of the law that is charged to the account when it is issued; empty is free.
    charge = models.CharField("servicio que se cobra", max_length=24, blank=True)
    # What one costs the utility (paper, who takes it), by which the effect of a batch is weighed.
    unit_cost = models.DecimalField("lo que cuesta cada una", max_digits=10, decimal_places=2, default=0)
    order_type = models.ForeignKey(
        WorkOrderType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tipo de orden"
    )
    template = models.TextField("texto del documento", blank=True)
    legal_basis = models.CharField("fundamento", max_length=240, blank=True)
    is_active = models.BooleanField("en uso", default=True)

    class Meta:
        verbose_name = "peldaño de cobranza"
        verbose_name_plural = "peldaños de cobranza"
        permissions = [
            ("build_batch", "Puede preparar relaciones de cobranza"),
            ("approve_batch", "Puede aprobar relaciones de cobranza"),
            ("capture_delivery", "Puede capturar entregas de avisos"),
            ("authorise_reduction", "Puede autorizar la reducción del servicio"),
            ("log_contact", "Puede anotar gestiones de cobranza"),
            ("view_arrears", "Puede ver la cartera vencida"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_days__isnull=True) | Q(max_days__gte=F("min_days")),
                name="ladderstep_days_in_order",
                violation_error_message="El plazo máximo no puede ser menor que el mínimo.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CollectionBatch(models.Model):
    """A relación de cobranza: the accounts to which one rung is applied at once; previewed, approved and issued.

    ``filters`` are those of the selection, and ``day`` the day of the portfolio it was made from.
    """

    class State(models.TextChoices):
        PREVIEWED = "PREVIEWED", "Por aprobar"
        APPROVED = "APPROVED", "Aprobada"
        ISSUED = "ISSUED", "Emitida"
        CLOSED = "CLOSED", "Terminada"
        DISCARDED = "DISCARDED", "Descartada"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="collection_batch", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    step = models.ForeignKey(LadderStep, on_delete=models.PROTECT, related_name="batches", verbose_name="peldaño")
    state = models.CharField("estado", max_length=9, choices=State.choices, default=State.PREVIEWED)
    day = models.DateField("cartera al día")
    filters = models.JSONField("selección", default=dict)
    # How many a crew or a notifier takes in a day; the batch is cut in days by it.
    capacity = models.PositiveIntegerField("por día", null=True)
    accounts = models.PositiveIntegerField("cuentas", default=0)
    debt = models.DecimalField("adeudo vencido", max_digits=16, decimal_places=2, default=0)
    cost = models.DecimalField("costo", max_digits=14, decimal_places=2, default=0)
    made_at = models.DateTimeField("preparada")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la preparó"
    )
    approved_at = models.DateTimeField("aprobada", null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién la aprobó"
    )
    # When it was asked to be issued: from then on its chunks are being issued.
    issuing_at = models.DateTimeField("se pidió emitir", null=True)
    issued_at = models.DateTimeField("emitida", null=True)
    note = models.TextField("nota", blank=True)

    class Meta:
        verbose_name = "relación de cobranza"
        verbose_name_plural = "relaciones de cobranza"
        triggers = [
            never_deleted("collections_collectionbatch"),
            states("collections_collectionbatch", "state", BATCH_EDGES),
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="collectionbatch_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="collectionbatch_by_two_people",
                violation_error_message="Quien prepara la relación no puede aprobarla.",
            )
        ]

    def __str__(self) -> str:
        return f"Relación {self.document_id}"


class LadderAct(models.Model):
    """One rung taken, or to be taken, with one account: what it owed, its paper or order, and what came of it."""

    class State(models.TextChoices):
        SELECTED = "SELECTED", "Seleccionada"
        EXCLUDED = "EXCLUDED", "Excluida"
        AUTHORISED = "AUTHORISED", "Autorizada"
        ISSUED = "ISSUED", "Emitida"
        DELIVERED = "DELIVERED", "Entregada"
        NOT_DELIVERED = "NOT_DELIVERED", "No entregada"
        DONE = "DONE", "Hecha"
        NOT_DONE = "NOT_DONE", "No se pudo hacer"
        RECALLED = "RECALLED", "Retirada"
        DISCARDED = "DISCARDED", "Descartada"

    class Outcome(models.TextChoices):
        DELIVERED = "DELIVERED", "Entregado"
        REFUSED = "REFUSED", "Se negó a recibir"
        VACANT = "VACANT", "Casa sola"
        RETURNED = "RETURNED", "Devuelto"

    batch = models.ForeignKey(
        CollectionBatch, on_delete=models.PROTECT, null=True, related_name="acts", verbose_name="relación"
    )
    step = models.ForeignKey(LadderStep, on_delete=models.PROTECT, related_name="acts", verbose_name="peldaño")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="ladder_acts", verbose_name="cuenta")
    state = models.CharField("estado", max_length=13, choices=State.choices, default=State.SELECTED)
    # Of the day of the portfolio: what it owed and for how many months.
    debt = models.DecimalField("adeudo vencido", max_digits=14, decimal_places=2)
    months = models.PositiveSmallIntegerField("meses de adeudo")
    # Of the day it was issued: what settles the account, surcharges to that day and this act's cost included.
    to_pay = models.DecimalField("total a pagar", max_digits=14, decimal_places=2, null=True)
    charged = models.DecimalField("gastos cobrados", max_digits=14, decimal_places=2, default=0)
    # Its place in the walk, and the day it falls in by the batch's capacity (1 is the first).
    place = models.PositiveIntegerField("lugar", default=0)
    day_number = models.PositiveSmallIntegerField("día", default=1)
    # Why it may not be taken, in sentences; empty when it may.
    blocks = ArrayField(models.CharField(max_length=240), verbose_name="qué lo impide", default=list, blank=True)
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, related_name="ladder_act", verbose_name="documento"
    )
    order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="orden de trabajo"
    )
    cost = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, verbose_name="costo"
    )
    authorised_at = models.DateTimeField("autorizada", null=True)
    authorised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="quién la autorizó",
    )
    issued_on = models.DateField("emitida el", null=True)
    # From when the terms of what follows run: the day it was delivered or done.
    ended_on = models.DateField("entregada o hecha el", null=True)
    outcome = models.CharField("resultado", max_length=9, choices=Outcome.choices, blank=True)
    note = models.CharField("nota", max_length=240, blank=True)
    captured_at = models.DateTimeField("capturada", null=True)
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién la capturó"
    )
    evidence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="evidencia"
    )

    class Meta:
        verbose_name = "acción de cobranza"
        verbose_name_plural = "acciones de cobranza"
        triggers = [
            never_deleted("collections_ladderact"),
            states("collections_ladderact", "state", ACT_EDGES),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="ladderact_by_account"),
            models.Index(fields=["batch", "place"], name="ladderact_by_batch"),
            models.Index(fields=["step", "state", "ended_on"], name="ladderact_by_step"),
            models.Index(fields=["order"], name="ladderact_by_order", condition=Q(order__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "step"],
                condition=Q(state__in=["SELECTED", "AUTHORISED", "ISSUED"]),
                name="ladderact_one_at_a_time",
                violation_error_message="La cuenta ya tiene esa acción en curso.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["DELIVERED", "DONE"]) | Q(ended_on__isnull=False),
                name="ladderact_ended_says_when",
                violation_error_message="Una acción entregada o hecha dice cuándo.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.account_id}"


__all__ = ["LIVE_ACTS", "CollectionBatch", "LadderAct", "LadderStep", "ServiceRule"]
