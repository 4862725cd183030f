"""Lineamientos, their versions, who read them, and what each month's checklist found."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.core.triggers import append_only, never_deleted, states
from cauce.guidelines.rules import MONTH_EDGES, VERSION_EDGES


def _only_in(table_name: str, parent: str, column: str, state: str) -> pgtrigger.Trigger:
    """Refuse to write or take away a row unless the ``state`` of what it belongs to is that one."""
    right = f"SELECT 1 FROM {parent} p WHERE p.id = %s.{column} AND p.state = '{state}'"  # noqa: S608
    refusal = f"RAISE EXCEPTION '{table_name}: not {state}' USING ERRCODE = 'restrict_violation';"
    return pgtrigger.Trigger(
        name=f"{table_name}_only_in_{state.lower()}",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=(
            f"IF TG_OP <> 'INSERT' AND NOT EXISTS ({right % 'OLD'}) THEN {refusal} END IF; "
            f"IF TG_OP <> 'DELETE' AND NOT EXISTS ({right % 'NEW'}) THEN {refusal} END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    )


class Guideline(models.Model):
    """A lineamiento of the commercial coordination, whatever its versions."""

    class Kind(models.TextChoices):
        TARIFF_CONTROL = "TARIFF_CONTROL", "Control tarifario"
        COLLECTION = "COLLECTION", "Cobranza"
        SUSPENSION = "SUSPENSION", "Reducción y suspensión"

    kind = models.CharField("clase", max_length=14, choices=Kind.choices)
    name = models.CharField("nombre", max_length=120, unique=True)
    created_at = models.DateTimeField("creado")

    class Meta:
        verbose_name = "lineamiento"
        verbose_name_plural = "lineamientos"
        permissions = [
            ("write_guideline", "Puede escribir lineamientos"),
            ("authorise_guideline", "Puede autorizar lineamientos"),
            ("acknowledge_guideline", "Lee los lineamientos y se obliga"),
            ("capture_checklist", "Puede capturar la lista de verificación"),
        ]
        triggers = [never_deleted("guidelines_guideline")]

    def __str__(self) -> str:
        return self.name

    @property
    def folio(self) -> str:
        """How it is cited: ``LIN-03``."""
        return f"LIN-{self.pk:02d}"


class GuidelineVersionQuerySet(models.QuerySet["GuidelineVersion"]):
    """Reads of versions."""

    def in_force_on(self, day: "models.DateField[object, object] | object") -> "GuidelineVersionQuerySet":
        """Those that ruled on a day, replaced or withdrawn afterwards or not."""
        ruled = self.exclude(authorised_at=None).filter(valid_from__lte=day)
        return ruled.filter(Q(valid_until=None) | Q(valid_until__gt=day))


class GuidelineVersion(models.Model):
    """What a lineamiento says from a day on: written by one person, authorised by another, never edited afterwards.

    ``roles`` are the posts that read it and bind themselves. ``edition`` counts the times that it was written, so that
    nobody writes over what they did not see. ``sha256`` is of its whole text, taken when it is authorised.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", "En borrador"
        REVIEW = "REVIEW", "En revisión"
        AUTHORISED = "AUTHORISED", "Autorizado"
        REPLACED = "REPLACED", "Sustituido"
        WITHDRAWN = "WITHDRAWN", "Retirado"

    guideline = models.ForeignKey(
        Guideline, on_delete=models.PROTECT, related_name="versions", verbose_name="lineamiento"
    )
    number = models.PositiveSmallIntegerField("versión")
    state = models.CharField("estado", max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField("título", max_length=120)
    purpose = models.TextField("para qué es")
    changes = models.TextField("qué cambia", blank=True)
    roles = models.JSONField("puestos que se obligan", default=list)
    edition = models.PositiveIntegerField("edición", default=1)
    key = models.CharField("llave", max_length=120, unique=True)
    # Of the last time that its draft was written again.
    written_key = models.CharField("llave de lo último escrito", max_length=120, blank=True)
    written_at = models.DateTimeField("escrito")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo escribió"
    )
    submitted_at = models.DateTimeField("enviado a revisión", null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo envió"
    )
    authorised_at = models.DateTimeField("autorizado", null=True)
    authorised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="quién autorizó",
    )
    resolution = models.CharField("oficio o acuerdo", max_length=120, blank=True)
    valid_from = models.DateField("vigente desde")
    valid_until = models.DateField("vigente hasta", null=True)
    sha256 = models.CharField("huella", max_length=64, blank=True)
    withdrawn_at = models.DateTimeField("retirado", null=True)
    withdrawn_reason = models.CharField("por qué se retiró", max_length=400, blank=True)

    objects = GuidelineVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "versión de un lineamiento"
        verbose_name_plural = "versiones de un lineamiento"
        triggers = [
            never_deleted("guidelines_guidelineversion"),
            states("guidelines_guidelineversion", "state", VERSION_EDGES),
            pgtrigger.Trigger(
                name="guidelines_guidelineversion_frozen",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.state <> 'DRAFT' AND (OLD.guideline_id, OLD.number, OLD.title, OLD.purpose, OLD.changes, "
                    "OLD.roles, OLD.edition, OLD.written_at, OLD.written_by_id) IS DISTINCT FROM (NEW.guideline_id, "
                    "NEW.number, NEW.title, NEW.purpose, NEW.changes, NEW.roles, NEW.edition, NEW.written_at, "
                    "NEW.written_by_id) THEN RAISE EXCEPTION 'guidelines_guidelineversion: % is not a draft', "
                    "OLD.id USING ERRCODE = 'restrict_violation'; END IF; "
                    "IF OLD.sha256 <> '' AND (OLD.sha256, OLD.valid_from, OLD.authorised_at, OLD.authorised_by_id, "
                    "OLD.resolution) IS DISTINCT FROM (NEW.sha256, NEW.valid_from, NEW.authorised_at, "
                    "NEW.authorised_by_id, NEW.resolution) THEN "
                    "RAISE EXCEPTION 'guidelines_guidelineversion: % was authorised', OLD.id "
                    "USING ERRCODE = 'restrict_violation'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="guidelines_guidelineversion_another",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF NEW.authorised_by_id IS NOT NULL AND (NEW.authorised_by_id IN (NEW.written_by_id, "
                    "NEW.submitted_by_id) OR EXISTS (SELECT 1 FROM guidelines_guidelinestep step WHERE "
                    "step.version_id = NEW.id AND step.action IN ('WRITTEN', 'SUBMITTED') "
                    "AND step.by_id = NEW.authorised_by_id)) THEN "
                    "RAISE EXCEPTION 'guidelines_guidelineversion: who wrote % may not authorise it', NEW.id "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["guideline", "number"],
                name="guidelineversion_numbered",
                violation_error_message="Esa versión ya existe.",
            ),
            models.UniqueConstraint(
                fields=["guideline"],
                condition=Q(state="AUTHORISED"),
                name="guidelineversion_one_authorised",
                violation_error_message="El lineamiento ya tiene una versión autorizada: ésta la sustituye.",
            ),
            models.UniqueConstraint(
                fields=["guideline"],
                condition=Q(state__in=("DRAFT", "REVIEW")),
                name="guidelineversion_one_under_way",
                violation_error_message="El lineamiento ya tiene una versión en trámite.",
            ),
            models.CheckConstraint(
                condition=Q(authorised_by__isnull=True, authorised_at__isnull=True, sha256="")
                | Q(authorised_by__isnull=False, authorised_at__isnull=False) & ~Q(sha256=""),
                name="guidelineversion_authorised_is_sealed",
                violation_error_message="Lo autorizado lleva quién, cuándo y su huella.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("AUTHORISED", "REPLACED")) | Q(authorised_by__isnull=False),
                name="guidelineversion_ruling_was_authorised",
                violation_error_message="Sólo rige lo que alguien autorizó.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="guidelineversion_dates_in_order",
                violation_error_message="La fecha final no puede ser anterior a la inicial.",
            ),
            models.CheckConstraint(
                condition=~Q(state="WITHDRAWN") | ~Q(withdrawn_reason=""),
                name="guidelineversion_withdrawn_says_why",
                violation_error_message="Escriba por qué se retira.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, versión {self.number}"

    @property
    def folio(self) -> str:
        """How it is cited: ``LIN-03/2``."""
        return f"LIN-{self.guideline_id:02d}/{self.number}"


class GuidelineClause(models.Model):
    """A numbered clause of a version, with what it rests on."""

    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="clauses", verbose_name="versión"
    )
    number = models.PositiveSmallIntegerField("cláusula")
    text = models.TextField("texto")
    legal_basis = models.CharField("fundamento", max_length=240)

    class Meta:
        verbose_name = "cláusula de un lineamiento"
        verbose_name_plural = "cláusulas de un lineamiento"
        triggers = [_only_in("guidelines_guidelineclause", "guidelines_guidelineversion", "version_id", "DRAFT")]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"],
                name="guidelineclause_numbered",
                violation_error_message="Esa cláusula ya está.",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(legal_basis=""),
                name="guidelineclause_says_what_and_why",
                violation_error_message="Una cláusula lleva su texto y su fundamento.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


class GuidelineCheck(models.Model):
    """A point of a version's checklist: what is checked, how, and what it should be."""

    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="checks", verbose_name="versión"
    )
    number = models.PositiveSmallIntegerField("punto")
    what = models.CharField("qué se revisa", max_length=240)
    how = models.CharField("cómo", max_length=240)
    target = models.CharField("meta", max_length=240)
    figure = models.CharField("cifra del sistema", max_length=32, blank=True)

    class Meta:
        verbose_name = "punto de la lista de verificación"
        verbose_name_plural = "puntos de la lista de verificación"
        triggers = [_only_in("guidelines_guidelinecheck", "guidelines_guidelineversion", "version_id", "DRAFT")]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"],
                name="guidelinecheck_numbered",
                violation_error_message="Ese punto ya está.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.what}"


class GuidelineStep(models.Model):
    """A step in the life of a version, as it was taken."""

    class Action(models.TextChoices):
        WRITTEN = "WRITTEN", "Se escribió"
        SUBMITTED = "SUBMITTED", "Se envió a revisión"
        RETURNED = "RETURNED", "Se devolvió"
        AUTHORISED = "AUTHORISED", "Se autorizó"
        REPLACED = "REPLACED", "Otra versión lo sustituyó"
        WITHDRAWN = "WITHDRAWN", "Se retiró"

    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="steps", verbose_name="versión"
    )
    action = models.CharField("paso", max_length=10, choices=Action.choices)
    note = models.TextField("nota", blank=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "paso de un lineamiento"
        verbose_name_plural = "pasos de un lineamiento"
        triggers = append_only("guidelines_guidelinestep")
        indexes = [models.Index(fields=["version", "id"], name="guidelinestep_by_version")]

    def __str__(self) -> str:
        return self.get_action_display()


class GuidelineAcknowledgement(models.Model):
    """That a person read a version and bound themselves to it: «leí y me obligo». ``sha256`` is of what they read."""

    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="acknowledgements", verbose_name="versión"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")
    at = models.DateTimeField("cuándo")
    sha256 = models.CharField("huella de lo leído", max_length=64)

    class Meta:
        verbose_name = "acuse de un lineamiento"
        verbose_name_plural = "acuses de un lineamiento"
        triggers = [
            *append_only("guidelines_guidelineacknowledgement"),
            pgtrigger.Trigger(
                name="guidelines_guidelineacknowledgement_authorised",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM guidelines_guidelineversion version WHERE version.id = "
                    "NEW.version_id AND version.state = 'AUTHORISED' AND version.sha256 = NEW.sha256) THEN "
                    "RAISE EXCEPTION 'guidelines_guidelineacknowledgement: % is not what is authorised', "
                    "NEW.version_id USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "by"],
                name="guidelineacknowledgement_once",
                violation_error_message="Esa persona ya acusó esta versión.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.version}"


class ChecklistMonth(models.Model):
    """A month of a lineamiento's checklist, by the version that ruled at its end; closed, it is kept as it is."""

    class State(models.TextChoices):
        OPEN = "OPEN", "En captura"
        CLOSED = "CLOSED", "Cerrado"

    guideline = models.ForeignKey(
        Guideline, on_delete=models.PROTECT, related_name="months", verbose_name="lineamiento"
    )
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="months", verbose_name="versión"
    )
    period = models.DateField("mes")
    state = models.CharField("estado", max_length=6, choices=State.choices, default=State.OPEN)
    edition = models.PositiveIntegerField("edición", default=1)
    note = models.TextField("conclusión del mes", blank=True)
    closed_at = models.DateTimeField("cerrado", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo cerró"
    )

    class Meta:
        verbose_name = "mes de la lista de verificación"
        verbose_name_plural = "meses de la lista de verificación"
        triggers = [
            never_deleted("guidelines_checklistmonth"),
            pgtrigger.Trigger(
                name="guidelines_checklistmonth_closed",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.state = 'CLOSED' THEN "
                    "RAISE EXCEPTION 'guidelines_checklistmonth: % is closed', OLD.id "
                    "USING ERRCODE = 'restrict_violation'; END IF; "
                    "IF NEW.state = 'CLOSED' AND (SELECT count(*) FROM guidelines_checkresult result WHERE "
                    "result.month_id = NEW.id) <> (SELECT count(*) FROM guidelines_guidelinecheck asked WHERE "
                    "asked.version_id = NEW.version_id) THEN RAISE EXCEPTION "
                    "'guidelines_checklistmonth: % lacks answers', NEW.id "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
            states("guidelines_checklistmonth", "state", MONTH_EDGES),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["guideline", "period"],
                name="checklistmonth_once",
                violation_error_message="Ese mes ya está.",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at__isnull=True, closed_by__isnull=True)
                | Q(state="CLOSED", closed_at__isnull=False, closed_by__isnull=False),
                name="checklistmonth_closed_by_somebody",
                violation_error_message="Un mes cerrado dice quién lo cerró y cuándo.",
            ),
            models.CheckConstraint(
                condition=Q(period__day=1),
                name="checklistmonth_is_a_month",
                violation_error_message="El mes se escribe por su primer día.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guideline}, {self.period:%Y-%m}"


class CheckResult(models.Model):
    """What a point of the checklist came to in a month, with the system's figure of that moment beside it."""

    class Outcome(models.TextChoices):
        COMPLIES = "COMPLIES", "Cumple"
        FAILS = "FAILS", "No cumple"
        NOT_APPLICABLE = "NOT_APPLICABLE", "No aplica"

    month = models.ForeignKey(ChecklistMonth, on_delete=models.PROTECT, related_name="results", verbose_name="mes")
    check_point = models.ForeignKey(
        GuidelineCheck, on_delete=models.PROTECT, related_name="results", verbose_name="punto"
    )
    outcome = models.CharField("resultado", max_length=14, choices=Outcome.choices)
    note = models.CharField("nota", max_length=400, blank=True)
    figure = models.CharField("cifra", max_length=200, blank=True)
    captured_at = models.DateTimeField("capturado")
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo capturó"
    )

    class Meta:
        verbose_name = "resultado de un punto"
        verbose_name_plural = "resultados de los puntos"
        triggers = [_only_in("guidelines_checkresult", "guidelines_checklistmonth", "month_id", "OPEN")]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "check_point"],
                name="checkresult_once",
                violation_error_message="Ese punto ya tiene su resultado del mes.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="FAILS") | ~Q(note=""),
                name="checkresult_failure_says_why",
                violation_error_message="Lo que no cumple lleva una nota de qué pasó y qué se hará.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_point}: {self.get_outcome_display()}"
