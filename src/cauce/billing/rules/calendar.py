"""The working days of a cycle around the days that the law gives it, and how each of its works stands."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cauce.core.business_days import BusinessCalendar

DELIVERY_DAYS = 4


class Stage(StrEnum):
    """The works of a cycle, in the order in which they are done."""

    READING = "LECTURA"
    REVIEW = "REVISION"
    ISSUE = "EMISION"
    PRINTING = "IMPRESION"
    DELIVERY = "REPARTO"


STAGE_NAMES = {
    Stage.READING: "Lectura",
    Stage.REVIEW: "Revisión",
    Stage.ISSUE: "Emisión",
    Stage.PRINTING: "Impresión",
    Stage.DELIVERY: "Reparto",
}
# The days of these are of the office; those of the others follow the law or come with them.
MOVABLE = (Stage.READING, Stage.REVIEW, Stage.DELIVERY)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """When a cycle is read, reviewed and delivered."""

    reading_from: date
    reading_until: date
    review_on: date
    delivery_from: date
    delivery_until: date


def working_days(*, first: date, issue_on: date, office: BusinessCalendar) -> WorkingDays:
    """Read from the law's first day, review on the last business day before the issue, deliver on the days after it.

    What falls on a day of rest moves inside the same window; a window of one business day does both works in it.
    """
    reading_from = office.next_business_day(first)
    review_on = max(_last_business_day(issue_on, office), reading_from)
    reading_until = max(_last_business_day(review_on - timedelta(days=1), office), reading_from)
    delivery_from = office.after(issue_on, 1)
    return WorkingDays(
        reading_from, reading_until, review_on, delivery_from, office.after(delivery_from, DELIVERY_DAYS - 1)
    )


def _last_business_day(day: date, office: BusinessCalendar) -> date:
    while not office.is_business_day(day):
        day -= timedelta(days=1)
    return day


class Standing(StrEnum):
    """How a work of a cycle stands."""

    NOT_YET = "NOT_YET"
    IN_COURSE = "IN_COURSE"
    DONE = "DONE"
    LATE = "LATE"


@dataclass(frozen=True, slots=True)
class StageStanding:
    """A work of a cycle: its days, how it stands, and how many natural days late it is or was not finished."""

    stage: Stage
    starts_on: date
    ends_on: date
    standing: Standing
    days_late: int = 0
    detail: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return STAGE_NAMES[self.stage]


def stage_standing(
    stage: Stage, *, starts_on: date, ends_on: date, begun: bool, done: bool, today: date, detail: str = ""
) -> StageStanding:
    """Judge a work of a cycle by its days and by what was done of it.

    >>> day = date(2026, 10, 5)
    >>> stage_standing(
    ...     Stage.ISSUE, starts_on=day, ends_on=day, begun=False, done=False, today=date(2026, 10, 7)
    ... ).days_late
    2
    """
    late = (today - ends_on).days
    if done:
        standing, late = Standing.DONE, 0
    elif late > 0:
        standing = Standing.LATE
    else:
        late = 0
        standing = Standing.IN_COURSE if begun or today >= starts_on else Standing.NOT_YET
    return StageStanding(stage, starts_on, ends_on, standing, late, detail)
