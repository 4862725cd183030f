"""How an order is shown: the tone of its state, how late it is, and its table's rows."""

from dataclasses import dataclass
from datetime import datetime

from cauce.core.clock import local_day
from cauce.core.es_mx import count_of
from cauce.workorders.models import WorkOrder
from cauce.workorders.rules.states import PENDING

SEE = "workorders.view_workorder"
ISSUE = "workorders.add_workorder"
DELIVER = "workorders.deliver_workorder"
RECEIVE = "workorders.receive_workorder"
PROGRAM = "workorders.program_workorder"
REPORT = "workorders.report_workorder"
REVIEW = "workorders.review_workorder"
CANCEL = "workorders.cancel_workorder"
CHANGE_CREW = "workorders.change_crew"
CHANGE_TYPE = "workorders.change_workordertype"
TONES = {
    WorkOrder.State.ISSUED: ("accent", "hourglass"),
    WorkOrder.State.DELIVERED: ("note", "inbox"),
    WorkOrder.State.PROGRAMMED: ("teal", "calendar-event"),
    WorkOrder.State.IN_FIELD: ("teal", "player-play"),
    WorkOrder.State.DONE: ("good", "check"),
    WorkOrder.State.NOT_DONE: ("bad", "circle-x"),
    WorkOrder.State.REVIEWED: ("good", "checks"),
    WorkOrder.State.CLOSED: ("", "lock"),
    WorkOrder.State.REOPENED: ("accent", "refresh"),
    WorkOrder.State.RECALLED: ("", "ban"),
    WorkOrder.State.CANCELLED: ("", "circle-x"),
    WorkOrder.State.MERGED: ("", "link"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An order as a row: its tone, and how its term goes in words; ``is_late`` when it is over and it still waits."""

    order: WorkOrder
    tone: str
    icon: str
    term: str
    is_late: bool


def shown(order: WorkOrder, now: datetime) -> Shown:
    """An order as a row of a list."""
    tone, icon = TONES[WorkOrder.State(order.state)]
    late = order.state in PENDING and order.due_at < now
    return Shown(order, tone, icon, _term(order, now), late)


def _term(order: WorkOrder, now: datetime) -> str:
    if order.finished_at is not None:
        return "fuera de plazo" if order.finished_at > order.due_at else "en plazo"
    if order.state not in PENDING:
        return ""
    days = (local_day(order.due_at) - local_day(now)).days
    if order.due_at < now:
        return "venció hoy" if days == 0 else f"venció hace {count_of(-days, 'día', 'días')}"
    return "vence hoy" if days == 0 else f"vence en {count_of(days, 'día', 'días')}"
