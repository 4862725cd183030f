"""The bills that were issued; they never change."""

from django.db import models

from cauce.billing.models.runs import BillingRun
from cauce.core.triggers import append_only, references
from cauce.documents.models import Document
from cauce.registry.models import Account, Customer
from cauce.tariffs.models import Schedule


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
    reading_note = models.JSONField("nota de la lectura", null=True)
    subtotal = models.DecimalField("subtotal", max_digits=14, decimal_places=2)
    vat = models.DecimalField("IVA", max_digits=14, decimal_places=2)
    total = models.DecimalField("cargos del mes", max_digits=14, decimal_places=2)
    arrears = models.DecimalField("adeudo anterior", max_digits=14, decimal_places=2)
    prior_year_debt = models.DecimalField("rezago", max_digits=14, decimal_places=2)
    surcharges = models.DecimalField("recargos", max_digits=14, decimal_places=2)
    other_charges = models.DecimalField("otros cargos pendientes", max_digits=14, decimal_places=2)
    advance_applied = models.DecimalField("saldo a favor aplicado", max_digits=14, decimal_places=2)
    discount = models.DecimalField("descuento por pago anticipado", max_digits=14, decimal_places=2, db_default=0)
    amount_due = models.DecimalField("total a pagar", max_digits=14, decimal_places=2)
    months_overdue = models.PositiveSmallIntegerField("meses de adeudo", default=0)
    debt_detail = models.JSONField("detalle del adeudo anterior", null=True)
    usage = models.JSONField("uso que se cobró", null=True)
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
                    - models.F("discount")
                ),
                name="bill_amount_due_adds_up",
                violation_error_message="El total a pagar no es la suma de las partes del recibo.",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "position"], name="bill_by_position"),
            models.Index(fields=["period"], name="bill_without_run", condition=models.Q(run__isnull=True)),
        ]
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
