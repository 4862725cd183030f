"""A payment or an agreement calls back the order that limits a service, or gives the service back if it is late."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.collections.events import (
    RECALL_UNDONE,
    REDUCTION_CALLED_BACK,
    REDUCTION_DONE_LATE,
    REDUCTION_HAD_BEEN_DONE,
)
from cauce.collections.models import LadderAct, LadderStep, OrderRecall
from cauce.collections.operations.reconnection import open_reconnection
from cauce.collections.queries.reduction import SERVICE_KINDS, limiting_orders
from cauce.collections.rules.authorisation import CENTAVO, threshold_of
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_datetime
from cauce.events.models import Event
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import WorkOrder, WorkOrderType
from cauce.workorders.operations import recall_work_order
from cauce.workorders.queries import overdue_debt
from cauce.workorders.rules.states import PENDING

_DONE = ("DONE", "REVIEWED", "CLOSED")
_CALLED_OFF = ("SELECTED", "AUTHORISED", "ISSUED")
_TOLD = {
    OrderRecall.Outcome.CALLED_BACK: REDUCTION_CALLED_BACK,
    OrderRecall.Outcome.ACTED: REDUCTION_HAD_BEEN_DONE,
}


class NotCalledBack(DomainError):
    """The order still stands: what a crew did is told as its result."""


@transaction.atomic
def recall_paid_orders(
    *, account_id: int, cause: str, event: Event | None = None, at: datetime, by: User
) -> list[OrderRecall]:
    """Call back every order and act that limits the service of an account that owes less than they ask by now.

    The account is held: who reports the order did it before, and then its reconnection is opened, or will do it after,
    and then is told that it was called back. Either way it is decided once, and written. Idempotent.

    :raises AreaWithoutStaff: if nobody could see the reconnection; nothing is decided, and it is tried again.
    """
    lock_accounts([account_id])
    debt = overdue_debt(account_id, on=local_day(at))
    recalls = []
    pending = WorkOrder.objects.filter(account_id=account_id, refused_below__gt=debt, state__in=PENDING)
    for order in pending.select_related("document").order_by("pk"):
        recall_work_order(order=order, reason=cause, at=at, by=by)
        recalls.append(_decide(order, OrderRecall.Outcome.CALLED_BACK, cause, event, None, at, by))
    _call_acts_back(account_id, debt, cause, at, by)
    recalls += _give_back(account_id, debt, cause, event, at, by)
    return recalls


@transaction.atomic
def report_late_execution(
    *, order: WorkOrder, acted_at: datetime, note: str, cause: str = "", at: datetime, by: User
) -> OrderRecall:
    """Write that a crew carried out an order that had been called back, or is no longer due, and give the service back.

    It charges nothing when they acted after the payment. Idempotent: it is told once for each order.

    :raises NotCalledBack: if the debt is still there or it does not say what was done.
    """
    if not note.strip():
        raise NotCalledBack("Escriba qué hizo la cuadrilla: lectura, sello y a qué hora.")
    if acted_at > at:
        raise NotCalledBack(f"{format_datetime(acted_at)} aún no llega: corrija cuándo se hizo.")
    if order.account_id is None or order.refused_below is None:
        raise NotCalledBack("Esa orden no es de las que un pago retira: capture su resultado en «Capturar resultados».")
    account_id = order.account_id
    lock_accounts([account_id])
    order = WorkOrder.objects.select_related("document", "account").get(pk=order.pk)
    told = order.recalls.filter(outcome=OrderRecall.Outcome.ACTED_AFTER).first()
    if told is not None:
        return told
    if order.state in PENDING:
        recall_paid_orders(account_id=account_id, cause=cause or "Ya no debe lo que la orden pide", at=at, by=by)
        order.refresh_from_db(fields=["state"])
    if order.state != WorkOrder.State.RECALLED:
        raise NotCalledBack(
            f"La orden {order.document.folio} está «{order.get_state_display().lower()}» y su cuenta aún debe: capture "
            "su resultado en «Capturar resultados»."
        )
    first = order.recalls.filter(outcome=OrderRecall.Outcome.CALLED_BACK).select_related("event").first()
    paid_at = None if first is None else (first.event.at if first.event else first.at)
    assert order.account is not None
    reconnection = open_reconnection(
        account=order.account,
        reduced_by=order,
        cause=f"se hizo la orden {order.document.folio}, que ya no procedía",
        is_free=paid_at is not None and acted_at >= paid_at,
        at=at,
        by=by,
    )
    recall = OrderRecall.objects.create(
        order=order,
        account=order.account,
        outcome=OrderRecall.Outcome.ACTED_AFTER,
        cause=note.strip()[:160],
        event=None if first is None else first.event,
        debt=overdue_debt(account_id, on=local_day(at)),
        refused_below=order.refused_below or CENTAVO,
        reconnection=reconnection,
        at=at,
        by=by,
    )
    facts = {"folio": order.document.folio, "cause": first.cause if first else cause, "note": note.strip()}
    _tell(REDUCTION_DONE_LATE, recall, facts)
    return recall


@transaction.atomic
def mark_recall_undone(*, event: Event, note: str, at: datetime, by: User) -> OrderRecall | None:
    """Mark the last recall of an account whose payment was undone, so that somebody looks at it. Idempotent.

    None when nothing had been called back, or the debt is still below what the order asked. The debt is back with its
    true dates, and a new relación may take the account.
    """
    if event.account_id is None:
        return None
    lock_accounts([event.account_id])
    recall = OrderRecall.objects.filter(account_id=event.account_id).select_related("order__document").last()
    if recall is None or recall.undone_at is not None:
        return None
    if overdue_debt(event.account_id, on=local_day(at)) < recall.refused_below:
        return None
    recall.undone_at, recall.undone_note = at, note[:160]
    recall.save(update_fields=["undone_at", "undone_note"])
    facts = {"folio": recall.order.document.folio, "note": f"{note.rstrip('.')}."}
    publish(
        RECALL_UNDONE,
        subject_kind="OrderRecall",
        subject_id=recall.pk,
        account_id=recall.account_id,
        facts=facts,
        at=at,
        by=by,
    )
    return recall


@transaction.atomic
def note_reduction_result(*, order: WorkOrder, at: datetime, by: User) -> LadderAct | None:
    """Write on its act what came of an order that limits a service. Idempotent; None when the order is of no act."""
    if order.account_id is not None:
        lock_accounts([order.account_id])
    # What could not be done may be tried again, and done.
    waiting = (LadderAct.State.ISSUED, LadderAct.State.NOT_DONE)
    act = LadderAct.objects.filter(order=order, state__in=waiting).select_related("step").first()
    if act is None or act.step.kind != LadderStep.Kind.EXECUTION:
        return act
    result = order.results.order_by("-pk").first()
    if result is None or (act.state == LadderAct.State.NOT_DONE and not result.is_done):
        return act
    act.state = LadderAct.State.DONE if result.is_done else LadderAct.State.NOT_DONE
    act.ended_on = local_day(result.finished_at) if result.is_done else None
    act.note = result.reason or result.notes[:240]
    act.captured_at, act.captured_by = at, by
    act.save(update_fields=["state", "ended_on", "note", "captured_at", "captured_by"])
    if result.is_done:
        # Who paid between the visit and this line is given the service back here, whatever became of the other task.
        recall_paid_orders(account_id=act.account_id, cause="Ya había pagado o convenido", at=at, by=by)
    return act


def _call_acts_back(account_id: int, debt: Decimal, cause: str, at: datetime, by: User) -> None:
    """Call back what was chosen, authorised or issued for a debt that is not there, with the orders of its notices."""
    acts = LadderAct.objects.filter(account_id=account_id, state__in=_CALLED_OFF)
    for act in acts.select_related("step", "order__document"):
        is_of_service = act.step.kind in SERVICE_KINDS
        if debt >= (_threshold(act) if is_of_service else CENTAVO):
            continue
        if act.order is not None and act.order.state in PENDING:
            recall_work_order(order=act.order, reason=cause, at=at, by=by)
        act.state, act.note = LadderAct.State.RECALLED, cause[:240]
        act.save(update_fields=["state", "note"])


def _give_back(
    account_id: int, debt: Decimal, cause: str, event: Event | None, at: datetime, by: User
) -> list[OrderRecall]:
    """Open the reconnection of a service that is limited for a debt that is not there any more."""
    account = Account.objects.get(pk=account_id)
    if account.state != Account.State.REDUCED:
        return []
    done = limiting_orders(account_id).filter(state__in=_DONE, type__effect=WorkOrderType.Effect.REDUCED)
    order = done.filter(refused_below__isnull=False).first()
    below = _least_debt() if order is None or order.refused_below is None else order.refused_below
    if debt >= below:
        return []
    reconnection = open_reconnection(account=account, reduced_by=order, cause=cause, at=at, by=by)
    if order is None:
        return []
    return [_decide(order, OrderRecall.Outcome.ACTED, cause, event, reconnection, at, by)]


def _decide(
    order: WorkOrder,
    outcome: OrderRecall.Outcome,
    cause: str,
    event: Event | None,
    reconnection: WorkOrder | None,
    at: datetime,
    by: User,
) -> OrderRecall:
    """Write how it was decided, once for each order."""
    assert order.account_id is not None and order.refused_below is not None
    known = order.recalls.filter(outcome__in=[OrderRecall.Outcome.CALLED_BACK, OrderRecall.Outcome.ACTED]).first()
    if known is not None:
        return known
    recall = OrderRecall.objects.create(
        order=order,
        account_id=order.account_id,
        outcome=outcome,
        cause=cause[:160],
        event=event,
        debt=overdue_debt(order.account_id, on=local_day(at)),
        refused_below=order.refused_below,
        reconnection=reconnection,
        at=at,
        by=by,
    )
    _tell(_TOLD[outcome], recall, {"folio": order.document.folio, "cause": cause})
    return recall


def _tell(kind: EventKind, recall: OrderRecall, facts: Mapping[str, object]) -> None:
    publish(
        kind,
        subject_kind="OrderRecall",
        subject_id=recall.pk,
        account_id=recall.account_id,
        facts=facts,
        at=recall.at,
        by=recall.by,
    )


def _threshold(act: LadderAct) -> Decimal:
    if act.order is not None and act.order.refused_below is not None:
        return act.order.refused_below
    return threshold_of(act.step.min_debt)


def _least_debt() -> Decimal:
    step = LadderStep.objects.filter(kind=LadderStep.Kind.EXECUTION, is_active=True).order_by("position").first()
    return CENTAVO if step is None else threshold_of(step.min_debt)
