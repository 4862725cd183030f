"""Correcting how a payment was made: the money passes to the book of the method it really came by."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.cashier.events import METHOD_CORRECTED
from cauce.cashier.models import BOOK_OF_METHOD, CashMovement, Payment, Receipt, SessionClose, Tender, TenderCorrection
from cauce.cashier.operations.bars import ReasonMissing, refuse_over_limit
from cauce.cashier.operations.corrections.undoing import (
    ReceiptAlreadyCancelled,
    hold_receipts,
    open_session_of_payment,
    refuse_own_receipts,
)
from cauce.cashier.operations.movements import Moved, note_movements
from cauce.cashier.queries.corrections import AT_THE_DESK, tender_facts
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.ledger.models import Book, Posting, Reason, Transfer
from cauce.ledger.operations import begin_posting, no_waiting_in_silence, write_allocations, write_transfers
from cauce.ledger.queries import booking_day, pending_charges
from cauce.ledger.rules import PAYMENT, Allotment, Entry
from cauce.users.models import User


class MethodUnchanged(DomainError):
    """The correction says what was already said."""

    def __init__(self) -> None:
        super().__init__("Ésa es la forma de pago que ya tiene; elija la correcta o cambie la referencia.")


class MethodNotOfTheDesk(DomainError):
    """What the bank's file or a vale brought was not captured by hand."""

    def __init__(self) -> None:
        super().__init__(
            "Sólo se corrige entre efectivo, tarjeta, cheque y transferencia; lo que trajo el archivo del banco o un "
            "vale se corrige trasladando o cancelando el pago."
        )


class ReferenceMissing(DomainError):
    """What is not cash has its reference."""

    def __init__(self) -> None:
        super().__init__("Escriba la autorización de la tarjeta, el número del cheque o la referencia.")


class TenderInTheBank(DomainError):
    """The bank already paid it as it was."""

    def __init__(self) -> None:
        super().__init__(
            "Ese importe ya se concilió con el banco por la forma que tiene; deshaga primero la conciliación."
        )


class TenderDishonoured(DomainError):
    """A cheque that came back or a charge that was taken back."""

    def __init__(self) -> None:
        super().__init__("Ese importe se devolvió: es un cheque devuelto o un contracargo y ya no se corrige.")


