"""Estimates, what settles them, and the averages they go by: no m³ is paid twice or lost."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cauce.core.periods import add_months
from cauce.metering.rules import (
    Average,
    BilledMonth,
    Bills,
    RemovedMeter,
    average_of_last,
    carried_volume,
    effective_months,
    estimated_figure,
    estimated_volume,
    run_ahead,
    settle,
    start_over,
)

OCTOBER = date(2026, 10, 1)
M3 = st.integers(min_value=0, max_value=500)
MONTHS = st.lists(st.tuples(st.sampled_from(["read", "estimated", "parked"]), M3), min_size=1, max_size=24)


def _bill(months: list[tuple[str, int]]) -> tuple[int, int, int, int]:
    """Bill months one after another; ``m3`` is what was really used, or estimated. Billed, measured, ahead, unread."""
    billed = measured = ahead = unread = 0
    for kind, m3 in months:
        if kind == "parked":
            unread += m3
            continue
        if kind == "estimated":
            settlement = run_ahead(m3, ahead)
            unread += 7
        else:
            settlement = settle(m3 + unread, ahead)
            unread = 0
        billed += settlement.volume_m3
        measured += settlement.measured_m3 or 0
        ahead = settlement.ahead_m3
        assert settlement.volume_m3 >= 0 and ahead >= 0
    return billed, measured, ahead, unread


@given(MONTHS)
def test_what_is_billed_is_always_what_was_measured_and_what_is_ahead(months):
    billed, measured, ahead, _ = _bill(months)
    assert billed == measured + ahead


@given(estimated=M3, used=st.tuples(M3, M3))
def test_an_estimate_and_then_a_real_reading_bill_exactly_the_real_consumption(estimated, used):
    total = sum(used)
    first = run_ahead(estimated, 0)
    second = settle(total, first.ahead_m3)
    assert first.volume_m3 + second.volume_m3 - second.ahead_m3 == total
    if estimated <= total:
        assert first.volume_m3 + second.volume_m3 == total and second.ahead_m3 == 0


@given(estimates=st.lists(M3, min_size=1, max_size=6), readings=st.lists(M3, min_size=1, max_size=12))
def test_several_estimates_in_a_row_are_settled_by_the_readings_that_reach_them(estimates, readings):
    ahead = billed = 0
    for m3 in estimates:
        settlement = run_ahead(m3, ahead)
        ahead, billed = settlement.ahead_m3, billed + settlement.volume_m3
    for m3 in readings:
        settlement = settle(m3, ahead)
        ahead, billed = settlement.ahead_m3, billed + settlement.volume_m3
    assert billed == max(sum(estimates), sum(readings))
    assert ahead == max(0, sum(estimates) - sum(readings))


@given(start=st.integers(0, 90_000), old_used=M3, initial=st.integers(0, 9_999), new_used=M3, estimated=M3, later=M3)
def test_an_estimate_is_settled_across_a_change_of_meter(start, old_used, initial, new_used, estimated, later):
    carried = carried_volume(start, [RemovedMeter(0, start + old_used, 5)])
    assert carried == old_used
    first = run_ahead(estimated, 0)
    second = settle((initial + new_used) - initial + carried, first.ahead_m3)
    third = settle(later, second.ahead_m3)
    billed = first.volume_m3 + second.volume_m3 + third.volume_m3
    assert billed - third.ahead_m3 == old_used + new_used + later


@given(M3)
def test_an_estimate_before_the_first_reading_there_is_leaves_nothing_to_settle(m3):
    assert start_over(m3) == (m3, 0, m3, 0)


def _months(*volumes: int, source: str = "MEASURED", days: int | None = 30) -> list[BilledMonth]:
    return [
        BilledMonth(add_months(OCTOBER, index - len(volumes)), m3, source, 0, days) for index, m3 in enumerate(volumes)
    ]


def _effective(months: list[BilledMonth], changed_on: date | None = None) -> list[int]:
    found = effective_months(months, period=OCTOBER, changed_on=changed_on, longest_days=45)
    return [month.volume_m3 for month in found]


def test_the_average_is_of_the_last_six_effective_months():
    assert average_of_last(
        effective_months(_months(90, 1, 2, 3, 4, 5, 6), period=OCTOBER, changed_on=None, longest_days=45)
    ) == Average(21, 6)


def test_two_months_in_one_reading_are_no_month_of_the_average():
    assert _effective([*_months(20, 20), BilledMonth(date(2026, 7, 1), 80, "MEASURED", 0, 62)]) == [20, 20]


def test_an_estimate_and_the_month_that_settles_it_are_no_months_of_the_average():
    settling = BilledMonth(date(2026, 7, 1), 5, "MEASURED", 15, 30)
    assert _effective([*_months(20, 21), settling, BilledMonth(date(2026, 6, 1), 15, "ESTIMATED")]) == [20, 21]


def test_the_average_after_a_change_of_meter_begins_with_the_first_whole_month():
    assert _effective(_months(90, 80, 10, 11), changed_on=date(2026, 6, 20)) == [10, 11]


@given(st.lists(M3, min_size=1, max_size=6))
def test_an_estimate_is_rounded_once_to_whole_m3_half_up(volumes):
    average = Average(sum(volumes), len(volumes))
    estimated = estimated_volume(Bills.AVERAGE_6, average=average, minimum_m3=0)
    assert abs(Decimal(estimated) - Decimal(sum(volumes)) / len(volumes)) <= Decimal("0.5")


def test_the_minimum_needs_no_average_and_the_others_do():
    assert estimated_volume(Bills.MINIMUM, average=None, minimum_m3=3) == 3
    assert estimated_volume(Bills.AVERAGE_6, average=None, minimum_m3=3) is None


def test_the_estimated_figure_turns_with_the_meter():
    asked = {"previous_value": 99_990, "ahead_m3": 20, "digits": 5}
    assert estimated_figure(Bills.PREVIOUS_PLUS_AVERAGE, **asked) == 10
    assert estimated_figure(Bills.AVERAGE_6, **asked) is None
