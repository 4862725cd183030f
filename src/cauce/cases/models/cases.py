"""Cases: what people ask for, complain of or report, who has it, by when, and how it was answered."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from cauce.cases.rules.states import CASE_EDGES, OPEN
from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document, StoredFile
from cauce.registry.models import Account, Customer, Sector
from cauce.users.models import Area
from cauce.workorders.models import HomeInspection, WorkOrder, WorkOrderType


class Channel(models.TextChoices):
    """By which door somebody came."""

    WINDOW = "WINDOW", "Ventanilla"
    PHONE = "PHONE", "Teléfono"
    RADIO = "RADIO", "Radio"
    LETTER = "LETTER", "Oficio"
    WEB = "WEB", "Portal"
    FIELD = "FIELD", "En campo"


class CaseKind(models.TextChoices):
    """What a case is, which names its folio."""

    REQUEST = "REQUEST", "Solicitud"
    COMPLAINT = "COMPLAINT", "Inconformidad"
    REPORT = "REPORT", "Reporte"
    CLARIFICATION = "CLARIFICATION", "Aclaración"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class CaseType(models.Model):
    """A type of case: which area answers it and in how long, what it needs and what it may open."""

    class Opens(models.TextChoices):
        ORDER = "ORDER", "Orden de trabajo"
        INSPECTION = "INSPECTION", "Aforo"
        ADJUSTMENT = "ADJUSTMENT", "Ajuste a la facturación"
        PROCEDURE = "PROCEDURE", "Trámite"

    class NeedsAccount(models.TextChoices):
        YES = "YES", "Siempre"
        IF_KNOWN = "IF_KNOWN", "Si se sabe"
        NO = "NO", "Nunca"

    code = models.CharField("clave", max_length=24, primary_key=True)
    name = models.CharField("nombre", max_length=120)
    kind = models.CharField("clase", max_length=13, choices=CaseKind.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name="área que la resuelve")
    term_days = models.PositiveSmallIntegerField("plazo en días hábiles")
    legal_basis = models.CharField("fundamento", max_length=200, blank=True)
    priority = models.PositiveSmallIntegerField("prioridad", default=2)
    needs_account = models.CharField(
        "lleva cuenta", max_length=8, choices=NeedsAccount.choices, default=NeedsAccount.IF_KNOWN
    )
    required_documents = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name="documentos que pide"
    )
    opens = ArrayField(
        models.CharField(max_length=12, choices=Opens.choices), default=list, blank=True, verbose_name="qué puede abrir"
    )
    order_type = models.ForeignKey(
        WorkOrderType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="orden que abre"
    )
    hold_kind = models.CharField("retención que pone en la cuenta", max_length=16, blank=True)
    guidance = models.TextField("qué decir y qué preguntar", blank=True)
    is_active = models.BooleanField("en uso", default=True)

    class Meta:
        verbose_name = "tipo de caso"
        verbose_name_plural = "tipos de caso"
        triggers = [never_deleted("cases_casetype")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(term_days__gte=1),
                name="casetype_has_a_term",
                violation_error_message="El plazo es de un día hábil o más.",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=(1, 2, 3)),
                name="casetype_priority_known",
                violation_error_message="La prioridad es 1 (urgente), 2 (normal) o 3 (puede esperar).",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WindowTicket(models.Model):
    """A turn taken at the door: how long somebody waited at the window."""

    day = models.DateField("día")
    number = models.PositiveIntegerField("número")
    matter = models.CharField("a qué viene", max_length=80)
    is_preferential = models.BooleanField("atención preferente", default=False)
    taken_at = models.DateTimeField("tomado")
    called_at = models.DateTimeField("llamado", null=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo llamó"
    )
    finished_at = models.DateTimeField("atendido", null=True)
    left_at = models.DateTimeField("se fue", null=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuenta")

    class Meta:
        verbose_name = "turno de ventanilla"
        verbose_name_plural = "turnos de ventanilla"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "number"],
                name="windowticket_once_a_day",
                violation_error_message="Ese turno ya se tomó hoy.",
            ),
            models.CheckConstraint(
                condition=models.Q(called_at__isnull=True) | models.Q(called_at__gte=models.F("taken_at")),
                name="windowticket_called_after_taken",
                violation_error_message="Un turno se llama después de tomado.",
            ),
        ]

    def __str__(self) -> str:
        return f"Turno {self.number}"


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases."""

    def open(self) -> "CaseQuerySet":
        """Those that somebody still has to attend."""
        return self.filter(state__in=OPEN)


