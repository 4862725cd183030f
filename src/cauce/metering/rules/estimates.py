"""What an account is estimated to have used when its meter was not read."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from cauce.core.periods import add_months
from cauce.metering.rules.anomalies import Bills
from cauce.metering.rules.averages import Average, first_whole_period

AVERAGE_MONTHS: Final = 6
MONTHS_BACK: Final = 24
_ESTIMATED = "ESTIMATED"


class BilledMonth(NamedTuple):
    """A month of an account: its m³, where they come from, what it settled, and the days between its readings."""

    period: date
    volume_m3: int
    source: str
    settled_m3: int = 0
    days: int | None = None


def effective_months(
    months: Sequence[BilledMonth], *, period: date, changed_on: date | None, longest_days: int
) -> list[BilledMonth]:
    """The months before ``period`` that tell what the account uses in one month with the meter it has, oldest first.

    Left out: estimates and the month that settles one, readings of more than a month, and all that mixes another
    meter (``changed_on`` is the day of the last change).
    """
    since = add_months(period, -MONTHS_BACK)
    if changed_on is not None:
        since = max(since, first_whole_period(changed_on))
    return [
        month
        for month in sorted(months)
        if since <= month.period < period
        and month.source != _ESTIMATED
        and not month.settled_m3
        and (month.days is None or month.days <= longest_days)
    ]


def average_of_last(effective: Sequence[BilledMonth], months: int = AVERAGE_MONTHS) -> Average | None:
    """The average of the last effective months, fewer if there are no more; None if there is none."""
    last = effective[-months:]
    return Average(sum(month.volume_m3 for month in last), len(last)) if last else None


def estimated_volume(rule: Bills, *, average: Average | None, minimum_m3: int) -> int | None:
    """The whole m³ that a rule estimates, rounded once, half up; None when it needs an average and there is none."""
    if rule is Bills.MINIMUM:
        return minimum_m3
    if average is None:
        return None
    return int((Decimal(average.total_m3) / average.months).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def estimated_figure(rule: Bills, *, previous_value: int | None, ahead_m3: int, digits: int) -> int | None:
    """The figure that the meter would show by now, of the rule that goes by it; ``ahead_m3`` counts this estimate."""
    if rule is not Bills.PREVIOUS_PLUS_AVERAGE or previous_value is None:
        return None
    turn: int = 10**digits
    return (previous_value + ahead_m3) % turn
