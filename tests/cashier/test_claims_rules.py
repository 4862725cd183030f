"""How alike a slip and a row of the bank are, and when an answer is due."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cauce.cashier.rules.claims import answer_day, resemblance


def test_references_are_alike_by_their_digits():
    assert resemblance("00012326089", "12326089") == 100
    assert resemblance("SPEI 99012326089", "12326089") == 100
    assert resemblance("", "1") == resemblance("abc", "123") == 0
    assert 0 < resemblance("55512", "99912") < 100


@given(st.text(max_size=12), st.text(max_size=12))
def test_alike_is_the_same_both_ways_and_never_more_than_all(one: str, other: str):
    assert resemblance(one, other) == resemblance(other, one)
    assert 0 <= resemblance(one, other) <= 100


def test_an_answer_is_due_in_so_many_working_days():
    assert answer_day(date(2026, 9, 18), 1) == date(2026, 9, 21)
    assert answer_day(date(2026, 9, 18), 10) == date(2026, 10, 2)
    assert answer_day(date(2026, 9, 20), 10) == date(2026, 10, 2)
