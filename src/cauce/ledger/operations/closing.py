"""Closing the books of a day."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.ledger.events import DAY_CLOSED
from cauce.ledger.models import ClosedDay
from cauce.users.models import User


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
    closed, is_new = ClosedDay.objects.get_or_create(day=day, defaults={"closed_at": at, "closed_by": by})
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
