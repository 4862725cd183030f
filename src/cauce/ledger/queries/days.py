"""The day whose books an act enters."""

from datetime import date, datetime

from cauce.core.clock import local_day
from cauce.ledger.models import ClosedDay
from cauce.ledger.rules import first_open_day


def booking_day(at: datetime) -> date:
    """The day of ``at``, or the first one after it whose books are still open: a closed day never changes."""
    return open_day_from(local_day(at))


def open_day_from(day: date) -> date:
    """``day``, or the first one after it whose books are still open."""
    closed = set(ClosedDay.objects.filter(day__gte=day).values_list("day", flat=True))
    return first_open_day(day, closed)
