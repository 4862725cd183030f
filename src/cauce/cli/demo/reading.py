"""Who reads in the demonstration: the readers, the routes of each month, and a route left in the order it is walked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from cauce.cli.demo.days import PERIODS, Town, moment
from cauce.metering.models import Reader, ReadingRound, RouteAssignment
from cauce.metering.operations import assign_routes, save_reader
from cauce.metering.queries import route_loads, walk_of_route
from cauce.metering.rules.assignments import RouteLoad, suggest
from cauce.registry.models import Route
from cauce.registry.operations import resequence_route

NOVEMBER: Final = date(2026, 11, 1)
CYCLES: Final = (1, 2, 3)
# The old system's terminals give each route a reader's code of its own.
READERS: Final[Mapping[str, str]] = {
    "101": "Aurelio Camacho Rico",
    "102": "Beatriz Olmos Tapia",
    "103": "Raúl Almanza Cruz",
    "104": "César Ledesma Vega",
    "105": "Delia Arriaga Mora",
    "106": "Efraín Godínez Paz",
    "107": "Fabiola Nieto Lara",
    "108": "Norma Leticia Prieto Sáenz",
    "109": "Gerardo Rosas Luna",
    "110": "Hilda Macías Rangel",
    "111": "Ismael Cano Patiño",
    "112": "Josefina Bravo Ruiz",
    "113": "Leonel Frausto Díaz",
    "114": "Magdalena Solís Ayala",
    "115": "Nicolás Quiroz Zárate",
    "116": "Ofelia Torres Gallardo",
    "117": "Pascual Medina Arias",
    "118": "Rebeca Villafaña León",
}
# Who enters the system with a user of their own; the others only carry a terminal.
USERS: Final[Mapping[str, str]] = {"103": "tecnico", "108": "tecnico2"}
# From November on three people read each cycle; the others left.
AT_WORK: Final[Mapping[int, tuple[str, ...]]] = {
    1: ("101", "102", "103"),
    2: ("107", "108", "109"),
    3: ("113", "114", "115"),
}
LEFT: Final = tuple(code for code in READERS if all(code not in codes for codes in AT_WORK.values()))
WALKED: Final = "03"


def open_readers(town: Town, *, at: datetime) -> None:
    """The readers, and the routes of the months that the old terminals read. Idempotent."""
    known = {reader.code: reader for reader in Reader.objects.all()}
    for code, name in READERS.items():
        if code not in known:
            user = town.people[USERS[code]] if code in USERS else None
            by = town.people["jefe"]
            known[code] = save_reader(None, code=code, name=name, user=user, is_active=True, at=at, by=by)
    for period in PERIODS:
        if not RouteAssignment.objects.filter(period=period).exists():
            assign_routes(
                period=period,
                readers={route.pk: known[f"1{route.number}"] for route in Route.objects.all()},
                at=max(at, moment(period - timedelta(days=3))),
                by=town.people["jefe"],
            )


def share_november(town: Town, *, at: datetime) -> None:
    """The routes of November: fewer readers, each with as much to walk as the others. Idempotent."""
    by = town.people["jefe"]
    for code in LEFT:
        reader = Reader.objects.select_related("user").get(code=code)
        save_reader(reader, code=code, name=reader.name, user=reader.user, is_active=False, at=at, by=by)
    if RouteAssignment.objects.filter(period=NOVEMBER).exists():
        return
    for cycle in CYCLES:
        readers = {code: Reader.objects.get(code=code) for code in AT_WORK[cycle]}
        shared = balanced(route_loads(NOVEMBER, cycle), AT_WORK[cycle])
        assign_routes(
            period=NOVEMBER, readers={route.route_id: readers[route.reader] for route in shared}, at=at, by=by
        )


def balanced(routes: Sequence[RouteLoad], readers: Sequence[str]) -> list[RouteLoad]:
    """The routes of a cycle shared among readers: the longest first to who has least, and what is suggested then."""
    loads = dict.fromkeys(readers, 0)
    shared: dict[int, RouteLoad] = {}
    for route in sorted(routes, key=lambda route: (-route.seconds, route.number)):
        reader = min(readers, key=lambda code: (loads[code], code))
        loads[reader] += route.seconds
        shared[route.route_id] = route._replace(reader=reader)
    while suggestion := suggest(list(shared.values()), readers):
        for move in suggestion.moves:
            shared[move.route_id] = shared[move.route_id]._replace(reader=move.taker)
    return sorted(shared.values(), key=lambda route: route.number)


def walk_again(town: Town, *, reading_round: ReadingRound, at: datetime) -> int:
    """Leave a route in the order in which it was really walked. Idempotent; says how many accounts changed place."""
    route = Route.objects.get(number=WALKED)
    return resequence_route(
        route,
        account_ids=[place.account.pk for place in walk_of_route(reading_round, route)],
        reason="Se ordena como la caminó el lecturista en octubre.",
        at=at,
        by=town.people["jefe"],
    )
