"""The order in which a street was really walked."""

from collections.abc import Sequence
from typing import NamedTuple


class WalkStep(NamedTuple):
    """A meter that was read, at a minute counted from any fixed one."""

    account_id: int
    minute: int


def walked_order(present: Sequence[int], steps: Sequence[WalkStep]) -> list[int]:
    """The accounts of a route in the order of a real walk.

    ``present`` are all of them as they stand. A meter that nobody read goes on behind the one before it; readings of
    one same minute keep the present order.
    """
    place = {account_id: index for index, account_id in enumerate(present)}
    first: dict[int, int] = {}
    for step in steps:
        if step.account_id in place:
            first[step.account_id] = min(step.minute, first.get(step.account_id, step.minute))
    followers: dict[int | None, list[int]] = {}
    leader: int | None = None
    for account_id in present:
        if account_id in first:
            leader = account_id
        else:
            followers.setdefault(leader, []).append(account_id)
    ordered = list(followers.get(None, []))
    for account_id in sorted(first, key=lambda each: (first[each], place[each])):
        ordered.append(account_id)
        ordered.extend(followers.get(account_id, []))
    return ordered
