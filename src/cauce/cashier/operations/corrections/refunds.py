"""Money in favour that goes back to whose it is, or pays what they owe: asked for, authorised by another, paid once."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.agreements.operations import follow_notes
from cauce.cashier.events import REFUND_AUTHORISED, REFUND_PAID, REFUND_REFUSED, REFUND_REQUESTED
from cauce.cashier.models import CashMovement, CashSession, Desk, Refund, Tender
from cauce.cashier.operations.bars import ReasonMissing, refuse_over_limit, refuse_same_person
from cauce.cashier.operations.corrections.undoing import DrawerMissing
from cauce.cashier.operations.debtors import hold_debtor, refuse_own_debtor
from cauce.cashier.operations.deciding import note_decision
from cauce.cashier.operations.sessions.opening import hold_open, open_desk
from cauce.cashier.queries.corrections import favour_of
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO, round_to_cents
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import (
    KeyReused,
    apply_advances,
    begin_posting,
    lock_accounts,
    no_waiting_in_silence,
    post_surcharges,
    write_transfers,
)
from cauce.ledger.queries import booking_day, collection_law
from cauce.ledger.rules import ADVANCE, Entry
from cauce.registry.models import Account, Customer
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

SERIES = "DEV"
# Transfers to customers leave the bank through no window.
CHANNEL, CHANNEL_NAME, CHANNEL_SERIES = "DEVOLUCIONES", "Devoluciones por transferencia", "DT"


class NotInFavour(DomainError):
    """More is asked for than there is in favour."""

    def __init__(self, held: Decimal) -> None:
        super().__init__(f"A favor hay {format_money(held)}; pida a lo más ese importe.")


class NothingToRefund(DomainError):
    """A refund of no pesos."""

    def __init__(self) -> None:
        super().__init__("El importe por devolver debe ser mayor que cero, con centavos completos.")


class RefundDecided(DomainError):
    """A refund is authorised or refused once."""

    def __init__(self, refund: Refund) -> None:
        super().__init__(
            f"La devolución {refund.document.folio} ya está {refund.get_state_display().lower()}; actualice la página."
        )


class RefundNotAuthorised(DomainError):
    """A refund is paid once it is authorised, and once."""

    def __init__(self, refund: Refund) -> None:
        super().__init__(
            f"La devolución {refund.document.folio} no se puede pagar: está {refund.get_state_display().lower()}."
        )


class FavourGone(DomainError):
    """The money in favour was used since the refund was asked for."""

    def __init__(self, refund: Refund, held: Decimal) -> None:
        super().__init__(
            f"De los {format_money(refund.amount)} por devolver quedan a favor {format_money(held)}: lo demás se "
            "aplicó a lo que debe. Pida otra devolución por lo que queda."
        )


class RefundMethod(DomainError):
    """A refund is paid in cash or by transfer."""

    def __init__(self) -> None:
        super().__init__("Una devolución se paga en efectivo de una caja o por transferencia con su referencia.")


@transaction.atomic
def request_refund(
    *, account: Account | None, party: Customer, amount: Decimal, reason: str, at: datetime, by: User, key: str
) -> Refund:
    """Ask to give back money in favour of ``party`` on ``account``, or apart from any account.

    Meanwhile the money keeps paying what they owe: the refund is looked at again when it is paid. Idempotent by key.

    :raises ReasonMissing: if it does not say why.
    :raises NothingToRefund: if the amount is not positive.
    :raises OwnAccount: if who asks is linked to the account or person.
    :raises NotInFavour: if there is not that much in favour.
    :raises KeyReused: if the key was used with other data.
    :raises AccountBusy: if another session is working on the account.
    """
    if not reason.strip():
        raise ReasonMissing("se devuelve el saldo")
    if amount <= 0 or amount != round_to_cents(amount):
        raise NothingToRefund
    account_id = None if account is None else account.pk
    refuse_own_debtor(account_id=account_id, party_id=party.pk, by=by)
    hold_debtor(account_id=account_id, party_id=party.pk)
    first = Refund.objects.select_related("document").filter(key=key).first()
    if first is not None:
        if (first.party_id, first.account_id, first.amount) != (party.pk, account_id, amount):
            raise KeyReused
        return first
    held = favour_of(account_id=account_id, party_id=party.pk)
    if amount > held:
        raise NotInFavour(held)
    document = create_document(kind=Document.Kind.REFUND, series=SERIES, issued_on=booking_day(at), at=at, by=by)
    refund = Refund.objects.create(
        document=document,
        key=key,
        party=party,
        account=account,
        amount=amount,
        reason=reason.strip(),
        requested_at=at,
        requested_by=by,
    )
    _tell(REFUND_REQUESTED, refund, at, by, reason=refund.reason)
    return refund


@transaction.atomic
def authorise_refund(*, refund: Refund, note: str = "", at: datetime, by: User) -> Refund:
    """Say that a refund may be paid; somebody else than who asked for it. Idempotent for who authorised it.

    :raises SamePerson: if who authorises is who asked for it.
    :raises OverLimit: if the law leaves that amount to a higher post.
    :raises OwnAccount: if who authorises is linked to the account or person.
    :raises RefundDecided: if it was decided before.
    """
    return _decide(refund, Refund.State.AUTHORISED, note, at, by)


@transaction.atomic
def refuse_refund(*, refund: Refund, note: str, at: datetime, by: User) -> Refund:
    """Say that a refund will not be paid, and why; somebody else than who asked for it. Idempotent for who refused it.

    :raises ReasonMissing: if it does not say why.
    :raises SamePerson: if who refuses is who asked for it.
    :raises OwnAccount: if who refuses is linked to the account or person.
    :raises RefundDecided: if it was refused or paid before.
    """
    if not note.strip():
        raise ReasonMissing("se rechaza la devolución")
    return _decide(refund, Refund.State.REFUSED, note, at, by)


@transaction.atomic
def pay_refund(
    *,
    refund: Refund,
    method: Tender.Method,
    reference: str = "",
    session: CashSession | None = None,
    at: datetime,
    by: User,
    key: str,
) -> Refund:
    """Give the money of an authorised refund back: cash out of the drawer of ``session``, or a transfer of the bank.

    Idempotent by key.

    :raises RefundMethod: if it is neither, or the transfer has no reference.
    :raises DrawerMissing: if it is cash and there is no session of who pays opened today.
    :raises SessionClosed: if the session was closed.
    :raises OwnAccount: if who pays is linked to the account or person.
    :raises RefundNotAuthorised: if it is not authorised or was paid before, with another key.
    :raises FavourGone: if the money is no longer in favour.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    :raises DayBeingClosed: if somebody closes the day meanwhile.
    """
    is_cash = method == Tender.Method.CASH
    if not is_cash and (method != Tender.Method.TRANSFER or not reference.strip()):
        raise RefundMethod
    body = {"refund": refund.pk, "method": str(method), "reference": reference.strip()}
    posting, is_new = begin_posting(operation="pay_refund", key=key, body=body, at=at, by=by)
    if not is_new:
        return Refund.objects.select_related("document").get(pk=refund.pk)
    refuse_own_debtor(account_id=refund.account_id, party_id=refund.party_id, by=by)
    hold_debtor(account_id=refund.account_id, party_id=refund.party_id)
    refund = _locked(refund)
    if refund.state != Refund.State.AUTHORISED:
        raise RefundNotAuthorised(refund)
    held = favour_of(account_id=refund.account_id, party_id=refund.party_id)
    if refund.amount > held:
        raise FavourGone(refund, held)
    desk = (
        _drawer(session, at, by)
        if is_cash
        else open_desk(code=CHANNEL, name=CHANNEL_NAME, series=CHANNEL_SERIES, is_attended=False)
    )
    _pay(refund, desk, session if is_cash else None, posting, at)
    refund.state = Refund.State.PAID
    refund.method = method
    refund.reference = reference.strip()
    refund.session = session if is_cash else None
    refund.posting = posting
    refund.paid_at = at
    refund.paid_by = by
    refund.save(update_fields=["state", "method", "reference", "session", "posting", "paid_at", "paid_by"])
    _tell(REFUND_PAID, refund, at, by, method=f"{method.label.lower()} {refund.reference}".strip())
    return refund


@transaction.atomic
def apply_favour(*, account: Account, at: datetime, by: User, key: str) -> Decimal:
    """Use the money in favour of an account to pay what it owes today, surcharges posted first. Idempotent by key.

    :returns: pesos applied, zero if it had been done or there was nothing to apply.
    :raises OwnAccount: if who applies it is linked to the account.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    refuse_own_account(by=by, account_ids=[account.pk], party_ids=[account.holder_id])
    lock_accounts([account.pk])
    today = local_day(at)
    law = collection_law(today)
    post_surcharges(
        account_ids=[account.pk],
        to=today,
        rule=law.surcharges,
        booked_on=booking_day(at),
        key=f"{key}/recargos",
        at=at,
        by=by,
    )
    applied = apply_advances(account_ids=[account.pk], effective_on=today, order=law.order, key=key, at=at, by=by)
    follow_notes(postings=Posting.objects.filter(key=key), at=at, by=by)
    return applied.get(account.pk, ZERO)


