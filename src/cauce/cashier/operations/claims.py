"""Payments that nobody registered: the claim, and the voucher of the money that was found."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from cauce.cashier.events import (
    CLAIM_CLOSED_BY_MOVE,
    CLAIM_OPENED,
    CLAIM_REFUSED,
    VOUCHER_ISSUED,
)
from cauce.cashier.models import (
    BankMovement,
    BankResolution,
    CreditVoucher,
    PaymentClaim,
    Receipt,
)
from cauce.cashier.operations.bank.claimed import hold_deposits
from cauce.cashier.operations.bars import ReasonMissing, refuse_same_person
from cauce.cashier.operations.deciding import note_decision
from cauce.cashier.rules.claims import is_same_reference, numbers_of
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.documents.models import Document
from cauce.documents.operations import create_document, store_file
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import KeyReused, lock_accounts, no_waiting_in_silence, post
from cauce.ledger.queries import booking_day
from cauce.ledger.rules import DEPOSIT, Entry
from cauce.registry.models import Account, Hold
from cauce.registry.operations import lift_hold, place_hold, refuse_own_account
from cauce.users.models import User

CLAIMS = "APL"
VOUCHERS = "VALE"


class ClaimAmountMissing(DomainError):
    """A claim or a voucher of nothing."""

    def __init__(self) -> None:
        super().__init__("El importe debe ser mayor que cero; escriba el que dice la ficha.")


class PaidInTheFuture(DomainError):
    """A payment dated after today."""

    def __init__(self) -> None:
        super().__init__("La fecha del pago es posterior a hoy; corríjala con la que dice la ficha.")


class ClaimRepeated(DomainError):
    """The same payment is being claimed already."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"Ese pago ya se está aclarando con el folio {folio}; ábralo en vez de recibirlo otra vez.")


class ClaimDecided(DomainError):
    """Somebody decided the claim before."""

    def __init__(self, claim: PaymentClaim) -> None:
        super().__init__(
            f"La aclaración {claim.document.folio} ya está resuelta ({claim.get_state_display().lower()}); "
            "actualice la página."
        )


class BankFactsMissing(DomainError):
    """Money that is in no file needs what the bank says of it."""

    def __init__(self) -> None:
        super().__init__(
            "Elija el movimiento del banco, o escriba importe, fecha y referencia como los dice el estado de cuenta."
        )


class MovementTaken(DomainError):
    """The bank's movement is already what it is going to be."""


class MovementNotMoney(DomainError):
    """The row of the file brought no money."""

    def __init__(self) -> None:
        super().__init__("Ese renglón del banco no es un abono: deshace otro pago. Elija un depósito.")


