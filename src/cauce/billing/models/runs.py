"""Billing runs and what each account came to in them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cauce.billing.rules import RUN_EDGES
from cauce.core.es_mx import format_long_period
from cauce.core.triggers import never_deleted, references, states
from cauce.registry.models import CYCLES, Account
from cauce.tariffs.models import Schedule


class BillingRun(models.Model):
    """A corrida: one cycle of one period, computed, approved by a second person and issued."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", "Por calcular"
        COMPUTING = "COMPUTING", "Calculando"
        COMPUTED = "COMPUTED", "Prefactura lista"
        APPROVED = "APPROVED", "Aprobada"
        ISSUING = "ISSUING", "Emitiendo"
        ISSUED = "ISSUED", "Emitida"
        CANCELLED = "CANCELLED", "Descartada"

    period = models.DateField("periodo")
    cycle = models.PositiveSmallIntegerField("ciclo", choices=CYCLES)
    state = models.CharField("estado", max_length=10, choices=State.choices, default=State.DRAFT)
    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, verbose_name="ley")
    issue_on = models.DateField("emisión")
    due_on = models.DateField("fecha límite de pago")
    folio_series = models.CharField("serie", max_length=24, blank=True)
    first_folio = models.BigIntegerField("primer folio", null=True, blank=True)
    totals = models.JSONField("totales", default=dict)
    created_at = models.DateTimeField("creada")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la calculó"
    )
    approved_at = models.DateTimeField("aprobada", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quién la aprobó",
    )
    issued_at = models.DateTimeField("emitida", null=True, blank=True)
    approval_note = models.TextField("por qué se aprobó sin verlo todo", blank=True)
    padron_event = models.BigIntegerField("último evento del padrón al calcular", null=True, blank=True)

    class Meta:
        verbose_name = "corrida de facturación"
        verbose_name_plural = "corridas de facturación"
        permissions = [
            ("compute_run", "Puede calcular una corrida"),
            ("approve_run", "Puede aprobar una corrida"),
            ("issue_run", "Puede emitir una corrida"),
            ("review_drafts", "Puede revisar una prefactura"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "cycle"],
                condition=~models.Q(state="CANCELLED"),
                name="billingrun_one_per_cycle",
                violation_error_message="Ya hay una corrida de ese ciclo y periodo.",
            ),
            models.CheckConstraint(
                condition=models.Q(period__day=1),
                name="billingrun_period_is_first_day",
                violation_error_message="El periodo se guarda con el día primero.",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("created_by")),
                name="billingrun_two_people",
                violation_error_message="Quien calculó la corrida no puede aprobarla: pida que la revise otra persona.",
            ),
        ]
        triggers = [states("billing_billingrun", "state", frozenset(RUN_EDGES)), never_deleted("billing_billingrun")]

    def __str__(self) -> str:
        return f"{self.period:%Y-%m} ciclo {self.cycle}"

    @property
    def standing(self) -> str:
        """How a sentence that refuses something of it begins."""
        month = format_long_period(self.period)
        return f"La corrida de {month}, ciclo {self.cycle}, está «{self.get_state_display()}»"


class RunChunk(models.Model):
    """A slice of a run's accounts in route order, claimed once to be computed and once to be issued."""

    run = models.ForeignKey(BillingRun, on_delete=models.PROTECT, related_name="chunks", verbose_name="corrida")
    ordinal = models.PositiveIntegerField("número")
    account_ids = ArrayField(models.BigIntegerField(), verbose_name="cuentas")
    computed_at = models.DateTimeField("calculado", null=True, blank=True)
    first_position = models.PositiveIntegerField("primer lugar en el bloque de folios", null=True, blank=True)
    issued_at = models.DateTimeField("emitido", null=True, blank=True)

    class Meta:
        verbose_name = "tramo de corrida"
        verbose_name_plural = "tramos de corrida"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "ordinal"],
                name="runchunk_unique",
                violation_error_message="Ese tramo ya existe en la corrida.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} tramo {self.ordinal}"


class RunAccount(models.Model):
    """What a run came to for one account: a draft bill (prefactura), or why there is none."""

    class Outcome(models.TextChoices):
        BILLED = "BILLED", "Facturada"
        PARKED = "PARKED", "Apartada"
        HELD = "HELD", "Retenida"
        EXEMPT = "EXEMPT", "Exenta"

    run = models.ForeignKey(
        BillingRun,
        on_delete=models.PROTECT,
        related_name="accounts",
        db_index=False,
        db_constraint=False,
        verbose_name="corrida",
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="cuenta"
    )
    outcome = models.CharField("resultado", max_length=6, choices=Outcome.choices)
    rule = models.CharField("regla", max_length=32, blank=True)
    note = models.TextField("motivo", blank=True)
    chunk_ordinal = models.PositiveIntegerField("tramo")
    place = models.PositiveIntegerField("lugar en el tramo")
    total = models.DecimalField("total", max_digits=14, decimal_places=2, null=True)
    draft = models.JSONField("prefactura", null=True)

    class Meta:
        verbose_name = "cuenta de la corrida"
        verbose_name_plural = "cuentas de la corrida"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "account"],
                name="runaccount_unique",
                violation_error_message="La cuenta ya está en la corrida.",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="BILLED", rule="", total__isnull=False, draft__isnull=False)
                | (~models.Q(outcome="BILLED") & ~models.Q(rule="")),
                name="runaccount_says_why",
                violation_error_message="Una cuenta que no se factura lleva la regla que lo explica.",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "chunk_ordinal"], name="runaccount_by_chunk"),
            models.Index(
                fields=["run", "outcome", "rule"], name="runaccount_not_billed", condition=~models.Q(outcome="BILLED")
            ),
        ]
        triggers = [
            *references(
                "billing_runaccount",
                {"run_id": ("billing_billingrun", "id"), "account_id": ("registry_account", "id")},
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.account}"
