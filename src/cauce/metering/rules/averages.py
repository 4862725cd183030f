"""The average that a month's volume is compared with, and the months that may enter it."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from cauce.core.periods import add_months, period_of

HISTORY_MONTHS = 14
MEASURED_MONTHS = 12


class Average(NamedTuple):
    """An account's average as a sum and its months, so that comparing with it never rounds; volumes in whole m³."""

    total_m3: int
    months: int

    @property
    def monthly_m3(self) -> Decimal:
        """The average to show to a person, m³ a month with one decimal."""
        return (Decimal(self.total_m3) / self.months).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def history_from(period: date) -> date:
    """The first month of the old system's history that still counts for the average of ``period``."""
    return add_months(period, -HISTORY_MONTHS)


def measured_from(period: date) -> date:
    """The first measured month that counts for the average of ``period``."""
    return add_months(period, -MEASURED_MONTHS)


def first_whole_period(meter_changed_on: date) -> date:
    """The first month that is surely all of the new meter's.

    The month after the change still starts at a reading of the old meter: it mixes both and belongs to neither.
    """
    return add_months(period_of(meter_changed_on), 2)


def choose_average(*, history: Average | None, measured: Average | None) -> Average | None:
    """The old system's months while there are any; then the measured ones; None for an account that has neither."""
    return history if history is not None else measured
