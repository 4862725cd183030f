"""K1 counts each order once, opens the list it counts, and can be told again from the history and the books."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cauce.books.operations import close_day_book
from cauce.core.clock import local_day
from cauce.events.models import Event
from cauce.reports.queries.indicators import (
    Cut,
    Figure,
    OrderFigures,
    OrderScope,
    booked_orders,
    order_figures,
    order_figures_by,
    order_figures_by_month,
    orders_behind,
)
from cauce.users.models import User
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import cancel_work_order, reopen_work_order, report_work_order, review_work_orders
from tests.workorders.orders import NOON, TODAY, a_report, an_order, make_office, programmed

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=20)
SCOPE = OrderScope(since=date(2026, 9, 1), until=date(2026, 9, 30))


@pytest.fixture
def orders(db: None) -> list[WorkOrder]:
    """In time, late, not done, not done and reviewed, done and reopened, two overdue, one cancelled, one in term."""
    make_office()
    made = [programmed(an_order()) for _ in range(7)]
    due = made[0].due_at
    report(made[0], NOON + timedelta(minutes=5))
    report(made[1], due + timedelta(minutes=1))
    report(made[2], NOON + timedelta(minutes=5), is_done=False, reason=made[2].type.reasons_not_done[0], notes="")
    report(made[3], NOON + timedelta(minutes=5), is_done=False, reason=made[3].type.reasons_not_done[0], notes="")
    head = User.objects.get(username="jefa")
    review_work_orders(orders=[made[3]], at=LATER, by=head)
    report(made[4], NOON + timedelta(minutes=5))
    reopen_work_order(order=made[4], reason="Sigue la fuga", at=NOON + timedelta(hours=2), by=head)
    cancelled = an_order()
    cancel_work_order(order=cancelled, reason="Ya no hace falta", at=NOON, by=head)
    waits = an_order(at=NOON + timedelta(days=1))
    WorkOrder.objects.filter(pk=waits.pk).update(due_at=LATER + timedelta(days=1))
    return [*made, cancelled, waits]


def report(order: WorkOrder, finished_at, **told: object) -> None:
    """What a crew did, captured by another person."""
    by = User.objects.get(username="ayudante")
    report_work_order(
        order=order, report=a_report(finished_at=finished_at, **told), at=LATER, by=by, key=f"report/{order.pk}"
    )


def test_each_order_is_in_one_figure_and_they_add_up(orders: list[WorkOrder]):
    figures = order_figures(SCOPE, at=LATER)
    assert figures == OrderFigures(received=9, in_time=1, late=4, pending=1, not_done=2, withdrawn=1, reopened=1)
    parts = [Figure.IN_TIME, Figure.LATE, Figure.PENDING, Figure.NOT_DONE, Figure.WITHDRAWN]
    assert sum(figures.by_figure[part] for part in parts) == figures.received
    assert figures.percent == Decimal("20.0")


def test_every_figure_is_the_count_of_its_list(orders: list[WorkOrder]):
    figures = order_figures(SCOPE, at=LATER)
    for figure in Figure:
        assert orders_behind(SCOPE, figure, at=LATER).count() == figures.by_figure[figure]


def test_the_parts_by_type_area_crew_and_month_add_up_to_the_whole(orders: list[WorkOrder]):
    whole = order_figures(SCOPE, at=LATER)
    for cut in Cut:
        parts = order_figures_by(SCOPE, cut, at=LATER)
        assert sum(part.figures.received for part in parts) == whole.received
        assert sum(part.figures.late for part in parts) == whole.late
    by_crew = {part.name: part.figures.received for part in order_figures_by(SCOPE, Cut.CREW, at=LATER)}
    assert by_crew == {"Cuadrilla 1": 6, "Sin cuadrilla": 3}
    months = order_figures_by_month(SCOPE, months=3, at=LATER)
    assert [period for period, _ in months] == [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
    assert [figures.received for _, figures in months] == [0, 0, whole.received]


def test_it_is_narrowed_to_a_period_a_type_and_a_crew(orders: list[WorkOrder]):
    order = orders[0]
    crew = WorkOrder.objects.get(pk=order.pk).crew_id
    one = OrderScope(since=TODAY, until=TODAY, type_code=order.type_id, area_id=order.area_id, crew_id=crew)
    assert order_figures(one, at=LATER).received == 6
    nothing = OrderScope(since=TODAY - timedelta(days=9), until=TODAY - timedelta(days=1))
    assert order_figures(nothing, at=LATER) == OrderFigures(0, 0, 0, 0, 0, 0, 0)
    assert order_figures(nothing, at=LATER).percent is None


def test_it_is_told_again_by_the_history_and_by_the_closed_books(orders: list[WorkOrder]):
    figures = order_figures(SCOPE, at=LATER)
    subjects = {
        kind: set(Event.objects.filter(kind=kind).values_list("subject_id", flat=True))
        for kind in ("WORK_ORDER_ISSUED", "WORK_ORDER_DONE", "WORK_ORDER_NOT_DONE", "WORK_ORDER_REOPENED")
    }
    assert len(subjects["WORK_ORDER_ISSUED"]) == figures.received
    assert len(subjects["WORK_ORDER_REOPENED"]) == figures.reopened
    assert len(subjects["WORK_ORDER_NOT_DONE"]) == figures.not_done
    done = subjects["WORK_ORDER_DONE"] - subjects["WORK_ORDER_REOPENED"]
    assert done == {order.pk for order in orders[:2]}
    by = User.objects.get(username="coordinadora")
    for day in (TODAY, TODAY + timedelta(days=1), local_day(LATER)):
        close_day_book(day=day, at=LATER, by=by)
    booked = booked_orders(SCOPE.since, local_day(LATER))
    assert (booked.issued, booked.reopened) == (figures.received, figures.reopened)
    assert booked.done == len(subjects["WORK_ORDER_DONE"])
    assert booked.until == local_day(LATER)


def test_a_page_of_the_indicator_costs_one_query_each(orders: list[WorkOrder], django_assert_num_queries):
    with django_assert_num_queries(1):
        order_figures(SCOPE, at=LATER)
    with django_assert_num_queries(1):
        order_figures_by(SCOPE, Cut.TYPE, at=LATER)
    with django_assert_num_queries(1):
        order_figures_by_month(SCOPE, months=6, at=LATER)
