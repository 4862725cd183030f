"""The close of a session: counted before seeing, its money sent to the bank, its difference put where it belongs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from cauce.cashier.events import SESSION_BALANCED, SESSION_CLOSED, SESSION_REVIEWED
from cauce.cashier.models import BankDeposit, CashCount, CashSession, Desk, SessionClose, SessionReview
from cauce.cashier.operations.bars import refuse_same_person
from cauce.cashier.operations.sessions.drawer import ACTS
from cauce.cashier.operations.sessions.opening import SessionClosed, hold_alone, open_session, read_count
from cauce.cashier.queries.sessions import (
    CASH,
    DECLARED,
    expected_in,
    has_differences,
    opening_count,
    withdrawn_from,
)
from cauce.cashier.rules import Bundle, bundle_for_bank, denominations_total, outcome_of
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import begin_posting, write_transfers
from cauce.ledger.queries import booking_day
from cauce.ledger.rules import DEPOSIT, Entry
from cauce.registry.operations import person_of_staff
from cauce.users.models import User

CLOSES: Final = "CC"
DEPOSITS: Final = "FD"
MISSING: Final = "FALTANTE"
LEFT_OVER: Final = "SOBRANTE"
CHEQUE: Final = "CHEQUE"


class DeclaredAmountWrong(DomainError):
    """What is declared of a method cannot be."""

    def __init__(self) -> None:
        super().__init__("Lo declarado en vouchers, cheques y transferencias se escribe en pesos, cero si no hubo.")


class CloseReviewed(DomainError):
    """A close is reviewed once."""

    def __init__(self, close: SessionClose) -> None:
        super().__init__(f"El corte {close.document.folio} ya lo había revisado {close.review.reviewed_by}.")


class NoteMissing(DomainError):
    """A close with differences is not reviewed in silence."""

    def __init__(self) -> None:
        super().__init__("El corte tiene diferencias: escriba en las observaciones qué se revisó y qué se acordó.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What a close found: pesos of cash for the bank (with the bags taken before) and counted less expected."""

    expected: dict[str, Decimal]
    declared: dict[str, Decimal]
    for_bank: Decimal
    difference: Decimal


@transaction.atomic
def close_session(
    *,
    session: CashSession,
    denominations: Mapping[str, int | str],
    declared: Mapping[str, Decimal],
    bag: str = "",
    at: datetime,
    by: User,
    key: str,
) -> SessionClose:
    """Close a session with what was counted before seeing: bills and coins, vouchers, cheques and transfers.

    It gives the corte and the deposit slip; all the cash but the float leaves the books of the desk for the bank. A
    shortage becomes the cashier's debt, due today, and a surplus goes to its book, each with its act. When less was
    collected than was paid out, the missing float comes back from the deposits. It waits for the payments under way;
    those that come later are refused. Idempotent by key; another key finds it closed.

    :raises SessionClosed: if it was closed before, with another key.
    :raises CountUnreadable: if the count cannot be.
    :raises DeclaredAmountWrong: if an amount declared is negative.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises DayBeingClosed: if the day's books are closed meanwhile.
    """
    counted = read_count(denominations=denominations)
    told = {method: declared.get(method, ZERO) for method in DECLARED}
    if any(amount < 0 for amount in told.values()):
        raise DeclaredAmountWrong
    body = {"session": session.pk, "counted": counted, "declared": {name: f"{told[name]:.2f}" for name in DECLARED}}
    posting, is_new = begin_posting(operation="close_session", key=key, body=body, at=at, by=by)
    if not is_new:
        return SessionClose.objects.select_related("document", "session__desk").get(posting=posting)
    found = hold_alone(session)
    expected = expected_in(found)
    count = CashCount.objects.create(
        session=found,
        key=f"corte-{found.pk}",
        kind=CashCount.Kind.CLOSE,
        denominations=counted,
        total=denominations_total(counted),
        expected=expected[CASH],
        counted_at=at,
        counted_by=by,
    )
    for method in DECLARED:
        expected.setdefault(method, ZERO)
    result = _Result(
        expected=expected,
        declared={CASH: count.total, **told},
        for_bank=withdrawn_from(found) + count.total - found.opening_float,
        difference=count.total - expected[CASH],
    )
    return _write_close(found, posting, result, count, bag, at, by)


