"""Who of the staff is linked to whom: nobody acts on their own account or on a declared relative's."""

from datetime import UTC, date, datetime

import pytest

from cauce.events.models import Event
from cauce.registry.models import AccountRole, Customer, StaffLink
from cauce.registry.operations import (
    AlreadyIdentified,
    OwnAccount,
    declare_link,
    end_link,
    person_of_staff,
    record_barred_act,
    refuse_own_account,
)
from cauce.users.models import User
from tests.ledger.debts import make_account, make_party

AT = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cashier() -> User:
    return User.objects.create(username="cajera", full_name="Lucía Ferrer")


@pytest.fixture
def clerk() -> User:
    return User.objects.get(username="cli-captura")


def link(cashier: User, customer: Customer, by: User, kind: StaffLink.Kind = StaffLink.Kind.RELATIVE) -> StaffLink:
    return declare_link(user=cashier, customer=customer, kind=kind, note=" Su mamá ", at=AT, by=by)


def test_a_link_bars_the_accounts_that_its_person_holds_and_that_person(cashier, clerk):
    account, other = make_account(), make_account()
    declared = link(cashier, account.holder, clerk)
    assert declared.note == "Su mamá"
    with pytest.raises(OwnAccount, match="el intento quedó registrado") as refused:
        refuse_own_account(by=cashier, account_ids=[other.pk, account.pk])
    assert refused.value.customer == account.holder
    with pytest.raises(OwnAccount):
        refuse_own_account(by=cashier, party_ids=[account.holder_id])
    refuse_own_account(by=cashier, account_ids=[other.pk], party_ids=[other.holder_id])
    refuse_own_account(by=clerk, account_ids=[account.pk])


def test_a_link_bars_the_accounts_where_its_person_has_a_role(cashier, clerk):
    account, tenant = make_account(), make_party("JUAN INQUILINO")
    role = AccountRole.Role.values[0]
    AccountRole.objects.create(account=account, customer=tenant, role=role, valid_from=date(2020, 1, 1))
    link(cashier, tenant, clerk)
    with pytest.raises(OwnAccount):
        refuse_own_account(by=cashier, account_ids=[account.pk])
    AccountRole.objects.filter(customer=tenant).update(valid_until=AT.date())
    refuse_own_account(by=cashier, account_ids=[account.pk])


def test_an_ended_link_bars_nothing_and_is_ended_once(cashier, clerk):
    account = make_account()
    declared = link(cashier, account.holder, clerk)
    ended = end_link(link=declared, at=AT, by=clerk)
    assert end_link(link=ended, at=AT, by=clerk) == ended
    refuse_own_account(by=cashier, account_ids=[account.pk])
    assert Event.objects.filter(kind="LINK_ENDED").count() == 1


def test_a_link_in_force_is_declared_once(cashier, clerk):
    party = make_party()
    assert link(cashier, party, clerk) == link(cashier, party, clerk)
    assert Event.objects.filter(kind="LINK_DECLARED").count() == 1
    end_link(link=StaffLink.objects.get(), at=AT, by=clerk)
    link(cashier, party, clerk)
    assert StaffLink.objects.count() == 2


def test_the_person_that_a_member_of_the_staff_is_is_found_or_registered_once(cashier, clerk):
    person = person_of_staff(user=cashier, at=AT, by=clerk)
    assert person.name == "Lucía Ferrer"
    assert person_of_staff(user=cashier, at=AT, by=clerk) == person
    with pytest.raises(OwnAccount):
        refuse_own_account(by=cashier, party_ids=[person.pk])


def test_nobody_is_two_people_of_the_padron(cashier, clerk):
    link(cashier, make_party("LUCIA FERRER"), clerk, StaffLink.Kind.SELF)
    with pytest.raises(AlreadyIdentified, match="ya está en el padrón como LUCIA FERRER"):
        link(cashier, make_party("LUCIA FERRER DIAZ"), clerk, StaffLink.Kind.SELF)


def test_what_was_tried_stays_in_the_history_of_each_account(cashier, clerk):
    account = make_account()
    link(cashier, account.holder, clerk)
    with pytest.raises(OwnAccount) as refused:
        refuse_own_account(by=cashier, account_ids=[account.pk])
    record_barred_act(refusal=refused.value, what="cobrar la cuenta", at=AT)
    event = Event.objects.get(kind="ACT_BARRED")
    assert (event.account_id, event.by) == (account.pk, cashier)
    assert "cobrar la cuenta" in event.sentence


def test_somebody_without_links_costs_one_query(cashier, django_assert_num_queries):
    with django_assert_num_queries(1):
        refuse_own_account(by=cashier, account_ids=[1, 2, 3], party_ids=[4])
