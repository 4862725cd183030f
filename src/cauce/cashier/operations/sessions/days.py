"""The close of the day of all desks."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from cauce.cashier.models import CashSession
from cauce.cashier.operations.sessions.closing import end_channel_session
from cauce.cashier.queries.days import sessions_to_finish
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, join_words
from cauce.ledger.models import ClosedDay
from cauce.ledger.operations import DayNotOver, close_day, keep_day_still
from cauce.users.models import User


class SessionsUnfinished(DomainError):
    """A day closes once every session of it is closed and reviewed."""

    def __init__(self, day: date, sessions: Sequence[CashSession]) -> None:
        named = [_what_is_missing(session) for session in sessions]
        super().__init__(f"El {format_date(day)} todavía no puede cerrarse: {join_words(named)}.")


@transaction.atomic
def close_cash_day(*, day: date, at: datetime, by: User) -> ClosedDay:
    """Close the books of ``day`` once all of its sessions are closed and reviewed: its figures never change again.

    Sessions of desks that nobody attends are ended here. It waits for the acts that are booking into the day; what
    comes later goes to the next one. Idempotent: a closed day stays as it was closed.

    :raises DayNotOver: if the day is after that of ``at``.
    :raises SessionsUnfinished: if a session of that day, or of an earlier one, is open or was not reviewed.
    """
    if day > local_day(at):
        raise DayNotOver(day)
    done = ClosedDay.objects.filter(day=day).first()
    if done is not None:
        return done
    unattended = CashSession.objects.filter(day__lte=day, closed_at__isnull=True, desk__is_attended=False)
    for session in unattended.order_by("pk"):
        end_channel_session(session=session, at=at, by=by)
    keep_day_still(day)
    missing = list(sessions_to_finish(day))
    if missing:
        raise SessionsUnfinished(day, missing)
    return close_day(day=day, at=at, by=by)


def _what_is_missing(session: CashSession) -> str:
    who = f"{session.desk} ({session.cashier}, {format_date(session.day)})"
    return f"{who} sigue abierta" if session.closed_at is None else f"falta revisar el corte de {who}"
