"""Payments that were not registered, and those taken without power."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Value

from cauce.cashier.models.bank import BankMovement
from cauce.cashier.models.desks import Desk
from cauce.cashier.models.payments import Payment, Receipt
from cauce.cashier.rules.corrections import CLAIM_EDGES
from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document, StoredFile
from cauce.ledger.models import Posting
from cauce.registry.models import Account, Hold


class PaymentClaim(models.Model):
    """An aclaración: a customer shows a slip of a payment that nobody registered."""

    class State(models.TextChoices):
        OPEN = "OPEN", "En aclaración"
        FOUND = "FOUND", "Encontrado"
        REFUSED = "REFUSED", "No procede"
        APPLIED = "APPLIED", "Aplicado"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="payment_claim", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payment_claims", verbose_name="cuenta")
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    paid_on = models.DateField("fecha del pago")
    institution = models.CharField("banco o tienda", max_length=60)
    branch = models.CharField("sucursal", max_length=40, blank=True)
    reference = models.CharField("referencia", max_length=60, blank=True)
    told = models.TextField("qué dice el usuario", blank=True)
    slip = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="ficha o comprobante"
    )
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="retención")
    state = models.CharField("estado", max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField("recibida")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la recibió"
    )
    decided_at = models.DateTimeField("resuelta", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resolvió"
    )
    decision_note = models.TextField("resolución", blank=True)

    class Meta:
        verbose_name = "aclaración de pago"
        verbose_name_plural = "aclaraciones de pago"
        permissions = [("resolve_claim", "Puede resolver aclaraciones de pago")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="paymentclaim_amount_positive",
                violation_error_message="El importe debe ser mayor que cero.",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("opened_by")),
                name="paymentclaim_by_two_people",
                violation_error_message="Quien recibe la aclaración no puede resolverla.",
            ),
        ]
        triggers = [never_deleted("cashier_paymentclaim"), states("cashier_paymentclaim", "state", CLAIM_EDGES)]

    def __str__(self) -> str:
        return f"Aclaración {self.document_id}"

    @property
    def voucher(self) -> "CreditVoucher | None":
        """The voucher that stands for its money: the last one, which replaces the others."""
        return max(self.vouchers.all(), key=lambda voucher: voucher.pk, default=None)


class CreditVoucher(models.Model):
    """A vale: money that Contabilidad found in the bank for an account, to be applied once with the deposit's date."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="credit_voucher", verbose_name="documento"
    )
    claim = models.ForeignKey(
        PaymentClaim, on_delete=models.PROTECT, related_name="vouchers", verbose_name="aclaración"
    )
    # The voucher whose payment was cancelled: this one carries its money, which waits unidentified again.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name="sustituye al vale"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", verbose_name="cuenta")
    movement = models.OneToOneField(
        BankMovement, on_delete=models.PROTECT, null=True, related_name="voucher", verbose_name="movimiento del banco"
    )
    # Null when its money was already among the deposits nobody identified: a file's, or that of the one it replaces.
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    effective_on = models.DateField("fecha del depósito")
    bank_reference = models.CharField("referencia del banco", max_length=60)
    issued_at = models.DateTimeField("expedido")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo expidió"
    )

    class Meta:
        verbose_name = "vale"
        verbose_name_plural = "vales"
        permissions = [("apply_voucher", "Puede aplicar vales")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="creditvoucher_amount_positive",
                violation_error_message="El importe del vale debe ser mayor que cero.",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=models.Q(replaces__isnull=True),
                name="creditvoucher_one_finding",
                violation_error_message="La aclaración ya tiene un vale; si se canceló su pago, sustitúyalo.",
            ),
        ]
        triggers = append_only("cashier_creditvoucher")

    def __str__(self) -> str:
        return f"Vale {self.document_id}"


