"""What each receipt of a shared sum was paid with."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cauce.cashier.rules import Tendered, share_out
from cauce.cashier.rules.corrections import portions

cents = st.integers(1, 100_000).map(lambda number: Decimal(number) / 100)


@st.composite
def sums(draw: st.DrawFn) -> tuple[list[Decimal], list[Decimal]]:
    """Tenders, and amounts that they pay exactly."""
    tenders = draw(st.lists(cents, min_size=1, max_size=5))
    total = sum(tenders)
    cuts = sorted(draw(st.sets(st.integers(1, max(int(total * 100) - 1, 1)), max_size=4)))
    edges = [Decimal(0), *(Decimal(cut) / 100 for cut in cuts if Decimal(cut) / 100 < total), total]
    return tenders, [after - before for before, after in pairwise(edges)]


@given(sums())
def test_portions_say_the_same_as_sharing_out(given_sum: tuple[list[Decimal], list[Decimal]]):
    tenders, amounts = given_sum
    shared = share_out([Tendered(str(place), amount) for place, amount in enumerate(tenders)], amounts)
    for place in range(len(tenders)):
        expected = [sum((part.amount for part in share if part.method == str(place)), Decimal(0)) for share in shared]
        assert portions(tenders, amounts, place) == expected


@given(sums())
def test_the_portions_of_a_tender_add_up_to_it_and_those_of_an_amount_too(
    given_sum: tuple[list[Decimal], list[Decimal]],
):
    tenders, amounts = given_sum
    table = [portions(tenders, amounts, place) for place in range(len(tenders))]
    assert [sum(row) for row in table] == tenders
    assert [sum(column) for column in zip(*table, strict=True)] == amounts
