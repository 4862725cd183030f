"""A cheque that came back or a card charge that the bank took back: the debt returns with its true dates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from cauce.cashier.events import PAYMENT_DISHONOURED
from cauce.cashier.models import (
    BOOK_OF_METHOD,
    CashMovement,
    ClearingMatchItem,
    Dishonour,
    Payment,
    Receipt,
    ReceiptCancellation,
    Tender,
    TenderCorrection,
)
from cauce.cashier.operations.bars import ReasonMissing, refuse_over_limit
from cauce.cashier.operations.corrections.methods import hold_tender
from cauce.cashier.operations.corrections.moving import note_money_again, sources_of
from cauce.cashier.operations.corrections.undoing import (
    ReceiptAlreadyCancelled,
    hold_receipts,
    refuse_own_receipts,
    undo_corrections,
    undo_receipts,
)
from cauce.cashier.operations.taking import Debts, PaymentShare, give_receipt, open_debts
from cauce.cashier.queries.corrections import dishonour_charges, leaned_on, tender_facts
from cauce.cashier.rules import Tendered, purse_of
from cauce.cashier.rules.corrections import DishonourCharges, portions
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO, split
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import Allocation, Book, Posting, Reason
from cauce.ledger.operations import begin_posting, write_transfers
from cauce.ledger.queries import booking_day, collection_law
from cauce.ledger.rules import PAYMENT, Entry, Source
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User

SERIES = "CHD"
COMPENSATION = "CHEQUE_INDEMNIZACION"
COMMISSION = "COMISION_BANCARIA"

METHOD_OF_KIND = {
    Dishonour.Kind.CHEQUE: Tender.Method.CHEQUE,
    Dishonour.Kind.CHARGEBACK: Tender.Method.CARD,
}


class NotThatMethod(DomainError):
    """A cheque comes back and a card charge is taken back, not the other way round."""

    def __init__(self, kind: Dishonour.Kind) -> None:
        super().__init__(
            f"{kind.label}: ese importe se pagó de otra forma; si la forma está mal capturada, corríjala primero."
        )


class AlreadyDishonoured(DomainError):
    """A tender comes back once."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"Ya se había registrado con el folio {folio}; revise el pago.")


class BankDayOutside(DomainError):
    """The bank's day cannot be."""

    def __init__(self, first: date) -> None:
        super().__init__(
            f"La fecha del banco va del {format_date(first)}, cuando se recibió el pago, a hoy; revise el aviso."
        )


