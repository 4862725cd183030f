"""Counting a drawer by bills and coins."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

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
