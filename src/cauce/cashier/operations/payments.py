"""Receiving money, and undoing it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from cauce.cashier.events import PAYMENT_REVERSED, PAYMENT_TAKEN
from cauce.cashier.models import CashSession, Payment, Receipt, ReceiptCancellation, Tender
from cauce.cashier.operations.sessions import hold_open
from cauce.cashier.rules import Tendered, share_out
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import Book
from cauce.ledger.operations import (
    begin_posting,
    lock_accounts,
    post_surcharges,
    reverse_posting,
    settle,
)
from cauce.ledger.queries import CollectionLaw, booking_day, collection_law, pending_charges
from cauce.ledger.rules import OpenCharge, Source, allocate
from cauce.registry.models import Account, Customer
from cauce.users.models import User

CANCELLATIONS = "CAN"

# Cheques and cards are not in the bank until it says so.
BOOK_OF_METHOD = {
    Tender.Method.CASH: Book.CASH,
    Tender.Method.CARD: Book.CLEARING,
    Tender.Method.CHEQUE: Book.CLEARING,
    Tender.Method.TRANSFER: Book.BANK,
    Tender.Method.BANK_FILE: Book.BANK,
}


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


class ReceiptAlreadyCancelled(DomainError):
    """A receipt is cancelled once."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"El comprobante {folio} ya estaba cancelado; revise el estado de cuenta.")