class Case(models.Model):
    """Something that somebody asked for, complained of or reported, with its folio and its legal term."""

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", "Recibido"
        ROUTED = "ROUTED", "Canalizado"
        IN_PROGRESS = "IN_PROGRESS", "En atención"
        WAITING = "WAITING", "En espera del usuario"
        RESOLVED = "RESOLVED", "Resuelto"
        CLOSED = "CLOSED", "Cerrado"
        DUPLICATE = "DUPLICATE", "Duplicado"
        WITHDRAWN = "WITHDRAWN", "Desistido"

    class Outcome(models.TextChoices):
        UPHELD = "UPHELD", "Procede"
        PARTLY = "PARTLY", "Procede en parte"
        REFUSED = "REFUSED", "No procede"
        INFORMED = "INFORMED", "Se informó"

    class Priority(models.IntegerChoices):
        URGENT = 1, "Urgente"
        NORMAL = 2, "Normal"
        LOW = 3, "Puede esperar"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="case", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    # What a case is asked by has an index that begins with it: another of its own would only be written.
    type = models.ForeignKey(
        CaseType, on_delete=models.PROTECT, related_name="cases", db_index=False, verbose_name="tipo"
    )
    channel = models.CharField("canal", max_length=8, choices=Channel.choices)
    priority = models.PositiveSmallIntegerField("prioridad", choices=Priority.choices, default=Priority.NORMAL)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="cases", db_index=False, verbose_name="cuenta"
    )
    party = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="persona")
    reporter_name = models.CharField("quién reporta", max_length=160, blank=True)
    reporter_phone = models.CharField("teléfono", max_length=20, blank=True)
    reporter_email = models.EmailField("correo", blank=True)
    place = models.CharField("dónde", max_length=240, blank=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="sector")
    matter = models.CharField("asunto", max_length=160)
    told = models.TextField("qué dice")
    state = models.CharField("estado", max_length=11, choices=State.choices, default=State.RECEIVED)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="área que lo tiene"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="held_cases",
        db_index=False,
        verbose_name="quién lo tiene",
    )
    ticket = models.ForeignKey(
        WindowTicket, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name="turno"
    )
    received_at = models.DateTimeField("recibido")
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo recibió"
    )
    # The last day of its legal term; a pause while the customer is awaited moves it.
    due_on = models.DateField("vence")
    waiting_since = models.DateField("en espera desde", null=True)
    outcome = models.CharField("sentido", max_length=8, choices=Outcome.choices, blank=True)
    resolution = models.TextField("respuesta", blank=True)
    resolved_at = models.DateTimeField("resuelto", null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="quién lo resolvió",
    )
    closed_at = models.DateTimeField("cerrado", null=True)
    satisfaction = models.PositiveSmallIntegerField("satisfacción", null=True)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="duplicates", verbose_name="duplicado de"
    )
    times_reopened = models.PositiveSmallIntegerField("veces reabierto", default=0)
    times_repeated = models.PositiveSmallIntegerField("veces que volvieron a llamar", default=0)
    search_text = models.TextField(editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "caso"
        verbose_name_plural = "casos"
        permissions = [
            ("route_case", "Puede canalizar casos"),
            ("attend_case", "Puede atender y resolver casos"),
        ]
        triggers = [never_deleted("cases_case"), states("cases_case", "state", CASE_EDGES)]
        indexes = [
            models.Index(fields=["area", "state", "due_on"], name="case_by_area"),
            models.Index(fields=["holder", "state", "due_on"], name="case_by_holder"),
            models.Index(fields=["state", "due_on"], name="case_by_state"),
            models.Index(fields=["due_on", "document"], name="case_by_due"),
            models.Index(fields=["account", "-document"], name="case_by_account"),
            models.Index(fields=["type", "received_at"], name="case_by_type"),
            GinIndex(SearchVector("search_text", config="simple"), name="case_by_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(told=""),
                name="case_says_something",
                violation_error_message="Escriba qué dice el usuario.",
            ),
            models.CheckConstraint(
                condition=models.Q(satisfaction__isnull=True) | models.Q(satisfaction__range=(1, 5)),
                name="case_satisfaction_from_1_to_5",
                violation_error_message="La satisfacción va de 1 a 5.",
            ),
            models.CheckConstraint(
                condition=models.Q(state="DUPLICATE", duplicate_of__isnull=False)
                | (~models.Q(state="DUPLICATE") & models.Q(duplicate_of__isnull=True)),
                name="case_duplicate_says_of_which",
                violation_error_message="Diga de qué caso es duplicado.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("RESOLVED", "CLOSED"))
                | (~models.Q(resolution="") & models.Q(resolved_by__isnull=False)),
                name="case_resolved_says_how",
                violation_error_message="Escriba la respuesta que se da al usuario.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="WAITING") | models.Q(waiting_since__isnull=False),
                name="case_waiting_says_since_when",
                violation_error_message="Un caso en espera dice desde cuándo.",
            ),
        ]

    def __str__(self) -> str:
        return f"Caso {self.document_id}"


class CaseStep(models.Model):
    """Something that happened to a case: who had it, whom it went to, and what was said."""

    class Kind(models.TextChoices):
        RECEIVED = "RECEIVED", "Recibido"
        ROUTED = "ROUTED", "Canalizado"
        ACCEPTED = "ACCEPTED", "Aceptado"
        RETURNED = "RETURNED", "Devuelto"
        TAKEN = "TAKEN", "Tomado"
        NOTED = "NOTED", "Nota"
        REPEATED = "REPEATED", "Volvió a llamar"
        PAUSED = "PAUSED", "En espera del usuario"
        RESUMED = "RESUMED", "Reanudado"
        RESOLVED = "RESOLVED", "Resuelto"
        CLOSED = "CLOSED", "Cerrado"
        REOPENED = "REOPENED", "Reabierto"
        DUPLICATE = "DUPLICATE", "Duplicado"
        WITHDRAWN = "WITHDRAWN", "Desistido"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps", verbose_name="caso")
    kind = models.CharField("qué pasó", max_length=9, choices=Kind.choices)
    from_area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="de")
    to_area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="a")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo tiene"
    )
    channel = models.CharField("canal", max_length=8, choices=Channel.choices, blank=True)
    note = models.TextField("nota", blank=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "paso de un caso"
        verbose_name_plural = "pasos de un caso"
        triggers = append_only("cases_casestep")

    def __str__(self) -> str:
        return self.get_kind_display()


class CaseFile(models.Model):
    """A paper or a photograph of a case; ``document_name`` is the required one that it is."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files", verbose_name="caso")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="archivo")
    document_name = models.CharField("qué documento es", max_length=120)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "archivo de un caso"
        verbose_name_plural = "archivos de un caso"
        triggers = append_only("cases_casefile")

    def __str__(self) -> str:
        return self.document_name


class CaseOrder(models.Model):
    """That a case opened an order."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="orders", verbose_name="caso")
    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="case_link", verbose_name="orden")

    class Meta:
        verbose_name = "orden de un caso"
        verbose_name_plural = "órdenes de un caso"
        triggers = append_only("cases_caseorder")

    def __str__(self) -> str:
        return f"{self.case} → {self.order}"


