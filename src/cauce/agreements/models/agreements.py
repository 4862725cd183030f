"""Convenios: what was owed, how it was divided, who signs, and every step of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.agreements.models.policies import AgreementPolicy
from cauce.agreements.rules.states import AGREEMENT_EDGES, LIVE_AGREEMENTS
from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document, StoredFile
from cauce.ledger.models import Posting, Transfer
from cauce.registry.models import Account, Customer


class PaymentAgreementQuerySet(models.QuerySet["PaymentAgreement"]):
    """Reads of agreements."""

    def live(self) -> "PaymentAgreementQuerySet":
        """Those under which somebody pays, or is about to begin to."""
        return self.filter(state__in=LIVE_AGREEMENTS)


class PaymentAgreement(models.Model):
    """A convenio: a debt that its debtor, or who answers for it, pays in parts.

    What it says (debt, down payment, instalments, interest, in pesos) is of the day it was prepared; once signed, what
    its notes promise is in the agreements' book of the ledger, by ``posting``.
    """

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", "Por autorizar"
        AUTHORISED = "AUTHORISED", "Autorizado"
        REFUSED = "REFUSED", "Negado"
        WITHDRAWN = "WITHDRAWN", "Retirado"
        PREPARED = "PREPARED", "Por firmar"
        SIGNED = "SIGNED", "Firmado, falta el enganche"
        IN_FORCE = "IN_FORCE", "Vigente"
        KEPT = "KEPT", "Cumplido"
        BROKEN = "BROKEN", "Incumplido"
        CANCELLED = "CANCELLED", "Cancelado"
        RESTRUCTURED = "RESTRUCTURED", "Reestructurado"

    class Capacity(models.TextChoices):
        HOLDER = "HOLDER", "Titular"
        OBLIGOR = "OBLIGOR", "Obligado solidario"
        PROXY = "PROXY", "Con carta poder"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="agreement", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="agreements", verbose_name="cuenta")
    # Whose the debt is: an agreement never moves it to somebody else.
    debtor = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="deudor")
    obligor = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="quien firma")
    capacity = models.CharField("firma como", max_length=7, choices=Capacity.choices)
    proxy_file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="carta poder"
    )
    guarantor = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="aval")
    policy = models.ForeignKey(AgreementPolicy, on_delete=models.PROTECT, related_name="+", verbose_name="política")
    state = models.CharField("estado", max_length=12, choices=State.choices)
    restructures = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="restructured_by", verbose_name="reestructura a"
    )

    # What was asked for.
    down_payment = models.DecimalField("enganche", max_digits=14, decimal_places=2)
    instalment_count = models.PositiveSmallIntegerField("parcialidades")
    first_due_on = models.DateField("primera parcialidad")
    waived = models.DecimalField("recargos condonados", max_digits=14, decimal_places=2, default=0)

    # Billed periods not yet due that enter besides what is overdue.
    also_periods = models.JSONField("también entran", default=list)

    # What it comes to, as of the day it was prepared.
    as_of = models.DateField("al día")
    debt = models.DecimalField("adeudo", max_digits=14, decimal_places=2)
    months = models.PositiveSmallIntegerField("meses de adeudo")
    monthly_percent = models.DecimalField("interés mensual", max_digits=6, decimal_places=3)
    financed = models.DecimalField("importe convenido", max_digits=14, decimal_places=2)
    interest = models.DecimalField("interés", max_digits=14, decimal_places=2)
    down_payment_due_on = models.DateField("enganche a más tardar")

    # Who may grant it, and what was answered.
    authoriser = models.CharField("puesto que autoriza", max_length=40)
    findings = models.JSONField("criterios", default=list)
    request_reason = models.TextField("por qué se pide", blank=True)
    asked_at = models.DateTimeField("pedido")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo pide"
    )
    decided_at = models.DateTimeField("resuelto", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resolvió"
    )
    decision_note = models.TextField("respuesta", blank=True)

    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )
    signed_at = models.DateTimeField("firmado", null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="quién lo suscribió",
    )
    ended_at = models.DateTimeField("terminado", null=True)
    end_reason = models.TextField("por qué terminó", blank=True)

    objects = PaymentAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "convenio"
        verbose_name_plural = "convenios"
        permissions = [
            ("sign_agreement", "Puede suscribir convenios de pago"),
            ("authorise_agreement", "Puede autorizar convenios fuera de la regla"),
            ("cancel_agreement", "Puede cancelar convenios"),
        ]
        triggers = [
            never_deleted("agreements_paymentagreement"),
            states("agreements_paymentagreement", "state", AGREEMENT_EDGES),
        ]
        indexes = [
            models.Index(fields=["account", "document"], name="agreement_by_account"),
            models.Index(fields=["state", "asked_at"], name="agreement_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=["SIGNED", "IN_FORCE"]),
                name="agreement_one_live_by_account",
                violation_error_message="La cuenta ya tiene un convenio vigente.",
            ),
            models.CheckConstraint(
                condition=Q(financed__gt=0, debt__gt=0, down_payment__gte=0, waived__gte=0, interest__gte=0)
                & Q(debt=F("down_payment") + F("financed") + F("waived")),
                name="agreement_adds_up",
                violation_error_message="El enganche, lo condonado y lo convenido deben sumar el adeudo.",
            ),
            models.CheckConstraint(
                condition=~Q(capacity="HOLDER") | Q(obligor=F("debtor")),
                name="agreement_holder_signs_own",
                violation_error_message="Quien firma como titular es el deudor.",
            ),
            models.CheckConstraint(
                condition=~Q(capacity="PROXY") | Q(proxy_file__isnull=False),
                name="agreement_proxy_has_letter",
                violation_error_message="Adjunte la carta poder de quien firma.",
            ),
            models.CheckConstraint(
                condition=Q(posting__isnull=True) | Q(signed_by__isnull=False),
                name="agreement_signed_by_somebody",
                violation_error_message="Un convenio firmado dice quién lo suscribió.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="agreement_decided_by_another",
                violation_error_message="Quien pide el convenio no puede autorizarlo.",
            ),
        ]

    def __str__(self) -> str:
        return f"Convenio {self.document_id}"


class AgreementStep(models.Model):
    """A step in the life of an agreement, as it was taken."""

    agreement = models.ForeignKey(
        PaymentAgreement, on_delete=models.PROTECT, related_name="steps", verbose_name="convenio"
    )
    from_state = models.CharField("de", max_length=12, choices=PaymentAgreement.State.choices, blank=True)
    to_state = models.CharField("a", max_length=12, choices=PaymentAgreement.State.choices)
    note = models.TextField("nota", blank=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "paso de convenio"
        verbose_name_plural = "pasos de convenio"
        triggers = append_only("agreements_agreementstep")
        indexes = [models.Index(fields=["agreement", "id"], name="agreementstep_by_agreement")]

    def __str__(self) -> str:
        return f"{self.get_to_state_display()}"


class AgreedDebt(models.Model):
    """A charge that enters an agreement: how much of it was pending, and what becomes of it, in pesos.

    The three parts add up to ``pending``: what the down payment is to settle (it stays where it was), what the notes
    promise (it moves to the agreements' book) and what is waived.
    """

    agreement = models.ForeignKey(
        PaymentAgreement, on_delete=models.PROTECT, related_name="debts", verbose_name="convenio"
    )
    charge = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+", verbose_name="cargo")
    pending = models.DecimalField("pendiente", max_digits=14, decimal_places=2)
    down = models.DecimalField("con el enganche", max_digits=14, decimal_places=2)
    financed = models.DecimalField("convenido", max_digits=14, decimal_places=2)
    waived = models.DecimalField("condonado", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "adeudo convenido"
        verbose_name_plural = "adeudos convenidos"
        triggers = append_only("agreements_agreeddebt")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "charge"],
                name="agreeddebt_once",
                violation_error_message="Ese cargo ya está en el convenio.",
            ),
            models.CheckConstraint(
                condition=Q(
                    pending=F("down") + F("financed") + F("waived"), down__gte=0, financed__gte=0, waived__gte=0
                ),
                name="agreeddebt_adds_up",
                violation_error_message="Las partes del adeudo deben sumar lo pendiente.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pending}"


class Instalment(models.Model):
    """A part of an agreement: from which day its interest runs, its last day, and its pesos of principal and interest.

    ``vat`` is how much of the principal is VAT of the debt, collected as the instalment is paid.
    """

    agreement = models.ForeignKey(
        PaymentAgreement, on_delete=models.PROTECT, related_name="instalments", verbose_name="convenio"
    )
    number = models.PositiveSmallIntegerField("número")
    starts_on = models.DateField("corre desde")
    due_on = models.DateField("vence")
    principal = models.DecimalField("capital", max_digits=14, decimal_places=2)
    vat = models.DecimalField("IVA del capital", max_digits=14, decimal_places=2)
    interest = models.DecimalField("interés", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "parcialidad"
        verbose_name_plural = "parcialidades"
        triggers = append_only("agreements_instalment")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"],
                name="instalment_number_once",
                violation_error_message="Esa parcialidad ya existe en el convenio.",
            ),
            models.CheckConstraint(
                condition=Q(principal__gt=0, interest__gte=0, vat__gte=0) & Q(vat__lte=F("principal")),
                name="instalment_amounts",
                violation_error_message="La parcialidad lleva capital mayor que cero.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("starts_on"), number__gte=1),
                name="instalment_dates_in_order",
                violation_error_message="La parcialidad vence después de que empieza a correr.",
            ),
        ]

    def __str__(self) -> str:
        return f"Parcialidad {self.number}"
