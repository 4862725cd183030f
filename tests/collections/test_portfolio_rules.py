"""Ages, months, promises and filters, as values."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.collections.rules import AGE_CODES, AGES, CAUSES, MONTH_BANDS, Filters, age_of, compared_day, months_band
from cauce.collections.rules.promises import BROKEN, GRACE_DAYS, KEPT, PARTLY, PENDING, promise_outcome

DAY = date(2026, 11, 1)
PESOS = st.decimals(min_value=0, max_value=10**6, places=2)


@given(st.integers(1, 20_000))
def test_every_overdue_day_has_one_age(days):
    due_on = DAY - timedelta(days=days)
    assert [age for age in AGES if age.holds(days)] == [age_of(due_on, DAY)]


@pytest.mark.parametrize(
    ("days", "code"),
    [(1, "0-30"), (30, "0-30"), (31, "31-60"), (90, "61-90"), (180, "91-180"), (365, "181-365"), (366, "365+")],
)
def test_the_edges_of_the_ages_are_where_the_portfolio_says(days, code):
    assert age_of(DAY - timedelta(days=days), DAY).code == code


def test_what_is_not_overdue_has_no_age():
    with pytest.raises(ValueError, match="no age"):
        age_of(DAY, DAY)


@given(st.integers(0, 500))
def test_any_number_of_months_has_one_band(months):
    assert [band for band in MONTH_BANDS if band.holds(months)] == [months_band(months)]


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_a_day_is_compared_with_a_day_first_before_it_and_at_most_a_month_away(day):
    since = compared_day(day)
    assert since.day == 1 and since < day and (day - since).days <= 31


@given(PESOS.filter(lambda promised: promised > 0), PESOS, st.integers(-10, 40))
def test_a_promise_is_kept_by_the_money_and_broken_only_after_the_grace(promised, paid, late):
    outcome = promise_outcome(promised=promised, paid=paid, promise_on=DAY, day=DAY + timedelta(days=late))
    if paid >= promised:
        assert outcome == KEPT
    elif late <= GRACE_DAYS:
        assert outcome == PENDING
    else:
        assert outcome == (PARTLY if paid else BROKEN)


@given(
    st.builds(
        Filters,
        sector=st.none() | st.integers(1, 9),
        ages=st.lists(st.sampled_from(AGE_CODES), unique=True).map(tuple),
        causes=st.lists(st.sampled_from([cause.code for cause in CAUSES]), unique=True).map(tuple),
        min_debt=st.none() | PESOS,
        max_months=st.none() | st.integers(0, 99),
        with_agreement=st.none() | st.booleans(),
    )
)
def test_filters_are_kept_as_json_and_come_back_the_same(filters):
    assert Filters.from_dict(filters.as_dict()) == filters


def test_filters_that_ask_for_nothing_are_empty_and_an_unknown_one_is_refused():
    assert Filters().is_empty and not Filters(has_meter=False).is_empty
    assert Filters(min_debt=Decimal("1.50")).as_dict() == {"min_debt": "1.50"}
    with pytest.raises(ValueError, match="unknown"):
        Filters.from_dict({"colour": "blue"})
