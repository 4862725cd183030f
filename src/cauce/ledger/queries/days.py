"""The day whose books an act enters."""

from datetime import date, datetime

from django.db import connection

from cauce.core.clock import local_day
from cauce.ledger.rules import first_open_day


def booking_day(at: datetime) -> date:
    """The day of ``at``, or the first one after it whose books are still open: a closed day never changes."""
    return open_day_from(local_day(at))


def open_day_from(day: date) -> date:
    """``day``, or the first one after it whose books are still open."""
    # By hand: every act of the ledger asks, and building the query takes longer than answering it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT day FROM ledger_closedday WHERE day >= %s", [day])
        closed = {closed for (closed,) in cursor.fetchall()}
    return first_open_day(day, closed)
