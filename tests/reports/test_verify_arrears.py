"""The invariants of the portfolio notice what breaks them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cauce.collections.models import ArrearsLine, CollectionContact
from cauce.collections.operations import ContactFacts, evaluate_promise, log_contact, take_arrears_snapshot
from tests.ledger.debts import a_debt, make_account, write_debts
from tests.reports.damage import broken, damage

CHECKS = [
    ("portfolios_are_the_ledger", "UPDATE collections_arrearsline SET debt = debt + 1, late_60 = late_60 + 1"),
    ("portfolio_figures_are_its_accounts", "UPDATE collections_arrearsfigure SET debt = debt - 1"),
    ("promises_ended_say_what_was_paid", "UPDATE collections_collectioncontact SET paid = 5"),
]


@pytest.fixture
def portfolio(law, clerk, at) -> ArrearsLine:
    """A debtor in the portfolio of the day, with a promise that nobody kept."""
    debtor = make_account()
    write_debts([a_debt(debtor, "AGUA", "100.00", date(2026, 8, 10))], at=at, by=clerk)
    take_arrears_snapshot(day=at.date(), at=at, by=clerk)
    contact = log_contact(
        account=debtor,
        facts=ContactFacts(
            means=CollectionContact.Means.CALL,
            person=CollectionContact.Person.HOLDER,
            result=CollectionContact.Result.PROMISE,
            promise_on=at.date() + timedelta(days=1),
            promise_amount=Decimal("100.00"),
        ),
        at=at,
        by=clerk,
        key="promise",
    )
    evaluate_promise(contact=contact, at=at + timedelta(days=9), by=clerk)
    return ArrearsLine.objects.get(account=debtor)


def test_nothing_is_broken_in_a_portfolio_just_taken(portfolio):
    assert broken() == {}


@pytest.mark.parametrize(("check", "harm"), CHECKS)
def test_each_invariant_of_the_portfolio_notices_what_breaks_it(portfolio, check, harm):
    damage(harm)
    assert broken()[check] >= 1
