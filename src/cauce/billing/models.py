"""Billing runs, what each account came to in them, and the bills they issued."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cauce.billing.rules import RUN_EDGES
from cauce.core.triggers import append_only, never_deleted, references, states
from cauce.documents.models import Document
from cauce.registry.models import CYCLES, Account, Customer
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

    class Meta:
        verbose_name = "corrida de facturación"
        verbose_name_plural = "corridas de facturación"
        permissions = [
            ("compute_run", "Puede calcular una corrida"),
            ("approve_run", "Puede aprobar una corrida"),
            ("issue_run", "Puede emitir una corrida"),
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


class Bill(models.Model):
    """A recibo. It never changes: a correction is another bill that replaces it.

    What it says (holder, address, tariff, readings) is kept as it was: a fiscal fact.
    """

    document = models.OneToOneField(
        Document,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="bill",
        db_constraint=False,
        verbose_name="documento",
    )
    run = models.ForeignKey(
        BillingRun,
        on_delete=models.PROTECT,
        null=True,
        related_name="bills",
        db_index=False,
        db_constraint=False,
        verbose_name="corrida",
    )
    position = models.PositiveIntegerField("lugar en la corrida", null=True)
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="bills",
        db_index=False,
        db_constraint=False,
        verbose_name="cuenta",
    )
    party = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="titular",
    )
    schedule = models.ForeignKey(
        Schedule, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="ley"
    )
    period = models.DateField("periodo")
    issued_on = models.DateField("emisión")
    due_on = models.DateField("fecha límite de pago")
    holder_name = models.CharField("titular", max_length=200)
    address = models.CharField("domicilio", max_length=400)
    delivery_code = models.CharField("reparto", max_length=10, blank=True)
    tariff_code = models.CharField("tarifa", max_length=8)
    meter_serial = models.CharField("medidor", max_length=24, blank=True)
    previous_value = models.PositiveIntegerField("lectura anterior", null=True)
    current_value = models.PositiveIntegerField("lectura actual", null=True)
    previous_on = models.DateField("desde", null=True)
    current_on = models.DateField("hasta", null=True)
    volume_m3 = models.PositiveIntegerField("m³", null=True)
    is_estimated = models.BooleanField("estimado", default=False)
    subtotal = models.DecimalField("subtotal", max_digits=14, decimal_places=2)
    vat = models.DecimalField("IVA", max_digits=14, decimal_places=2)
    total = models.DecimalField("cargos del mes", max_digits=14, decimal_places=2)
    arrears = models.DecimalField("adeudo anterior", max_digits=14, decimal_places=2)
    prior_year_debt = models.DecimalField("rezago", max_digits=14, decimal_places=2)
    surcharges = models.DecimalField("recargos", max_digits=14, decimal_places=2)
    other_charges = models.DecimalField("otros cargos pendientes", max_digits=14, decimal_places=2)
    advance_applied = models.DecimalField("saldo a favor aplicado", max_digits=14, decimal_places=2)
    amount_due = models.DecimalField("total a pagar", max_digits=14, decimal_places=2)
    months_overdue = models.PositiveSmallIntegerField("meses de adeudo", default=0)
    debt_detail = models.JSONField("detalle del adeudo anterior", null=True)
    proof = models.JSONField("prueba del precio")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name="sustituye a"
    )

    class Meta:
        verbose_name = "recibo"
        verbose_name_plural = "recibos"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "period"],
                condition=models.Q(replaces__isnull=True),
                name="bill_one_per_account_and_period",
                violation_error_message="La cuenta ya tiene recibo de ese periodo.",
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("subtotal") + models.F("vat")),
                name="bill_total_adds_up",
                violation_error_message="El total del recibo no es la suma de sus líneas y su IVA.",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    amount_due=models.F("total")
                    + models.F("arrears")
                    + models.F("prior_year_debt")
                    + models.F("surcharges")
                    + models.F("other_charges")
                    - models.F("advance_applied")
                ),
                name="bill_amount_due_adds_up",
                violation_error_message="El total a pagar no es la suma de las partes del recibo.",
            ),
        ]
        indexes = [models.Index(fields=["run", "position"], name="bill_by_position")]
        triggers = [
            *append_only("billing_bill"),
            *references(
                "billing_bill",
                {
                    "document_id": ("documents_document", "id"),
                    "run_id": ("billing_billingrun", "id"),
                    "account_id": ("registry_account", "id"),
                    "party_id": ("registry_customer", "id"),
                    "schedule_id": ("tariffs_schedule", "id"),
                },
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.period:%Y-%m}"


class BillLine(models.Model):
    """One concept of a bill: its amount and its VAT, each rounded once."""

    pk = models.CompositePrimaryKey("bill_id", "position")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines", db_index=False, db_constraint=False)
    position = models.PositiveSmallIntegerField("renglón")
    concept = models.CharField("concepto", max_length=24)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    vat_percent = models.DecimalField("% de IVA", max_digits=5, decimal_places=2)
    vat = models.DecimalField("IVA", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "línea de recibo"
        verbose_name_plural = "líneas de recibo"
        triggers = [
            *append_only("billing_billline"),
            *references("billing_billline", {"bill_id": ("billing_bill", "document_id")}),
        ]

    def __str__(self) -> str:
        return f"{self.concept} {self.amount}"
