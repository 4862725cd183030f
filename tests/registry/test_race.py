"""Two people who correct the same account at once: neither undoes nor hides what the other one did."""

from dataclasses import replace

import pytest

from cauce.registry.models import Account, Route
from cauce.registry.operations import change_account, change_customer, change_premises, register_customer
from cauce.registry.queries import details_of_customer, details_of_premises, terms_of
from cauce.registry.rules.details import CustomerDetails
from cauce.users.models import User
from tests.races import after_waiting
from tests.registry.conftest import NOW, account, clerk

__all__ = ["account", "clerk"]
pytestmark = pytest.mark.commits


@pytest.fixture
def db(committed_database: str) -> str:
    """What the fixtures of the padrón write stays on the clone."""
    return committed_database


def test_an_account_that_passed_to_another_route_meanwhile_is_still_corrected(account: Account, clerk: User) -> None:
    terms = replace(terms_of(account), route="01", cycle=1)

    def change(order: int) -> Account:
        wanted = replace(terms, route_order=order)
        return change_account(account=account, terms=wanted, reason="Ruta", at=NOW, by=clerk)

    outcome = after_waiting(lambda: change(10), lambda: change(20))
    assert isinstance(outcome, Account), outcome
    assert (outcome.route, outcome.route_order) == (Route.objects.get(number="01"), 20)


def test_the_name_and_the_address_corrected_at_once_are_both_found(account: Account, clerk: User) -> None:
    name = replace(details_of_customer(account.holder), name="ROSA LUNA")
    address = replace(details_of_premises(account.connection.premises), street="FRESNO")
    after_waiting(
        lambda: change_customer(customer=account.holder, details=name, reason="Acta", at=NOW, by=clerk),
        lambda: change_premises(
            premises=account.connection.premises, details=address, reason="Campo", at=NOW, by=clerk
        ),
    )
    found = Account.objects.get().search_text.upper()
    assert "ROSA LUNA" in found
    assert "FRESNO" in found


def test_a_holder_that_changed_meanwhile_does_not_hide_the_account_from_the_search(
    account: Account, clerk: User
) -> None:
    heir = register_customer(details=CustomerDetails(name="ROSA LUNA"), at=NOW, by=clerk)
    address = replace(details_of_premises(account.connection.premises), street="FRESNO")
    after_waiting(
        lambda: Account.objects.filter(pk=account.pk).update(holder=heir),
        lambda: change_premises(
            premises=account.connection.premises, details=address, reason="Campo", at=NOW, by=clerk
        ),
    )
    found = Account.objects.get().search_text.upper()
    assert "ROSA LUNA" in found
    assert "FRESNO" in found
