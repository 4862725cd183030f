"""Who goes to which orders on which day, and in which order."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.users.models import User
from cauce.workorders.events import (
    WORK_ORDER_MOVED,
    WORK_ORDER_STARTED,
    WORK_ORDER_UNPROGRAMMED,
    WORK_ORDERS_PROGRAMMED,
)
from cauce.workorders.models import Crew, WorkOrder
from cauce.workorders.operations.refusals import WorkOrderRefused, WrongState
from cauce.workorders.operations.steps import (
    hold,
    hold_all,
    named,
    next_places,
    refuse_unless_may,
    required,
    take_step,
    tell,
)

_PLACED = ("crew", "programmed_on", "place_in_day")


@transaction.atomic
def program_orders(*, orders: Sequence[WorkOrder], crew: Crew, day: date, at: datetime, by: User) -> list[WorkOrder]:
    """Give orders to a crew for a day, after those that it has, in the order they come. Idempotent.

    The crew's capacity is shown on the board and not enforced: the head decides. Only an urgent order is programmed
    before it was handed over to its area.

    :raises WorkOrderRefused: if the day has passed, the crew is not in service, is of another area, or the order was
        not handed over.
    :raises WrongState: if somebody programmed one of them for another day or crew, or it has ended.
    """
    _refuse_day(crew, day, at)
    held = hold_all(orders)
    Crew.objects.select_for_update(no_key=True).get(pk=crew.pk)
    wanted = [order for order in held if not _is_placed(order, crew, day)]
    place = next_places(crew, day=day)
    for order in wanted:
        _refuse_program(order, crew)
        order.crew, order.programmed_on, order.place_in_day = crew, day, place
        place += 1
        take_step(order, to_state=WorkOrder.State.PROGRAMMED, at=at, by=by, also=_PLACED)
    if wanted:
        publish(
            WORK_ORDERS_PROGRAMMED,
            subject_kind="Crew",
            subject_id=crew.pk,
            facts={"day": format_date(day), "crew": str(crew), "orders": named(wanted)},
            at=at,
            by=by,
        )
    return held


@transaction.atomic
def move_programmed(*, order: WorkOrder, crew: Crew, day: date, reason: str = "", at: datetime, by: User) -> WorkOrder:
    """Give a programmed order to another crew or another day, at the end of it. Idempotent.

    :raises WorkOrderRefused: if the day has passed, or the crew is not in service or is of another area.
    :raises WrongState: if the order is not programmed any more.
    """
    _refuse_day(crew, day, at)
    order = hold(order)
    Crew.objects.select_for_update(no_key=True).get(pk=crew.pk)
    if _is_placed(order, crew, day):
        return order
    if order.state != WorkOrder.State.PROGRAMMED:
        raise WrongState(
            f"La orden {order.document.folio} está «{order.get_state_display().lower()}» y ya no se mueve en el "
            "programa. Actualice la página."
        )
    _refuse_other_area(order, crew)
    order.crew, order.programmed_on, order.place_in_day = crew, day, next_places(crew, day=day)
    take_step(order, to_state=WorkOrder.State.PROGRAMMED, note=reason.strip(), at=at, by=by, also=_PLACED)
    facts = {"day": format_date(day), "crew": str(crew), "reason": reason.strip()}
    tell(order, kind=WORK_ORDER_MOVED, at=at, by=by, facts=facts)
    return order


@transaction.atomic
def arrange_day(*, crew: Crew, day: date, order_ids: Sequence[int]) -> None:
    """Set in which order a crew goes to its orders of a day; those not named stay after, as they were. Idempotent.

    It is the head's own tidying: it changes no state and tells nobody.
    """
    Crew.objects.select_for_update(no_key=True).get(pk=crew.pk)
    rows = WorkOrder.objects.select_for_update(no_key=True).filter(crew=crew, programmed_on=day).order_by("pk")
    orders = {order.pk: order for order in rows}
    first = [orders.pop(pk) for pk in order_ids if pk in orders]
    rest = sorted(orders.values(), key=lambda order: (order.place_in_day or 0, order.pk))
    for place, order in enumerate([*first, *rest], start=1):
        order.place_in_day = place
    WorkOrder.objects.bulk_update([*first, *rest], ["place_in_day"])


@transaction.atomic
def unprogram_order(*, order: WorkOrder, reason: str, at: datetime, by: User) -> WorkOrder:
    """Take an order out of the programme; it waits in its area. Idempotent.

    :raises WorkOrderRefused: if it does not say why.
    :raises WrongState: if the crew is out for it or was there.
    """
    reason = required(reason, question="Escriba por qué se quita del programa.")
    order = hold(order)
    if order.state == WorkOrder.State.DELIVERED:
        return order
    if order.state != WorkOrder.State.PROGRAMMED:
        raise WrongState(
            f"La orden {order.document.folio} está «{order.get_state_display().lower()}»: sólo se quita del programa "
            "la que está programada."
        )
    order.crew, order.programmed_on, order.place_in_day = None, None, None
    take_step(order, to_state=WorkOrder.State.DELIVERED, note=reason, at=at, by=by, also=_PLACED)
    tell(order, kind=WORK_ORDER_UNPROGRAMMED, at=at, by=by, facts={"reason": reason})
    return order


@transaction.atomic
def start_work_order(*, order: WorkOrder, at: datetime, by: User) -> WorkOrder:
    """Say that the crew set out for an order. Idempotent.

    :raises WrongState: if it is not programmed.
    """
    order = hold(order)
    if order.state == WorkOrder.State.IN_FIELD:
        return order
    refuse_unless_may(order, to_state=WorkOrder.State.IN_FIELD, what="llevar a campo")
    take_step(order, to_state=WorkOrder.State.IN_FIELD, at=at, by=by)
    tell(order, kind=WORK_ORDER_STARTED, at=at, by=by, facts={"crew": str(order.crew)})
    return order


def _is_placed(order: WorkOrder, crew: Crew, day: date) -> bool:
    return (order.state, order.crew_id, order.programmed_on) == (WorkOrder.State.PROGRAMMED, crew.pk, day)


def _refuse_day(crew: Crew, day: date, at: datetime) -> None:
    if day < local_day(at):
        raise WorkOrderRefused(f"El {format_date(day)} ya pasó: programe para hoy o para un día por venir.")
    if not crew.is_active:
        raise WorkOrderRefused(f"La cuadrilla «{crew}» no está en servicio: elija otra.")


def _refuse_program(order: WorkOrder, crew: Crew) -> None:
    if order.state == WorkOrder.State.PROGRAMMED and order.programmed_on is not None:
        raise WrongState(
            f"La orden {order.document.folio} ya está programada para el {format_date(order.programmed_on)} con "
            f"«{order.crew}». Actualice la página; si va a cambiarla, muévala desde el tablero."
        )
    refuse_unless_may(order, to_state=WorkOrder.State.PROGRAMMED, what="programar")
    if order.state == WorkOrder.State.ISSUED and order.priority != WorkOrder.Priority.URGENT:
        raise WorkOrderRefused(
            f"La orden {order.document.folio} aún no se entrega a «{order.area}»: inclúyala en una relación. Sólo las "
            "urgentes se programan antes."
        )
    _refuse_other_area(order, crew)


def _refuse_other_area(order: WorkOrder, crew: Crew) -> None:
    if order.area_id != crew.area_id:
        raise WorkOrderRefused(
            f"La orden {order.document.folio} es de «{order.area}» y la cuadrilla «{crew}» es de «{crew.area}»."
        )