class ReceiptNotMovedHere(DomainError):
    """The receipt does not bring a moved payment to the claim's account."""

    def __init__(self) -> None:
        super().__init__(
            "Ese comprobante no es de un pago trasladado a esta cuenta; traslade primero el pago y vuelva a intentar."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPayment:
    """What the customer's slip says of the payment, and what they tell; ``amount`` in pesos."""

    amount: Decimal
    paid_on: date
    institution: str
    branch: str = ""
    reference: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFacts:
    """What the bank's statement says of a deposit that is in no file; ``amount`` in pesos."""

    amount: Decimal
    deposited_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Slip:
    """The file that the customer left."""

    name: str
    content: bytes


@transaction.atomic
def open_claim(
    *, account: Account, claimed: ClaimedPayment, slip: Slip | None = None, at: datetime, by: User, key: str
) -> PaymentClaim:
    """Receive the claim of a payment that the account does not show, with the slip that proves it.

    The account is held («pago en aclaración») from today: neither reduction nor surcharges while it is being traced.
    Idempotent by key.

    :raises ClaimAmountMissing: if the amount is not positive.
    :raises PaidInTheFuture: if the payment is dated after today.
    :raises OwnAccount: if who receives it is linked to the account.
    :raises ClaimRepeated: if the same payment is being claimed for the account.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises UnknownFileType: if the slip is not a PDF, a PNG or a JPEG.
    :raises FileTooLarge: if the slip is empty or too large.
    :raises AccountBusy: if another session is working on the account.
    """
    if claimed.amount <= 0:
        raise ClaimAmountMissing
    if claimed.paid_on > local_day(at):
        raise PaidInTheFuture
    refuse_own_account(by=by, account_ids=[account.pk])
    lock_accounts([account.pk])
    first = PaymentClaim.objects.filter(key=key).select_related("document").first()
    if first is not None:
        if (first.account_id, first.amount, first.paid_on) != (account.pk, claimed.amount, claimed.paid_on):
            raise KeyReused
        return first
    _refuse_repeated(account, claimed)
    stored = None if slip is None else store_file(name=slip.name, content=slip.content, at=at, by=by)
    document = create_document(kind=Document.Kind.CLAIM, series=CLAIMS, issued_on=booking_day(at), at=at, by=by)
    hold = hold_for_claim(
        account=account,
        reason=f"Aclaración {document.folio}: {format_money(claimed.amount)} del {format_date(claimed.paid_on)}",
        at=at,
        by=by,
    )
    claim = PaymentClaim.objects.create(
        document=document,
        key=key,
        account=account,
        amount=claimed.amount,
        paid_on=claimed.paid_on,
        institution=claimed.institution.strip(),
        branch=claimed.branch.strip(),
        reference=claimed.reference.strip(),
        told=claimed.told.strip(),
        slip=stored,
        hold=hold,
        opened_at=at,
        opened_by=by,
    )
    _tell(CLAIM_OPENED, claim, at, by, on=format_date(claim.paid_on), institution=claim.institution)
    return claim


@transaction.atomic
def accept_claim(
    *,
    claim: PaymentClaim,
    movement: BankMovement | None = None,
    facts: BankFacts | None = None,
    note: str = "",
    at: datetime,
    by: User,
) -> CreditVoucher:
    """Say that the money of a claim is in the bank, and issue its voucher: somebody else applies it, once.

    It is a ``movement`` of a file that nobody resolved, whose money waits among the deposits not identified; or, with
    ``facts``, what the bank's statement says of a deposit that is in no file, which enters the books here (with both,
    a row of a file whose amount could not be read). The hold stays until the voucher is applied. Idempotent: the same
    finding of the same claim gives the first voucher.

    :raises SamePerson: if who decides is who received the claim.
    :raises OwnAccount: if who decides is linked to the account.
    :raises ClaimDecided: if the claim was decided otherwise.
    :raises BankFactsMissing: if neither a movement nor the bank's facts tell the money.
    :raises ClaimAmountMissing: if the amount is not positive.
    :raises PaidInTheFuture: if the deposit is dated after today.
    :raises MovementTaken: if the movement is applied, resolved, proposed or of another voucher, or a file has it, or
        another claim was accepted with it.
    :raises MovementNotMoney: if the movement takes money away.
    :raises AccountBusy: if another session is working on the account or the movement.
    """
    if movement is None:
        hold_deposits()
    claim = _to_decide(claim, by)
    if claim.state != PaymentClaim.State.OPEN:
        return _same_finding(claim, movement, facts)
    row = None if movement is None else _free_movement(movement)
    found = _facts_of(row, facts)
    if found.amount <= 0:
        raise ClaimAmountMissing
    if found.deposited_on > local_day(at):
        raise PaidInTheFuture
    if row is None:
        _refuse_one_in_a_file(found)
    document = create_document(kind=Document.Kind.VOUCHER, series=VOUCHERS, issued_on=booking_day(at), at=at, by=by)
    is_in_the_books = row is not None and row.posting_id is not None
    voucher = CreditVoucher.objects.create(
        document=document,
        claim=claim,
        account_id=claim.account_id,
        movement=row,
        posting=None if is_in_the_books else _book(found, document, at, by),
        amount=found.amount,
        effective_on=found.deposited_on,
        bank_reference=found.reference,
        issued_at=at,
        issued_by=by,
    )
    note_decision(claim, state=PaymentClaim.State.FOUND, note=note, at=at, by=by)
    publish(
        VOUCHER_ISSUED,
        subject_kind="CreditVoucher",
        subject_id=document.pk,
        account_id=claim.account_id,
        facts={
            "folio": document.folio,
            "amount": format_money(voucher.amount),
            "on": format_date(voucher.effective_on),
            "claim": claim.document.folio,
        },
        at=at,
        by=by,
    )
    return voucher


@transaction.atomic
def refuse_claim(*, claim: PaymentClaim, reason: str, at: datetime, by: User) -> PaymentClaim:
    """Say that a claim does not proceed, and why; its hold is lifted from the day it was placed.

    The months that the hold had kept from earning surcharges earn them after all, as if it had never been: the debt was
    not paid. They are charged with the next act that charges surcharges. Idempotent: a refused claim stays as it was.

    :raises ReasonMissing: without reason.
    :raises SamePerson: if who decides is who received the claim.
    :raises OwnAccount: if who decides is linked to the account.
    :raises ClaimDecided: if its payment was found.
    :raises AccountBusy: if another session is working on the account.
    """
    if not reason.strip():
        raise ReasonMissing("no procede: el usuario lo va a preguntar")
    claim = _to_decide(claim, by)
    if claim.state == PaymentClaim.State.REFUSED:
        return claim
    if claim.state != PaymentClaim.State.OPEN:
        raise ClaimDecided(claim)
    note_decision(claim, state=PaymentClaim.State.REFUSED, note=reason, at=at, by=by)
    if claim.hold is not None:
        lift_claim_hold(
            claim=claim,
            on=claim.hold.valid_from,
            reason=f"No procedió la aclaración {claim.document.folio}",
            at=at,
            by=by,
        )
    _tell(CLAIM_REFUSED, claim, at, by, reason=claim.decision_note)
    return claim


@transaction.atomic
def close_claim_by_move(*, claim: PaymentClaim, receipt: Receipt, at: datetime, by: User) -> PaymentClaim:
    """End a claim whose payment was in another account and was moved to this one, which ``receipt`` proves.

    Idempotent: a claim that ended so stays as it was.

    :raises SamePerson: if who decides is who received the claim.
    :raises OwnAccount: if who decides is linked to the account.
    :raises ClaimDecided: if it was decided otherwise.
    :raises ReceiptNotMovedHere: if the receipt is not of a payment moved to the account, or does not stand.
    :raises AccountBusy: if another session is working on the account.
    """
    claim = _to_decide(claim, by)
    folio = receipt.document.folio
    note = f"Estaba en otra cuenta; se trasladó con el comprobante {folio}."
    if claim.state == PaymentClaim.State.APPLIED and claim.decision_note == note:
        return claim
    if claim.state != PaymentClaim.State.OPEN:
        raise ClaimDecided(claim)
    stands = Receipt.objects.standing().filter(pk=receipt.pk).exists()
    if receipt.account_id != claim.account_id or receipt.replaces_id is None or not stands:
        raise ReceiptNotMovedHere
    note_decision(claim, state=PaymentClaim.State.FOUND, note=note, at=at, by=by)
    claim.state = PaymentClaim.State.APPLIED
    claim.save(update_fields=["state"])
    lift_claim_hold(
        claim=claim, on=local_day(at), reason=f"El pago se trasladó con el comprobante {folio}", at=at, by=by
    )
    _tell(CLAIM_CLOSED_BY_MOVE, claim, at, by, receipt=folio)
    return claim


def _refuse_repeated(account: Account, claimed: ClaimedPayment) -> None:
    same = PaymentClaim.objects.filter(
        account=account,
        amount=claimed.amount,
        paid_on=claimed.paid_on,
        reference=claimed.reference.strip(),
        state__in=(PaymentClaim.State.OPEN, PaymentClaim.State.FOUND),
    )
    repeated = same.select_related("document").first()
    if repeated is not None:
        raise ClaimRepeated(repeated.document.folio)


def _to_decide(claim: PaymentClaim, by: User) -> PaymentClaim:
    """The claim as it is now, with its account held, once it is sure that this person may decide it."""
    refuse_same_person(
        first=claim.opened_by_id, by=by, message="Quien recibe la aclaración no la resuelve; la resuelve Contabilidad."
    )
    refuse_own_account(by=by, account_ids=[claim.account_id])
    lock_accounts([claim.account_id])
    return PaymentClaim.objects.select_for_update(no_key=True).get(pk=claim.pk)


def _same_finding(claim: PaymentClaim, movement: BankMovement | None, facts: BankFacts | None) -> CreditVoucher:
    voucher = CreditVoucher.objects.filter(claim=claim, replaces__isnull=True).first()
    if voucher is None or voucher.movement_id != (None if movement is None else movement.pk):
        raise ClaimDecided(claim)
    if facts is not None and (voucher.amount, voucher.effective_on) != (facts.amount, facts.deposited_on):
        raise ClaimDecided(claim)
    return voucher


def _free_movement(movement: BankMovement) -> BankMovement:
    """The movement, held, once it is sure that nobody has done anything else with its money.

    :raises MovementTaken: if somebody has.
    :raises MovementNotMoney: if it takes money away.
    """
    with no_waiting_in_silence():
        movement = BankMovement.objects.select_for_update(no_key=True).get(pk=movement.pk)
    if movement.amount is not None and movement.amount <= 0:
        raise MovementNotMoney
    if movement.outcome == BankMovement.Outcome.APPLIED:
        raise MovementTaken(
            "Ese depósito ya se aplicó a una cuenta: si es de otra, traslade el pago en vez de expedir un vale."
        )
    stands = BankResolution.objects.filter(movement=movement).exclude(state=BankResolution.State.REFUSED)
    if stands.exists():
        raise MovementTaken("Ese movimiento ya tiene una propuesta o una resolución en la página del banco; revísela.")
    other = CreditVoucher.objects.filter(Q(movement=movement) | Q(deposit__movement=movement)).first()
    if other is not None:
        raise MovementTaken(f"Con ese movimiento ya se expidió el vale {other.document.folio}; elija otro.")
    return movement


def _facts_of(movement: BankMovement | None, facts: BankFacts | None) -> BankFacts:
    """What the file says of the money and, where it cannot be read, what the bank's statement says."""
    amount = None if facts is None else facts.amount
    deposited_on = None if facts is None else facts.deposited_on
    reference = "" if facts is None else facts.reference.strip()
    if movement is not None:
        amount = amount if movement.amount is None else movement.amount
        deposited_on = movement.moved_on or deposited_on
        reference = movement.reference or reference or movement.identity
    if amount is None or deposited_on is None or not reference:
        raise BankFactsMissing
    return BankFacts(amount=amount, deposited_on=deposited_on, reference=reference[:60])


def _refuse_one_in_a_file(facts: BankFacts) -> None:
    """Refuse to write by hand money that a file, or another claim, already brought: it would be in the books twice."""
    for row in BankMovement.objects.filter(moved_on=facts.deposited_on, amount=facts.amount).order_by("pk"):
        if is_same_reference(facts.reference, numbers_of(row.reference, row.identity)):
            raise MovementTaken(
                f"Ese depósito ya entró con un archivo del banco (renglón {row.line}); elíjalo entre los movimientos "
                "en vez de capturarlo a mano."
            )
    by_hand = CreditVoucher.objects.filter(
        posting__isnull=False, movement__isnull=True, effective_on=facts.deposited_on, amount=facts.amount
    )
    for voucher in by_hand.select_related("document", "claim__document").order_by("pk"):
        if is_same_reference(facts.reference, [voucher.bank_reference]):
            raise MovementTaken(
                f"Con ese depósito ya se expidió el vale {voucher.document.folio}, de la aclaración "
                f"{voucher.claim.document.folio}; revise si es el mismo pago."
            )


def _book(found: BankFacts, document: Document, at: datetime, by: User) -> Posting:
    """Put in the books money that the bank has and no file brought."""
    return post(
        operation="accept_claim",
        entries=[
            Entry(
                debit_book=Book.BANK,
                credit_book=Book.UNIDENTIFIED,
                concept=DEPOSIT,
                amount=found.amount,
                effective_on=found.deposited_on,
                reason=Reason.UNIDENTIFIED,
                document_id=document.pk,
            )
        ],
        key=f"voucher/{document.pk}",
        body={"amount": found.amount, "on": found.deposited_on, "reference": found.reference},
        at=at,
        by=by,
    )


def hold_for_claim(*, account: Account, reason: str, at: datetime, by: User) -> Hold:
    """Hold the account from today while a payment is traced, in the caller's transaction. Not idempotent."""
    return place_hold(
        account=account,
        kind=Hold.Kind.PAYMENT_TRACED,
        reason=reason,
        valid_from=local_day(at),
        stops_reduction=True,
        stops_surcharges=True,
        at=at,
        by=by,
    )


def lift_claim_hold(*, claim: PaymentClaim, on: date, reason: str, at: datetime, by: User) -> None:
    """Lift the claim's hold, in the caller's transaction. Idempotent: one that somebody lifted stays as it was."""
    if claim.hold is not None and claim.hold.lifted_by_id is None:
        lift_hold(hold=claim.hold, on=on, reason=reason, at=at, by=by)


def _tell(kind: EventKind, claim: PaymentClaim, at: datetime, by: User, **facts: str) -> None:
    publish(
        kind,
        subject_kind="PaymentClaim",
        subject_id=claim.pk,
        account_id=claim.account_id,
        facts={"folio": claim.document.folio, "amount": format_money(claim.amount), **facts},
        at=at,
        by=by,
    )
