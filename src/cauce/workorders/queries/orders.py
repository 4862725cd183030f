"""The orders of something: of a case or a payment, of an account, of a crew's day, and those near a place."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from cauce.workorders.models import Crew, WorkOrder
from cauce.workorders.rules.states import PENDING
from cauce.workorders.rules.walking import Site, Stop, metres_between, near_each_other

_SHOWN = ("document", "type", "area", "crew", "account", "sector")
# A hundredth of a degree is about a kilometre: what is further is not near, whatever the metres.
_BOX = Decimal("0.01")
NEAR_METRES = 300
# What an area has pending is a few hundred; of a thousand more nobody would look at the pairs.
_LOOKED_AT = 600
_FURTHEST_ON = {"IN_FIELD": 0, "PROGRAMMED": 1, "DELIVERED": 2, "REOPENED": 3, "ISSUED": 4}


class NearOrder(NamedTuple):
    """A pending order near a place, and how far it is; None when one of the two has no coordinates."""

    order: WorkOrder
    metres: int | None


class Mergeable(NamedTuple):
    """Pending orders of the same kind near each other: the one that would stay, and those that would end in it."""

    kept: WorkOrder
    others: list[WorkOrder]


class CrewDay(NamedTuple):
    """A crew's day: how many orders it has and how many it does."""

    crew: Crew
    day: date
    programmed: int

    @property
    def left(self) -> int:
        """How many more it does; negative when it has too many."""
        return self.crew.orders_a_day - self.programmed


def orders_of(origin_kind: str, origin_id: int) -> list[WorkOrder]:
    """The orders that come from a case, a payment, a message…, the newest first."""
    rows = WorkOrder.objects.filter(origin_kind=origin_kind, origin_id=origin_id)
    return list(rows.select_related(*_SHOWN).order_by("-pk"))


def orders_of_account(account_id: int, limit: int = 50) -> list[WorkOrder]:
    """The last orders of an account, the newest first."""
    return list(WorkOrder.objects.filter(account_id=account_id).select_related(*_SHOWN).order_by("-pk")[:limit])


def pending_near(
    *,
    account_id: int | None = None,
    route: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    place: str = "",
    area_id: int | None = None,
    excluding: Collection[int] = (),
    metres: int = NEAR_METRES,
    limit: int = 20,
) -> list[NearOrder]:
    """Pending orders of the same account, the same written place, or within so many metres; the nearest first.

    A route alone, when nothing has coordinates, is near enough to be worth a look.
    """
    near = Q(pk__in=[])
    if account_id is not None:
        near |= Q(account_id=account_id)
    if place.strip():
        near |= Q(place__iexact=place.strip())
    if latitude is not None and longitude is not None:
        near |= Q(
            latitude__range=(latitude - _BOX, latitude + _BOX), longitude__range=(longitude - _BOX, longitude + _BOX)
        )
    elif route:
        near |= Q(route=route)
    rows = WorkOrder.objects.filter(near, state__in=PENDING).exclude(pk__in=list(excluding))
    if area_id is not None:
        rows = rows.filter(area_id=area_id)
    here = Stop(0, 2, route, 0, latitude, longitude)
    found = [NearOrder(order, _rounded(here, order)) for order in rows.select_related(*_SHOWN).order_by("-pk")[:200]]
    near_enough = [
        one for one in found if one.metres is None or one.metres <= metres or one.order.account_id == account_id
    ]
    return sorted(near_enough, key=lambda one: (one.metres is None, one.metres or 0, -one.order.pk))[:limit]


def mergeable_groups(*, area_id: int, metres: int = NEAR_METRES, limit: int = 12) -> list[Mergeable]:
    """The pending orders of an area that are of the same kind and near each other: each group could be one visit.

    The one that is furthest on stays (out in the street, programmed, handed over) and, of two alike, the oldest. An
    order that a crew is out for is never merged into another. Two queries.
    """
    rows = WorkOrder.objects.filter(area_id=area_id, state__in=PENDING).select_related(*_SHOWN).order_by("pk")
    orders = {order.pk: order for order in rows[:_LOOKED_AT]}
    sites = [Site(stop_of(order), order.type_id, order.account_id, order.place) for order in orders.values()]
    groups = []
    for together in near_each_other(sites, metres):
        kept, *others = sorted((orders[pk] for pk in together), key=lambda order: (_FURTHEST_ON[order.state], order.pk))
        others = [order for order in others if order.state != WorkOrder.State.IN_FIELD]
        if others:
            groups.append(Mergeable(kept, others))
    return groups[:limit]


def stop_of(order: WorkOrder) -> Stop:
    """An order as a place to go to."""
    return Stop(order.pk, order.priority, order.route, order.route_order, order.latitude, order.longitude)


def day_of_crew(crew: Crew, day: date) -> list[WorkOrder]:
    """What a crew has on a day, in the order in which it goes."""
    rows = WorkOrder.objects.filter(crew=crew, programmed_on=day).select_related(*_SHOWN)
    return list(rows.order_by("place_in_day", "pk"))


def programme(*, area_id: int, first: date, last: date) -> list[WorkOrder]:
    """What the crews of an area have between two days, crew by crew in the order in which they go. One query."""
    rows = WorkOrder.objects.filter(crew__area_id=area_id, programmed_on__range=(first, last))
    return list(rows.select_related(*_SHOWN).order_by("programmed_on", "crew_id", "place_in_day", "pk"))


def waiting_to_be_programmed(*, area_id: int, limit: int = 200) -> list[WorkOrder]:
    """The orders of an area that have no crew yet, those that fall due first; an urgent one even before its list."""
    waits = Q(state__in=("DELIVERED", "REOPENED")) | Q(state="ISSUED", priority=WorkOrder.Priority.URGENT)
    rows = WorkOrder.objects.filter(waits, area_id=area_id).select_related(*_SHOWN)
    return list(rows.order_by("priority", "due_at", "pk")[:limit])


def loads(*, area_id: int, days: Collection[date]) -> dict[tuple[int, date], CrewDay]:
    """How full each day of each crew of an area is, by crew and day. Two queries."""
    crews = list(Crew.objects.filter(area_id=area_id, is_active=True).order_by("name"))
    counted = (
        WorkOrder.objects.filter(crew__in=crews, programmed_on__in=list(days))
        .order_by()
        .values_list("crew_id", "programmed_on")
        .annotate(orders=Count("pk"))
    )
    programmed = {(crew_id, day): orders for crew_id, day, orders in counted}
    return {(crew.pk, day): CrewDay(crew, day, programmed.get((crew.pk, day), 0)) for crew in crews for day in days}


def late_orders(at: datetime) -> QuerySet[WorkOrder]:
    """Pending orders whose term is over."""
    return WorkOrder.objects.pending().filter(due_at__lt=at)


def _rounded(here: Stop, order: WorkOrder) -> int | None:
    metres = metres_between(here, stop_of(order))
    return None if metres is None else round(metres)
