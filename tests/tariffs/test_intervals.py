"""The months of a consumption."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.periods import add_months, period_of
from cauce.tariffs.rules import ImpossibleUse, MonthShare, months_of, share_by_days

INTERVAL = (20, 45)


def shares(m3: int, read_from: date | None, read_until: date | None, period: date) -> tuple[MonthShare, ...]:
    return months_of(period=period, m3=m3, read_from=read_from, read_until=read_until, interval_days=INTERVAL)


def test_without_dates_the_consumption_is_of_the_period() -> None:
    assert shares(7, None, None, date(2026, 9, 1)) == (MonthShare(date(2026, 9, 1), 0, 7),)


def test_twenty_and_forty_five_days_are_one_month() -> None:
    for days in (20, 45):
        until = date(2026, 9, 15)
        assert len(shares(7, until - timedelta(days=days), until, date(2026, 9, 1))) == 1


def test_forty_six_days_are_two_months() -> None:
    until = date(2026, 9, 16)
    assert shares(46, date(2026, 8, 1), until, date(2026, 9, 1)) == (
        MonthShare(date(2026, 8, 1), 15, 15),
        MonthShare(date(2026, 9, 1), 31, 31),
    )


def test_nineteen_days_are_one_month() -> None:
    assert len(shares(7, date(2026, 8, 27), date(2026, 9, 15), date(2026, 9, 1))) == 1


def test_two_readings_in_one_day_are_one_month() -> None:
    assert shares(0, date(2026, 9, 5), date(2026, 9, 5), date(2026, 9, 1)) == (MonthShare(date(2026, 9, 1), 0, 0),)


def test_the_month_of_the_earlier_reading_is_not_charged_again() -> None:
    # 5 July to 5 September touches three calendar months; July was billed with its own reading.
    assert [share.period.month for share in shares(62, date(2026, 7, 5), date(2026, 9, 5), date(2026, 9, 1))] == [8, 9]


def test_a_year_without_readings_is_twelve_months() -> None:
    found = shares(365, date(2025, 9, 5), date(2026, 9, 5), date(2026, 9, 1))
    assert [share.period for share in found] == [add_months(date(2025, 10, 1), index) for index in range(12)]


def test_the_end_of_february_is_a_month_edge() -> None:
    found = shares(59, date(2028, 1, 31), date(2028, 3, 31), date(2028, 3, 1))
    assert [(share.period.month, share.days) for share in found] == [(2, 29), (3, 31)]


def test_a_later_reading_older_than_the_earlier_one_is_refused() -> None:
    with pytest.raises(ImpossibleUse):
        shares(7, date(2026, 9, 5), date(2026, 9, 4), date(2026, 9, 1))


def test_what_is_left_over_goes_to_the_largest_remainder_and_among_equals_to_the_older() -> None:
    assert share_by_days(10, [30, 31]) == [5, 5]
    assert share_by_days(7, [30, 30]) == [4, 3]
    assert share_by_days(1, [10, 31]) == [0, 1]


@given(
    m3=st.integers(min_value=0, max_value=5000),
    read_from=st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 1, 1)),
    days=st.integers(min_value=0, max_value=1500),
)
def test_the_months_add_up_to_the_volume_and_the_days_and_follow_each_other(
    m3: int, read_from: date, days: int
) -> None:
    read_until = read_from + timedelta(days=days)
    period = period_of(read_until)
    found = shares(m3, read_from, read_until, period)
    assert sum(share.m3 for share in found) == m3
    assert sum(share.days for share in found) == days
    assert all(share.days > 0 for share in found) or len(found) == 1
    assert [share.period for share in found] == [add_months(period, back) for back in range(1 - len(found), 1)]
