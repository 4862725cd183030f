"""Undoing what was received: the debts come back as they were, with today's date."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef

from cauce.cashier.events import PAYMENT_REVERSED
from cauce.cashier.models import CashMovement, CashSession, Payment, Receipt, ReceiptCancellation, TenderCorrection
from cauce.cashier.operations.bars import refuse_same_person
from cauce.cashier.operations.sessions import hold_open
from cauce.cashier.operations.taking import BOOK_OF_METHOD
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import MONEY_BOOKS, Book, Transfer
from cauce.ledger.operations import lock_accounts, reverse_posting
from cauce.ledger.queries import booking_day, collection_law
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

CANCELLATIONS = "CAN"

METHOD_OF_BOOK = {book: method for method, book in BOOK_OF_METHOD.items()}


class ReceiptAlreadyCancelled(DomainError):
    """A receipt is cancelled once."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"El comprobante {folio} ya estaba cancelado; revise el estado de cuenta.")


class ReasonMissing(DomainError):
    """Money is not given back without saying why."""

    def __init__(self) -> None:
        super().__init__("Escriba por qué se cancela el pago.")


class DrawerMissing(DomainError):
    """Cash goes back out of a drawer."""

    def __init__(self) -> None:
        super().__init__(
            "El efectivo se devuelve de una caja con turno abierto; elija la caja de la que sale y vuelva a intentar."
        )


@transaction.atomic
def reverse_payment(
    *, payment: Payment, session: CashSession | None, reason: str, at: datetime, by: User, key: str
) -> list[ReceiptCancellation]:
    """Undo a whole payment: each of its receipts is cancelled, with today's date, and its debts come back as they were.

    The cash goes out of the drawer of ``session``, which is open today; money of other methods, of none. What the
    payment had left in favour and was applied since is undone first. Somebody else than who collected does it.
    Idempotent by key.

    :raises ReasonMissing: if it does not say why.
    :raises SamePerson: if who cancels is who collected.
    :raises OwnAccount: if who cancels is linked to one of the accounts or persons.
    :raises ReceiptAlreadyCancelled: if the payment was undone before, with another key.
    :raises DrawerMissing: if there is cash to give back and no session.
    :raises SessionClosed: if the session was closed.
    :raises AdvanceSpent: if money that it left in favour was refunded or moved since.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on one of the accounts.
    """
    if not reason.strip():
        raise ReasonMissing
    if not by.is_system:
        refuse_same_person(
            first=payment.by_id,
            by=by,
            message="Quien cobró no cancela su propio cobro; pida a su supervisor que lo haga.",
        )
    receipts = live_receipts(payment)
    lock_receipts(receipts)
    done = list(
        ReceiptCancellation.objects.filter(receipt__payment=payment).select_related("posting", "receipt__document")
    )
    if any(cancellation.posting.key == key for cancellation in done):
        return [cancellation for cancellation in done if cancellation.posting.key.startswith(key)]
    receipts = live_receipts(payment)
    if not receipts:
        raise ReceiptAlreadyCancelled(done[0].receipt.document.folio)
    refuse_own_account(
        by=by,
        account_ids=[receipt.account_id for receipt in receipts if receipt.account_id is not None],
        party_ids=[receipt.party_id for receipt in receipts],
    )
    if session is not None:
        hold_open(session)
    return undo_receipts(
        receipts=receipts,
        session=session,
        kind=CashMovement.Kind.CANCELLED,
        cause=ReceiptCancellation.Cause.MISTAKE,
        reason=reason,
        at=at,
        by=by,
        key=key,
    )


def live_receipts(payment: Payment) -> list[Receipt]:
    """The receipts of a payment that stand, in their order."""
    return list(
        payment.receipts.filter(~Exists(ReceiptCancellation.objects.filter(receipt=OuterRef("pk"))))
        .select_related("document", "posting", "account", "payment__desk")
        .order_by("document_id")
    )


def lock_receipts(receipts: Sequence[Receipt], *, account_ids: Sequence[int] = ()) -> None:
    """Hold the accounts and parties of ``receipts``, and other accounts besides.

    :raises AccountBusy: if another session is working on one of them.
    """
    lock_accounts(
        sorted({receipt.account_id for receipt in receipts if receipt.account_id is not None} | set(account_ids)),
        party_ids=sorted({receipt.party_id for receipt in receipts if receipt.account_id is None}),
    )


def undo_receipts(
    *,
    receipts: Sequence[Receipt],
    session: CashSession | None,
    kind: CashMovement.Kind,
    cause: ReceiptCancellation.Cause,
    reason: str,
    at: datetime,
    by: User,
    key: str,
) -> list[ReceiptCancellation]:
    """Cancel ``receipts`` of one payment in the caller's transaction, which holds the locks; the first act has ``key``.

    The money goes out where it came in, by the method that is known to be the right one, and each cancellation writes
    its cash movements at the payment's desk. When all of a payment is undone, the corrections of its methods are undone
    too. Not idempotent by itself: the caller looks for what is done.

    :raises DrawerMissing: if cash goes out (kind CANCELLED) and there is no session.
    :raises ReceiptAlreadyCancelled: if one of them was cancelled.
    """
    law = collection_law(local_day(at))
    booked_on = booking_day(at)
    payment = receipts[0].payment
    cancellations = []
    cash = ZERO
    for position, receipt in enumerate(receipts):
        if ReceiptCancellation.objects.filter(receipt=receipt).exists():
            raise ReceiptAlreadyCancelled(receipt.document.folio)
        document = create_document(kind=Document.Kind.REVERSAL, series=CANCELLATIONS, issued_on=booked_on, at=at, by=by)
        received = money_of(receipt)
        cash -= received.get(Book.CASH, ZERO)
        posting = reverse_posting(
            posting=receipt.posting,
            of_document=receipt.document_id,
            document_id=document.pk,
            order=law.order,
            key=key if position == 0 else f"{key}/{position + 1}",
            at=at,
            by=by,
        )
        CashMovement.objects.bulk_create(
            CashMovement(
                desk=payment.desk if session is None else session.desk,
                session=session,
                booked_on=booked_on,
                method=METHOD_OF_BOOK[book],
                amount=-amount,
                kind=kind,
                posting=posting,
                payment=payment,
                at=at,
            )
            for book, amount in received.items()
            if amount != 0
        )
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
        cash += _undo_method_corrections(payment, session, at, by, key)
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


def _undo_method_corrections(
    payment: Payment, session: CashSession | None, at: datetime, by: User, key: str
) -> Decimal:
    """Undo what corrected the payment's methods; return the cash that it puts back (negative when it goes out)."""
    law = collection_law(local_day(at))
    booked_on = booking_day(at)
    cash = ZERO
    # The latest first: each one moved the money from where the one before it had left it.
    for correction in (
        TenderCorrection.objects.filter(tender__payment=payment).select_related("posting").order_by("-pk")
    ):
        posting = reverse_posting(
            posting=correction.posting,
            document_id=None,
            order=law.order,
            key=f"{key}/forma/{correction.pk}",
            at=at,
            by=by,
        )
        undone = [
            CashMovement(
                desk=move.desk if session is None else session.desk,
                session=session,
                booked_on=booked_on,
                method=move.method,
                amount=-move.amount,
                kind=CashMovement.Kind.METHOD,
                posting=posting,
                payment=payment,
                at=at,
            )
            for move in CashMovement.objects.filter(posting=correction.posting_id).select_related("desk")
        ]
        CashMovement.objects.bulk_create(undone)
        cash += sum((move.amount for move in undone if move.method == METHOD_OF_BOOK[Book.CASH]), ZERO)
    return cash
