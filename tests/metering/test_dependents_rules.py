"""One meter for several accounts, and one that measures others: the m³ always add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.metering.rules.dependents import remainder_m3, share_volume

parts = st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=12)


@given(volume=st.integers(min_value=0, max_value=100_000), shares=parts)
def test_the_parts_of_a_shared_meter_add_up_to_it(volume: int, shares: list[int]) -> None:
    given_out = share_volume(volume, shares)
    assert sum(given_out) == volume
    whole = sum(shares)
    assert all(abs(got * whole - volume * part) < whole for got, part in zip(given_out, shares, strict=True))


@given(volume=st.integers(min_value=0, max_value=1_000), count=st.integers(min_value=1, max_value=9))
def test_equal_parts_differ_by_one_m3_at_most(volume: int, count: int) -> None:
    given_out = share_volume(volume, [1] * count)
    assert max(given_out) - min(given_out) <= 1


@pytest.mark.parametrize(("volume", "wrong"), [(-1, [1]), (1, []), (1, [0, 2])])
def test_parts_that_make_no_sense_are_refused(volume: int, wrong: list[int]) -> None:
    with pytest.raises(ValueError, match="share_volume"):
        share_volume(volume, wrong)


@given(children=st.lists(st.integers(min_value=0, max_value=500), max_size=8), lost=st.integers(0, 500))
def test_a_parent_meter_and_its_children_pay_each_m3_once(children: list[int], lost: int) -> None:
    total = sum(children) + lost
    assert sum(children) + remainder_m3(total, sum(children)) == total


def test_children_over_their_parent_leave_it_nothing() -> None:
    assert remainder_m3(30, 41) == 0
