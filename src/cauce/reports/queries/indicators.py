"""K1, the indicator of the work orders: received, in time, late, reopened; every figure is the count of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from cauce.books.queries import midnight
from cauce.core.periods import add_months, period_of
from cauce.workorders.models import WorkOrder, WorkOrderResult
from cauce.workorders.rules.states import PENDING

_ATTENDED = ("DONE", "REVIEWED", "CLOSED")
_WITHDRAWN = ("CANCELLED", "RECALLED", "MERGED")
_TENTH = Decimal("0.1")


class Figure(Enum):
    """A figure of the indicator; its value is what the address calls it."""

    RECEIVED = "recibidas"
    IN_TIME = "en-tiempo"
    LATE = "tarde"
    PENDING = "por-hacer"
    NOT_DONE = "no-hechas"
    WITHDRAWN = "retiradas"
    REOPENED = "reabiertas"

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS[self]


_LABELS: Mapping[Figure, str] = {
    Figure.RECEIVED: "Recibidas",
    Figure.IN_TIME: "En tiempo",
    Figure.LATE: "Tarde",
    Figure.PENDING: "Por hacer",
    Figure.NOT_DONE: "No hechas",
    Figure.WITHDRAWN: "Retiradas",
    Figure.REOPENED: "Reabiertas",
}


class Cut(Enum):
    """By what the figures are told apart: the columns that name and identify each part."""

    TYPE = ("type_id", "type__name")
    AREA = ("area_id", "area__name")
    CREW = ("crew_id", "crew__name")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderScope:
    """The orders that are looked at: issued from ``since`` to ``until``, both included, of a type, area or crew."""

    since: date
    until: date
    type_code: str = ""
    area_id: int | None = None
    crew_id: int | None = None

    @property
    def orders(self) -> QuerySet[WorkOrder]:
        """Those orders, with whether their last visit did the work."""
        found = WorkOrder.objects.filter(
            issued_at__gte=midnight(self.since), issued_at__lt=midnight(self.until + timedelta(days=1))
        )
        if self.type_code:
            found = found.filter(type_id=self.type_code)
        if self.area_id is not None:
            found = found.filter(area_id=self.area_id)
        if self.crew_id is not None:
            found = found.filter(crew_id=self.crew_id)
        last = WorkOrderResult.objects.filter(order=OuterRef("pk")).order_by("-pk").values("is_done")[:1]
        return found.annotate(was_done=Subquery(last))


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """How many orders each figure has; the first six of them are of different orders and add up to ``received``."""

    received: int
    in_time: int
    late: int
    pending: int
    not_done: int
    withdrawn: int
    reopened: int

    @property
    def percent(self) -> Decimal | None:
        """K1: of those attended or overdue, how many in time, in percent with one decimal; None without any."""
        judged = self.in_time + self.late
        return (Decimal(100 * self.in_time) / judged).quantize(_TENTH, ROUND_HALF_UP) if judged else None

    @property
    def by_figure(self) -> dict[Figure, int]:
        """The same, by figure."""
        return {
            Figure.RECEIVED: self.received,
            Figure.IN_TIME: self.in_time,
            Figure.LATE: self.late,
            Figure.PENDING: self.pending,
            Figure.NOT_DONE: self.not_done,
            Figure.WITHDRAWN: self.withdrawn,
            Figure.REOPENED: self.reopened,
        }


@dataclass(frozen=True, slots=True)
class OrderPart:
    """The figures of one type, area or crew; ``key`` is None for those that have none."""

    key: str | int | None
    name: str
    figures: OrderFigures


@dataclass(frozen=True, slots=True)
class BookedOrders:
    """What the closed books tell of the orders of a period, and up to which day there are books."""

    issued: int
    done: int
    reopened: int
    until: date | None


def condition_of(figure: Figure, *, at: datetime) -> Q:
    """Which orders a figure counts, as of a moment: what is not done by its term is late from then on."""
    # Few orders were ever found and not done: the last visit is looked for only in those.
    ever_not_done = WorkOrderResult.objects.filter(is_done=False).values("order")
    was_not_done = Q(pk__in=ever_not_done) & Q(was_done=False)
    was_done = Q(state__in=_ATTENDED) & ~was_not_done
    is_pending = Q(state__in=PENDING)
    return {
        Figure.RECEIVED: Q(),
        Figure.IN_TIME: was_done & Q(finished_at__lte=F("due_at")),
        Figure.LATE: (was_done & Q(finished_at__gt=F("due_at"))) | (is_pending & Q(due_at__lt=at)),
        Figure.PENDING: is_pending & Q(due_at__gte=at),
        Figure.NOT_DONE: Q(state="NOT_DONE") | (Q(state__in=_ATTENDED) & was_not_done),
        Figure.WITHDRAWN: Q(state__in=_WITHDRAWN),
        Figure.REOPENED: Q(times_reopened__gt=0),
    }[figure]


def orders_behind(scope: OrderScope, figure: Figure, *, at: datetime) -> QuerySet[WorkOrder]:
    """The list that a figure counts."""
    return scope.orders.filter(condition_of(figure, at=at))


def order_figures(scope: OrderScope, *, at: datetime) -> OrderFigures:
    """The indicator of a scope. One query."""
    return OrderFigures(**scope.orders.aggregate(**_counts(at)))


def order_figures_by(scope: OrderScope, cut: Cut, *, at: datetime) -> list[OrderPart]:
    """The indicator of a scope by type, area or crew, those with most orders first. One query."""
    key, name = cut.value
    rows = scope.orders.order_by().values(key, name).annotate(**_counts(at)).order_by("-received", name)
    return [
        OrderPart(row[key], row[name] or "Sin cuadrilla", OrderFigures(**{one: row[one] for one in _counts(at)}))
        for row in rows
    ]


def order_figures_by_month(scope: OrderScope, *, months: int, at: datetime) -> list[tuple[date, OrderFigures]]:
    """The indicator of the last ``months`` months up to that of the scope's end, each whole. One query."""
    last = period_of(scope.until)
    first = add_months(last, 1 - months)
    wide = OrderScope(
        since=first,
        until=add_months(last, 1) - timedelta(days=1),
        type_code=scope.type_code,
        area_id=scope.area_id,
        crew_id=scope.crew_id,
    )
    month = TruncMonth("issued_at", tzinfo=ZoneInfo(settings.TIME_ZONE))
    names = list(_counts(at))
    rows = wide.orders.order_by().annotate(month=month).values("month").annotate(**_counts(at))
    told = rows.values_list("month", *names)
    found = {began.date(): OrderFigures(*figures) for began, *figures in told}
    nothing = OrderFigures(0, 0, 0, 0, 0, 0, 0)
    return [(period, found.get(period, nothing)) for period in (add_months(first, n) for n in range(months))]


def booked_orders(since: date, until: date) -> BookedOrders:
    """What the closed libros de registros tell of the orders issued, done and reopened in a period. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BOOKED, {"since": midnight(since), "until": midnight(until + timedelta(days=1)), "first": since}
        )
        issued, done, reopened, last = cursor.fetchone()
    return BookedOrders(issued, done, reopened, last)


_BOOKED = """
    SELECT count(*) FILTER (WHERE kind = 'WORK_ORDER_ISSUED'),
           count(*) FILTER (WHERE kind = 'WORK_ORDER_DONE'),
           count(*) FILTER (WHERE kind = 'WORK_ORDER_REOPENED'),
           (SELECT max(day) FROM books_daybook)
    FROM books_daybook
    CROSS JOIN LATERAL jsonb_to_recordset(content::jsonb -> 'entries') AS entry (kind text, at timestamptz)
    WHERE day >= %(first)s AND at >= %(since)s AND at < %(until)s
"""


def _counts(at: datetime) -> dict[str, Count]:
    return {figure.name.lower(): Count("pk", filter=condition_of(figure, at=at)) for figure in Figure}
