"""What each party and account owes and why: acts, the transfers that hang from them, and what settles what."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, references
from cauce.documents.models import Document
from cauce.ledger.triggers import (
    allocations_within_limits,
    nobody_is_booking,
    open_days_only,
    reversals_are_whole,
)
from cauce.registry.models import Account, Customer


class Book(models.TextChoices):
    """The books between which money moves."""

    OPENING = "OPENING", "Apertura"
    RECEIVABLE = "RECEIVABLE", "Por cobrar"
    AGREEMENT = "AGREEMENT", "Por cobrar en convenio"
    FORMER_AGREEMENTS = "FORMER_AGREEMENTS", "Convenios del sistema anterior"
    ADVANCES = "ADVANCES", "Saldos a favor"
    CASH = "CASH", "Caja"
    BANK = "BANK", "Bancos"
    CLEARING_DEPOSITS = "CLEARING_DEPOSITS", "Depósitos de caja en tránsito"
    CLEARING_CARDS = "CLEARING_CARDS", "Tarjetas por abonar"
    CLEARING_CHEQUES = "CLEARING_CHEQUES", "Cheques salvo buen cobro"
    CLEARING_TRANSFERS = "CLEARING_TRANSFERS", "Transferencias por confirmar"
    UNIDENTIFIED = "UNIDENTIFIED", "Depósitos no identificados"
    REVENUE = "REVENUE", "Ingresos"
    SURCHARGES = "SURCHARGES", "Recargos"
    VAT_PENDING = "VAT_PENDING", "IVA por cobrar"
    VAT_COLLECTED = "VAT_COLLECTED", "IVA cobrado"
    DISCOUNTS = "DISCOUNTS", "Descuentos"
    ADJUSTMENTS = "ADJUSTMENTS", "Ajustes"
    BANK_FEES = "BANK_FEES", "Comisiones bancarias"
    OVER_SHORT = "OVER_SHORT", "Sobrantes y faltantes de caja"
    ROUNDING = "ROUNDING", "Redondeo"
    UNCOLLECTABLE = "UNCOLLECTABLE", "Incobrables"


# A transfer into one of these is a charge; one out of them is a credit.
DEBT_BOOKS = (Book.RECEIVABLE, Book.AGREEMENT, Book.FORMER_AGREEMENTS)
# Where money that came in is: in the drawer, in the bank, or on its way to it.
CLEARING_BOOKS = (Book.CLEARING_DEPOSITS, Book.CLEARING_CARDS, Book.CLEARING_CHEQUES, Book.CLEARING_TRANSFERS)
MONEY_BOOKS = (Book.CASH, Book.BANK, *CLEARING_BOOKS)
# Books whose rows say what one party owes or is owed.
PARTY_BOOKS = (*DEBT_BOOKS, Book.ADVANCES)


class Reason(models.TextChoices):
    """Why a transfer was made; it is also the kind of movement that the statement shows."""

    OPENING = "OPENING", "Saldo inicial"
    BILL = "BILL", "Recibo"
    SERVICE = "SERVICE", "Servicio"
    SURCHARGE = "SURCHARGE", "Recargos"
    PAYMENT = "PAYMENT", "Pago"
    ADVANCE_APPLIED = "ADVANCE_APPLIED", "Saldo a favor aplicado"
    VAT_COLLECTED = "VAT_COLLECTED", "IVA cobrado"
    WAIVER = "WAIVER", "Condonación"
    ADJUSTMENT = "ADJUSTMENT", "Ajuste"
    ROUNDING = "ROUNDING", "Redondeo"
    REFUND = "REFUND", "Devolución"
    REVERSAL = "REVERSAL", "Cancelación"
    SURCHARGE_RETURNED = "SURCHARGE_RETURNED", "Recargo devuelto"
    METHOD_CORRECTED = "METHOD_CORRECTED", "Forma de pago corregida"
    DEPOSIT = "DEPOSIT", "Depósito en el banco"
    UNIDENTIFIED = "UNIDENTIFIED", "Depósito no identificado"
    SHORTAGE = "SHORTAGE", "Faltante de caja"
    SURPLUS = "SURPLUS", "Sobrante de caja"
    DISHONOURED = "DISHONOURED", "Cheque devuelto o contracargo"
    AGREEMENT = "AGREEMENT", "Convenio de pago"
    AGREEMENT_INTEREST = "AGREEMENT_INTEREST", "Interés de convenio"
    INTEREST_FORGIVEN = "INTEREST_FORGIVEN", "Interés no devengado"
    COLLECTION_COST = "COLLECTION_COST", "Gastos de cobranza"
    PREPAYMENT_DISCOUNT = "PREPAYMENT_DISCOUNT", "Descuento por pago anticipado"


class Posting(models.Model):
    """One act on the ledger. Its key makes it happen once; its body's hash tells a repeated key from a reused one."""

    key = models.CharField("llave", max_length=120, unique=True)
    body_sha256 = models.CharField("huella del contenido", max_length=64)
    operation = models.CharField("operación", max_length=48)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién")
    posted_at = models.DateTimeField("cuándo")
    result = models.JSONField("resultado", default=dict)

    class Meta:
        verbose_name = "asiento"
        verbose_name_plural = "asientos"
        triggers = append_only("ledger_posting")

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Reads of transfers."""

    def charges(self) -> "TransferQuerySet":
        """Transfers into a book of what is owed."""
        return self.filter(debit_book__in=DEBT_BOOKS)

    def credits(self) -> "TransferQuerySet":
        """Transfers out of a book of what is owed."""
        return self.filter(credit_book__in=DEBT_BOOKS)

    def reversed(self) -> "TransferQuerySet":
        """Transfers that another one undoes."""
        return self.filter(models.Exists(Transfer.objects.filter(reverses=models.OuterRef("pk"))))

    def live(self) -> "TransferQuerySet":
        """Transfers that stand: none undoes them, and they undo none."""
        return self.filter(
            ~models.Exists(Transfer.objects.filter(reverses=models.OuterRef("pk"))), reverses__isnull=True
        )


class Transfer(models.Model):
    """One positive amount that moves from one book to another, for a party and mostly an account.

    ``effective_on`` is the value date that surcharges look at; ``booked_on`` the day whose books it enters.
    A charge debits a receivable book; a credit credits it.
    """

    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="transfers", db_index=False, db_constraint=False
    )
    party = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="transfers", db_index=False, db_constraint=False
    )
    debit_book = models.CharField("al libro", max_length=20, choices=Book.choices)
    credit_book = models.CharField("del libro", max_length=20, choices=Book.choices)
    concept = models.CharField("concepto", max_length=24)
    period = models.DateField("periodo", null=True)
    due_on = models.DateField("vence", null=True)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    effective_on = models.DateField("fecha valor")
    booked_on = models.DateField("fecha de registro")
    reason = models.CharField("motivo", max_length=20, choices=Reason.choices)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="transfers", db_index=False, db_constraint=False
    )
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "movimiento"
        verbose_name_plural = "movimientos"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="transfer_amount_positive",
                violation_error_message="El importe debe ser mayor que cero.",
            ),
            models.CheckConstraint(
                condition=~models.Q(debit_book=models.F("credit_book")),
                name="transfer_between_two_books",
                violation_error_message="Un movimiento va de un libro a otro distinto.",
            ),
            models.CheckConstraint(
                condition=models.Q(debit_book__in=Book.values, credit_book__in=Book.values),
                name="transfer_books_known",
                violation_error_message="Ese libro no existe.",
            ),
            models.CheckConstraint(
                condition=models.Q(party__isnull=False)
                | ~(models.Q(debit_book__in=PARTY_BOOKS) | models.Q(credit_book__in=PARTY_BOOKS)),
                name="transfer_book_needs_party",
                violation_error_message="Ese libro necesita a la persona que debe o a la que se debe.",
            ),
            models.CheckConstraint(
                condition=models.Q(account__isnull=True) | models.Q(party__isnull=False),
                name="transfer_account_has_party",
                violation_error_message="Un movimiento de una cuenta lleva a su titular.",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(reason=Reason.REVERSAL, reverses__isnull=False)
                    | (~models.Q(reason=Reason.REVERSAL) & models.Q(reverses__isnull=True))
                ),
                name="transfer_reversal_says_of_what",
                violation_error_message="Una cancelación dice qué movimiento cancela.",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=models.Q(reverses__isnull=False),
                name="transfer_reversed_once",
                violation_error_message="Ese movimiento ya fue cancelado.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "id"], name="transfer_by_account", condition=models.Q(account__isnull=False)
            ),
            models.Index(
                fields=["party", "id"],
                name="transfer_by_party",
                condition=models.Q(account__isnull=True, party__isnull=False),
            ),
            models.Index(fields=["posting"], name="transfer_by_posting"),
            models.Index(
                fields=["account"],
                name="transfer_of_advances",
                condition=models.Q(debit_book="ADVANCES") | models.Q(credit_book="ADVANCES"),
            ),
            models.Index(
                fields=["booked_on"],
                name="transfer_of_agreements",
                condition=models.Q(debit_book="AGREEMENT") | models.Q(credit_book="AGREEMENT"),
            ),
        ]
        triggers = [
            *append_only("ledger_transfer"),
            *references(
                "ledger_transfer",
                {
                    "posting_id": ("ledger_posting", "id"),
                    "party_id": ("registry_customer", "id"),
                    "account_id": ("registry_account", "id"),
                    "document_id": ("documents_document", "id"),
                },
            ),
            reversals_are_whole(),
            open_days_only("ledger_transfer"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.amount}"


class AllocationQuerySet(models.QuerySet["Allocation"]):
    """Reads of allocations."""

    def live(self) -> "AllocationQuerySet":
        """Allocations that stand: not mirrored, and no mirrors."""
        return self.filter(
            ~models.Exists(Allocation.objects.filter(reverses=models.OuterRef("pk"))), reverses__isnull=True
        )


class Allocation(models.Model):
    """How much of a credit settles a charge; a negative one mirrors the allocation it reverses."""

    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="allocations", db_index=False, db_constraint=False
    )
    credit = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    charge = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="allocations", db_constraint=False)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    effective_on = models.DateField("fecha valor")
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = "aplicación"
        verbose_name_plural = "aplicaciones"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reverses__isnull=True, amount__gt=0)
                | models.Q(reverses__isnull=False, amount__lt=0),
                name="allocation_sign",
                violation_error_message="Una aplicación es positiva, y negativa sólo cuando cancela a otra.",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=models.Q(reverses__isnull=False),
                name="allocation_reversed_once",
                violation_error_message="Esa aplicación ya fue cancelada.",
            ),
        ]
        indexes = [models.Index(fields=["posting"], name="allocation_by_posting")]
        triggers = [
            *append_only("ledger_allocation"),
            *references(
                "ledger_allocation",
                {"posting_id": ("ledger_posting", "id")},
            ),
            allocations_within_limits(),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class ClosedDay(models.Model):
    """A day whose books are closed: nothing more is booked into it."""

    day = models.DateField("día", primary_key=True)
    closed_at = models.DateTimeField("cerrado")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién")

    class Meta:
        verbose_name = "día cerrado"
        verbose_name_plural = "días cerrados"
        permissions = [("import_balances", "Puede importar saldos del sistema anterior")]
        triggers = [*append_only("ledger_closedday"), nobody_is_booking()]

    def __str__(self) -> str:
        return f"{self.day}"
