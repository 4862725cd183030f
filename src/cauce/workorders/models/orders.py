"""Work orders, where each one is, what was found and done, and what it took."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document, StoredFile
from cauce.registry.models import Account, Customer, Sector
from cauce.users.models import Area
from cauce.workorders.models.catalogue import Crew, Material, WorkOrderType
from cauce.workorders.rules.states import ENDED, ORDER_EDGES, PENDING


class Origin(models.TextChoices):
    """What an order or an appointment comes from; the thing itself is told by its number, which is data."""

    CASE = "CASE", "Caso"
    CALL = "CALL", "Llamada"
    RADIO = "RADIO", "Radio"
    PAYMENT = "PAYMENT", "Pago de un servicio"
    READING = "READING", "Lectura"
    PROCEDURE = "PROCEDURE", "Trámite"
    COLLECTIONS = "COLLECTIONS", "Cobranza"
    INSPECTION = "INSPECTION", "Aforo"
    METERS = "METERS", "Reemplazo de medidores"
    DESK = "DESK", "Ventanilla"


class DeliveryList(models.Model):
    """A list of orders handed to an area, and who acknowledged it."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="delivery_list", verbose_name="documento"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name="área")
    delivered_at = models.DateTimeField("entregada")
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la entregó"
    )
    acknowledged_at = models.DateTimeField("recibida", null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién la recibió"
    )

    class Meta:
        verbose_name = "relación de órdenes"
        verbose_name_plural = "relaciones de órdenes"
        triggers = [never_deleted("workorders_deliverylist")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acknowledged_by__isnull=True) | ~models.Q(acknowledged_by=models.F("delivered_by")),
                name="deliverylist_by_two_people",
                violation_error_message="Quien entrega las órdenes no puede acusar su recibo.",
            )
        ]

    def __str__(self) -> str:
        return f"Relación {self.document_id}"


class WorkOrderQuerySet(models.QuerySet["WorkOrder"]):
    """Reads of orders."""

    def pending(self) -> "WorkOrderQuerySet":
        """Those that somebody still has to go out for."""
        return self.filter(state__in=PENDING)

    def ended(self) -> "WorkOrderQuerySet":
        """Those that nobody will go out for any more."""
        return self.filter(state__in=ENDED)


