"""In which order a crew walks its day, and which orders are near each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, hypot, radians

_METRES_BY_DEGREE = 111_320


@dataclass(frozen=True, slots=True)
class Stop:
    """An order as a place to go to."""

    order_id: int
    priority: int
    route: str
    route_order: int
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """An order as something that another visit could do: of which kind, in which account and where."""

    stop: Stop
    kind: str
    account_id: int | None
    place: str


def walking_order(stops: Iterable[Stop]) -> list[int]:
    """The orders as they are walked: what is urgent first, then route by route as the lecturista walks it.

    What has no route goes last, in the order it was issued.
    """
    return [
        stop.order_id
        for stop in sorted(
            stops,
            key=lambda stop: (stop.priority != 1, not stop.route, stop.route, stop.route_order, stop.order_id),
        )
    ]


def metres_between(one: Stop, other: Stop) -> float | None:
    """How far two places are in a straight line; None if one of them has no coordinates."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    north = float(one.latitude or 0) - float(other.latitude or 0)
    east = (float(one.longitude or 0) - float(other.longitude or 0)) * cos(radians(float(one.latitude or 0)))
    return hypot(north, east) * _METRES_BY_DEGREE


def near_each_other(sites: Iterable[Site], metres: float) -> list[list[int]]:
    """The orders that one visit could do, group by group: of one kind, and in the same account, place or nearly so.

    Each group is around its first order, so that none in it is further from that one than so many metres.
    """
    groups: list[list[Site]] = []
    for site in sites:
        home = next((group for group in groups if _is_near(group[0], site, metres)), None)
        if home is None:
            groups.append([site])
        else:
            home.append(site)
    return [[site.stop.order_id for site in group] for group in groups if len(group) > 1]


def _is_near(one: Site, other: Site, metres: float) -> bool:
    if one.kind != other.kind:
        return False
    if one.account_id is not None and one.account_id == other.account_id:
        return True
    if one.place.casefold() == other.place.casefold():
        return True
    apart = metres_between(one.stop, other.stop)
    return apart is not None and apart <= metres


def on_the_drawing(stops: Sequence[Stop], width: int, height: int, margin: int) -> dict[int, tuple[int, int]]:
    """Where each place falls in a drawing of that size, the north above; places without coordinates are left out."""
    placed = [stop for stop in stops if stop.latitude is not None and stop.longitude is not None]
    if not placed:
        return {}
    shrink = cos(radians(float(placed[0].latitude or 0)))
    eastings = {stop.order_id: float(stop.longitude or 0) * shrink for stop in placed}
    northings = {stop.order_id: float(stop.latitude or 0) for stop in placed}
    west, south = min(eastings.values()), min(northings.values())
    span = max(max(eastings.values()) - west, max(northings.values()) - south, 1e-4)
    room_across, room_down = width - 2 * margin, height - 2 * margin
    scale = min(room_across, room_down) / span
    left = margin + (room_across - (max(eastings.values()) - west) * scale) / 2
    bottom = height - margin - (room_down - (max(northings.values()) - south) * scale) / 2
    return {
        stop.order_id: (
            round(left + (eastings[stop.order_id] - west) * scale),
            round(bottom - (northings[stop.order_id] - south) * scale),
        )
        for stop in placed
    }
