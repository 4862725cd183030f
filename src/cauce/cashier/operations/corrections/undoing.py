"""Undoing what was received: the debts come back as they were, with today's date."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction

from cauce.agreements.operations import follow_notes
from cauce.cashier.events import PAYMENT_REVERSED
from cauce.cashier.models import (
    METHOD_OF_BOOK,
    CashMovement,
    CashSession,
    Payment,
    Receipt,
    ReceiptCancellation,
    Refund,
    Tender,
    TenderCorrection,
)
from cauce.cashier.operations.bars import ReasonMissing, refuse_over_limit, refuse_same_person
from cauce.cashier.operations.movements import Moved, note_movements
from cauce.cashier.operations.sessions.opening import SessionClosed, hold_open
from cauce.cashier.queries.receipts import live_receipts
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money, join_words
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import MONEY_BOOKS, Book, Posting, Transfer
from cauce.ledger.operations import AdvanceSpent, KeyReused, lock_accounts, reverse_posting
from cauce.ledger.queries import booking_day, collection_law
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

CANCELLATIONS = "CAN"


class ReceiptAlreadyCancelled(DomainError):
    """A receipt is cancelled once."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"El comprobante {folio} ya estaba cancelado; revise el estado de cuenta.")


class RefundedMeanwhile(AdvanceSpent):
    """Money that the payment left in favour was given back to the customer."""

    def __init__(self, refunds: Sequence[Refund]) -> None:
        told = [f"{refund.document.folio} por {format_money(refund.amount)}" for refund in refunds]
        how = f" con la devolución {join_words(told)}" if told else ""
        super(AdvanceSpent, self).__init__(
            f"El saldo a favor que dejó este pago ya se entregó al usuario{how}. Cóbrele ese importe como anticipo "
            "y vuelva a intentar."
        )


class DrawerMissing(DomainError):
    """Cash goes back out of a drawer."""

    def __init__(self) -> None:
        super().__init__(
            "El efectivo se devuelve de una caja con turno abierto hoy; elija la caja de la que sale y vuelva a "
            "intentar."
        )


