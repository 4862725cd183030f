"""Months, their ends, and the days that some of them lack."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.periods import (
    add_months,
    format_period,
    last_day,
    next_period,
    parse_period,
    period_of,
    previous_period,
)


@pytest.mark.parametrize("text", ["202609", "2026-09"])
def test_a_period_is_read_with_or_without_its_hyphen(text: str) -> None:
    assert parse_period(text) == date(2026, 9, 1)


@pytest.mark.parametrize("text", ["", "2026", "202613", "2026-00", "2026/09", "20260901", "２０２６09"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period(text)


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_day_the_month_lacks_becomes_its_last(day: date, months: int, moved: date) -> None:
    assert add_months(day, months) == moved


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_next_and_previous_undo_each_other(day: date) -> None:
    period = period_of(day)
    assert previous_period(next_period(period)) == period
    assert parse_period(format_period(period)) == period
    assert period <= day <= last_day(period) < next_period(period)