class VoucherUse(models.Model):
    """That a vale was applied, once."""

    voucher = models.OneToOneField(
        CreditVoucher, on_delete=models.PROTECT, primary_key=True, related_name="use", verbose_name="vale"
    )
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="+", verbose_name="comprobante")
    used_at = models.DateTimeField("aplicado")
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo aplicó"
    )

    class Meta:
        verbose_name = "uso de vale"
        verbose_name_plural = "usos de vales"
        triggers = append_only("cashier_voucheruse")

    def __str__(self) -> str:
        return f"Uso del vale {self.voucher_id}"


class VoucherDeposit(models.Model):
    """That a file of the bank brought the deposit that a voucher had already put in the books by hand."""

    voucher = models.OneToOneField(
        CreditVoucher, on_delete=models.PROTECT, primary_key=True, related_name="deposit", verbose_name="vale"
    )
    movement = models.OneToOneField(
        BankMovement, on_delete=models.PROTECT, related_name="voucher_deposit", verbose_name="movimiento del banco"
    )
    recognised_at = models.DateTimeField("reconocido")

    class Meta:
        verbose_name = "depósito de un vale"
        verbose_name_plural = "depósitos de vales"
        triggers = append_only("cashier_voucherdeposit")

    def __str__(self) -> str:
        return f"Depósito del vale {self.voucher_id}"


class ContingencyBlock(models.Model):
    """A block of receipts printed with their folio, to collect without power."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="contingency_blocks", verbose_name="caja")
    series = models.CharField("serie", max_length=12)
    first = models.IntegerField("del folio")
    last = models.IntegerField("al folio")
    printed_at = models.DateTimeField("impreso")
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo imprimió"
    )

    class Meta:
        verbose_name = "bloc de contingencia"
        verbose_name_plural = "blocs de contingencia"
        permissions = [("capture_contingency", "Puede capturar recibos de contingencia")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__gte=1, last__gte=models.F("first")),
                name="contingencyblock_folios_in_order",
                violation_error_message="El último folio debe ser igual o mayor que el primero.",
            ),
            ExclusionConstraint(
                name="contingencyblock_folios_printed_once",
                expressions=[
                    ("series", RangeOperators.EQUAL),
                    (
                        Func(
                            F("first"), F("last"), Value("[]"), function="int4range", output_field=IntegerRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Algunos de esos folios ya se imprimieron en otro bloc.",
            ),
        ]
        triggers = append_only("cashier_contingencyblock")

    def __str__(self) -> str:
        return f"{self.series}-{self.first:06d} a {self.last:06d}"


class ContingencyReceipt(models.Model):
    """What became of one pre-printed receipt: the payment captured from it, or why it was spoilt."""

    block = models.ForeignKey(ContingencyBlock, on_delete=models.PROTECT, related_name="receipts", verbose_name="bloc")
    number = models.IntegerField("folio")
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, related_name="contingency", verbose_name="pago"
    )
    spoilt_reason = models.TextField("por qué se inutilizó", blank=True)
    received_at = models.DateTimeField("recibido", null=True)
    captured_at = models.DateTimeField("capturado")
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo capturó"
    )

    class Meta:
        verbose_name = "recibo de contingencia"
        verbose_name_plural = "recibos de contingencia"
        constraints = [
            models.UniqueConstraint(
                fields=["block", "number"],
                name="contingencyreceipt_once",
                violation_error_message="Ese folio de contingencia ya se capturó.",
            ),
            models.CheckConstraint(
                condition=models.Q(payment__isnull=False, spoilt_reason="", received_at__isnull=False)
                | (models.Q(payment__isnull=True) & ~models.Q(spoilt_reason="")),
                name="contingencyreceipt_paid_or_spoilt",
                violation_error_message="Un recibo de contingencia se cobró o se inutilizó; diga cuál.",
            ),
        ]
        triggers = append_only("cashier_contingencyreceipt")

    def __str__(self) -> str:
        return f"{self.block.series}-{self.number:06d}"