class WorkOrder(models.Model):
    """An orden de trabajo: something to be done in the street, by an area, before a moment."""

    class State(models.TextChoices):
        ISSUED = "ISSUED", "Emitida"
        DELIVERED = "DELIVERED", "Entregada a su área"
        PROGRAMMED = "PROGRAMMED", "Programada"
        IN_FIELD = "IN_FIELD", "En campo"
        DONE = "DONE", "Hecha"
        NOT_DONE = "NOT_DONE", "No se pudo hacer"
        REVIEWED = "REVIEWED", "Revisada"
        CLOSED = "CLOSED", "Cerrada"
        REOPENED = "REOPENED", "Reabierta"
        RECALLED = "RECALLED", "Retirada"
        CANCELLED = "CANCELLED", "Cancelada"
        MERGED = "MERGED", "Unida a otra"

    class Priority(models.IntegerChoices):
        URGENT = 1, "Urgente"
        NORMAL = 2, "Normal"
        LOW = 3, "Puede esperar"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="work_order", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    type = models.ForeignKey(WorkOrderType, on_delete=models.PROTECT, related_name="orders", verbose_name="tipo")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name="área")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="work_orders", verbose_name="cuenta"
    )
    party = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="persona")
    contact_name = models.CharField("con quién", max_length=160, blank=True)
    contact_phone = models.CharField("teléfono", max_length=20, blank=True)
    place = models.CharField("dónde", max_length=240)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="sector")
    route = models.CharField("ruta", max_length=4, blank=True)
    route_order = models.PositiveIntegerField("orden en la ruta", default=0)
    latitude = models.DecimalField("latitud", max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField("longitud", max_digits=9, decimal_places=6, null=True)
    matter = models.CharField("asunto", max_length=160)
    detail = models.TextField("detalle", blank=True)
    # Carrying it out is refused when the account's overdue debt is less than this many pesos.
    refused_below = models.DecimalField("adeudo mínimo", max_digits=14, decimal_places=2, null=True)
    priority = models.PositiveSmallIntegerField("prioridad", choices=Priority.choices, default=Priority.NORMAL)
    origin_kind = models.CharField("origen", max_length=12, choices=Origin.choices)
    origin_id = models.BigIntegerField("número del origen", null=True)
    state = models.CharField("estado", max_length=12, choices=State.choices, default=State.ISSUED)
    issued_at = models.DateTimeField("emitida")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la emitió"
    )
    due_at = models.DateTimeField("vence")
    delivery = models.ForeignKey(
        DeliveryList, on_delete=models.PROTECT, null=True, related_name="orders", verbose_name="relación"
    )
    programmed_on = models.DateField("programada para", null=True)
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, null=True, related_name="orders", verbose_name="cuadrilla")
    place_in_day = models.PositiveSmallIntegerField("lugar en el día", null=True)
    # When it was done or could not be: what the indicator compares with what it had until.
    finished_at = models.DateTimeField("terminada", null=True)
    # It was dictated as done and its kind asks for a photograph, which is yet to come: until then nobody reviews it.
    lacks_photo = models.BooleanField("falta la fotografía", default=False)
    reviewed_at = models.DateTimeField("revisada", null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién la revisó"
    )
    times_reopened = models.PositiveSmallIntegerField("veces reabierta", default=0)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged_orders", verbose_name="unida a"
    )

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "orden de trabajo"
        verbose_name_plural = "órdenes de trabajo"
        permissions = [
            ("deliver_workorder", "Puede entregar órdenes a las áreas"),
            ("receive_workorder", "Puede acusar recibo de órdenes"),
            ("program_workorder", "Puede programar órdenes"),
            ("report_workorder", "Puede reportar lo hecho en una orden"),
            ("review_workorder", "Puede revisar y cerrar órdenes"),
            ("cancel_workorder", "Puede cancelar órdenes"),
        ]
        triggers = [never_deleted("workorders_workorder"), states("workorders_workorder", "state", ORDER_EDGES)]
        indexes = [
            models.Index(fields=["area", "state", "due_at"], name="workorder_by_area"),
            models.Index(fields=["state", "due_at"], name="workorder_by_state"),
            models.Index(fields=["crew", "programmed_on"], name="workorder_by_crew"),
            models.Index(fields=["account", "-document"], name="workorder_by_account"),
            models.Index(fields=["origin_kind", "origin_id"], name="workorder_by_origin"),
            models.Index(fields=["type", "issued_at"], name="workorder_by_type"),
            models.Index(fields=["issued_at"], name="workorder_by_issue"),
            models.Index(fields=["due_at", "document"], name="workorder_by_due"),
            # What waits is a few hundred among hundreds of thousands, and it is what everybody looks at.
            models.Index(
                fields=["due_at", "document"],
                name="workorder_pending_by_due",
                condition=models.Q(state__in=sorted(PENDING)),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(place=""),
                name="workorder_has_a_place",
                violation_error_message="Escriba dónde es; si la calle no tiene número, ponga «S/N».",
            ),
            models.CheckConstraint(
                condition=models.Q(state="MERGED", merged_into__isnull=False)
                | (~models.Q(state="MERGED") & models.Q(merged_into__isnull=True)),
                name="workorder_merged_says_into_which",
                violation_error_message="Diga a qué orden se une.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("PROGRAMMED", "IN_FIELD"))
                | models.Q(crew__isnull=False, programmed_on__isnull=False),
                name="workorder_programmed_has_crew_and_day",
                violation_error_message="Una orden programada tiene cuadrilla y día.",
            ),
            models.CheckConstraint(
                condition=models.Q(lacks_photo=False) | models.Q(state="DONE"),
                name="workorder_reviewed_has_its_photo",
                violation_error_message="A la orden le falta su fotografía: agréguela antes de revisarla.",
            ),
        ]

    def __str__(self) -> str:
        return f"Orden {self.document_id}"


