"""Condonaciones of surcharges: always an act, with its reason, by who may."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.agreements.rules.states import WAIVER_EDGES
from cauce.core.triggers import never_deleted, states
from cauce.documents.models import Document
from cauce.ledger.models import Posting
from cauce.registry.models import Account


class SurchargeWaiver(models.Model):
    """A condonación: pesos of surcharges of an account that are let go; who asked, who decided, and why."""

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", "Por autorizar"
        APPLIED = "APPLIED", "Aplicada"
        REFUSED = "REFUSED", "Negada"
        REVERSED = "REVERSED", "Deshecha"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="surcharge_waiver", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="surcharge_waivers", verbose_name="cuenta"
    )
    state = models.CharField("estado", max_length=9, choices=State.choices)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    reason = models.TextField("motivo")
    authoriser = models.CharField("puesto que autoriza", max_length=40)
    asked_at = models.DateTimeField("pedida")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la pide"
    )
    decided_at = models.DateTimeField("resuelta", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resolvió"
    )
    decision_note = models.TextField("respuesta", blank=True)
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )

    class Meta:
        verbose_name = "condonación de recargos"
        verbose_name_plural = "condonaciones de recargos"
        permissions = [
            ("ask_waiver", "Puede pedir condonaciones de recargos"),
            ("decide_waiver", "Puede resolver condonaciones de recargos"),
        ]
        triggers = [
            never_deleted("agreements_surchargewaiver"),
            states("agreements_surchargewaiver", "state", WAIVER_EDGES),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="surchargewaiver_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(reason=""),
                name="surchargewaiver_says_how_much_and_why",
                violation_error_message="Una condonación lleva importe y motivo.",
            ),
            models.CheckConstraint(
                condition=~Q(state="REFUSED") | ~Q(decision_note=""),
                name="surchargewaiver_refused_says_why",
                violation_error_message="Escriba por qué se niega.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")) | Q(state="APPLIED"),
                name="surchargewaiver_refused_by_another",
                violation_error_message="Quien pide la condonación no la niega.",
            ),
        ]

    def __str__(self) -> str:
        return f"Condonación {self.document_id}"
