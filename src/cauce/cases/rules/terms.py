"""When a case is due, what a pause does to that day, and how it stands: pure, of values."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from cauce.cases.rules.states import OPEN
from cauce.core.business_days import BusinessCalendar


class Urgency(Enum):
    """How a case stands before its term."""

    LATE = "LATE"
    TODAY = "TODAY"
    IN_TIME = "IN_TIME"
    STOPPED = "STOPPED"
    ENDED_LATE = "ENDED_LATE"
    ENDED_IN_TIME = "ENDED_IN_TIME"


@dataclass(frozen=True, slots=True)
class TermClock:
    """How a case stands and how many business days it has left; negative, the days it is late by."""

    urgency: Urgency
    days: int


def due_day(received_on: date, term_days: int, calendar: BusinessCalendar) -> date:
    """The last day of a term, which starts to count the business day after the case was received.

    >>> due_day(date(2026, 10, 16), 5, BusinessCalendar())
    datetime.date(2026, 10, 23)
    """
    return calendar.after(received_on, term_days)


def moved_due_day(due_on: date, waiting_since: date, resumed_on: date, calendar: BusinessCalendar) -> date:
    """The last day of a term that did not count while the customer was awaited.

    >>> moved_due_day(date(2026, 10, 23), date(2026, 10, 19), date(2026, 10, 21), BusinessCalendar())
    datetime.date(2026, 10, 27)
    """
    return calendar.after(due_on, max(calendar.days_between(waiting_since, resumed_on), 0))


def is_late(due_on: date, on: date) -> bool:
    """Whether a day is past the last one of a term."""
    return on > due_on


def term_clock(
    *,
    state: str,
    due_on: date,
    waiting_since: date | None,
    ended_on: date | None,
    today: date,
    calendar: BusinessCalendar,
) -> TermClock:
    """How a case stands today: by its last day, by when it was awaited from, or by the day it was answered."""
    if state not in OPEN:
        ended = ended_on or today
        urgency = Urgency.ENDED_LATE if is_late(due_on, ended) else Urgency.ENDED_IN_TIME
        return TermClock(urgency, calendar.days_between(ended, due_on))
    if state == "WAITING" and waiting_since is not None:
        return TermClock(Urgency.STOPPED, calendar.days_between(waiting_since, due_on))
    days = calendar.days_between(today, due_on)
    if is_late(due_on, today):
        return TermClock(Urgency.LATE, days)
    return TermClock(Urgency.TODAY if due_on == today else Urgency.IN_TIME, days)
