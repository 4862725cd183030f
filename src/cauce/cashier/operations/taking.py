"""Receiving money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from cauce.agreements.operations import follow_notes
from cauce.cashier.events import PAYMENT_TAKEN
from cauce.cashier.models import (
    BOOK_OF_METHOD,
    CashMovement,
    CashSession,
    Desk,
    Payment,
    PaymentOrder,
    Receipt,
    Tender,
)
from cauce.cashier.operations.movements import Moved, note_movements
from cauce.cashier.operations.orders.issuing import OrderNotExact, OrderNotPayable, OrderOfAnother, OrderOutgrown
from cauce.cashier.operations.sessions.opening import SessionLeftOpen, hold_open
from cauce.cashier.queries.orders import charges_of_order
from cauce.cashier.rules import CASH, ROUNDED, Tendered, favour_key, purse_of, rounding_of, share_out
from cauce.core.bulk import write_rows
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO, round_to_cents
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import Book, Posting
from cauce.ledger.operations import (
    LONGEST_KEY,
    ROOM_FOR_PARTS,
    KeyTooLong,
    apply_advances,
    begin_posting,
    bring_surcharges_to,
    charge_again,
    lock_accounts,
    settle,
)
from cauce.ledger.queries import CollectionLaw, advance_balances, booking_day, collection_law, pending_charges
from cauce.ledger.rules import OpenCharge, Source, allocate, payable_on
from cauce.registry.models import Account, Customer
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

# More does not fit in a row; nobody pays it.
MOST_PESOS = Decimal(10) ** 11


class AmountsDoNotAddUp(DomainError):
    """What is received is not what is paid."""

    def __init__(self) -> None:
        super().__init__(
            "Lo recibido y lo que se paga deben ser mayores que cero y sumar lo mismo; revise los importes capturados."
        )


class DocumentSettled(DomainError):
    """Money directed to a document that owes nothing."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"{folio} ya no tiene nada por pagar; revise el estado de cuenta o cobre sin dirigir el pago.")