class ReasonMissing(DomainError):
    """Money is not given back without saying why."""

    def __init__(self) -> None:
        super().__init__("Escriba por qué se cancela el pago.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentShare:
    """What of a payment is for one account, or for one person without account.

    With ``directed_to`` it settles what that document charged and nothing else.
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


@transaction.atomic
def take_payment(
    *,
    shares: Sequence[PaymentShare],
    tenders: Sequence[Tendered],
    session: CashSession | None,
    desk_series: str | None = None,
    effective_on: date | None = None,
    at: datetime,
    by: User,
    key: str,
) -> Payment:
    """Receive one sum, by one or more methods, for one or more accounts or persons, each with its receipt.

    Surcharges are posted first, up to the value date (``effective_on``, by default the day of ``at``). Money settles
    charges in the law's order, or those of the document it is directed to; what is left stays in favour of who paid.
    Receipts take their folio from the desk's series, without gaps. ``session`` is None for money that came through a
    channel without cashier, and then ``desk_series`` is its series. Idempotent: the same key and data give the first
    payment.

    :raises AmountsDoNotAddUp: if what is received and what is paid differ, or one is not positive.
    :raises SessionClosed: if the session was closed.
    :raises DocumentSettled: if money is directed to a document that owes nothing.
    :raises NoLawInForce: if no law says how to collect.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    try:
        paid_with = share_out(tenders, [share.amount for share in shares])
    except ValueError as error:
        raise AmountsDoNotAddUp from error
    posting, is_new = begin_posting(
        operation="take_payment", key=key, body=_body(shares, tenders, effective_on), at=at, by=by
    )
    if not is_new:
        return Payment.objects.get(key=key)
    value_date = effective_on or local_day(at)
    booked_on = booking_day(at)
    debts = _open_debts(shares, value_date, booked_on, at, by, key)
    if session is not None:
        hold_open(session)
    payment = Payment.objects.create(
        key=key, session=session, amount=sum(share.amount for share in shares), received_at=at, by=by
    )
    Tender.objects.bulk_create(
        Tender(payment=payment, method=tender.method, amount=tender.amount, reference=tender.reference)
        for tender in tenders
    )
    series = session.desk.series if session is not None else desk_series
    if series is None:
        raise ValueError("a payment without session needs its channel's series")
    for position, (share, methods) in enumerate(zip(shares, paid_with, strict=True)):
        if position > 0:
            posting, _ = begin_posting(
                operation="take_payment", key=f"{key}/{position + 1}", body={"payment": payment.pk}, at=at, by=by
            )
        document = create_document(kind=Document.Kind.PAYMENT, series=series, issued_on=booked_on, at=at, by=by)
        outcome = settle(
            posting=posting,
            sources=[Source(BOOK_OF_METHOD[Tender.Method(tender.method)], tender.amount) for tender in methods],
            parts=debts.parts_of(share),
            party_id=share.party_id,
            account_id=share.account.pk if share.account else None,
            document_id=document.pk,
            effective_on=value_date,
            booked_on=booked_on,
        )
        Receipt.objects.create(
            document=document,
            payment=payment,
            posting=posting,
            party_id=share.party_id,
            account=share.account,
            directed_to=share.directed_to,
            amount=share.amount,
            applied=outcome.applied,
            advance=outcome.advance,
            effective_on=value_date,
        )
        publish(
            PAYMENT_TAKEN,
            subject_kind="Receipt",
            subject_id=document.pk,
            account_id=share.account.pk if share.account else None,
            facts={"amount": format_money(share.amount), "folio": document.folio},
            at=at,
            by=by,
        )
    return payment


def _body(shares: Sequence[PaymentShare], tenders: Sequence[Tendered], effective_on: date | None) -> dict[str, object]:
    """What the payment asks for; the session is not part of it: a retry may come after it was closed."""
    return {
        "shares": [
            [
                share.account.pk if share.account else None,
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
class _Debts:
    """What the payment finds owed; it goes down as the shares settle it."""

    charges: dict[int, OpenCharge]
    law: CollectionLaw
    on: date

    def parts_of(self, share: PaymentShare) -> list[tuple[OpenCharge, Decimal]]:
        """What ``share`` settles, taken off what is owed."""
        account_id = share.account.pk if share.account else None
        owed = [
            charge
            for charge in self.charges.values()
            if charge.account_id == account_id and (account_id is not None or charge.party_id == share.party_id)
        ]
        only = None
        if share.directed_to is not None:
            only = {charge.id for charge in owed if charge.document_id == share.directed_to.pk and charge.pending > 0}
            if not only:
                raise DocumentSettled(share.directed_to.folio)
        parts = allocate(share.amount, owed, self.law.order, on=self.on, only=only)
        settled = [(self.charges[id_], amount) for id_, amount in parts]
        for charge, amount in settled:
            self.charges[charge.id] = replace(charge, pending=charge.pending - amount)
        return settled


def _open_debts(
    shares: Sequence[PaymentShare], value_date: date, booked_on: date, at: datetime, by: User, key: str
) -> _Debts:
    """Lock who pays, post the surcharges earned up to the value date and read what is owed."""
    account_ids = sorted({share.account.pk for share in shares if share.account})
    party_ids = sorted({share.party_id for share in shares if share.account is None})
    lock_accounts(account_ids, party_ids=party_ids)
    law = collection_law(value_date)
    post_surcharges(
        account_ids=account_ids,
        to=value_date,
        rule=law.surcharges,
        booked_on=booked_on,
        key=f"{key}/recargos",
        at=at,
        by=by,
    )
    charges = [*pending_charges(account_ids), *pending_charges(party_ids, of_parties=True)]
    return _Debts({charge.id: charge for charge in charges}, law, value_date)


@transaction.atomic
def reverse_payment(
    *, payment: Payment, session: CashSession | None, reason: str, at: datetime, by: User, key: str
) -> list[ReceiptCancellation]:
    """Undo a whole payment: each of its receipts is cancelled, with today's date, and its debts come back as they were.

    The money goes out of ``session``. What it had left in favour and was applied since is undone first. Idempotent by
    key.

    :raises ReasonMissing: if it does not say why.
    :raises ReceiptAlreadyCancelled: if the payment was undone before, with another key.
    :raises SessionClosed: if the session was closed.
    :raises AdvanceSpent: if money that it left in favour was refunded or moved since.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    if not reason.strip():
        raise ReasonMissing
    receipts = list(payment.receipts.select_related("document", "posting").order_by("document_id"))
    lock_accounts(
        sorted({receipt.account_id for receipt in receipts if receipt.account_id is not None}),
        party_ids=sorted({receipt.party_id for receipt in receipts if receipt.account_id is None}),
    )
    done = list(ReceiptCancellation.objects.filter(receipt__payment=payment).select_related("posting"))
    if done:
        if any(cancellation.posting.key == key for cancellation in done):
            return done
        raise ReceiptAlreadyCancelled(receipts[0].document.folio)
    if session is not None:
        hold_open(session)
    law = collection_law(local_day(at))
    booked_on = booking_day(at)
    cancellations = []
    for position, receipt in enumerate(receipts):
        document = create_document(kind=Document.Kind.REVERSAL, series=CANCELLATIONS, issued_on=booked_on, at=at, by=by)
        posting = reverse_posting(
            posting=receipt.posting,
            document_id=document.pk,
            order=law.order,
            key=key if position == 0 else f"{key}/{position + 1}",
            at=at,
            by=by,
        )
        cancellations.append(
            ReceiptCancellation.objects.create(
                receipt=receipt, posting=posting, session=session, reason=reason, cancelled_at=at, cancelled_by=by
            )
        )
        publish(
            PAYMENT_REVERSED,
            subject_kind="Receipt",
            subject_id=receipt.pk,
            account_id=receipt.account_id,
            facts={"folio": receipt.document.folio, "amount": format_money(receipt.amount), "reason": reason},
            at=at,
            by=by,
        )
    return cancellations