@transaction.atomic
def reverse_payment(
    *, payment: Payment, session: CashSession | None, reason: str, at: datetime, by: User, key: str
) -> list[ReceiptCancellation]:
    """Undo a whole payment: each of its receipts is cancelled, with today's date, and its debts come back as they were.

    The cash goes out of the drawer of ``session``, the payment's own while it is open or another one opened today;
    money of other methods leaves the payment's session while it is open, and no session afterwards. What the payment
    had left in favour and was applied since is undone first. Somebody else than who collected does it. Idempotent by
    key.

    :raises ReasonMissing: if it does not say why.
    :raises SamePerson: if who cancels is who collected.
    :raises OverLimit: if the law leaves that amount to a higher post.
    :raises OwnAccount: if who cancels is linked to one of the accounts or persons.
    :raises ReceiptAlreadyCancelled: if the payment was undone before, with another key.
    :raises DrawerMissing: if there is cash to give back and no session opened today to give it back.
    :raises SessionClosed: if the session was closed.
    :raises RefundedMeanwhile: if money that it left in favour was refunded since.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    if not reason.strip():
        raise ReasonMissing("se cancela el pago")
    refuse_who_collected(
        payment, by=by, message="Quien cobró no cancela su propio cobro; pida a su supervisor que lo haga."
    )
    receipts = hold_receipts(payment)
    done = _cancelled_with(payment, key)
    if done:
        return done
    if not receipts:
        raise ReceiptAlreadyCancelled(payment.receipts.latest("document_id").document.folio)
    refuse_own_receipts(receipts, by=by)
    total = sum((receipt.amount for receipt in receipts), ZERO)
    refuse_over_limit(act="cancelar_pago", amount=total, on=local_day(at), by=by)
    if session is not None:
        hold_open(session)
        if session.pk != payment.session_id and session.day != local_day(at):
            raise DrawerMissing
    return undo_receipts(
        receipts=receipts,
        session=session,
        kind=CashMovement.Kind.CANCELLED,
        cause=ReceiptCancellation.Cause.MISTAKE,
        reason=reason.strip(),
        at=at,
        by=by,
        key=key,
    )


def refuse_who_collected(payment: Payment, *, by: User, message: str) -> None:
    """Refuse that who collected puts their own payment right; the command line's users act for others.

    :raises SamePerson: with ``message`` if they are the same person.
    """
    if not by.is_system:
        refuse_same_person(first=payment.by_id, by=by, message=message)


def refuse_own_receipts(receipts: Sequence[Receipt], *, by: User) -> None:
    """Refuse an act on receipts of an account or person that ``by`` is linked to.

    :raises OwnAccount: if there is a link in force.
    """
    refuse_own_account(
        by=by,
        account_ids=[receipt.account_id for receipt in receipts if receipt.account_id is not None],
        party_ids=[receipt.party_id for receipt in receipts],
    )


def hold_receipts(payment: Payment, *, account_ids: Sequence[int] = (), party_ids: Sequence[int] = ()) -> list[Receipt]:
    """The receipts of a payment that stand, once nobody else can put it right nor work on their accounts.

    :raises AccountBusy: if another session is working on one of them.
    """
    seen = live_receipts(payment)
    lock_receipts(seen, account_ids=account_ids, party_ids=party_ids)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cashier_payment WHERE id = %s FOR NO KEY UPDATE", [payment.pk])
    receipts = live_receipts(payment)
    if {receipt.pk for receipt in receipts} - {receipt.pk for receipt in seen}:
        # Somebody moved one of them meanwhile: its account is another.
        lock_receipts(receipts)
    return receipts


def lock_receipts(
    receipts: Sequence[Receipt], *, account_ids: Sequence[int] = (), party_ids: Sequence[int] = ()
) -> None:
    """Hold the accounts and parties of ``receipts``, and others besides.

    :raises AccountBusy: if another session is working on one of them.
    """
    lock_accounts(
        sorted({receipt.account_id for receipt in receipts if receipt.account_id is not None} | set(account_ids)),
        party_ids=sorted({receipt.party_id for receipt in receipts if receipt.account_id is None} | set(party_ids)),
    )


def undo_receipts(
    *,
    receipts: Sequence[Receipt],
    session: CashSession | None,
    kind: CashMovement.Kind,
    cause: ReceiptCancellation.Cause,
    reason: str,
    is_told: bool = True,
    at: datetime,
    by: User,
    key: str,
) -> list[ReceiptCancellation]:
    """Cancel ``receipts`` of one payment in the caller's transaction, which holds the locks; the first act has ``key``.

    The money goes out where it came in, by the method that is known to be the right one, and each cancellation writes
    its cash movements. When a payment is cancelled (kind CANCELLED) its cash leaves the drawer of ``session``, what is
    not cash leaves the payment's session while it is open, and the corrections of its methods are undone too; in other
    kinds no drawer moves. ``is_told`` publishes each cancellation; an act that tells more does it itself. Not
    idempotent by itself: the caller looks for what is done.

    :raises DrawerMissing: if cash goes out (kind CANCELLED) and there is no session.
    :raises ReceiptAlreadyCancelled: if one of them was cancelled.
    :raises RefundedMeanwhile: if money that it left in favour was refunded since.
    """
    law = collection_law(local_day(at))
    booked_on = booking_day(at)
    payment = receipts[0].payment
    own = open_session_of_payment(payment) if kind == CashMovement.Kind.CANCELLED else None
    cancellations = []
    cash = ZERO
    for position, receipt in enumerate(receipts):
        if ReceiptCancellation.objects.filter(receipt=receipt).exists():
            raise ReceiptAlreadyCancelled(receipt.document.folio)
        document = create_document(kind=Document.Kind.REVERSAL, series=CANCELLATIONS, issued_on=booked_on, at=at, by=by)
        received = money_of(receipt)
        cash -= received.get(Book.CASH, ZERO)
        try:
            posting = reverse_posting(
                posting=receipt.posting,
                of_document=receipt.document_id,
                document_id=document.pk,
                order=law.order,
                key=key if position == 0 else f"{key}/{position + 1}",
                at=at,
                by=by,
            )
        except AdvanceSpent as error:
            raise RefundedMeanwhile(_refunds_since(receipt)) from error
        note_movements(
            (
                _moved(METHOD_OF_BOOK[book], -amount, drawer=session, own=own)
                for book, amount in received.items()
                if amount != 0
            ),
            payment=payment,
            posting=posting,
            kind=kind,
            booked_on=booked_on,
            at=at,
        )
        follow_notes(postings=[posting], at=at, by=by)
        cancellations.append(
            ReceiptCancellation.objects.create(
                receipt=receipt,
                posting=posting,
                session=session,
                cause=cause,
                reason=reason,
                cancelled_at=at,
                cancelled_by=by,
            )
        )
        if is_told:
            publish(
                PAYMENT_REVERSED,
                subject_kind="Receipt",
                subject_id=receipt.pk,
                account_id=receipt.account_id,
                facts={"folio": receipt.document.folio, "amount": format_money(receipt.amount), "reason": reason},
                at=at,
                by=by,
            )
    if kind == CashMovement.Kind.CANCELLED:
        # What corrected a tender that came back was undone with it.
        corrections = TenderCorrection.objects.filter(tender__payment=payment, tender__dishonour__isnull=True)
        cash += undo_corrections(
            list(corrections.select_related("posting").order_by("-pk")), session=session, own=own, at=at, by=by, key=key
        )
        if session is None and cash < 0:
            raise DrawerMissing
    return cancellations


def money_of(receipt: Receipt) -> dict[Book, Decimal]:
    """Pesos that came in by a receipt, by the book they came in by; what the coins added or took off is in the cash."""
    came_in: dict[Book, Decimal] = {}
    rows = Transfer.objects.filter(posting=receipt.posting_id, document=receipt.document_id, reverses__isnull=True)
    for book, amount in rows.filter(debit_book__in=(*MONEY_BOOKS, Book.UNIDENTIFIED)).values_list(
        "debit_book", "amount"
    ):
        came_in[Book(book)] = came_in.get(Book(book), ZERO) + amount
    return came_in


def undo_corrections(
    corrections: Sequence[TenderCorrection],
    *,
    session: CashSession | None,
    own: CashSession | None,
    at: datetime,
    by: User,
    key: str,
) -> Decimal:
    """Undo what corrected the methods of a payment, the latest first, in the caller's transaction.

    ``session`` is the drawer that moves and ``own`` the payment's session while it is open. Not idempotent by itself.

    :returns: the cash that it puts back, negative when it goes out.
    """
    law = collection_law(local_day(at))
    booked_on = booking_day(at)
    cash = ZERO
    for correction in corrections:
        moves = list(CashMovement.objects.filter(posting=correction.posting_id))
        if not moves:
            continue
        posting = reverse_posting(
            posting=correction.posting,
            document_id=None,
            order=law.order,
            key=f"{key}/forma/{correction.pk}",
            at=at,
            by=by,
        )
        undone = [_moved(move.method, -move.amount, drawer=session, own=own) for move in moves]
        note_movements(
            undone,
            payment=correction.tender.payment,
            posting=posting,
            kind=CashMovement.Kind.METHOD,
            booked_on=booked_on,
            at=at,
        )
        cash += sum((move.amount for move in undone if move.method == Tender.Method.CASH), ZERO)
    return cash


def _refunds_since(receipt: Receipt) -> list[Refund]:
    """The refunds paid out of whose money in favour the receipt left, since it was given."""
    paid = Refund.objects.filter(
        state=Refund.State.PAID, party=receipt.party_id, account=receipt.account_id, posting__gt=receipt.posting_id
    )
    return list(paid.select_related("document").order_by("pk"))


def _moved(method: str, amount: Decimal, *, drawer: CashSession | None, own: CashSession | None) -> Moved:
    """What leaves or enters by a method: cash moves in a drawer, what is not cash in the session that received it."""
    return Moved(method, amount, drawer if method == Tender.Method.CASH else own)


def open_session_of_payment(payment: Payment) -> CashSession | None:
    """The session that received a payment, kept open until the transaction ends, or None if it was closed."""
    if payment.session is None:
        return None
    try:
        hold_open(payment.session)
    except SessionClosed:
        return None
    return payment.session


def _cancelled_with(payment: Payment, key: str) -> list[ReceiptCancellation]:
    """What was cancelled of the payment by the act that has this key.

    :raises KeyReused: if the key was used for something else.
    """
    posting = Posting.objects.filter(key=key).first()
    if posting is None:
        return []
    done = list(
        ReceiptCancellation.objects.filter(receipt__payment=payment)
        .select_related("posting", "receipt__document")
        .order_by("pk")
    )
    if not any(cancellation.posting_id == posting.pk for cancellation in done):
        raise KeyReused
    return [
        cancellation
        for cancellation in done
        if cancellation.posting.key == key or cancellation.posting.key.startswith(f"{key}/")
    ]
