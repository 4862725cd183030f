"""Payments, what they were made with, and the receipt of each account."""

from django.conf import settings
from django.db import models

from cauce.cashier.models.desks import CashSession, Desk
from cauce.core.triggers import append_only, references
from cauce.documents.models import Document
from cauce.ledger.models import Posting
from cauce.registry.models import Account, Customer


class Payment(models.Model):
    """A sum of money received at once; it may settle several accounts, each with its receipt."""

    key = models.CharField("llave", max_length=120, unique=True)
    desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, related_name="payments", db_constraint=False, verbose_name="caja"
    )
    session = models.ForeignKey(
        CashSession,
        on_delete=models.PROTECT,
        null=True,
        related_name="payments",
        db_constraint=False,
        verbose_name="turno",
    )
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    rounding = models.DecimalField("redondeo del efectivo", max_digits=6, decimal_places=2, default=0)
    booked_on = models.DateField("fecha de registro")
    received_at = models.DateTimeField("recibido")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién cobró")

    class Meta:
        verbose_name = "pago"
        verbose_name_plural = "pagos"
        permissions = [
            ("take_payment", "Puede cobrar"),
            ("reverse_payment", "Puede cancelar un pago"),
            ("move_payment", "Puede trasladar un pago a otra cuenta"),
            ("correct_method", "Puede corregir la forma de pago"),
            ("dishonour_payment", "Puede registrar cheques devueltos y contracargos"),
            ("view_cash_day", "Puede ver el consolidado del día"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="payment_amount_positive",
                violation_error_message="El importe del pago debe ser mayor que cero.",
            )
        ]
        indexes = [
            models.Index(fields=["booked_on"], name="payment_by_day"),
            # A channel's payment is found by its receipt or its tender: the millions of the banks are indexed once.
            models.Index(fields=["amount"], name="payment_by_amount", condition=models.Q(session__isnull=False)),
        ]
        triggers = [
            *append_only("cashier_payment"),
            *references(
                "cashier_payment",
                {"desk_id": ("cashier_desk", "id"), "session_id": ("cashier_cashsession", "id")},
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Tender(models.Model):
    """How a payment was made: one row for each method."""

    class Method(models.TextChoices):
        CASH = "CASH", "Efectivo"
        CARD = "CARD", "Tarjeta"
        CHEQUE = "CHEQUE", "Cheque"
        TRANSFER = "TRANSFER", "Transferencia"
        BANK_FILE = "BANK_FILE", "Banco"
        VOUCHER = "VOUCHER", "Vale"

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="tenders", db_constraint=False, verbose_name="pago"
    )
    method = models.CharField("forma de pago", max_length=10, choices=Method.choices)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    handed = models.DecimalField("recibido", max_digits=14, decimal_places=2, null=True)
    reference = models.CharField("referencia", max_length=60, blank=True)
    institution = models.CharField("banco", max_length=60, blank=True)

    class Meta:
        verbose_name = "forma de pago"
        verbose_name_plural = "formas de pago"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="tender_amount_positive",
                violation_error_message="El importe debe ser mayor que cero.",
            ),
            models.CheckConstraint(
                condition=models.Q(handed__isnull=True) | models.Q(handed__gte=models.F("amount")),
                name="tender_gives_change",
                violation_error_message="Lo que entrega el cliente no alcanza.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["payment"],
                name="tender_on_its_way",
                condition=models.Q(method__in=("CARD", "CHEQUE", "TRANSFER")),
            ),
            models.Index(fields=["amount"], name="tender_by_amount", condition=~models.Q(method="BANK_FILE")),
        ]
        triggers = [
            *append_only("cashier_tender"),
            *references("cashier_tender", {"payment_id": ("cashier_payment", "id")}),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.amount}"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Reads of the receipts."""

    def standing(self) -> "ReceiptQuerySet":
        """Those that nobody has cancelled."""
        return self.filter(~models.Exists(ReceiptCancellation.objects.filter(receipt=models.OuterRef("pk"))))


class Receipt(models.Model):
    """A comprobante de pago: what of a payment went to one account or one party."""

    document = models.OneToOneField(
        Document,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="receipt",
        db_constraint=False,
        verbose_name="documento",
    )
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="receipts", db_constraint=False, verbose_name="pago"
    )
    # A bank file's receipts share the posting of their chunk: what hangs from the document is theirs.
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="receipts", db_constraint=False, verbose_name="asiento"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name="sustituye a"
    )
    party = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="+", db_constraint=False, verbose_name="a nombre de"
    )
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        related_name="receipts",
        db_constraint=False,
        verbose_name="cuenta",
    )
    directed_to = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="documento que paga"
    )
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    applied = models.DecimalField("aplicado", max_digits=14, decimal_places=2)
    advance = models.DecimalField("a favor", max_digits=14, decimal_places=2)
    effective_on = models.DateField("fecha valor")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "comprobante de pago"
        verbose_name_plural = "comprobantes de pago"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount=models.F("applied") + models.F("advance")),
                name="receipt_adds_up",
                violation_error_message="Lo aplicado y lo que queda a favor deben sumar el importe.",
            )
        ]
        indexes = [models.Index(fields=["amount"], name="receipt_by_amount")]
        triggers = [
            *append_only("cashier_receipt"),
            *references(
                "cashier_receipt",
                {
                    "document_id": ("documents_document", "id"),
                    "payment_id": ("cashier_payment", "id"),
                    "posting_id": ("ledger_posting", "id"),
                    "party_id": ("registry_customer", "id"),
                    "account_id": ("registry_account", "id"),
                },
            ),
        ]

    def __str__(self) -> str:
        return f"Comprobante {self.document_id}"


class ReceiptCancellation(models.Model):
    """That a receipt was cancelled: once, with today's date, by whom and why."""

    class Cause(models.TextChoices):
        MISTAKE = "MISTAKE", "Cancelación"
        MOVED = "MOVED", "Traslado a otra cuenta"
        CHEQUE = "CHEQUE", "Cheque devuelto"
        CHARGEBACK = "CHARGEBACK", "Contracargo de tarjeta"
        BANK = "BANK", "Reverso del banco"

    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, primary_key=True, related_name="cancellation", verbose_name="comprobante"
    )
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    session = models.ForeignKey(
        CashSession, on_delete=models.PROTECT, null=True, related_name="cancellations", verbose_name="turno"
    )
    cause = models.CharField("causa", max_length=10, choices=Cause.choices, default=Cause.MISTAKE)
    reason = models.TextField("motivo")
    cancelled_at = models.DateTimeField("cancelado")
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo canceló"
    )

    class Meta:
        verbose_name = "cancelación de comprobante"
        verbose_name_plural = "cancelaciones de comprobante"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="receiptcancellation_has_a_reason",
                violation_error_message="Escriba por qué se cancela el comprobante.",
            )
        ]
        triggers = append_only("cashier_receiptcancellation")

    def __str__(self) -> str:
        return f"Cancelación del comprobante {self.receipt_id}"