@transaction.atomic
def dishonour_payment(
    *, tender: Tender, kind: Dishonour.Kind, bank_on: date, reason: str, at: datetime, by: User, key: str
) -> Dishonour:
    """Record that the bank did not pay a cheque, or took back a card charge, that was part of a payment.

    All that the receipts it had paid settled comes back with its true dates, with today's date in the books; what their
    other methods paid is settled again as of the day it was paid, with receipts that stand for the first ones. What the
    law adds is charged to their accounts in proportion to what the tender had paid in each, due today. If the bank had
    paid it, the money leaves the bank's book first: nothing stays in transit. The event tells what had leaned on the
    payment. No drawer moves and closed days stay as they were. Idempotent by key.

    :raises ReasonMissing: if it does not say why.
    :raises OverLimit: if the law leaves that amount to a higher post.
    :raises BankDayOutside: if the bank's day is before the payment or after today.
    :raises OwnAccount: if who records it is linked to one of the accounts or persons.
    :raises ReceiptAlreadyCancelled: if nothing of the payment stands.
    :raises AlreadyDishonoured: if it was recorded before, with another key.
    :raises NotThatMethod: if the tender is of another method.
    :raises RefundedMeanwhile: if money that the payment left in favour was refunded since.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    :raises DayBeingClosed: if somebody closes the day meanwhile.
    """
    if not reason.strip():
        raise ReasonMissing("se devolvió")
    today = local_day(at)
    payment = Payment.objects.select_related("desk", "session").get(pk=tender.payment_id)
    refuse_over_limit(act="cheque_devuelto", amount=tender.amount, on=today, by=by)
    body = {"tender": tender.pk, "kind": str(kind), "bank_on": bank_on}
    posting, is_new = begin_posting(operation="dishonour_payment", key=key, body=body, at=at, by=by)
    if not is_new:
        return Dishonour.objects.get(posting=posting)
    if not local_day(payment.received_at) <= bank_on <= today:
        raise BankDayOutside(local_day(payment.received_at))
    receipts = hold_receipts(payment)
    hold_tender(tender)
    facts = tender_facts(tender)
    if facts.dishonour is not None:
        raise AlreadyDishonoured(facts.dishonour.document.folio)
    if not receipts:
        raise ReceiptAlreadyCancelled(payment.receipts.latest("document_id").document.folio)
    refuse_own_receipts(receipts, by=by)
    if facts.method != METHOD_OF_KIND[kind]:
        raise NotThatMethod(kind)
    law = collection_law(today)
    leaning = leaned_on(payment, on=today, rule=law.surcharges)
    parts = [(receipt, part) for receipt, part in _lost_of(tender, payment, receipts) if part > 0]
    receipts, lost = [receipt for receipt, _ in parts], [part for _, part in parts]
    _undo(payment, tender, kind, receipts, reason.strip(), at, by, key)
    _settle_again(payment, tender, receipts, lost, posting, kind, at, by, key)
    charges = dishonour_charges(amount=tender.amount, kind=kind, law=law)
    document = create_document(kind=Document.Kind.DISHONOUR, series=SERIES, issued_on=booking_day(at), at=at, by=by)
    _take_from_the_bank(tender, Tender.Method(facts.method), bank_on, posting, at)
    _charge(receipts, lost, charges, document, posting, at)
    dishonour = Dishonour.objects.create(
        tender=tender,
        kind=kind,
        document=document,
        posting=posting,
        bank_on=bank_on,
        compensation=charges.compensation,
        commission=charges.commission,
        vat=charges.vat,
        reason=reason.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    for receipt in receipts:
        publish(
            PAYMENT_DISHONOURED,
            subject_kind="Dishonour",
            subject_id=tender.pk,
            account_id=receipt.account_id,
            facts={
                "what": f"{kind.label} {document.folio}",
                "amount": format_money(tender.amount),
                "folio": receipt.document.folio,
                "charges": f" y se cobran {format_money(charges.total)} de la ley" if charges.total else "",
                "reason": reason.strip(),
                "payment": payment.pk,
                "leaned_on": "; ".join(one.sentence for one in leaning if one.account_id == receipt.account_id),
            },
            at=at,
            by=by,
        )
    return dishonour


def _lost_of(tender: Tender, payment: Payment, receipts: Sequence[Receipt]) -> list[tuple[Receipt, Decimal]]:
    """How much of each of the receipts that stand was paid with ``tender``."""
    tenders = list(payment.tenders.order_by("pk"))
    spent = purse_of([Tendered(one.method, one.amount) for one in tenders], payment.rounding)
    first = list(payment.receipts.filter(replaces__isnull=True).order_by("document_id"))
    place = next(place for place, one in enumerate(tenders) if one.pk == tender.pk)
    of_first = dict(
        zip(
            (receipt.pk for receipt in first),
            portions([one.amount for one in spent], [receipt.amount for receipt in first], place),
            strict=True,
        )
    )
    replaced = dict(payment.receipts.filter(replaces__isnull=False).values_list("pk", "replaces"))
    return [(receipt, of_first[_origin(receipt.pk, replaced)]) for receipt in receipts]


def _origin(receipt_id: int, replaced: dict[int, int | None]) -> int:
    """The first receipt of which this one is what is left."""
    while (earlier := replaced.get(receipt_id)) is not None:
        receipt_id = earlier
    return receipt_id


def _undo(
    payment: Payment,
    tender: Tender,
    kind: Dishonour.Kind,
    receipts: Sequence[Receipt],
    reason: str,
    at: datetime,
    by: User,
    key: str,
) -> None:
    undo_receipts(
        receipts=receipts,
        session=None,
        kind=CashMovement.Kind.DISHONOURED,
        cause=ReceiptCancellation.Cause(kind),
        reason=reason,
        is_told=False,
        at=at,
        by=by,
        key=f"{key}/baja",
    )
    corrections = TenderCorrection.objects.filter(tender=tender).select_related("posting", "tender__payment__desk")
    undo_corrections(list(corrections.order_by("-pk")), session=None, own=None, at=at, by=by, key=key)


def _settle_again(
    payment: Payment,
    tender: Tender,
    receipts: Sequence[Receipt],
    lost: Sequence[Decimal],
    posting: Posting,
    kind: Dishonour.Kind,
    at: datetime,
    by: User,
    key: str,
) -> None:
    """Settle what the good money of each receipt paid, as of the day it paid it."""
    book = BOOK_OF_METHOD[Tender.Method(tender.method)]
    good: list[tuple[Receipt, PaymentShare, list[Source]]] = []
    rounded_up = ZERO
    for receipt, gone in zip(receipts, lost, strict=True):
        sources, added = sources_of(receipt)
        rounded_up += added
        kept = [Source(one.book, one.amount - gone) if one.book == book else one for one in sources]
        kept = [one for one in kept if one.amount > 0]
        if kept:
            share = PaymentShare(
                amount=sum((one.amount for one in kept), ZERO),
                account=receipt.account,
                party=receipt.party,
            )
            good.append((receipt, share, kept))
    if not good:
        return
    debts = open_debts(
        [share for _, share, _ in good],
        value_date=good[0][0].effective_on,
        booked_on=booking_day(at),
        at=at,
        by=by,
        key=key,
    )
    for place, (receipt, share, sources) in enumerate(good):
        act, _ = begin_posting(
            operation="settle_again", key=f"{key}/queda/{place + 1}", body={"receipt": receipt.pk}, at=at, by=by
        )
        owed = _owed_by(receipt, debts)
        right = give_receipt(
            payment=payment,
            share=share,
            sources=sources,
            rounded_up=rounded_up if place == 0 else ZERO,
            posting=act,
            debts=owed,
            series=payment.desk.series,
            replaces=receipt,
            at=at,
            by=by,
        )
        debts.charges.update(owed.charges)
        note_money_again(right, posting=act, kind=CashMovement.Kind.DISHONOURED, at=at)
    debts.charge_again(at=at, by=by, key=key)


def _owed_by(receipt: Receipt, debts: Debts) -> Debts:
    """What the good money of a receipt may settle: if it was directed, what it had settled and nothing else."""
    if receipt.directed_to_id is None:
        return debts
    settled = Allocation.objects.filter(
        credit__posting=receipt.posting_id, credit__document=receipt.pk, reverses__isnull=True
    )
    ids = set(settled.values_list("charge_id", flat=True))
    return replace(debts, charges={id_: charge for id_, charge in debts.charges.items() if id_ in ids})


def _take_from_the_bank(tender: Tender, method: Tender.Method, bank_on: date, posting: Posting, at: datetime) -> None:
    """Put in transit again what the bank had paid of the tender, to leave with the payment that is undone."""
    matched = ClearingMatchItem.objects.filter(tender=tender, match__reversal__isnull=True)
    paid = matched.aggregate(total=Sum("amount"))["total"] or ZERO
    if paid > 0:
        write_transfers(
            posting=posting,
            entries=[
                Entry(
                    debit_book=BOOK_OF_METHOD[method],
                    credit_book=Book.BANK,
                    concept=PAYMENT,
                    amount=paid,
                    effective_on=bank_on,
                    reason=Reason.DISHONOURED,
                )
            ],
            booked_on=booking_day(at),
        )


def _charge(
    receipts: Sequence[Receipt],
    lost: Sequence[Decimal],
    charges: DishonourCharges,
    document: Document,
    posting: Posting,
    at: datetime,
) -> None:
    """Charge what the law adds to each account, in proportion to what the tender had paid in it."""
    entries = [
        Entry(
            debit_book=Book.RECEIVABLE,
            credit_book=source,
            concept=concept,
            amount=part,
            effective_on=local_day(at),
            reason=Reason.DISHONOURED,
            party_id=receipt.party_id,
            account_id=receipt.account_id,
            due_on=local_day(at),
            document_id=document.pk,
        )
        for concept, source, amount in (
            (COMPENSATION, Book.REVENUE, charges.compensation),
            (COMMISSION, Book.REVENUE, charges.commission),
            (VAT, Book.VAT_PENDING, charges.vat),
        )
        if amount > 0
        for receipt, part in zip(receipts, split(amount, lost), strict=True)
        if part > 0
    ]
    write_transfers(posting=posting, entries=entries, booked_on=booking_day(at))