@transaction.atomic
def end_channel_session(*, session: CashSession, at: datetime, by: User) -> CashSession:
    """Close the session of a desk without drawer (the command line): nobody counts, and its cash goes to the bank.

    Idempotent: a closed one stays as it was.
    """
    try:
        found = hold_alone(session)
    except SessionClosed:
        session.refresh_from_db()
        return session
    posting, _ = begin_posting(
        operation="end_channel_session",
        key=f"fin-de-turno-{found.pk}",
        body={"session": found.pk},
        at=at,
        by=by,
    )
    expected = expected_in(found)
    result = _Result(expected=expected, declared={}, for_bank=expected[CASH] - found.opening_float, difference=ZERO)
    return _write_close(found, posting, result, None, "", at, by).session


@transaction.atomic
def open_channel_session(*, desk: Desk, cashier: User, at: datetime) -> CashSession:
    """Have today's session of a desk that nobody attends (the command line): one left open from before is closed.

    Idempotent: today's open one is returned as it is.

    :raises DeskTaken: if another user has the desk open today.
    :raises CashierElsewhere: if the user has a session open at another desk.
    """
    Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    left = CashSession.objects.filter(desk=desk, closed_at__isnull=True, day__lt=booking_day(at)).first()
    if left is not None:
        end_channel_session(session=left, at=at, by=cashier)
    return open_session(desk=desk, cashier=cashier, at=at)


@transaction.atomic
def review_session(*, close: SessionClose, note: str = "", at: datetime, by: User) -> SessionReview:
    """Say that a close was looked at by somebody who neither collected in it nor closed it.

    Idempotent: the same person again gives the first review.

    :raises SamePerson: if it is the session's cashier or who closed it.
    :raises NoteMissing: if there are differences and nothing is said of them.
    :raises CloseReviewed: if another person reviewed it.
    """
    found = SessionClose.objects.select_related("session__desk", "document").get(pk=close.pk)
    CashSession.objects.select_for_update(no_key=True).get(pk=found.session_id)
    done = SessionReview.objects.filter(close=found).select_related("reviewed_by").first()
    if done is not None:
        if done.reviewed_by_id != by.pk:
            raise CloseReviewed(found)
        return done
    for person in (found.session.cashier_id, found.closed_by_id):
        refuse_same_person(
            first=person, by=by, message="El corte lo revisa otra persona que quien cobró o cerró el turno."
        )
    if has_differences(found) and not note.strip():
        raise NoteMissing
    review = SessionReview.objects.create(close=found, note=note.strip(), reviewed_at=at, reviewed_by=by)
    publish(
        SESSION_REVIEWED,
        subject_kind="CashSession",
        subject_id=found.session_id,
        facts={"desk": found.session.desk.name, "folio": found.document.folio, "reviewer": str(by)},
        at=at,
        by=by,
    )
    return review


def _write_close(
    session: CashSession,
    posting: Posting,
    result: _Result,
    count: CashCount | None,
    bag: str,
    at: datetime,
    by: User,
) -> SessionClose:
    document = _paper(Document.Kind.SESSION_CLOSE, CLOSES, session, at, by)
    act = None if result.difference == 0 else _paper(Document.Kind.CASH_RECORD, ACTS, session, at, by)
    deposit = _deposit(session, result, count, bag.strip() or document.folio, at, by)
    entries = _bank_entries(result.for_bank, deposit, at)
    if act is not None:
        entries.append(_difference_entry(session, result.difference, act, at, by))
    write_transfers(posting=posting, entries=entries, booked_on=booking_day(at))
    session.closed_at = at
    session.save(update_fields=["closed_at"])
    close = SessionClose.objects.create(
        session=session,
        document=document,
        count=count,
        expected={method: f"{amount:.2f}" for method, amount in result.expected.items()},
        declared={method: f"{amount:.2f}" for method, amount in result.declared.items()},
        difference=result.difference,
        difference_document=act,
        posting=posting,
        closed_by=by,
    )
    facts = {"cashier": str(session.cashier), "desk": session.desk.name}
    if count is None:
        publish(SESSION_CLOSED, subject_kind="CashSession", subject_id=session.pk, facts=facts, at=at, by=by)
    else:
        facts |= {"folio": document.folio, "outcome": outcome_of(result.difference)}
        publish(SESSION_BALANCED, subject_kind="CashSession", subject_id=session.pk, facts=facts, at=at, by=by)
    return close


