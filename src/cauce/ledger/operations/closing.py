"""Closing the books of a day."""

from datetime import date, datetime

from django.db import connection, transaction

from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.ledger.events import DAY_CLOSED
from cauce.ledger.models import ClosedDay
from cauce.users.models import User

_LAST_ACT = """
    SELECT max(posted_at)
    FROM ledger_posting
    WHERE posted_at > %(since)s
      AND EXISTS (SELECT 1 FROM ledger_transfer WHERE posting_id = ledger_posting.id AND booked_on = %(day)s)
"""


class DayNotOver(DomainError):
    """A day to come cannot be closed."""

    def __init__(self, day: date) -> None:
        super().__init__(f"El {format_date(day)} todavía no llega; cierre un día que ya pasó o el de hoy.")


@transaction.atomic
def close_day(*, day: date, at: datetime, by: User) -> ClosedDay:
    """Close the books of ``day``: nothing more is booked into it; what comes late goes to the next open one.

    It waits for the acts that are booking into the day to end. Idempotent: a closed day stays as it was closed.

    :raises DayNotOver: if the day is after that of ``at``.
    """
    if day > local_day(at):
        raise DayNotOver(day)
    keep_day_still(day)
    defaults = {"closed_at": max(at, _last_act_of(day, since=at)), "closed_by": by}
    closed, is_new = ClosedDay.objects.get_or_create(day=day, defaults=defaults)
    if is_new:
        publish(
            DAY_CLOSED,
            subject_kind="ClosedDay",
            subject_id=day.toordinal(),
            facts={"day": format_date(day)},
            at=at,
            by=by,
        )
    return closed


def keep_day_open(day: date) -> None:
    """Keep the books of ``day`` from being closed until the caller's transaction ends; others may do the same.

    It waits for whoever is closing them. The caller asks again which day is open once it has this.
    """
    _hold_day("pg_advisory_xact_lock_shared", day)


def keep_day_still(day: date) -> None:
    """Wait for whoever is booking into ``day`` or keeps it open, and let nobody else begin until the caller ends."""
    _hold_day("pg_advisory_xact_lock", day)


def _last_act_of(day: date, *, since: datetime) -> datetime:
    """When the last act was booked into ``day``, if it was after ``since``: one that the close had to wait for."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ACT, {"day": day, "since": since})
        last: datetime | None = cursor.fetchone()[0]
    return last or since


def _hold_day(lock: str, day: date) -> None:
    with connection.cursor() as cursor:
        # The same lock as the trigger that refuses to book into a closed day.
        cursor.execute(f"SELECT {lock}(hashtext('cauce.day'), %s - DATE '2000-01-01')", [day])
