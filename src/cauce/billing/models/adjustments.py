"""Adjustments of issued bills: the policy of each kind, what was proposed and decided, and the bills they correct."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.billing.models.bills import Bill
from cauce.billing.rules.adjustments import ADJUSTMENT_EDGES, POLICY_EDGES
from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document, StoredFile
from cauce.ledger.models import Posting
from cauce.registry.models import Account


class AdjustmentPolicy(models.Model):
    """A version of how one kind of adjustment is made: proposed by one, approved by the Director General, in force by
    an acuerdo of the Consejo Directivo. Its rules never change: another version begins another day.
    """

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "Propuesta"
        APPROVED = "APPROVED", "Aprobada, falta el acuerdo"
        IN_FORCE = "IN_FORCE", "Vigente"
        REFUSED = "REFUSED", "Rechazada"

    kind = models.CharField("clase", max_length=24)
    name = models.CharField("nombre", max_length=80)
    state = models.CharField("estado", max_length=8, choices=State.choices, default=State.PROPOSED)
    valid_from = models.DateField("vigente desde")
    legal_basis = models.CharField("fundamento", max_length=240)
    rules = models.JSONField("reglas")
    sha256 = models.CharField("huella", max_length=64, unique=True)
    proposed_at = models.DateTimeField("propuesta")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la propuso"
    )
    approved_at = models.DateTimeField("aprobada", null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién la aprobó"
    )
    resolution = models.CharField("acuerdo", max_length=120, blank=True)
    resolved_on = models.DateField("fecha del acuerdo", null=True)
    refusal = models.TextField("por qué se rechazó", blank=True)

    class Meta:
        verbose_name = "política de ajustes"
        verbose_name_plural = "políticas de ajustes"
        permissions = [
            ("propose_adjustmentpolicy", "Puede proponer políticas de ajustes"),
            ("approve_adjustmentpolicy", "Puede aprobar políticas de ajustes"),
        ]
        triggers = [
            never_deleted("billing_adjustmentpolicy"),
            states("billing_adjustmentpolicy", "state", frozenset(POLICY_EDGES)),
        ]
        indexes = [models.Index(fields=["kind", "state", "valid_from"], name="adjustmentpolicy_by_kind")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="IN_FORCE") | (~Q(resolution="") & Q(resolved_on__isnull=False)),
                name="adjustmentpolicy_by_resolution",
                violation_error_message="Una política vigente lleva el número y la fecha de su acuerdo.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="adjustmentpolicy_by_two_people",
                violation_error_message="Quien propone la política no la aprueba.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Adjustment(models.Model):
    """A correction of one or several bills of an account, with why, who decides it, and what it changes in pesos.

    ``difference`` is what its bills rise altogether, negative when they fall. ``undoes`` is the adjustment whose bills
    this one leaves as they were. ``origin_kind`` and ``origin_id`` say what asked for it, of a package above.
    """

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "Por autorizar"
        AUTHORISED = "AUTHORISED", "Autorizado, por aplicar"
        APPLIED = "APPLIED", "Aplicado"
        REFUSED = "REFUSED", "Negado"
        WITHDRAWN = "WITHDRAWN", "Retirado"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="adjustment", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="adjustments", verbose_name="cuenta")
    policy = models.ForeignKey(
        AdjustmentPolicy, on_delete=models.PROTECT, related_name="adjustments", verbose_name="política"
    )
    state = models.CharField("estado", max_length=10, choices=State.choices, default=State.PROPOSED)
    undoes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by", verbose_name="deshace a"
    )
    reason = models.TextField("motivo")
    difference = models.DecimalField("cambio", max_digits=14, decimal_places=2)
    authoriser = models.CharField("puesto que decide", max_length=40)
    needs_board = models.BooleanField("necesita acuerdo del Consejo", default=False)
    findings = models.JSONField("criterios", default=list)
    proposed_at = models.DateTimeField("propuesto")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo propuso"
    )
    decided_at = models.DateTimeField("resuelto", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resolvió"
    )
    decision_note = models.TextField("respuesta", blank=True)
    resolution = models.CharField("acuerdo del Consejo", max_length=120, blank=True)
    resolved_on = models.DateField("fecha del acuerdo", null=True)
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )
    applied_at = models.DateTimeField("aplicado", null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo aplicó"
    )
    left_in_favour = models.DecimalField("quedó a favor", max_digits=14, decimal_places=2, default=0)
    # Up to when surcharges had been charged, so that undoing it charges them as they were.
    surcharges_until = models.DateField("recargos hasta", null=True)
    origin_kind = models.CharField("qué lo pidió", max_length=48, blank=True)
    origin_id = models.BigIntegerField("número de lo que lo pidió", null=True)

    class Meta:
        verbose_name = "ajuste"
        verbose_name_plural = "ajustes"
        permissions = [
            ("propose_adjustment", "Puede proponer ajustes a la facturación"),
            ("authorise_adjustment", "Puede autorizar ajustes a la facturación"),
            ("apply_adjustment", "Puede aplicar ajustes autorizados"),
        ]
        triggers = [
            never_deleted("billing_adjustment"),
            states("billing_adjustment", "state", frozenset(ADJUSTMENT_EDGES)),
        ]
        indexes = [
            models.Index(fields=["account", "-document"], name="adjustment_by_account"),
            models.Index(fields=["state", "proposed_at"], name="adjustment_by_state"),
            models.Index(fields=["origin_kind", "origin_id"], name="adjustment_by_origin"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="adjustment_says_why",
                violation_error_message="Escriba por qué se ajusta.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="adjustment_decided_by_another",
                violation_error_message="Quien propone el ajuste no lo autoriza.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("AUTHORISED", "APPLIED"))
                | Q(needs_board=False)
                | (~Q(resolution="") & Q(resolved_on__isnull=False)),
                name="adjustment_board_resolution",
                violation_error_message="Arriba del límite se escribe el número y la fecha del acuerdo del Consejo.",
            ),
            models.CheckConstraint(
                condition=Q(state="APPLIED", posting__isnull=False, applied_by__isnull=False)
                | (~Q(state="APPLIED") & Q(posting__isnull=True)),
                name="adjustment_applied_has_posting",
                violation_error_message="Un ajuste aplicado tiene su asiento.",
            ),
            models.CheckConstraint(
                condition=~Q(state="REFUSED") | ~Q(decision_note=""),
                name="adjustment_refused_says_why",
                violation_error_message="Escriba por qué se niega.",
            ),
        ]

    def __str__(self) -> str:
        return f"Ajuste {self.document_id}"


class AdjustedBill(models.Model):
    """A bill that an adjustment corrects: what was asked, what it comes to, and the bill that takes its place.

    ``is_open`` while its adjustment is neither refused nor withdrawn: a bill has only one.
    """

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="bills", verbose_name="ajuste")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="adjusted", verbose_name="recibo")
    asked = models.JSONField("qué se pidió", default=dict)
    quote = models.JSONField("cómo queda")
    before = models.DecimalField("decía", max_digits=14, decimal_places=2)
    after = models.DecimalField("dice", max_digits=14, decimal_places=2)
    corrected = models.OneToOneField(
        Bill, on_delete=models.PROTECT, null=True, related_name="corrects", verbose_name="recibo corregido"
    )
    is_open = models.BooleanField("en curso", default=True)

    class Meta:
        verbose_name = "recibo ajustado"
        verbose_name_plural = "recibos ajustados"
        triggers = [never_deleted("billing_adjustedbill")]
        constraints = [
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(is_open=True),
                name="adjustedbill_one_at_a_time",
                violation_error_message="El recibo ya tiene un ajuste en curso.",
            ),
            models.CheckConstraint(
                condition=Q(after__gte=0, before__gte=0),
                name="adjustedbill_never_negative",
                violation_error_message="El ajuste es mayor que el recibo.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id}: {self.before} → {self.after}"


class AdjustmentFile(models.Model):
    """A paper or a photograph that proves an adjustment; ``document_name`` is the evidence that it is."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="files", verbose_name="ajuste")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="archivo")
    document_name = models.CharField("qué documento es", max_length=120)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "evidencia de un ajuste"
        verbose_name_plural = "evidencias de un ajuste"
        triggers = append_only("billing_adjustmentfile")

    def __str__(self) -> str:
        return self.document_name


class AdjustmentStep(models.Model):
    """A step in the life of an adjustment, as it was taken."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="steps", verbose_name="ajuste")
    to_state = models.CharField("a", max_length=10, choices=Adjustment.State.choices)
    note = models.TextField("nota", blank=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "paso de un ajuste"
        verbose_name_plural = "pasos de un ajuste"
        triggers = append_only("billing_adjustmentstep")
        indexes = [models.Index(fields=["adjustment", "id"], name="adjustmentstep_by_adjustment")]

    def __str__(self) -> str:
        return self.get_to_state_display()