class CaseInspection(models.Model):
    """That a case opened an aforo."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inspections", verbose_name="caso")
    inspection = models.OneToOneField(
        HomeInspection, on_delete=models.PROTECT, related_name="case_link", verbose_name="aforo"
    )

    class Meta:
        verbose_name = "aforo de un caso"
        verbose_name_plural = "aforos de un caso"
        triggers = append_only("cases_caseinspection")

    def __str__(self) -> str:
        return f"{self.case} → {self.inspection}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class AnswerTemplate(models.Model):
    """The text of a written answer, with the placeholders that are allowed in it."""

    code = models.CharField("clave", max_length=24, primary_key=True)
    name = models.CharField("nombre", max_length=120)
    body = models.TextField("texto")
    is_active = models.BooleanField("en uso", default=True)

    class Meta:
        verbose_name = "plantilla de respuesta"
        verbose_name_plural = "plantillas de respuesta"

    def __str__(self) -> str:
        return self.name


class WrittenAnswer(models.Model):
    """The letter that answers a case: its folio, what it says, and when it was handed over."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="written_answer", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers", verbose_name="caso")
    template = models.ForeignKey(
        AnswerTemplate, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="plantilla"
    )
    addressee = models.CharField("a quién", max_length=160)
    body = models.TextField("texto")
    written_at = models.DateTimeField("escrita")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la escribió"
    )

    class Meta:
        verbose_name = "respuesta por escrito"
        verbose_name_plural = "respuestas por escrito"
        triggers = append_only("cases_writtenanswer")

    def __str__(self) -> str:
        return f"Respuesta {self.document_id}"


class AnswerDelivery(models.Model):
    """That an answer was handed over: how, and to whom."""

    answer = models.OneToOneField(
        WrittenAnswer, on_delete=models.PROTECT, primary_key=True, related_name="delivery", verbose_name="respuesta"
    )
    received_by = models.CharField("quién la recibió", max_length=160)
    means = models.CharField("medio", max_length=40)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "entrega de respuesta"
        verbose_name_plural = "entregas de respuestas"
        triggers = append_only("cases_answerdelivery")

    def __str__(self) -> str:
        return f"Entrega de {self.answer_id}"
