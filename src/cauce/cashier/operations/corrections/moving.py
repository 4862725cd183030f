"""Moving a payment that went to the wrong account: yesterday stays as it was, and both accounts tell it."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.cashier.events import PAYMENT_MOVED_AWAY, PAYMENT_MOVED_HERE
from cauce.cashier.models import METHOD_OF_BOOK, CashMovement, Payment, Receipt, ReceiptCancellation
from cauce.cashier.operations.bars import ReasonMissing, refuse_over_limit
from cauce.cashier.operations.corrections.undoing import (
    ReceiptAlreadyCancelled,
    hold_receipts,
    money_of,
    refuse_who_collected,
    undo_receipts,
)
from cauce.cashier.operations.movements import Moved, note_movements
from cauce.cashier.operations.taking import PaymentShare, give_receipt, open_debts
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.ledger.models import MONEY_BOOKS, Book, Posting, Transfer
from cauce.ledger.operations import begin_posting
from cauce.ledger.queries import booking_day
from cauce.ledger.rules import Source
from cauce.registry.models import Account, Customer
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User


class SameAccount(DomainError):
    """The payment is already there."""

    def __init__(self) -> None:
        super().__init__("El pago ya está en esa cuenta; elija la cuenta correcta.")


@transaction.atomic
def move_payment(
    *,
    receipt: Receipt,
    to_account: Account | None,
    to_party: Customer | None = None,
    reason: str,
    at: datetime,
    by: User,
    key: str,
) -> Receipt:
    """Take a receipt from the account it went to and give another that stands for it on the right one.

    The right one is ``to_account`` or, for who has none, ``to_party``. The money is the same, by the same methods and
    with the same value date, so the debts of both sides are as if it had come where it should have: surcharges charged
    since on what it pays are put right. All of it is booked today, for nothing in total: no drawer moves and the days
    that were closed stay as they were. Somebody else than who collected does it. Idempotent by key.

    :raises ReasonMissing: if it does not say why.
    :raises SameAccount: if the payment is already there.
    :raises SamePerson: if who moves it is who collected.
    :raises OverLimit: if the law leaves that amount to a higher post.
    :raises OwnAccount: if who moves it is linked to one of the two sides.
    :raises ReceiptAlreadyCancelled: if the receipt no longer stands.
    :raises RefundedMeanwhile: if money that it left in favour was refunded since.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    :raises DayBeingClosed: if somebody closes the day meanwhile.
    """
    if not reason.strip():
        raise ReasonMissing("se traslada el pago")
    share = PaymentShare(amount=receipt.amount, account=to_account, party=to_party)
    if share.account_id == receipt.account_id and share.party_id == receipt.party_id:
        raise SameAccount
    payment = Payment.objects.select_related("desk", "session").get(pk=receipt.payment_id)
    refuse_who_collected(
        payment, by=by, message="Quien cobró no traslada su propio cobro; pida a su supervisor que lo haga."
    )
    accounts = [account_id for account_id in (receipt.account_id, share.account_id) if account_id is not None]
    refuse_own_account(by=by, account_ids=accounts, party_ids=[receipt.party_id, share.party_id])
    refuse_over_limit(act="trasladar_pago", amount=receipt.amount, on=local_day(at), by=by)
    body = {"receipt": receipt.pk, "account": share.account_id, "party": None if to_account else share.party_id}
    posting, is_new = begin_posting(operation="move_payment", key=key, body=body, at=at, by=by)
    if not is_new:
        return Receipt.objects.select_related("document").get(replaces=receipt)
    live = hold_receipts(
        payment,
        account_ids=[to_account.pk] if to_account else [],
        party_ids=[] if to_account else [share.party_id],
    )
    wrong = next((found for found in live if found.pk == receipt.pk), None)
    if wrong is None:
        raise ReceiptAlreadyCancelled(receipt.document.folio)
    undo_receipts(
        receipts=[wrong],
        session=None,
        kind=CashMovement.Kind.MOVED,
        cause=ReceiptCancellation.Cause.MOVED,
        reason=reason.strip(),
        is_told=False,
        at=at,
        by=by,
        key=f"{key}/baja",
    )
    right = _give_again(wrong, payment, share, posting, at, by, key)
    _tell(wrong, right, reason.strip(), at, by)
    return right


def _give_again(
    wrong: Receipt, payment: Payment, share: PaymentShare, posting: Posting, at: datetime, by: User, key: str
) -> Receipt:
    """The receipt that stands for ``wrong``, with its same money and value date."""
    debts = open_debts([share], value_date=wrong.effective_on, booked_on=booking_day(at), at=at, by=by, key=key)
    sources, rounded_up = sources_of(wrong)
    right = give_receipt(
        payment=payment,
        share=share,
        sources=sources,
        rounded_up=rounded_up,
        posting=posting,
        debts=debts,
        series=payment.desk.series,
        replaces=wrong,
        at=at,
        by=by,
    )
    note_money_again(right, posting=posting, kind=CashMovement.Kind.MOVED, at=at)
    debts.charge_again(at=at, by=by, key=key)
    return right


def sources_of(receipt: Receipt) -> tuple[list[Source], Decimal]:
    """What a receipt was paid with, to give it again: its sources in their order and the cash that the coins added."""
    came_in: dict[str, Decimal] = {}
    rounded_up = ZERO
    rows = Transfer.objects.filter(
        posting=receipt.posting_id,
        document=receipt.document_id,
        reverses__isnull=True,
        debit_book__in=(*MONEY_BOOKS, Book.UNIDENTIFIED, Book.ROUNDING),
    ).order_by("pk")
    for debit, credit, amount in rows.values_list("debit_book", "credit_book", "amount"):
        if credit == Book.ROUNDING:
            rounded_up += amount
        else:
            came_in[debit] = came_in.get(debit, ZERO) + amount
    return [Source(book, amount) for book, amount in came_in.items()], rounded_up


def note_money_again(receipt: Receipt, *, posting: Posting, kind: CashMovement.Kind, at: datetime) -> None:
    """Write the money of a receipt that was given again, at its payment's desk, in no drawer. Not idempotent."""
    note_movements(
        (Moved(METHOD_OF_BOOK[book], amount) for book, amount in money_of(receipt).items()),
        payment=receipt.payment,
        posting=posting,
        kind=kind,
        booked_on=booking_day(at),
        at=at,
    )


def _tell(wrong: Receipt, right: Receipt, reason: str, at: datetime, by: User) -> None:
    facts = {
        "folio": wrong.document.folio,
        "amount": format_money(wrong.amount),
        "new_folio": right.document.folio,
        "reason": reason,
    }
    publish(
        PAYMENT_MOVED_AWAY,
        subject_kind="Receipt",
        subject_id=wrong.pk,
        account_id=wrong.account_id,
        facts=facts | {"to": side_of(right)},
        at=at,
        by=by,
    )
    publish(
        PAYMENT_MOVED_HERE,
        subject_kind="Receipt",
        subject_id=right.pk,
        account_id=right.account_id,
        facts=facts | {"origin": side_of(wrong)},
        at=at,
        by=by,
    )


def side_of(receipt: Receipt) -> str:
    """Whose a receipt is, for a sentence: «la cuenta 000123», or the person's name."""
    return receipt.party.name if receipt.account is None else f"la cuenta {receipt.account.number}"
