"""How the routes of a cycle are shared among the readers, and which one change would share them better."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

DEFAULT_SECONDS: Final = 90
"""What a meter takes where no walk was ever timed."""
LONGEST_STOP_MINUTES: Final = 20
"""A longer silence between two readings is a rest, not part of the walk."""


class RouteLoad(NamedTuple):
    """A route of the month: who walks it (blank for nobody), its accounts, and how long it takes."""

    route_id: int
    number: str
    reader: str
    accounts: int
    seconds: int


class ReaderLoad(NamedTuple):
    """What a reader walks in the month."""

    reader: str
    routes: int
    accounts: int
    seconds: int


class Move(NamedTuple):
    """A route that would pass from one reader to another."""

    route_id: int
    number: str
    giver: str
    taker: str


class Suggestion(NamedTuple):
    """One route that passes to another reader, or two that are swapped, and the difference between loads (seconds)."""

    moves: tuple[Move, ...]
    before: int
    after: int


def loads_of(routes: Sequence[RouteLoad], readers: Sequence[str]) -> list[ReaderLoad]:
    """What each reader walks, in the order of ``readers``."""
    return [
        ReaderLoad(
            reader,
            sum(1 for route in routes if route.reader == reader),
            sum(route.accounts for route in routes if route.reader == reader),
            sum(route.seconds for route in routes if route.reader == reader),
        )
        for reader in readers
    ]


def suggest(routes: Sequence[RouteLoad], readers: Sequence[str]) -> Suggestion | None:
    """The one change that leaves the heaviest and the lightest load the closest; None when none brings them closer.

    Of two that leave the same, the first by the routes' order.
    """
    before = {load.reader: load.seconds for load in loads_of(routes, readers)}
    if len(before) < 2:
        return None
    spread = _spread(before)
    best: Suggestion | None = None
    for moves in _changes(routes, readers, max(before, key=lambda reader: before[reader])):
        seconds = {route.route_id: route.seconds for route in routes}
        after = dict(before)
        for move in moves:
            after[move.giver] -= seconds[move.route_id]
            after[move.taker] += seconds[move.route_id]
        left = _spread(after)
        if left < (spread if best is None else best.after):
            best = Suggestion(moves, spread, left)
    return best


def _spread(loads: dict[str, int]) -> int:
    return max(loads.values()) - min(loads.values())


def _changes(routes: Sequence[RouteLoad], readers: Sequence[str], heaviest: str) -> Iterator[tuple[Move, ...]]:
    given = [route for route in routes if route.reader == heaviest]
    for route, reader in product(given, readers):
        if reader != heaviest:
            yield (Move(route.route_id, route.number, heaviest, reader),)
    for route, other in product(given, routes):
        if other.reader in readers and other.reader != heaviest:
            yield (
                Move(route.route_id, route.number, heaviest, other.reader),
                Move(other.route_id, other.number, other.reader, heaviest),
            )
