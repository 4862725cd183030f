"""What becomes of an orden de pago that nobody pays: it is cancelled or it expires; and that it was printed again."""

from datetime import datetime

from django.db import transaction

from cauce.cashier.events import PAYMENT_ORDER_CANCELLED, PAYMENT_ORDER_EXPIRED, PAYMENT_ORDER_REPRINTED
from cauce.cashier.models import PaymentOrder, PaymentOrderCancellation
from cauce.cashier.operations.bars import ReasonMissing
from cauce.cashier.operations.debtors import hold_debtor, refuse_own_debtor
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.events.models import Event
from cauce.events.operations import publish
from cauce.ledger.models import Posting
from cauce.ledger.operations import AccountBusy, DayBeingClosed, begin_posting, reverse_posting
from cauce.ledger.queries import collection_law
from cauce.users.models import User

BATCH = 200


class OrderAlreadyEnded(DomainError):
    """An order ends once."""

    def __init__(self, folio: str, how: str) -> None:
        super().__init__(f"La orden {folio} ya estaba {how}; no hay nada que cancelar.")


class OrderStillOwed(DomainError):
    """The money that paid an order came back: what it charged was given and is owed."""

    def __init__(self, folio: str) -> None:
        super().__init__(
            f"El pago de la orden {folio} fue devuelto por el banco y lo que cobraba se sigue debiendo; no se cancela: "
            "cóbrela en caja, o tramite el ajuste que corresponda."
        )


@transaction.atomic
def cancel_payment_order(
    *, order: PaymentOrder, reason: str, at: datetime, by: User, key: str
) -> PaymentOrderCancellation:
    """Say that an order is not to be paid any more: what its services charged stops being owed, with today's date.

    Idempotent by key.

    :raises ReasonMissing: if it does not say why.
    :raises OwnAccount: if who cancels is linked to the account or person.
    :raises OrderAlreadyEnded: if it was paid, or cancelled before with another key.
    :raises OrderStillOwed: if its payment was returned by the bank.
    :raises ChargeSettled: if other money settled a part of it.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    if not reason.strip():
        raise ReasonMissing("se cancela la orden de pago")
    refuse_own_debtor(account_id=order.account_id, party_id=order.party_id, by=by)
    found = _held(order, at)
    done = PaymentOrderCancellation.objects.filter(order=found).select_related("posting").first()
    if done is not None and done.posting is not None and done.posting.key == key:
        return done
    folio = found.document.folio
    if done is not None or found.is_paid:
        raise OrderAlreadyEnded(folio, PaymentOrder.State(found.state).label.lower())
    if found.kind == PaymentOrder.Kind.SERVICES and found.came_back:
        raise OrderStillOwed(folio)
    ended = _end(found, reason=reason.strip(), expired=False, at=at, by=by, key=key)
    publish(
        PAYMENT_ORDER_CANCELLED,
        subject_kind="PaymentOrder",
        subject_id=found.pk,
        account_id=found.account_id,
        facts={"folio": folio, "total": format_money(found.total), "reason": reason.strip()},
        at=at,
        by=by,
    )
    return ended


@transaction.atomic
def expire_payment_order(*, order: PaymentOrder, at: datetime, by: User) -> PaymentOrderCancellation | None:
    """End an order whose day passed unpaid: what its services charged stops being owed.

    One that was paid, or ended, meanwhile is left as it is, and so is one whose payment the bank returned or that other
    money paid in part: it is owed still. Idempotent.

    :returns: None if there was nothing to end.
    :raises AccountBusy: if another session is working on the account.
    """
    _held(order, at)
    found = PaymentOrder.objects.to_expire(local_day(at)).select_related("document", "posting").filter(pk=order.pk)
    for due in found:
        ended = _end(
            due,
            reason=f"Venció el {format_date(due.expires_on)} sin pagarse",
            expired=True,
            at=at,
            by=by,
            key=f"expire-order/{due.pk}",
        )
        publish(
            PAYMENT_ORDER_EXPIRED,
            subject_kind="PaymentOrder",
            subject_id=due.pk,
            account_id=due.account_id,
            facts={
                "folio": due.document.folio,
                "total": format_money(due.total),
                "outcome": "lo que cobraba dejó de deberse"
                if due.kind == PaymentOrder.Kind.SERVICES
                else "la cuenta queda como estaba",
            },
            at=at,
            by=by,
        )
        return ended
    return None


def expire_payment_orders(*, at: datetime, by: User, at_most: int = BATCH) -> int:
    """End up to ``at_most`` orders whose day passed unpaid, each in its own transaction.

    One whose account is busy waits for the next round. Idempotent.

    :returns: how many were ended.
    """
    ended = 0
    for order in PaymentOrder.objects.to_expire(local_day(at)).order_by("pk")[:at_most]:
        try:
            ended += expire_payment_order(order=order, at=at, by=by) is not None
        except (AccountBusy, DayBeingClosed):
            continue
    return ended


@transaction.atomic
def reprint_payment_order(*, order: PaymentOrder, at: datetime, by: User) -> Event:
    """Leave in the history that an order was printed again. Not idempotent: each printing is told."""
    return publish(
        PAYMENT_ORDER_REPRINTED,
        subject_kind="PaymentOrder",
        subject_id=order.pk,
        account_id=order.account_id,
        facts={"folio": order.document.folio},
        at=at,
        by=by,
    )


def _held(order: PaymentOrder, at: datetime) -> PaymentOrder:
    """The order as it is now, its account or person kept from anybody else's act."""
    hold_debtor(account_id=order.account_id, party_id=order.party_id)
    orders = PaymentOrder.objects.with_state(local_day(at)).select_related("document", "posting")
    return orders.get(pk=order.pk)


def _end(
    order: PaymentOrder, *, reason: str, expired: bool, at: datetime, by: User, key: str
) -> PaymentOrderCancellation:
    posting: Posting
    if order.kind == PaymentOrder.Kind.SERVICES:
        posting = reverse_posting(
            posting=order.posting,
            document_id=order.document_id,
            order=collection_law(local_day(at)).order,
            key=key,
            at=at,
            by=by,
        )
    else:
        posting, _ = begin_posting(operation="end_payment_order", key=key, body={"order": order.pk}, at=at, by=by)
    return PaymentOrderCancellation.objects.create(
        order=order, posting=posting, expired=expired, reason=reason, cancelled_at=at, cancelled_by=by
    )
