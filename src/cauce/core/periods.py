"""Billing periods: a period is the ``date`` of its month's first day, everywhere."""

import re
from calendar import monthrange
from datetime import date

_PERIOD = re.compile(r"([0-9]{4})-?([0-9]{2})")


def parse_period(text: str) -> date:
    """Read ``'202609'`` or ``'2026-09'``.

    :raises ValueError: if the text is not a year and a month that exist.
    """
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(f"not a period: {text!r}")
    return date(int(found[1]), int(found[2]), 1)


def format_period(period: date) -> str:
    """Write a period as ``'2026-09'``."""
    return f"{period.year:04d}-{period.month:02d}"


def period_of(day: date) -> date:
    """The period a day falls in."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """Move a day by whole months; a day the month lacks becomes its last (31 January + 1 = 28 February)."""
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_period(period: date) -> date:
    """The month after."""
    return add_months(period, 1)


def previous_period(period: date) -> date:
    """The month before."""
    return add_months(period, -1)


def last_day(period: date) -> date:
    """The last day of the period's month."""
    return period.replace(day=monthrange(period.year, period.month)[1])
