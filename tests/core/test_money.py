"""Centavos: rounded once, half up, and never lost when they are divided."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.money import round_to_cents, split, split_whole

AMOUNTS = st.integers(0, 10**11).map(lambda cents: Decimal(cents) / 100)
WEIGHTS = st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=40).filter(lambda weights: sum(weights) > 0)


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("2.675", "2.68"), ("1.004999", "1.00"), ("-0.005", "-0.01")]
)
def test_half_a_centavo_goes_up(exact: str, rounded: str) -> None:
    assert round_to_cents(Decimal(exact)) == Decimal(rounded)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_add_up_and_none_is_a_centavo_off(amount: Decimal, weights: list[Decimal]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert abs(part - amount * weight / total) < Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "weights"),
    [("1.00", []), ("1.00", ["0", "0"]), ("1.00", ["-1", "2"]), ("0.005", ["1"]), ("-1.00", ["1"])],
)
def test_what_cannot_be_divided_is_refused(amount: str, weights: list[str]) -> None:
    with pytest.raises(ValueError, match="split needs"):
        split(Decimal(amount), [Decimal(weight) for weight in weights])


@given(st.integers(0, 10**6), st.integers(1, 500))
def test_whole_things_are_shared_evenly(units: int, parts: int) -> None:
    shares = split_whole(units, parts)
    assert sum(shares) == units
    assert len(shares) == parts
    assert max(shares) - min(shares) <= 1
