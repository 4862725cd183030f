"""A month billed with the wrong m³ is counted again: none is lost, none is paid twice, and undoing it undoes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.periods import add_months
from cauce.metering.rules import CountedMonth, MonthsDoNotMeet, RightVolume, recount, run_ahead, settle

DIGITS = 4
JANUARY = date(2026, 1, 1)


def counted(kinds: Sequence[int | None], *, estimate_m3: int = 12, start: int = 9_900) -> list[CountedMonth]:
    """Months of a meter that went through so many m³ each; None is a month that was estimated instead of read."""
    months: list[CountedMonth] = []
    value, on, ahead, since = start, JANUARY, 0, None
    unread = 0
    for place, used in enumerate(kinds):
        period = add_months(JANUARY, place + 1)
        base = {"period": period, "serial": "M1", "digits": DIGITS, "previous_value": value, "previous_on": on}
        if used is None:
            settled = run_ahead(estimate_m3, ahead)
            unread += estimate_m3 // 2
            since = period
        else:
            settled = settle(used + unread, ahead)
            unread = 0
        figure = None if used is None else (value + (settled.measured_m3 or 0)) % 10**DIGITS
        months.append(
            CountedMonth(
                **base,  # type: ignore[arg-type]
                volume_m3=settled.volume_m3,
                is_estimated=used is None,
                measured_m3=settled.measured_m3,
                settled_m3=settled.settled_m3,
                ahead_m3=settled.ahead_m3,
                current_value=figure,
                current_on=period,
                billed_from=since if used is not None else on,
                estimate_rule="MINIMUM" if used is None else "",
            )
        )
        ahead = settled.ahead_m3
        if figure is not None:
            value, on, since = figure, period, None
    return months


def after(months: Sequence[CountedMonth], changed: dict[date, CountedMonth]) -> list[CountedMonth]:
    return [changed.get(month.period, month) for month in months]


def is_whole(months: Sequence[CountedMonth]) -> bool:
    """Whether all that was billed is what the meter went through plus what is still ahead, month after month."""
    ahead, value = 0, months[0].previous_value
    for month in months:
        measured = 0 if month.is_estimated else month.measured_m3
        assert measured is not None and value is not None
        if month.volume_m3 != measured + month.ahead_m3 - ahead or month.previous_value != value:
            return False
        if not month.is_estimated:
            value = (value + measured) % 10**DIGITS
            if month.current_value != value or month.measured_m3 != month.volume_m3 + month.settled_m3:
                return False
        ahead = month.ahead_m3
    return True


USED = st.lists(st.one_of(st.none(), st.integers(0, 80)), min_size=1, max_size=6)


@given(used=USED, place=st.integers(0, 5), m3=st.integers(0, 120), is_average=st.booleans())
def test_whatever_is_put_right_no_cubic_metre_is_lost_or_paid_twice_and_undoing_it_leaves_all_as_it_was(
    used: list[int | None], place: int, m3: int, is_average: bool
) -> None:
    months = counted(used)
    assert is_whole(months)
    month = months[place % len(months)]
    try:
        changed = recount(months, {month.period: RightVolume(m3, is_average)})
    except MonthsDoNotMeet as error:
        assert error.period > month.period
        return
    now = after(months, changed)
    assert is_whole(now)
    assert now[place % len(months)].volume_m3 == m3
    assert [each.volume_m3 for each in now if each.period != month.period] == [
        each.volume_m3 for each in months if each.period != month.period
    ]
    back = recount(now, {month.period: month})
    assert after(now, back) == months


@given(used=USED, moves=st.lists(st.integers(0, 120), min_size=6, max_size=6))
def test_all_the_months_put_right_at_once_are_counted_one_from_another(
    used: list[int | None], moves: list[int]
) -> None:
    months = counted(used)
    right = {month.period: RightVolume(m3) for month, m3 in zip(months, moves, strict=False)}
    now = after(months, recount(months, right))
    assert is_whole(now)
    assert [month.volume_m3 for month in now] == moves[: len(months)]
    assert after(now, recount(now, {month.period: month for month in months})) == months


@given(first=st.integers(0, 80), second=st.integers(0, 80), m3=st.integers(0, 160))
def test_two_months_share_what_the_meter_went_through(first: int, second: int, m3: int) -> None:
    months = counted([first, second, 5])
    one, other = months[0].period, months[1].period
    if m3 > first + second:
        return
    right = {one: RightVolume(m3), other: RightVolume(first + second - m3)}
    now = after(months, recount(months, right))
    assert is_whole(now) and now[2] == months[2]
    if m3 != first:
        with pytest.raises(MonthsDoNotMeet) as refused:
            recount(months, {one: RightVolume(m3)})
        assert (refused.value.period, refused.value.needed_m3) == (other, first + second - m3)


def test_the_last_month_moves_the_reading_from_which_the_next_one_counts() -> None:
    [month] = counted([60], start=1_000)
    [right] = recount([month], {month.period: RightVolume(20)}).values()
    assert (right.volume_m3, right.measured_m3, right.current_value, right.current_on) == (
        20,
        20,
        1_020,
        month.current_on,
    )


def test_a_reading_that_turned_the_meter_goes_back_before_the_turn() -> None:
    [month] = counted([160], start=9_900)
    assert month.current_value == 60
    [right] = recount([month], {month.period: RightVolume(50)}).values()
    assert right.current_value == 9_950


def test_an_average_believes_no_reading_and_is_settled_by_the_next_one() -> None:
    [month] = counted([60], start=1_000)
    [right] = recount([month], {month.period: RightVolume(20, is_estimated=True)}).values()
    assert (right.is_estimated, right.ahead_m3, right.current_value, right.estimate_rule) == (
        True,
        20,
        None,
        "AVERAGE_6",
    )
    assert (right.previous_value, right.previous_on, right.current_on) == (1_000, JANUARY, month.current_on)


def test_an_average_of_what_was_measured_leaves_the_next_month_as_it_is() -> None:
    months = counted([60, 20], start=1_000)
    changed = recount(months, {months[0].period: RightVolume(60, is_estimated=True)})
    _, second = after(months, changed)
    assert (second.volume_m3, second.settled_m3, second.billed_from) == (20, 60, months[0].current_on)
    assert after(after(months, changed), recount(after(months, changed), {months[0].period: months[0]})) == months


def test_an_estimate_that_was_settled_is_put_right_only_with_the_reading_that_settled_it() -> None:
    months = counted([None, 30])
    estimate, reading = months
    with pytest.raises(MonthsDoNotMeet) as refused:
        recount(months, {estimate.period: RightVolume(2)})
    assert refused.value.needed_m3 == reading.volume_m3 + 10
    right = {estimate.period: RightVolume(2), reading.period: RightVolume(reading.volume_m3 + 10)}
    assert is_whole(after(months, recount(months, right)))


def test_what_the_removed_meter_measured_is_not_taken_from_the_one_that_came_after() -> None:
    [month] = counted([60], start=1_000)
    across = replace(month, serial="M2", previous_value=0, current_value=25)
    [right] = recount([across], {month.period: RightVolume(40)}).values()
    assert right.current_value == 5
    with pytest.raises(MonthsDoNotMeet):
        recount([across], {month.period: RightVolume(30)})


def test_a_month_counted_from_elsewhere_does_not_move() -> None:
    first, second = counted([60, 20], start=1_000)
    apart = replace(second, previous_value=0, current_value=20)
    assert set(recount([first, apart], {first.period: RightVolume(20)})) == {first.period}
