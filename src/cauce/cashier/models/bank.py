"""Rows of the bank's files, what two people decide about the doubtful ones, and the books in transit."""

from django.conf import settings
from django.db import models

from cauce.cashier.models.desks import BankDeposit
from cauce.cashier.models.payments import Payment, Receipt, Tender
from cauce.cashier.rules.corrections import RESOLUTION_EDGES
from cauce.cashier.triggers import matched_once
from cauce.core.triggers import append_only, never_deleted, references, states
from cauce.documents.models import Document
from cauce.imports.models import ImportBatch
from cauce.ledger.models import Posting
from cauce.registry.models import Account


class BankMovementQuerySet(models.QuerySet["BankMovement"]):
    """Reads of the bank's rows."""

    def unresolved(self) -> "BankMovementQuerySet":
        """Rows that wait for two people: not applied, nobody's decision stands, and no voucher took their money."""
        return self.exclude(outcome=BankMovement.Outcome.APPLIED).filter(
            ~models.Exists(
                BankResolution.objects.filter(movement=models.OuterRef("pk"), state=BankResolution.State.APPROVED)
            ),
            voucher__isnull=True,
            voucher_deposit__isnull=True,
        )


class BankMovement(models.Model):
    """A row of a bank's or store's file: what it says and what was done with it when it came in.

    ``identity`` is the bank's own number of the movement, or what stands for it; with the layout it is unique, so the
    same row never counts twice and two equal payments with different numbers both count.
    """

    class Outcome(models.TextChoices):
        APPLIED = "APPLIED", "Aplicado"
        REVIEW = "REVIEW", "En revisión"
        REJECTED = "REJECTED", "Rechazado"

    batch = models.ForeignKey(
        ImportBatch,
        on_delete=models.PROTECT,
        related_name="bank_movements",
        db_constraint=False,
        verbose_name="archivo",
    )
    layout = models.CharField("formato", max_length=24)
    line = models.IntegerField("renglón")
    identity = models.CharField("movimiento", max_length=80)
    moved_on = models.DateField("fecha", null=True)
    moved_time = models.TimeField("hora", null=True)
    branch = models.CharField("sucursal", max_length=40, blank=True)
    reference = models.CharField("referencia", max_length=60, blank=True)
    description = models.CharField("descripción", max_length=200, blank=True)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2, null=True)
    raw = models.TextField("renglón del archivo")
    outcome = models.CharField("resultado", max_length=8, choices=Outcome.choices)
    code = models.CharField("motivo", max_length=32, blank=True)
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        related_name="bank_movements",
        db_constraint=False,
        verbose_name="cuenta",
    )
    receipt = models.ForeignKey(
        Receipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="bank_movements",
        db_constraint=False,
        verbose_name="comprobante",
    )
    # The chunk's act when the money entered the books: the account's debts or the deposits nobody identified.
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    objects = BankMovementQuerySet.as_manager()

    class Meta:
        verbose_name = "movimiento del banco"
        verbose_name_plural = "movimientos del banco"
        permissions = [("import_bank", "Puede cargar archivos del banco")]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "identity"],
                name="bankmovement_once",
                violation_error_message="Ese movimiento del banco ya entró.",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="APPLIED") | models.Q(receipt__isnull=False, amount__gt=0),
                name="bankmovement_applied_has_its_receipt",
                violation_error_message="Un movimiento aplicado tiene importe y comprobante.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["outcome", "code"], name="bankmovement_to_resolve", condition=~models.Q(outcome="APPLIED")
            )
        ]
        triggers = [
            *append_only("cashier_bankmovement"),
            *references(
                "cashier_bankmovement",
                {
                    "batch_id": ("imports_importbatch", "id"),
                    "account_id": ("registry_account", "id"),
                    "receipt_id": ("cashier_receipt", "document_id"),
                    "posting_id": ("ledger_posting", "id"),
                },
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"

    @property
    def is_unidentified(self) -> bool:
        """Whether its file left its money among the deposits that nobody identified."""
        return self.posting_id is not None and self.outcome != self.Outcome.APPLIED


class BankResolution(models.Model):
    """What one person proposes to do with a doubtful row and another one approves."""

    class Action(models.TextChoices):
        APPLY = "APPLY", "Aplicar a una cuenta"
        REVERSE = "REVERSE", "Cancelar el pago que deshace"
        RETURN = "RETURN", "Devolver al banco"
        DISMISS = "DISMISS", "Descartar: no es dinero nuestro"

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "Por aprobar"
        APPROVED = "APPROVED", "Aprobada"
        REFUSED = "REFUSED", "Rechazada"

    movement = models.ForeignKey(
        BankMovement, on_delete=models.PROTECT, related_name="resolutions", verbose_name="movimiento"
    )
    action = models.CharField("qué se hace", max_length=8, choices=Action.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuenta")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="pago")
    # Read from the bank's statement when the row of the file did not say them.
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2, null=True)
    effective_on = models.DateField("día del depósito", null=True)
    reason = models.TextField("motivo")
    state = models.CharField("estado", max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField("propuesta")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién propone"
    )
    decided_at = models.DateTimeField("resuelta", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resuelve"
    )
    decision_note = models.TextField("resolución", blank=True)
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="comprobante"
    )
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )

    class Meta:
        verbose_name = "resolución de movimiento del banco"
        verbose_name_plural = "resoluciones de movimientos del banco"
        permissions = [
            ("propose_resolution", "Puede proponer qué hacer con un movimiento del banco"),
            ("approve_resolution", "Puede aprobar qué se hace con un movimiento del banco"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["movement"],
                condition=~models.Q(state="REFUSED"),
                name="bankresolution_one_stands",
                violation_error_message="Ese movimiento ya tiene una propuesta: apruébela o recházela primero.",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="bankresolution_by_two_people",
                violation_error_message="Quien propone no puede aprobar.",
            ),
        ]
        triggers = [
            never_deleted("cashier_bankresolution"),
            states("cashier_bankresolution", "state", RESOLUTION_EDGES),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.reason}"