def _locked(refund: Refund) -> Refund:
    with no_waiting_in_silence():
        return Refund.objects.select_for_update(no_key=True).get(pk=refund.pk)


def _decide(refund: Refund, state: Refund.State, note: str, at: datetime, by: User) -> Refund:
    refund = _locked(refund)
    refuse_same_person(
        first=refund.requested_by_id,
        by=by,
        message="Quien pide la devolución no la resuelve; la resuelve otra persona.",
    )
    refuse_own_debtor(account_id=refund.account_id, party_id=refund.party_id, by=by)
    if state == Refund.State.AUTHORISED:
        refuse_over_limit(act="devolver_saldo", amount=refund.amount, on=local_day(at), by=by)
    if refund.state == state and refund.decided_by_id == by.pk:
        return refund
    # An authorised one whose money is gone is still refused, so that it does not wait for ever.
    may_refuse = state == Refund.State.REFUSED and refund.state == Refund.State.AUTHORISED
    if refund.state != Refund.State.REQUESTED and not may_refuse:
        raise RefundDecided(refund)
    note_decision(refund, state=state, note=note, at=at, by=by)
    kind = REFUND_AUTHORISED if state == Refund.State.AUTHORISED else REFUND_REFUSED
    _tell(kind, refund, at, by, note=refund.decision_note)
    return refund


