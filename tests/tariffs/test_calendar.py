"""The days of a bill."""

from datetime import date

import pytest

from cauce.tariffs.rules import BillDates, UnknownCycle, bill_dates
from tests.tariffs.laws import law

SEPTEMBER = date(2026, 9, 1)
MOVES = ("value: keep", "value: next_business_day")


def test_a_bill_is_issued_on_the_last_reading_day_and_due_fifteen_days_later() -> None:
    parameters = law().parameters
    assert bill_dates(parameters, period=SEPTEMBER, cycle=1) == BillDates(date(2026, 9, 5), date(2026, 9, 20))
    assert bill_dates(parameters, period=SEPTEMBER, cycle=3) == BillDates(date(2026, 9, 25), date(2026, 10, 10))


def test_a_due_date_on_a_sunday_stays_unless_the_law_moves_it() -> None:
    assert bill_dates(law(MOVES).parameters, period=SEPTEMBER, cycle=1).due_on == date(2026, 9, 21)


def test_a_due_date_moves_past_a_holiday() -> None:
    dates = bill_dates(law(MOVES).parameters, period=SEPTEMBER, cycle=1, holidays={date(2026, 9, 21)})
    assert dates.due_on == date(2026, 9, 22)


def test_a_due_date_crosses_the_end_of_the_year() -> None:
    dates = bill_dates(law().parameters, period=date(2026, 12, 1), cycle=3)
    assert dates == BillDates(date(2026, 12, 25), date(2027, 1, 9))


def test_a_cycle_the_law_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownCycle, match="ciclo 4"):
        bill_dates(law().parameters, period=SEPTEMBER, cycle=4)