class DirectedTooMuch(DomainError):
    """More money than the document it is directed to owes."""

    def __init__(self, folio: str, owed: Decimal) -> None:
        super().__init__(f"{folio} debe {format_money(owed)}; cobre a lo más ese importe o cobre sin dirigir el pago.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentShare:
    """What of a payment is for one account, or for one person without account.

    With ``directed_to`` it settles what that document charged (or the debt that an order asks for) and nothing else.
    """

    amount: Decimal
    account: Account | None = None
    party: Customer | None = None
    directed_to: Document | None = None

    @property
    def party_id(self) -> int:
        """Who the receipt is for, and whose is what is left: the account's holder, or the person named."""
        if self.account is not None:
            return self.account.holder_id
        if self.party is None:
            raise ValueError("a share of a payment is for an account or for a person")
        return self.party.pk

    @property
    def account_id(self) -> int | None:
        """The account, if there is one."""
        return None if self.account is None else self.account.pk


@transaction.atomic
def take_payment(
    *,
    shares: Sequence[PaymentShare],
    tenders: Sequence[Tendered],
    session: CashSession | None,
    desk: Desk | None = None,
    effective_on: date | None = None,
    at: datetime,
    by: User,
    key: str,
) -> Payment:
    """Receive one sum, by one or more methods, for one or more accounts or persons, each with its receipt.

    Surcharges are posted first, up to the value date (``effective_on``, by default the day of ``at``), and those that
    were charged after it on what the money pays are put right. Undirected money of today comes after what its account
    has in favour, which is applied by an act of its own. Money settles charges in the law's order, or those of
    the document it is directed to; undirected money that is left stays in favour of who paid. Cash may differ from the
    total by what the law rounds it to coins. Receipts take their folio from the desk's series, without gaps.
    ``session`` is None for money that came through a channel without cashier, and then ``desk`` is the channel's.
    Idempotent: the same key and data give the first payment.

    :raises AmountsDoNotAddUp: if what is received and what is paid differ, or one is not positive.
    :raises SessionClosed: if the session was closed.
    :raises SessionLeftOpen: if the session is of an earlier day.
    :raises OwnAccount: if who collects is linked to one of the accounts or persons.
    :raises DocumentSettled: if money is directed to a document that owes nothing.
    :raises DirectedTooMuch: if more money is directed to a document than it owes.
    :raises OrderNotExact: if what is directed to an order is not all that it asks for.
    :raises OrderNotPayable: if money is directed to an order that expired or was cancelled.
    :raises OrderOfAnother: if money is directed to the order of another account or person.
    :raises OrderOutgrown: if what an order of debt asks for is more than it said.
    :raises NoLawInForce: if no law says how to collect.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises KeyTooLong: if the key leaves no room for those of its parts.
    :raises AccountBusy: if another session is working on one of the accounts.
    :raises DayBeingClosed: if somebody closes the day meanwhile.
    """
    total = sum((share.amount for share in shares), ZERO)
    law = collection_law(local_day(at))
    rounding = _rounding(shares, tenders, total, law.desk.coin)
    paid_with = _shared_out(shares, tenders, rounding)
    refuse_own_account(
        by=by,
        account_ids=[share.account.pk for share in shares if share.account],
        party_ids=[share.party_id for share in shares],
    )
    posting, is_new = begin_posting(
        operation="take_payment", key=key, body=_body(shares, tenders, effective_on), at=at, by=by
    )
    if not is_new:
        return Payment.objects.get(key=key)
    if len(key) > LONGEST_KEY - ROOM_FOR_PARTS:
        raise KeyTooLong
    booked_on = booking_day(at)
    value_date = effective_on or local_day(at)
    debts = open_debts(
        shares,
        value_date=value_date,
        law=collection_law(value_date) if effective_on else law,
        booked_on=booked_on,
        at=at,
        by=by,
        key=key,
    )
    if value_date == local_day(at):
        _use_favour(shares, debts, at=at, by=by, key=key)
    if session is not None:
        hold_open(session)
        if session.day < local_day(at):
            raise SessionLeftOpen(session)
        desk = session.desk
    if desk is None:
        raise ValueError("a payment without session needs its channel's desk")
    payment = Payment.objects.create(
        key=key,
        desk=desk,
        session=session,
        amount=total,
        rounding=rounding,
        booked_on=booked_on,
        received_at=at,
        by=by,
    )
    _note_tenders(payment, tenders)
    act = posting
    in_cash = next((place for place, paid in enumerate(paid_with) if any(part.method == CASH for part in paid)), None)
    for place, (share, paid) in enumerate(zip(shares, paid_with, strict=True)):
        if place > 0:
            body = {"payment": payment.pk}
            act, _ = begin_posting(operation="take_payment", key=f"{key}/{place + 1}", body=body, at=at, by=by)
        give_receipt(
            payment=payment,
            share=share,
            sources=[Source(source_book(part.method), part.amount) for part in paid],
            rounded_up=max(rounding, ZERO) if place == in_cash else ZERO,
            posting=act,
            debts=debts,
            series=desk.series,
            at=at,
            by=by,
        )
    # After the transfers, which are the ones that say so if the day is being closed.
    note_movements(
        (Moved(tender.method, tender.amount, session) for tender in tenders),
        payment=payment,
        posting=posting,
        kind=CashMovement.Kind.COLLECTED,
        booked_on=booked_on,
        at=at,
    )
    debts.charge_again(at=at, by=by, key=key)
    return payment


def _use_favour(shares: Sequence[PaymentShare], debts: "Debts", *, at: datetime, by: User, key: str) -> None:
    """Pay first, with the money in favour of each account that pays undirected, what it owes: an act for each.

    So that who pays the rest leaves nothing owed and nothing in favour. One query where there is none.
    """
    directed = {share.account_id for share in shares if share.directed_to is not None}
    owed = {(charge.account_id, charge.party_id) for charge in debts.charges.values()}
    paying = {share.account.pk for share in shares if share.account is not None} - directed
    paying &= {account_id for account_id, _ in owed if account_id is not None}
    held = advance_balances(paying) if paying else {}
    using = [
        account_id
        for account_id, favour in sorted(held.items())
        if any(amount > 0 and (account_id, party_id) in owed for party_id, amount in favour.items())
    ]
    for account_id in using:
        apply_advances(
            account_ids=[account_id],
            effective_on=debts.on,
            order=debts.law.order,
            key=favour_key(key, account_id),
            at=at,
            by=by,
        )
    if using:
        keys = [favour_key(key, account_id) for account_id in using]
        follow_notes(postings=Posting.objects.filter(key__in=keys), at=at, by=by)
        debts.read()


def _rounding(
    shares: Sequence[PaymentShare], tenders: Sequence[Tendered], total: Decimal, coin: Decimal | None
) -> Decimal:
    """What the coins add to the total or take off it.

    :raises AmountsDoNotAddUp: if the tenders differ from the total by something else, or an amount is none.
    """
    amounts = [share.amount for share in shares] + [tender.amount for tender in tenders]
    if any(not amount.is_finite() or amount >= MOST_PESOS or amount != round_to_cents(amount) for amount in amounts):
        raise AmountsDoNotAddUp
    rounding = rounding_of(total, tenders, coin)
    if rounding is None:
        raise AmountsDoNotAddUp
    return rounding


def _shared_out(shares: Sequence[PaymentShare], tenders: Sequence[Tendered], rounding: Decimal) -> list[list[Tendered]]:
    """What each share is paid with.

    :raises AmountsDoNotAddUp: if one of them is not positive.
    """
    try:
        return share_out(purse_of(tenders, rounding), [share.amount for share in shares])
    except ValueError as error:
        raise AmountsDoNotAddUp from error


def _note_tenders(payment: Payment, tenders: Sequence[Tendered]) -> None:
    rows = [
        (payment.pk, tender.method, tender.amount, tender.handed, tender.reference, tender.institution)
        for tender in tenders
    ]
    write_rows(Tender, ("payment_id", "method", "amount", "handed", "reference", "institution"), rows)


def give_receipt(
    *,
    payment: Payment,
    share: PaymentShare,
    sources: Sequence[Source],
    posting: Posting,
    debts: "Debts",
    series: str,
    rounded_up: Decimal = ZERO,
    replaces: Receipt | None = None,
    at: datetime,
    by: User,
) -> Receipt:
    """Settle with ``sources`` what ``share`` pays and give its receipt, in the caller's act, which holds the locks.

    A receipt that ``replaces`` another is told by the act that puts the payment right. Not idempotent: the caller
    claimed the posting.

    :raises DocumentSettled: if the share is directed to a document that owes nothing.
    :raises DirectedTooMuch: if it is more than the document owes.
    """
    document = create_document(kind=Document.Kind.PAYMENT, series=series, issued_on=debts.booked_on, at=at, by=by)
    parts = debts.parts_of(share)
    outcome = settle(
        posting=posting,
        sources=sources,
        parts=parts,
        party_id=share.party_id,
        account_id=share.account_id,
        document_id=document.pk,
        effective_on=debts.on,
        booked_on=debts.booked_on,
        rounded_up=rounded_up,
    )
    receipt = Receipt.objects.create(
        document=document,
        payment=payment,
        posting=posting,
        party_id=share.party_id,
        account=share.account,
        directed_to=share.directed_to,
        amount=share.amount,
        applied=outcome.applied,
        advance=outcome.advance,
        effective_on=debts.on,
        replaces=replaces,
    )
    follow_notes(postings=[posting], at=at, by=by)
    if replaces is None:
        publish(
            PAYMENT_TAKEN,
            subject_kind="Receipt",
            subject_id=document.pk,
            account_id=share.account_id,
            facts={"amount": format_money(share.amount), "folio": document.folio},
            at=at,
            by=by,
        )
    return receipt


def source_book(method: str) -> Book:
    """The book that the money of a method comes in by."""
    return Book.ROUNDING if method == ROUNDED else BOOK_OF_METHOD[Tender.Method(method)]


def _body(shares: Sequence[PaymentShare], tenders: Sequence[Tendered], effective_on: date | None) -> dict[str, object]:
    """What the payment asks for; the session is not part of it: a retry may come after it was closed."""
    return {
        "shares": [
            [
                share.account_id,
                share.party_id if share.account is None else None,
                f"{share.amount:.2f}",
                share.directed_to.pk if share.directed_to else None,
            ]
            for share in shares
        ],
        "tenders": [[str(tender.method), f"{tender.amount:.2f}", tender.reference] for tender in tenders],
        "effective_on": effective_on,
    }


@dataclass(slots=True)
class Debts:
    """What an act that brings money finds owed on its value date; it goes down as the shares settle it."""

    charges: dict[int, OpenCharge]
    law: CollectionLaw
    on: date
    booked_on: date
    taken_back: dict[int, date]
    account_ids: Sequence[int]
    party_ids: Sequence[int]

    def read(self) -> None:
        """Find what is owed now."""
        owed = [*pending_charges(self.account_ids), *pending_charges(self.party_ids, of_parties=True)]
        self.charges = {charge.id: charge for charge in payable_on(owed, self.law.order, on=self.on)}

    def parts_of(self, share: PaymentShare) -> list[tuple[OpenCharge, Decimal]]:
        """What ``share`` settles, taken off what is owed.

        :raises DocumentSettled: if it is directed to a document that owes nothing.
        :raises DirectedTooMuch: if it is more than the document owes.
        :raises OrderNotExact: if the document is an order and it is not all that it asks for.
        :raises OrderNotPayable: if the document is an order that expired or was cancelled.
        :raises OrderOfAnother: if the document is the order of another account or person.
        :raises OrderOutgrown: if the document is an order of debt that asks for more than it said.
        """
        owed = [
            charge
            for charge in self.charges.values()
            if charge.account_id == share.account_id
            and (share.account_id is not None or charge.party_id == share.party_id)
        ]
        only = None
        if share.directed_to is not None:
            only = self._directed(share, share.directed_to, owed)
        parts = allocate(share.amount, owed, self.law.order, on=self.on, only=only)
        settled = [(self.charges[id_], amount) for id_, amount in parts]
        for charge, amount in settled:
            self.charges[charge.id] = replace(charge, pending=charge.pending - amount)
        return settled

    def _directed(self, share: PaymentShare, document: Document, owed: Sequence[OpenCharge]) -> set[int]:
        """The charges that money directed to ``document`` may settle; none when it is to stay in favour."""
        if document.kind == Document.Kind.PAYMENT_ORDER:
            return self._of_order(share, document, owed)
        only = {charge.id for charge in owed if charge.document_id == document.pk and charge.pending > 0}
        if not only:
            raise DocumentSettled(document.folio)
        pending = sum((charge.pending for charge in owed if charge.id in only), ZERO)
        if share.amount > pending:
            raise DirectedTooMuch(document.folio, pending)
        return only

    def _of_order(self, share: PaymentShare, document: Document, owed: Sequence[OpenCharge]) -> set[int]:
        """The charges of an order, which is received whole and exact while it may be paid."""
        order = PaymentOrder.objects.with_state(self.on).get(pk=document.pk)
        whose, asked_of = (share.account_id, share.party_id), (order.account_id, order.party_id)
        if whose[0] != asked_of[0] or (whose[0] is None and whose != asked_of):
            raise OrderOfAnother(document.folio)
        if order.state in (PaymentOrder.State.CANCELLED, PaymentOrder.State.EXPIRED):
            raise OrderNotPayable(order, document.folio)
        only = charges_of_order(order, owed)
        is_advance = order.kind == PaymentOrder.Kind.ADVANCE
        due = order.total if is_advance else sum((charge.pending for charge in owed if charge.id in only), ZERO)
        if order.state == PaymentOrder.State.PAID or due == 0:
            raise DocumentSettled(document.folio)
        if due > order.total:
            raise OrderOutgrown(order, document.folio, due)
        if share.amount != due:
            raise OrderNotExact(order, document.folio, due)
        return only

    def charge_again(self, *, at: datetime, by: User, key: str) -> None:
        """Charge again, on what is left, the surcharges that late money made take back. Idempotent as its parts."""
        charge_again(
            until=self.taken_back,
            after=self.on,
            rule=self.law.surcharges,
            document_id=None,
            booked_on=self.booked_on,
            key=f"{key}/recargos",
            at=at,
            by=by,
        )


def open_debts(
    shares: Sequence[PaymentShare],
    *,
    value_date: date,
    law: CollectionLaw | None = None,
    booked_on: date,
    at: datetime,
    by: User,
    key: str,
) -> Debts:
    """Lock who pays, leave the surcharges as they were on the value date and read what was owed then.

    ``law`` is that of the value date, for who has read it already. The caller, once the money has settled what it
    settles, calls :meth:`Debts.charge_again`.

    :raises AccountBusy: if another session is working on one of the accounts.
    """
    account_ids = sorted({share.account.pk for share in shares if share.account})
    party_ids = sorted({share.party_id for share in shares if share.account is None})
    lock_accounts(account_ids, party_ids=party_ids)
    law = law or collection_law(value_date)
    taken_back = bring_surcharges_to(
        account_ids=account_ids,
        on=value_date,
        rule=law.surcharges,
        booked_on=booked_on,
        key=f"{key}/recargos",
        at=at,
        by=by,
    )
    debts = Debts({}, law, value_date, booked_on, taken_back, account_ids, party_ids)
    debts.read()
    return debts
