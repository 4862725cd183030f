"""The places of the accounts in their route."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

STEP: Final = 10
"""Numbers left free between two accounts when a route is numbered anew."""


def orders_for(present: Sequence[int]) -> list[int]:
    """The order numbers of a route's accounts from the first to the last, none repeated.

    ``present`` are the ones they have. They are kept while they are enough to tell every place apart, so that moving
    one account changes only those between its two places; otherwise the route is numbered anew.
    """
    kept = sorted(present)
    if all(one < other for one, other in pairwise(kept)):
        return kept
    return [STEP * place for place in range(1, len(kept) + 1)]


def moved(account_ids: Sequence[int], account_id: int, place: int) -> list[int]:
    """The accounts with one of them taken to a place (1 is the first); a place past an end is that end."""
    rest = [each for each in account_ids if each != account_id]
    index = min(max(place, 1), len(rest) + 1) - 1
    return [*rest[:index], account_id, *rest[index:]]
