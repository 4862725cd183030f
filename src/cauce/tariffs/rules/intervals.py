"""Which months a consumption belongs to, and how its whole cubic metres are shared over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cauce.core.periods import add_months
from cauce.tariffs.rules.errors import ImpossibleUse

# Four years have 1,461 days and 48 months.
_DAYS_IN_FOUR_YEARS = 1461
_MONTHS_IN_FOUR_YEARS = 48


@dataclass(frozen=True, slots=True)
class MonthShare:
    """The part of a consumption that is priced as one month."""

    period: date
    days: int
    m3: int


def is_one_month(read_from: date | None, read_until: date | None, interval_days: tuple[int, int]) -> bool:
    """Whether the readings are as far apart as a month's are; without both dates they are taken to be."""
    if read_from is None or read_until is None:
        return True
    shortest, longest = interval_days
    return shortest <= (read_until - read_from).days <= longest


def months_of(
    *, period: date, m3: int, read_from: date | None, read_until: date | None, interval_days: tuple[int, int]
) -> tuple[MonthShare, ...]:
    """Share ``m3`` over the months its readings cover, the oldest first; the parts add up to it.

    An interval within ``interval_days`` (20 to 45) is one month, the billed one, at its column. A shorter one is
    one month too: two base charges for a few days would be one too many. A longer one covers as many months as its
    days make, at least two: the billed period and those before it. Each month but the oldest runs from the same day
    of the month before; the oldest takes the days that are left, so that a base charge is never due twice for the
    month of the earlier reading.

    :raises ImpossibleUse: the later reading is older than the earlier one.
    """
    if read_from is None or read_until is None:
        return (MonthShare(period, 0, m3),)
    days = (read_until - read_from).days
    if days < 0:
        raise ImpossibleUse(
            "La lectura actual es anterior a la lectura previa; corrija las fechas de lectura antes de facturar."
        )
    if days <= interval_days[1]:
        return (MonthShare(period, days, m3),)
    count = max(2, _nearest_months(days))
    edges = [read_from, *(add_months(read_until, -back) for back in range(count - 1, 0, -1)), read_until]
    lengths = [(until - since).days for since, until in pairwise(edges)]
    volumes = share_by_days(m3, lengths)
    return tuple(
        MonthShare(add_months(period, position - count + 1), length, volume)
        for position, (length, volume) in enumerate(zip(lengths, volumes, strict=True))
    )


def share_by_days(m3: int, days: Sequence[int]) -> list[int]:
    """Share whole cubic metres in proportion to days; what is left over goes to the largest remainders, older first."""
    total = sum(days)
    volumes = [m3 * length // total for length in days]
    by_remainder = sorted(range(len(days)), key=lambda position: (-(m3 * days[position] % total), position))
    for position in by_remainder[: m3 - sum(volumes)]:
        volumes[position] += 1
    return volumes


def _nearest_months(days: int) -> int:
    return (2 * days * _MONTHS_IN_FOUR_YEARS + _DAYS_IN_FOUR_YEARS) // (2 * _DAYS_IN_FOUR_YEARS)
