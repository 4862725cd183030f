"""Counting a drawer by bills and coins."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from cauce.core.es_mx import format_money
from cauce.core.money import ZERO

# Bills and coins in use in Mexico, in pesos, the largest first.
DENOMINATIONS = tuple(
    Decimal(value) for value in ("1000", "500", "200", "100", "50", "20", "10", "5", "2", "1", "0.50", "0.20", "0.10")
)
_MOST_PIECES = 1_000_000


class BadCount(ValueError):
    """A count names a bill or coin that does not exist, or a number of them that is not a whole one."""


def count_of(pieces: Mapping[str, int | str]) -> dict[str, int]:
    """Read how many of each bill and coin there are, by its value written as text; those that are none are left out.

    :raises BadCount: an unknown denomination or a number that is not whole, not negative and below a million.
    """
    counted: dict[str, int] = {}
    known = {f"{value.normalize():f}": value for value in DENOMINATIONS}
    for name, number in pieces.items():
        try:
            value = f"{Decimal(name).normalize():f}"
            held = int(number or 0)
        except (InvalidOperation, ValueError) as error:
            raise BadCount(name) from error
        if value not in known or not 0 <= held < _MOST_PIECES:
            raise BadCount(name)
        if held:
            counted[value] = counted.get(value, 0) + held
    return counted


def denominations_total(pieces: Mapping[str, int]) -> Decimal:
    """Pesos in the drawer, from how many of each bill and coin there are."""
    return sum((Decimal(value) * number for value, number in pieces.items()), ZERO)


def as_pieces(amount: Decimal) -> dict[str, int]:
    """Pesos in as few bills and coins as there are; what no coin pays (less than ten cents) is left out.

    >>> as_pieces(Decimal("702.50"))
    {'500': 1, '200': 1, '2': 1, '0.5': 1}
    """
    pieces: dict[str, int] = {}
    for value in DENOMINATIONS:
        held = int(amount // value)
        if held > 0:
            pieces[f"{value.normalize():f}"] = held
            amount -= held * value
    return pieces


def set_apart(pieces: Mapping[str, int], amount: Decimal) -> dict[str, int] | None:
    """Which of ``pieces`` add up to ``amount`` exactly, the small ones first; None if none do.

    >>> set_apart({"100": 2, "20": 5, "5": 4}, Decimal("120"))
    {'5': 4, '20': 5}
    """
    held = sorted((Decimal(value), number) for value, number in pieces.items() if number)
    unit = DENOMINATIONS[-1]
    goal = int(amount / unit)
    if goal * unit != amount or goal < 0:
        return None
    # How many pieces of the last value reach each sum, value by value: the first way found spends the smallest ones.
    ways: list[dict[int, int]] = []
    reached = {0}
    for value, number in held:
        step = int(value / unit)
        used: dict[int, int] = {}
        for start in sorted(reached):
            total = start
            for count in range(1, number + 1):
                total += step
                if total > goal or total in reached or total in used:
                    break
                used[total] = count
        reached |= used.keys()
        ways.append(used)
    if goal not in reached:
        return None
    kept: dict[str, int] = {}
    for (value, _), used in zip(reversed(held), reversed(ways), strict=True):
        count = used.get(goal, 0)
        if count:
            kept[f"{value.normalize():f}"] = count
            goal -= count * int(value / unit)
    return dict(reversed(kept.items()))


def less(pieces: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    """What is left of ``pieces`` once ``taken``, which is among them, is out."""
    return {value: held - taken.get(value, 0) for value, held in pieces.items() if held > taken.get(value, 0)}


def together(*piles: Mapping[str, int]) -> dict[str, int]:
    """Several piles of bills and coins as one, the largest first."""
    sums: dict[str, int] = {}
    for pile in piles:
        for value, held in pile.items():
            sums[value] = sums.get(value, 0) + held
    return {value: sums[value] for value in sorted(sums, key=Decimal, reverse=True)}


def outcome_of(difference: Decimal) -> str:
    """How a count came out, in words, from counted less expected in pesos."""
    if difference == 0:
        return "cuadró"
    return f"{'faltaron' if difference < 0 else 'sobraron'} {format_money(abs(difference))}"


class Bundle(NamedTuple):
    """What goes to the bank at a close: its bills and coins, and pesos of cash in the last bag.

    ``missing`` are the pesos that the drawer lacks to leave the float whole; they come out of the bags taken before.
    """

    pieces: dict[str, int]
    last: Decimal
    missing: Decimal


def bundle_for_bank(
    *,
    counted: Mapping[str, int],
    float_total: Decimal,
    float_pieces: Mapping[str, int],
    withdrawn: Sequence[Mapping[str, int]],
) -> Bundle:
    """Split what is in the drawer: the float stays and the rest goes to the bank with the bags taken out before.

    The float stays in the pieces it was opened with if they are there, else in the smallest that make it. If none make
    it, it is changed first, and the pieces are those of the sum.
    """
    in_drawer = denominations_total(counted)
    taken = together(*withdrawn)
    if in_drawer < float_total:
        missing = float_total - in_drawer
        out = set_apart(taken, missing)
        rest = max(denominations_total(taken) - missing, ZERO)
        return Bundle(as_pieces(rest) if out is None else less(taken, out), ZERO, missing)
    has_same = bool(float_pieces) and all(counted.get(value, 0) >= number for value, number in float_pieces.items())
    kept = dict(float_pieces) if has_same else set_apart(counted, float_total)
    last = in_drawer - float_total
    left = as_pieces(last) if kept is None else less(counted, kept)
    return Bundle(together(taken, left), last, ZERO)