class WorkOrderStep(models.Model):
    """A step in the life of an order, as it was taken."""

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="steps", verbose_name="orden")
    from_state = models.CharField("de", max_length=12, choices=WorkOrder.State.choices, blank=True)
    to_state = models.CharField("a", max_length=12, choices=WorkOrder.State.choices)
    note = models.TextField("nota", blank=True)
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuadrilla")
    programmed_on = models.DateField("programada para", null=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "paso de una orden"
        verbose_name_plural = "pasos de una orden"
        triggers = append_only("workorders_workorderstep")

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"


class WorkOrderResult(models.Model):
    """What a crew found and did in one visit, or why it could not be done."""

    class Means(models.TextChoices):
        SHEET = "SHEET", "Hoja impresa"
        RADIO = "RADIO", "Radio"
        PHONE = "PHONE", "Teléfono de campo"

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="results", verbose_name="orden")
    key = models.CharField("llave", max_length=120, unique=True)
    is_done = models.BooleanField("se hizo")
    reason = models.CharField("por qué no", max_length=80, blank=True)
    reading = models.PositiveIntegerField("lectura", null=True)
    seal = models.CharField("sello", max_length=24, blank=True)
    meter_serial = models.CharField("medidor instalado", max_length=24, blank=True)
    meter_brand = models.CharField("marca", max_length=40, blank=True)
    initial_reading = models.PositiveIntegerField("lectura inicial", null=True)
    diameter = models.CharField("diámetro", max_length=20, blank=True)
    notes = models.TextField("qué se hizo", blank=True)
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuadrilla")
    means = models.CharField("medio", max_length=8, choices=Means.choices)
    latitude = models.DecimalField("latitud", max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField("longitud", max_digits=9, decimal_places=6, null=True)
    finished_at = models.DateTimeField("cuándo fue")
    reported_at = models.DateTimeField("capturado")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo capturó"
    )

    class Meta:
        verbose_name = "resultado de una orden"
        verbose_name_plural = "resultados de una orden"
        triggers = append_only("workorders_workorderresult")
        indexes = [
            # The visits that did nothing are one in a hundred, and the indicator asks which orders had one.
            models.Index(fields=["order"], name="workorderresult_not_done", condition=models.Q(is_done=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_done=True, reason="") | (models.Q(is_done=False) & ~models.Q(reason="")),
                name="workorderresult_says_why_not",
                violation_error_message="Diga por qué no se pudo hacer.",
            )
        ]

    def __str__(self) -> str:
        return "Hecha" if self.is_done else self.reason


class MaterialUse(models.Model):
    """What a visit took."""

    result = models.ForeignKey(
        WorkOrderResult, on_delete=models.PROTECT, related_name="materials", verbose_name="resultado"
    )
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="+", verbose_name="material")
    quantity = models.DecimalField("cantidad", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "material usado"
        verbose_name_plural = "materiales usados"
        triggers = append_only("workorders_materialuse")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0),
                name="materialuse_positive",
                violation_error_message="La cantidad debe ser mayor que cero.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.material}"


class WorkOrderFile(models.Model):
    """A photograph or a paper of an order."""

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="files", verbose_name="orden")
    result = models.ForeignKey(
        WorkOrderResult, on_delete=models.PROTECT, null=True, related_name="files", verbose_name="resultado"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="archivo")
    label = models.CharField("qué es", max_length=80)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "archivo de una orden"
        verbose_name_plural = "archivos de una orden"
        triggers = append_only("workorders_workorderfile")

    def __str__(self) -> str:
        return self.label