def _paper(kind: Document.Kind, series: str, session: CashSession, at: datetime, by: User) -> Document:
    return create_document(kind=kind, series=f"{series}-{session.desk.code}", issued_on=local_day(at), at=at, by=by)


def _deposit(
    session: CashSession, result: _Result, count: CashCount | None, bag: str, at: datetime, by: User
) -> BankDeposit | None:
    """The slip of what goes to the bank, none when nothing does."""
    cheques = max(result.expected.get(CHEQUE, ZERO), ZERO)
    if result.for_bank == 0 and cheques == 0:
        return None
    bags: list[dict[str, str]] = []
    pieces: dict[str, int] = {}
    if count is not None:
        opening = opening_count(session)
        withdrawals = list(session.withdrawals.order_by("document_id"))
        bundle: Bundle = bundle_for_bank(
            counted=count.denominations,
            float_total=session.opening_float,
            float_pieces=opening.denominations if opening is not None else {},
            withdrawn=[withdrawal.denominations for withdrawal in withdrawals],
        )
        pieces = bundle.pieces
        bags = [{"bag": withdrawal.bag, "amount": f"{withdrawal.amount:.2f}"} for withdrawal in withdrawals]
        if bundle.last + cheques > 0:
            bags.append({"bag": bag, "amount": f"{bundle.last + cheques:.2f}"})
        if bags and bundle.missing:
            bags.append({"bag": "Reposición del fondo", "amount": f"{-bundle.missing:.2f}"})
    return BankDeposit.objects.create(
        document=_paper(Document.Kind.BANK_DEPOSIT, DEPOSITS, session, at, by),
        session=session,
        bags=bags,
        denominations=pieces,
        cash=result.for_bank,
        cheques=cheques,
        prepared_at=at,
        by=by,
    )


def _bank_entries(for_bank: Decimal, deposit: BankDeposit | None, at: datetime) -> list[Entry]:
    """What the bank is to receive; when the float itself was spent, the deposits to come give it back."""
    if deposit is None or for_bank == 0:
        return []
    into, out_of = (Book.CLEARING_DEPOSITS, Book.CASH) if for_bank > 0 else (Book.CASH, Book.CLEARING_DEPOSITS)
    return [
        Entry(
            debit_book=into,
            credit_book=out_of,
            concept=DEPOSIT,
            amount=abs(for_bank),
            effective_on=local_day(at),
            reason=Reason.DEPOSIT,
            document_id=deposit.document_id,
        )
    ]


def _difference_entry(session: CashSession, difference: Decimal, act: Document, at: datetime, by: User) -> Entry:
    """A shortage is owed by the cashier, today; a surplus belongs to nobody yet."""
    today = local_day(at)
    if difference > 0:
        return Entry(
            debit_book=Book.CASH,
            credit_book=Book.OVER_SHORT,
            concept=LEFT_OVER,
            amount=difference,
            effective_on=today,
            reason=Reason.SURPLUS,
            document_id=act.pk,
        )
    return Entry(
        debit_book=Book.RECEIVABLE,
        credit_book=Book.CASH,
        concept=MISSING,
        amount=-difference,
        effective_on=today,
        reason=Reason.SHORTAGE,
        party_id=person_of_staff(user=session.cashier, at=at, by=by).pk,
        due_on=today,
        document_id=act.pk,
    )
