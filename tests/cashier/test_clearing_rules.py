"""Which line of the bank answers to which money."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cauce.cashier.rules.clearing import (
    CARDS,
    DEPOSITS,
    TRANSFERS,
    BankLine,
    OnItsWay,
    is_reasonable_fee,
    propose,
)

DAY = date(2026, 10, 15)
SIX = Decimal(6)


def line(amount: str, days: int = 1, reference: str = "") -> BankLine:
    return BankLine(DAY + timedelta(days=days), reference, Decimal(amount))


def way(kind: str, id_: int, amount: str, days: int = 0, reference: str = "") -> OnItsWay:
    return OnItsWay(kind, id_, DAY + timedelta(days=days), Decimal(amount), reference)


def chosen(lines: list[BankLine], items: list[OnItsWay]) -> list[list[int]]:
    return [[item.id for item in proposal.items] for proposal in propose(lines, items, most_fee_percent=SIX)]


def test_a_line_answers_to_the_deposit_of_its_amount():
    items = [way(DEPOSITS, 1, "500.00"), way(DEPOSITS, 2, "700.00")]
    assert chosen([line("700.00"), line("500.00"), line("1.00")], items) == [[2], [1], []]


def test_of_two_of_the_same_amount_the_reference_chooses_and_else_the_oldest():
    items = [way(DEPOSITS, 1, "500.00", reference="FD-000001"), way(DEPOSITS, 2, "500.00", reference="FD-000002")]
    assert chosen([line("500.00", reference="DEP FD-000002"), line("500.00")], items) == [[2], [1]]


def test_a_line_may_be_a_whole_day_of_one_kind():
    items = [way(TRANSFERS, 1, "10.00"), way(TRANSFERS, 2, "20.00"), way(TRANSFERS, 3, "5.00", days=1)]
    assert chosen([line("30.00")], items) == [[1, 2]]


def test_a_days_cards_come_less_the_fee():
    items = [way(CARDS, 1, "100.00"), way(CARDS, 2, "100.00")]
    (proposal,) = propose([line("196.00")], items, most_fee_percent=SIX)
    assert [item.id for item in proposal.items] == [1, 2]
    assert (proposal.kind, proposal.expected, proposal.fee) == (CARDS, Decimal("200.00"), Decimal("4.00"))


def test_what_came_before_or_weeks_later_answers_to_nothing():
    items = [way(DEPOSITS, 1, "500.00")]
    assert chosen([line("500.00", days=-1), line("500.00", days=8)], items) == [[], []]


def test_a_fee_is_a_few_per_cent():
    assert is_reasonable_fee(Decimal(0), Decimal(-100), SIX)
    assert is_reasonable_fee(Decimal("6.00"), Decimal("100.00"), SIX)
    assert not is_reasonable_fee(Decimal("6.01"), Decimal("100.00"), SIX)
    assert is_reasonable_fee(Decimal("6.01"), Decimal("100.00"), Decimal(7))
    assert not is_reasonable_fee(Decimal("-0.01"), Decimal("100.00"), SIX)


amounts = st.decimals(min_value="0.01", max_value="500", places=2)
kinds = st.sampled_from([CARDS, DEPOSITS, TRANSFERS])
items_of = st.lists(st.builds(way, kinds, st.integers(1, 9), amounts.map(str), st.integers(0, 5)), max_size=12)
lines_of = st.lists(st.builds(line, amounts.map(str), st.integers(0, 9)), max_size=8)


@given(lines_of, items_of)
def test_nothing_answers_twice_and_each_proposal_adds_up(lines: list[BankLine], items: list[OnItsWay]):
    distinct = {(item.kind, item.id): item for item in items}
    proposals = propose(lines, distinct.values(), most_fee_percent=SIX)
    used = [(item.kind, item.id) for proposal in proposals for item in proposal.items]
    assert len(used) == len(set(used))
    assert [proposal.line for proposal in proposals] == lines
    for proposal in proposals:
        if proposal.items:
            assert len({item.kind for item in proposal.items}) == 1
            assert proposal.expected == proposal.line.amount + proposal.fee
            assert is_reasonable_fee(proposal.fee, proposal.expected, SIX)
            assert proposal.fee == 0 or proposal.kind == CARDS