class ClearingMatch(models.Model):
    """That money in transit reached the bank: deposits of the desks, cards, cheques and transfers of the windows."""

    class Kind(models.TextChoices):
        DEPOSITS = "DEPOSITS", "Depósitos de caja"
        CARDS = "CARDS", "Tarjetas"
        CHEQUES = "CHEQUES", "Cheques"
        TRANSFERS = "TRANSFERS", "Transferencias"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="clearing_match", verbose_name="documento"
    )
    kind = models.CharField("clase", max_length=10, choices=Kind.choices)
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    bank_on = models.DateField("fecha del banco")
    reference = models.CharField("referencia del banco", max_length=60, blank=True)
    expected = models.DecimalField("en tránsito", max_digits=14, decimal_places=2)
    received = models.DecimalField("abonado", max_digits=14, decimal_places=2)
    fee = models.DecimalField("comisión", max_digits=14, decimal_places=2, default=0)
    difference = models.DecimalField("diferencia", max_digits=14, decimal_places=2, default=0)
    reason = models.TextField("por qué", blank=True)
    matched_at = models.DateTimeField("conciliado")
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién concilió"
    )

    class Meta:
        verbose_name = "conciliación de dinero en tránsito"
        verbose_name_plural = "conciliaciones de dinero en tránsito"
        permissions = [("match_clearing", "Puede conciliar el dinero en tránsito")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expected=models.F("received") + models.F("fee") + models.F("difference")),
                name="clearingmatch_adds_up",
                violation_error_message="Lo abonado, la comisión y la diferencia deben sumar lo que venía en tránsito.",
            ),
            models.CheckConstraint(
                condition=models.Q(difference=0) | ~models.Q(reason=""),
                name="clearingmatch_difference_says_why",
                violation_error_message="Escriba por qué difiere lo abonado.",
            ),
        ]
        triggers = append_only("cashier_clearingmatch")

    def __str__(self) -> str:
        return f"Conciliación {self.document_id}"


class ClearingMatchReversal(models.Model):
    """That a match was undone: what it had matched is in transit again."""

    match = models.OneToOneField(
        ClearingMatch, on_delete=models.PROTECT, primary_key=True, related_name="reversal", verbose_name="conciliación"
    )
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+", verbose_name="asiento")
    reason = models.TextField("motivo")
    reversed_at = models.DateTimeField("deshecha")
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la deshizo"
    )

    class Meta:
        verbose_name = "conciliación deshecha"
        verbose_name_plural = "conciliaciones deshechas"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="clearingmatchreversal_has_a_reason",
                violation_error_message="Escriba por qué se deshace la conciliación.",
            )
        ]
        triggers = append_only("cashier_clearingmatchreversal")

    def __str__(self) -> str:
        return f"Se deshizo la conciliación {self.match_id}"


class ClearingMatchItem(models.Model):
    """One deposit or tender that reached the bank in a match; negative when the bank took back what had reached it."""

    match = models.ForeignKey(
        ClearingMatch, on_delete=models.PROTECT, related_name="items", verbose_name="conciliación"
    )
    deposit = models.ForeignKey(
        BankDeposit, on_delete=models.PROTECT, null=True, related_name="match_items", verbose_name="ficha"
    )
    tender = models.ForeignKey(
        Tender, on_delete=models.PROTECT, null=True, related_name="match_items", verbose_name="forma de pago"
    )
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "partida conciliada"
        verbose_name_plural = "partidas conciliadas"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deposit__isnull=True) ^ models.Q(tender__isnull=True),
                name="clearingmatchitem_is_one_thing",
                violation_error_message="Una partida es una ficha o una forma de pago.",
            )
        ]
        triggers = [*append_only("cashier_clearingmatchitem"), matched_once()]

    def __str__(self) -> str:
        return f"{self.amount}"
