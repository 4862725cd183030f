"""How old a debt is, in days and in months, and the bands by which a portfolio is told."""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Band:
    """A range of days or months, both ends within; ``last`` is None in the one without end."""

    code: str
    label: str
    first: int
    last: int | None

    def holds(self, number: int) -> bool:
        """Whether ``number`` falls in it."""
        return self.first <= number and (self.last is None or number <= self.last)


# A charge is overdue from the day after its due day, so the first band begins at one day; people say «de 0 a 30».
AGES: Final = (
    Band("0-30", "0 a 30 días", 1, 30),
    Band("31-60", "31 a 60 días", 31, 60),
    Band("61-90", "61 a 90 días", 61, 90),
    Band("91-180", "91 a 180 días", 91, 180),
    Band("181-365", "181 a 365 días", 181, 365),
    Band("365+", "Más de 365 días", 366, None),
)
AGE_CODES: Final = tuple(age.code for age in AGES)

MONTH_BANDS: Final = (
    Band("0", "Sin recibos vencidos", 0, 0),
    Band("1", "1 mes", 1, 1),
    Band("2", "2 meses", 2, 2),
    Band("3", "3 meses", 3, 3),
    Band("4-6", "4 a 6 meses", 4, 6),
    Band("7-12", "7 a 12 meses", 7, 12),
    Band("13+", "13 meses o más", 13, None),
)

NOTHING_OWED: Final = ""
"""The age of an account that owes nothing overdue, in the movement from one month to another."""


def age_of(due_on: date, day: date) -> Band:
    """The age, on ``day``, of what fell due on ``due_on``.

    :raises ValueError: if it is not overdue that day.
    """
    days = (day - due_on).days
    if days < 1:
        raise ValueError("what is not overdue has no age")
    return next(age for age in AGES if age.holds(days))


def months_band(months: int) -> Band:
    """The band of so many months of debt."""
    return next(band for band in MONTH_BANDS if band.holds(months))


def compared_day(day: date) -> date:
    """The day with which that of ``day`` is compared: the first of its month, or of the month before on a first.

    The portfolio of a day first is what the month before left behind.
    """
    if day.day > 1:
        return day.replace(day=1)
    return day.replace(year=day.year - 1, month=12) if day.month == 1 else day.replace(month=day.month - 1)
