"""The street of the demonstration: orders handed over, programmed, done or not, reviewed, closed and reopened."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from django.db.models import QuerySet

from cauce.cases.models import RadioMessage
from cauce.cases.operations import RadioFacts, acknowledge_radio_message, report_order_by_radio
from cauce.cli.demo.days import KEY, moment
from cauce.cli.demo.office import OfficeDay, draws_of
from cauce.cli.demo.papers import photograph
from cauce.cli.demo.reception import METER_ORDERS
from cauce.cli.demo.tellings import NOTES, PLAIN_NOTE
from cauce.core.clock import local_day
from cauce.documents.operations import store_file
from cauce.metering.queries import current_installation
from cauce.users.models import User
from cauce.workorders.models import Crew, Origin, WorkOrder
from cauce.workorders.operations import (
    WorkOrderReport,
    acknowledge_delivery,
    cancel_work_order,
    close_work_orders,
    deliver_orders,
    merge_work_orders,
    move_programmed,
    program_orders,
    reopen_work_order,
    report_work_order,
    retry_work_order,
    review_work_orders,
    start_work_order,
)
from cauce.workorders.queries import last_reading_of_meter

_HEADS: Final = {"Operación": "operacion", "Comercialización": "jefe"}
_RECEIVES: Final = {"Operación": "operacion", "Comercialización": "tecnico"}
_REPORTS: Final = {"Operación": "operacion", "Comercialización": "coordinador"}
_SHOWN: Final = ("document", "type", "area", "crew__area", "account")


def early(today: OfficeDay) -> None:
    """Before the crews set out: what came back is reviewed and closed, what is new is handed over and programmed."""
    _review(today)
    _reopen(today)
    _retry(today)
    _deliver(today)
    for name in _HEADS:
        _program(today, name)


def later(today: OfficeDay) -> None:
    """What is urgent goes out at once, and the crews tell what they did."""
    _program_urgent(today)
    _report(today)
    _cancel(today)


def _review(today: OfficeDay) -> None:
    head = today.person("jefe")
    back = _orders(WorkOrder.objects.filter(state__in=("DONE", "NOT_DONE")))
    done = [order for order in back if order.state == "DONE" or draws_of(f"intento:{order.pk}").random() < 0.5]
    if done:
        review_work_orders(orders=done, at=today.at(8, 40), by=head)
    reviewed = [order for order in _orders(WorkOrder.objects.filter(state="REVIEWED")) if _rests(order)]
    if reviewed:
        close_work_orders(orders=reviewed, at=today.at(8, 44), by=head)


def _rests(order: WorkOrder) -> bool:
    return draws_of(f"cierre:{order.pk}").random() < 0.97


def _reopen(today: OfficeDay) -> None:
    closed = WorkOrder.objects.filter(
        state="CLOSED", finished_at__gte=moment(today.ago(4)), finished_at__lt=moment(today.ago(3)), times_reopened=0
    )
    for order in _orders(closed):
        if order.type.effect == "NONE" and draws_of(f"reabre-orden:{order.pk}").random() < 0.03:
            reason = "La persona llamó: volvió a salir agua en el mismo lugar."
            reopen_work_order(order=order, reason=reason, at=today.at(8, 50), by=today.person("jefe"))


def _retry(today: OfficeDay) -> None:
    for order in _orders(WorkOrder.objects.filter(state="NOT_DONE", refused_below=None)):
        by = today.person(_HEADS[order.area.name])
        retry_work_order(order=order, reason="Ya se habló con la persona; espera hoy.", at=today.at(8, 52), by=by)


def _deliver(today: OfficeDay) -> None:
    """The coordinator hands over to each area what was issued, and somebody of it acknowledges."""
    for name in _HEADS:
        waiting = WorkOrder.objects.filter(state__in=("ISSUED", "REOPENED"), area__name=name, delivery=None)
        orders = _orders(waiting.filter(issued_at__lt=today.at(8)))
        if not orders:
            continue
        delivery = deliver_orders(orders=orders, at=today.at(8, 55), by=today.coordinator)
        acknowledge_delivery(delivery=delivery, at=today.at(9, 2), by=today.person(_RECEIVES[name]))


def _program(today: OfficeDay, area: str) -> None:
    """Each crew takes as many as it does in a day, the urgent first and then those that fall due.

    What limits a service is another story: see ``limiting``.
    """
    rows = WorkOrder.objects.filter(state="DELIVERED", area__name=area, refused_below=None)
    waiting = _orders(rows, "priority", "due_at", "pk")
    for crew in (crew for crew in today.office.crews if crew.area.name == area):
        taken = WorkOrder.objects.filter(crew=crew, programmed_on=today.day).count()
        wanted = waiting[: max(_capacity(today, crew) - taken, 0)]
        waiting = waiting[len(wanted) :]
        if wanted:
            by = today.person(_HEADS[area])
            program_orders(orders=wanted, crew=crew, day=today.day, at=today.at(9, 6), by=by)


def _capacity(today: OfficeDay, crew: Crew) -> int:
    """How many a crew takes; in the last days one has its vehicle in the workshop, and work piles up."""
    if today.day < today.office.last_day - timedelta(days=4):
        return crew.orders_a_day
    return 2 if crew.name.endswith("1") else 0


def _program_urgent(today: OfficeDay) -> None:
    """An urgent order is given at once to the crew of its area with fewest."""
    urgent = WorkOrder.objects.filter(state="ISSUED", priority=1, issued_at__range=(today.at(8), today.at(13, 30)))
    loads = {crew: WorkOrder.objects.filter(crew=crew, programmed_on=today.day).count() for crew in today.office.crews}
    for order in _orders(urgent):
        crews = [crew for crew in loads if crew.area_id == order.area_id and loads[crew] < _capacity(today, crew) + 1]
        if not crews or draws_of(f"urgente:{order.pk}").random() < 0.25:
            continue
        crew = min(crews, key=lambda crew: (loads[crew], crew.name))
        loads[crew] += 1
        by = today.person(_HEADS[order.area.name])
        at = order.issued_at + timedelta(minutes=12)
        program_orders(orders=[order], crew=crew, day=today.day, at=at, by=by)


def _report(today: OfficeDay) -> None:
    """Crew by crew, in the order of its day: done, not done, or left for the next."""
    for crew in today.office.crews:
        orders = _orders(
            WorkOrder.objects.filter(crew=crew, programmed_on=today.day, state="PROGRAMMED"), "place_in_day"
        )
        finished = today.at(9, 20)
        for order in orders:
            draws = today.draws(f"visita:{order.pk}")
            started = max(finished + timedelta(minutes=draws.randint(6, 18)), order.issued_at + timedelta(minutes=25))
            finished = started + timedelta(minutes=draws.randint(12, 48))
            if finished > today.at(15, 40) or draws.random() < 0.05 or _waits_for_meters(today, order):
                _leave_for_tomorrow(today, order, crew)
                continue
            if draws.random() < 0.5:
                start_work_order(order=order, at=started, by=_of_the_crew(today, crew))
            _tell_result(today, draws, order, crew, finished)


def _waits_for_meters(today: OfficeDay, order: WorkOrder) -> bool:
    first = today.office.meters_from
    return order.type_id in METER_ORDERS and (first is None or today.day < first)


def _leave_for_tomorrow(today: OfficeDay, order: WorkOrder, crew: Crew) -> None:
    """It is moved to the next day; on the last day it stays, and is late."""
    next_day = today.office.calendar.next_business_day(today.day + timedelta(days=1))
    if next_day <= today.office.last_day:
        by, reason = today.person(_HEADS[order.area.name]), "No alcanzó el día."
        move_programmed(order=order, crew=crew, day=next_day, reason=reason, at=today.at(15, 45), by=by)


def _tell_result(today: OfficeDay, draws: Random, order: WorkOrder, crew: Crew, finished: datetime) -> None:
    """By the printed sheet in the afternoon, from a telephone in the street, or by radio."""
    means = draws.choices(("SHEET", "PHONE", "RADIO"), (45, 38, 17))[0]
    report = _report_of(today, draws, order, finished, means)
    key = f"{KEY}resultado:{order.pk}:{today.day}"
    if means == "RADIO":
        facts = RadioFacts(
            unit=crew.radio,
            matter=RadioMessage.Matter.ORDER,
            message=f"Orden {order.document.folio}: {report.notes or report.reason}",
            place=order.place,
            account=order.account,
            heard_at=finished,
        )
        heard = report_order_by_radio(
            facts=facts, order=order, report=report, at=finished, by=today.coordinator, key=key
        )
        acknowledge_radio_message(
            message=heard, at=finished + timedelta(minutes=draws.randint(1, 9)), by=today.person("operacion")
        )
        return
    at = today.at(15, 42) if means == "SHEET" else finished
    by = _capturer(today, crew) if means == "SHEET" else _of_the_crew(today, crew)
    report_work_order(order=order, report=report, crew=crew, at=at, by=by, key=key)


def _report_of(today: OfficeDay, draws: Random, order: WorkOrder, finished: datetime, means: str) -> WorkOrderReport:
    kind = order.type
    reasons = [reason for reason in kind.reasons_not_done if reason != "Otra causa"]
    if reasons and draws.random() < 0.09:
        return WorkOrderReport(is_done=False, reason=draws.choice(reasons), means=means, finished_at=finished)
    is_change = kind.code in METER_ORDERS
    photos: tuple[int, ...] = ()
    if kind.needs_photo:
        seed = order.pk % 7
        photo = store_file(name=f"foto-{seed}.png", content=photograph(seed), at=finished, by=today.coordinator)
        photos = (photo.pk,)
    usual = kind.usual_materials.all()
    return WorkOrderReport(
        is_done=True,
        reading=_reading(order, local_day(finished), draws) if "READING" in kind.closing_fields else None,
        seal=f"S{order.pk % 100000:05d}" if "SEAL" in kind.closing_fields else "",
        meter_serial=f"N26{order.pk % 100000:05d}" if is_change else "",
        meter_brand="CICASA" if is_change else "",
        initial_reading=0 if "INITIAL_READING" in kind.closing_fields else None,
        diameter="1/2" if "DIAMETER" in kind.closing_fields else "",
        notes=draws.choice(NOTES.get(kind.code, (PLAIN_NOTE,))),
        means=means,
        finished_at=finished,
        materials=tuple((one.material_id, max(one.quantity, Decimal(1))) for one in usual),
        photos=photos,
    )


def _reading(order: WorkOrder, on: date, draws: Random) -> int | None:
    installation = None if order.account_id is None else current_installation(order.account_id)
    if installation is None:
        return None
    last = last_reading_of_meter(installation, before=on)
    return (last.value if last is not None else 0) + draws.randint(1, 6)


def _cancel(today: OfficeDay) -> None:
    """One now and then is not needed any more, or is the same as another."""
    rows = WorkOrder.objects.filter(state="DELIVERED", issued_at__lt=moment(today.ago(1)))
    waiting = _orders(rows.exclude(origin_kind=Origin.COLLECTIONS))
    for order in waiting:
        draws = draws_of(f"cancela:{order.pk}")
        if draws.random() < 0.04:
            by = today.person(_HEADS[order.area.name])
            cancel_work_order(order=order, reason="La persona avisó que ya quedó.", at=today.at(15, 30), by=by)
    _merge(today, [order for order in waiting if order.state == "DELIVERED"])


def _merge(today: OfficeDay, orders: Sequence[WorkOrder]) -> None:
    places: dict[tuple[str, int], WorkOrder] = {}
    for order in orders:
        first = places.setdefault((order.place, order.area_id), order)
        if first != order and WorkOrder.objects.get(pk=order.pk).state == "DELIVERED":
            by = today.person(_HEADS[order.area.name])
            merge_work_orders(into=first, orders=[order], reason="Es el mismo domicilio.", at=today.at(15, 34), by=by)


def _of_the_crew(today: OfficeDay, crew: Crew) -> User:
    member = crew.members.filter(valid_until=None).select_related("user").order_by("pk").first()
    return member.user if member is not None else _capturer(today, crew)


def _capturer(today: OfficeDay, crew: Crew) -> User:
    return today.office.who_attends(crew.area.name, today.day)


def _orders(rows: QuerySet[WorkOrder], *order_by: str) -> list[WorkOrder]:
    return list(rows.select_related(*_SHOWN).order_by(*(order_by or ("pk",))))
