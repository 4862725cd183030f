"""What the head does with what came back from the street."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.users.models import User
from cauce.users.queries import office_calendar, office_hours
from cauce.workorders.events import (
    WORK_ORDER_REOPENED,
    WORK_ORDER_RETRIED,
    WORK_ORDERS_CLOSED,
    WORK_ORDERS_REVIEWED,
)
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations.refusals import OwnReport, WorkOrderRefused
from cauce.workorders.operations.steps import (
    hold,
    hold_all,
    named,
    refuse_unless_may,
    required,
    take_step,
    tell,
)


@transaction.atomic
def review_work_orders(*, orders: Sequence[WorkOrder], note: str = "", at: datetime, by: User) -> list[WorkOrder]:
    """Say that what came back was looked at and is right, all of them or none. Idempotent for those reviewed.

    :raises WrongState: if one has not come back, or somebody went on with it.
    :raises WorkOrderRefused: if the photograph of one is yet to come.
    :raises OwnReport: if who reviews wrote down the result of one.
    """
    held = hold_all(orders)
    wanted = [order for order in held if order.state != WorkOrder.State.REVIEWED]
    for order in wanted:
        refuse_unless_may(order, to_state=WorkOrder.State.REVIEWED, what="revisar")
        if order.lacks_photo:
            raise WorkOrderRefused(
                f"A la orden {order.document.folio}, que se dictó por radio, le falta su fotografía: agréguela en la "
                "orden antes de revisarla, o reábrala."
            )
        last = order.results.order_by("-pk").first()
        if last is not None and last.reported_by_id == by.pk:
            raise OwnReport(
                f"Usted capturó el resultado de la orden {order.document.folio}: la revisa otra persona. Quítela de la "
                "selección."
            )
        order.reviewed_at, order.reviewed_by = at, by
        take_step(
            order,
            to_state=WorkOrder.State.REVIEWED,
            note=note.strip(),
            at=at,
            by=by,
            also=("reviewed_at", "reviewed_by"),
        )
    if wanted:
        _tell_many(WORK_ORDERS_REVIEWED, wanted, at, by)
    return held


@transaction.atomic
def close_work_orders(*, orders: Sequence[WorkOrder], at: datetime, by: User) -> list[WorkOrder]:
    """End orders that were reviewed, all of them or none. Idempotent for those closed.

    :raises WrongState: if one was not reviewed.
    """
    held = hold_all(orders)
    wanted = [order for order in held if order.state != WorkOrder.State.CLOSED]
    for order in wanted:
        refuse_unless_may(order, to_state=WorkOrder.State.CLOSED, what="cerrar")
        take_step(order, to_state=WorkOrder.State.CLOSED, at=at, by=by)
    if wanted:
        _tell_many(WORK_ORDERS_CLOSED, wanted, at, by)
    return held


@transaction.atomic
def reopen_work_order(*, order: WorkOrder, reason: str, at: datetime, by: User) -> WorkOrder:
    """Send back to the street what was said to be done and is not; its term starts again. Idempotent while reopened.

    What it changed in a meter or an account is not undone: that is another order (``queries.changed_by`` tells which).

    :raises WorkOrderRefused: if it does not say why.
    :raises WrongState: if it was not done.
    """
    reason = required(reason, question="Escriba por qué se reabre: qué quedó mal o qué reclama la persona.")
    order = hold(order)
    if order.state == WorkOrder.State.REOPENED:
        return order
    refuse_unless_may(order, to_state=WorkOrder.State.REOPENED, what="reabrir")
    order.times_reopened += 1
    order.due_at = office_calendar().after_hours(at, order.type.term_hours, office_hours())
    order.finished_at, order.reviewed_at, order.reviewed_by = None, None, None
    order.lacks_photo = False
    order.delivery, order.crew, order.programmed_on, order.place_in_day = None, None, None, None
    take_step(
        order,
        to_state=WorkOrder.State.REOPENED,
        note=reason,
        at=at,
        by=by,
        also=(
            "times_reopened",
            "due_at",
            "finished_at",
            "lacks_photo",
            "reviewed_at",
            "reviewed_by",
            "delivery",
            "crew",
            "programmed_on",
            "place_in_day",
        ),
    )
    tell(order, kind=WORK_ORDER_REOPENED, at=at, by=by, facts={"reason": reason})
    return order


@transaction.atomic
def retry_work_order(*, order: WorkOrder, reason: str, at: datetime, by: User) -> WorkOrder:
    """Put back in its area an order that could not be done, to be programmed again. Idempotent.

    :raises WorkOrderRefused: if it does not say why.
    :raises WrongState: if it is not one that could not be done.
    """
    reason = required(reason, question="Escriba por qué se intenta de nuevo: qué cambió desde la visita.")
    order = hold(order)
    if order.state == WorkOrder.State.DELIVERED:
        return order
    refuse_unless_may(order, to_state=WorkOrder.State.DELIVERED, what="intentar de nuevo")
    order.finished_at = None
    order.crew, order.programmed_on, order.place_in_day = None, None, None
    fields = ("finished_at", "crew", "programmed_on", "place_in_day")
    take_step(order, to_state=WorkOrder.State.DELIVERED, note=reason, at=at, by=by, also=fields)
    tell(order, kind=WORK_ORDER_RETRIED, at=at, by=by, facts={"reason": reason})
    return order


def _tell_many(kind: EventKind, orders: Sequence[WorkOrder], at: datetime, by: User) -> None:
    publish(
        kind,
        subject_kind="WorkOrder",
        subject_id=orders[0].pk,
        account_id=orders[0].account_id if len(orders) == 1 else None,
        facts={"orders": named(orders)},
        at=at,
        by=by,
    )
