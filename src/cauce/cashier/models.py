"""Desks and their sessions, payment orders, payments and the receipts of each account."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only
from cauce.documents.models import Document
from cauce.ledger.models import Posting
from cauce.registry.models import Account, Customer


class Desk(models.Model):
    """A caja: a window or channel with its own series of receipts."""

    code = models.CharField("clave", max_length=16, unique=True)
    name = models.CharField("nombre", max_length=80)
    series = models.CharField("serie de comprobantes", max_length=24, unique=True)

    class Meta:
        verbose_name = "caja"
        verbose_name_plural = "cajas"

    def __str__(self) -> str:
        return self.name


class CashSession(models.Model):
    """A turno: one cashier at one desk on one day."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, verbose_name="caja")
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="cajero"
    )
    day = models.DateField("día")
    opened_at = models.DateTimeField("abierto")
    opening_float = models.DecimalField("fondo inicial", max_digits=14, decimal_places=2, default=0)
    closed_at = models.DateTimeField("cerrado", null=True, blank=True)

    class Meta:
        verbose_name = "turno de caja"
        verbose_name_plural = "turnos de caja"
        constraints = [
            models.UniqueConstraint(
                fields=["desk"],
                condition=models.Q(closed_at__isnull=True),
                name="desk_has_one_open_session",
                violation_error_message="La caja ya tiene un turno abierto: ciérrelo antes de abrir otro.",
            ),
            models.UniqueConstraint(
                fields=["cashier"],
                condition=models.Q(closed_at__isnull=True),
                name="cashier_has_one_open_session",
                violation_error_message="Usted ya tiene un turno abierto en otra caja: ciérrelo antes de abrir otro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.day}"


class PaymentOrder(models.Model):
    """An orden de pago («pase a caja»): what somebody is to pay, computed for them; the cashier only receives it."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="payment_order", verbose_name="documento"
    )
    party = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="a nombre de")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuenta")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    expires_on = models.DateField("vence")
    total = models.DecimalField("total", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "orden de pago"
        verbose_name_plural = "órdenes de pago"
        triggers = append_only("cashier_paymentorder")

    def __str__(self) -> str:
        return f"Orden de pago {self.document_id}"


class PaymentOrderLine(models.Model):
    """One service of the law in a payment order."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="lines", verbose_name="orden")
    concept = models.CharField("concepto", max_length=24)
    description = models.CharField("descripción", max_length=160)
    quantity = models.DecimalField("cantidad", max_digits=10, decimal_places=2)
    unit_price = models.DecimalField("precio", max_digits=14, decimal_places=4)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    vat_percent = models.DecimalField("% de IVA", max_digits=5, decimal_places=2)
    vat = models.DecimalField("IVA", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "línea de orden de pago"
        verbose_name_plural = "líneas de orden de pago"
        triggers = append_only("cashier_paymentorderline")

    def __str__(self) -> str:
        return self.description


class Payment(models.Model):
    """A sum of money received at once; it may settle several accounts, each with its receipt."""

    key = models.CharField("llave", max_length=120, unique=True)
    session = models.ForeignKey(
        CashSession, on_delete=models.PROTECT, null=True, related_name="payments", verbose_name="turno"
    )
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    received_at = models.DateTimeField("recibido")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién cobró")

    class Meta:
        verbose_name = "pago"
        verbose_name_plural = "pagos"
        permissions = [
            ("take_payment", "Puede cobrar"),
            ("reverse_payment", "Puede cancelar un pago"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="payment_amount_positive",
                violation_error_message="El importe del pago debe ser mayor que cero.",
            )
        ]
        triggers = append_only("cashier_payment")

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

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="tenders", verbose_name="pago")
    method = models.CharField("forma de pago", max_length=10, choices=Method.choices)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    reference = models.CharField("referencia", max_length=60, blank=True)

    class Meta:
        verbose_name = "forma de pago"
        verbose_name_plural = "formas de pago"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="tender_amount_positive",
                violation_error_message="El importe debe ser mayor que cero.",
            )
        ]
        triggers = append_only("cashier_tender")

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.amount}"


class Receipt(models.Model):
    """A comprobante de pago: what of a payment went to one account or one party."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="receipt", verbose_name="documento"
    )
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts", verbose_name="pago")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="receipt", verbose_name="asiento")
    party = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="a nombre de")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="receipts", verbose_name="cuenta"
    )
    directed_to = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="documento que paga"
    )
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    applied = models.DecimalField("aplicado", max_digits=14, decimal_places=2)
    advance = models.DecimalField("a favor", max_digits=14, decimal_places=2)
    effective_on = models.DateField("fecha valor")

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
        triggers = append_only("cashier_receipt")

    def __str__(self) -> str:
        return f"Comprobante {self.document_id}"


class ReceiptCancellation(models.Model):
    """That a receipt was cancelled: once, with today's date, by whom and why."""

    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, primary_key=True, related_name="cancellation", verbose_name="comprobante"
    )
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    session = models.ForeignKey(
        CashSession, on_delete=models.PROTECT, null=True, related_name="cancellations", verbose_name="turno"
    )
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