@transaction.atomic
def correct_method(
    *,
    tender: Tender,
    method: Tender.Method,
    reference: str = "",
    institution: str = "",
    reason: str,
    at: datetime,
    by: User,
    key: str,
) -> TenderCorrection:
    """Say that a tender was made by another method, or with another reference, than the one captured.

    The money passes from one book to the other with today's date, in the payment's session while it is open and in
    none afterwards: a close never changes. What the close had found missing in cash, or over, for this very mistake is
    squared then: the cashier's shortage is paid, or the book of differences takes it. The account's debts do not move.
    Idempotent by key.

    :raises ReasonMissing: if it does not say why.
    :raises MethodNotOfTheDesk: if one of the methods is not captured at a desk.
    :raises MethodUnchanged: if it says what was already said.
    :raises ReferenceMissing: if what is not cash has no reference.
    :raises OverLimit: if the law leaves that amount to a higher post.
    :raises OwnAccount: if who corrects is linked to one of the accounts or persons.
    :raises ReceiptAlreadyCancelled: if nothing of the payment stands.
    :raises TenderInTheBank: if the bank already paid it.
    :raises TenderDishonoured: if it came back.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    if not reason.strip():
        raise ReasonMissing("se corrige la forma de pago")
    if method != Tender.Method.CASH and not reference.strip():
        raise ReferenceMissing
    refuse_over_limit(act="corregir_forma_de_pago", amount=tender.amount, on=local_day(at), by=by)
    body = {"tender": tender.pk, "method": str(method), "reference": reference.strip(), "bank": institution.strip()}
    posting, is_new = begin_posting(operation="correct_method", key=key, body=body, at=at, by=by)
    if not is_new:
        return TenderCorrection.objects.get(posting=posting)
    payment = Payment.objects.select_related("desk", "session").get(pk=tender.payment_id)
    shortage = _shortage_of_close(payment)
    receipts = hold_receipts(payment, party_ids=[shortage.party_id] if shortage and shortage.party_id else [])
    hold_tender(tender)
    facts = tender_facts(tender)
    if facts.is_dishonoured:
        raise TenderDishonoured
    if not receipts:
        raise ReceiptAlreadyCancelled(payment.receipts.latest("document_id").document.folio)
    refuse_own_receipts(receipts, by=by)
    if facts.is_matched:
        raise TenderInTheBank
    before = Tender.Method(facts.method)
    if before not in AT_THE_DESK or method not in AT_THE_DESK:
        raise MethodNotOfTheDesk
    if (method, reference.strip(), institution.strip()) == (before, facts.reference, facts.institution):
        raise MethodUnchanged
    if method != before:
        _pass_money(payment, tender, before, method, posting, at)
        if open_session_of_payment(payment) is None and Tender.Method.CASH in (before, method):
            _square_closed_drawer(tender, shortage, was_cash=before == Tender.Method.CASH, at=at, by=by, key=key)
    correction = TenderCorrection.objects.create(
        tender=tender,
        method=method,
        reference=reference.strip(),
        institution=institution.strip(),
        reason=reason.strip(),
        posting=posting,
        corrected_at=at,
        corrected_by=by,
    )
    _tell(receipts, correction, before, at, by)
    return correction


def hold_tender(tender: Tender) -> None:
    """Keep a tender from being matched with the bank until the transaction ends.

    :raises AccountBusy: if another session is matching it.
    """
    with no_waiting_in_silence():
        Tender.objects.select_for_update(no_key=True).get(pk=tender.pk)


def _pass_money(
    payment: Payment, tender: Tender, before: Tender.Method, after: Tender.Method, posting: Posting, at: datetime
) -> None:
    session = open_session_of_payment(payment)
    booked_on = booking_day(at)
    write_transfers(
        posting=posting,
        entries=[
            Entry(
                debit_book=BOOK_OF_METHOD[after],
                credit_book=BOOK_OF_METHOD[before],
                concept=PAYMENT,
                amount=tender.amount,
                effective_on=local_day(at),
                reason=Reason.METHOD_CORRECTED,
            )
        ],
        booked_on=booked_on,
    )
    note_movements(
        (Moved(before, -tender.amount, session), Moved(after, tender.amount, session)),
        payment=payment,
        posting=posting,
        kind=CashMovement.Kind.METHOD,
        booked_on=booked_on,
        at=at,
    )


def _shortage_of_close(payment: Payment) -> Transfer | None:
    """What the cashier was charged at the close of the session that collected, if something was missing."""
    close = SessionClose.objects.filter(session=payment.session_id).values("posting")
    return Transfer.objects.filter(posting__in=close, reason=Reason.SHORTAGE).first()


def _square_closed_drawer(
    tender: Tender, shortage: Transfer | None, *, was_cash: bool, at: datetime, by: User, key: str
) -> None:
    """Take out of the book of cash what no drawer holds: the close had already told it as missing or as over."""
    posting, _ = begin_posting(operation="square_drawer", key=f"{key}/caja", body={"tender": tender.pk}, at=at, by=by)
    today = local_day(at)

    def entry(debit: Book, credit: Book, amount: Decimal, party_id: int | None = None) -> Entry:
        return Entry(debit, credit, PAYMENT, amount, today, Reason.ADJUSTMENT, party_id)

    if not was_cash:
        write_transfers(
            posting=posting, entries=[entry(Book.OVER_SHORT, Book.CASH, tender.amount)], booked_on=booking_day(at)
        )
        return
    owed = ZERO
    if shortage is not None and shortage.party_id is not None:
        pending = {charge.id: charge.pending for charge in pending_charges([shortage.party_id], of_parties=True)}
        owed = min(pending.get(shortage.pk, ZERO), tender.amount)
    entries = []
    if owed and shortage is not None:
        entries.append(entry(Book.CASH, Book.RECEIVABLE, owed, shortage.party_id))
    if tender.amount > owed:
        entries.append(entry(Book.CASH, Book.OVER_SHORT, tender.amount - owed))
    ids = write_transfers(posting=posting, entries=entries, booked_on=booking_day(at))
    if owed and shortage is not None:
        write_allocations(posting=posting, allotments=[Allotment(ids[0], shortage.pk, owed, today)])


def _tell(
    receipts: Sequence[Receipt], correction: TenderCorrection, before: Tender.Method, at: datetime, by: User
) -> None:
    after = correction.get_method_display().lower()
    for receipt in {receipt.account_id: receipt for receipt in receipts}.values():
        publish(
            METHOD_CORRECTED,
            subject_kind="Receipt",
            subject_id=receipt.pk,
            account_id=receipt.account_id,
            facts={
                "amount": format_money(correction.tender.amount),
                "folio": receipt.document.folio,
                "before": before.label.lower(),
                "after": f"{after} {correction.reference}".strip(),
                "reason": correction.reason,
            },
            at=at,
            by=by,
        )