def _drawer(session: CashSession | None, at: datetime, by: User) -> Desk:
    if session is None or session.day != local_day(at) or (session.cashier_id != by.pk and not by.is_system):
        raise DrawerMissing
    hold_open(session)
    return session.desk


def _pay(refund: Refund, desk: Desk, session: CashSession | None, posting: Posting, at: datetime) -> None:
    booked_on = booking_day(at)
    write_transfers(
        posting=posting,
        entries=[
            Entry(
                debit_book=Book.ADVANCES,
                credit_book=Book.BANK if session is None else Book.CASH,
                concept=ADVANCE,
                amount=refund.amount,
                effective_on=local_day(at),
                reason=Reason.REFUND,
                party_id=refund.party_id,
                account_id=refund.account_id,
                document_id=refund.document_id,
            )
        ],
        booked_on=booked_on,
    )
    CashMovement.objects.create(
        desk=desk,
        session=session,
        booked_on=booked_on,
        method=Tender.Method.BANK_FILE if session is None else Tender.Method.CASH,
        amount=-refund.amount,
        kind=CashMovement.Kind.REFUNDED,
        posting=posting,
        at=at,
    )


def _tell(kind: EventKind, refund: Refund, at: datetime, by: User, **facts: str) -> None:
    publish(
        kind,
        subject_kind="Refund",
        subject_id=refund.pk,
        account_id=refund.account_id,
        facts={"folio": refund.document.folio, "amount": format_money(refund.amount), **facts},
        at=at,
        by=by,
    )
