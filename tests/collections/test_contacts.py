"""What is written of a contact, and whether what was promised came."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import Payment
from cauce.cashier.operations import reverse_payment
from cauce.collections.models import ArrearsSnapshot, CollectionContact, SavedSelection
from cauce.collections.operations import (
    ContactFacts,
    ContactNotPossible,
    SelectionNotPossible,
    evaluate_promises,
    log_contact,
    save_selection,
    withdraw_selection,
)
from cauce.collections.rules import Filters
from cauce.collections.tasks import take_todays_arrears
from cauce.core import clock
from cauce.events.models import Event
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from tests.collections.test_portfolio import TODAY, owes, pays
from tests.reports.damage import broken, damage

Promise = CollectionContact.Promise
PROMISE = ContactFacts(
    means="CALL",
    person="HOLDER",
    result="PROMISE",
    person_name="Rosa Alba",
    promise_on=TODAY + timedelta(days=5),
    promise_amount=Decimal("100.00"),
)


@pytest.fixture
def debtor(law, account, clerk, at):
    owes(account, date(2026, 8, 10), "300.00", clerk, at)
    return account


def promised(debtor, clerk, at, key="k", **facts):
    return log_contact(account=debtor, facts=replace(PROMISE, **facts), at=at, by=clerk, key=key)


def state(contact: CollectionContact) -> str:
    contact.refresh_from_db()
    return contact.promise_state


def test_a_contact_keeps_what_was_said_and_what_was_owed_and_enters_the_history(debtor, clerk, at):
    contact = promised(debtor, clerk, at)
    assert (contact.debt, contact.promise_state, contact.person_name) == (Decimal("300.00"), "PENDING", "Rosa Alba")
    event = Event.objects.get(account_id=debtor.pk, kind="CONTACT_LOGGED")
    assert event.sentence == "Gestión de cobranza (Llamada, Rosa Alba): Prometió pagar $100.00 el 25 sep 2026"
    assert promised(debtor, clerk, at) == contact and CollectionContact.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"promise_on": None}, "lleva el día y el importe"),
        ({"promise_amount": Decimal(0)}, "lleva el día y el importe"),
        ({"promise_on": TODAY - timedelta(days=1)}, "ya pasó"),
        ({"promise_on": TODAY + timedelta(days=61)}, "ofrezca un convenio"),
        ({"person": "NOBODY"}, "diga con quién se habló"),
    ],
)
def test_a_promise_that_does_not_stand_is_refused_and_leaves_nothing(debtor, clerk, at, facts, sentence):
    with pytest.raises(ContactNotPossible, match=sentence):
        promised(debtor, clerk, at, **facts)
    assert not CollectionContact.objects.exists()


def test_who_owes_nothing_has_nothing_to_promise(law, account, clerk, at):
    with pytest.raises(ContactNotPossible, match="no tiene adeudo vencido"):
        promised(account, clerk, at)
    assert promised(account, clerk, at, result="NO_ANSWER", person="NOBODY").promise_state == ""


def test_nobody_writes_on_their_own_account(debtor, clerk, supervisor, at):
    declare_link(user=clerk, customer=debtor.holder, kind=StaffLink.Kind.RELATIVE, note="Tía", at=at, by=supervisor)
    with pytest.raises(OwnAccount):
        promised(debtor, clerk, at)


def test_a_promise_is_kept_as_soon_as_the_money_is_there(debtor, session, cashier, clerk, at):
    contact = promised(debtor, clerk, at)
    assert evaluate_promises(at=at, by=clerk) == 0
    pays(debtor, "60.00", session, cashier, at + timedelta(hours=1))
    assert evaluate_promises(at=at + timedelta(hours=2), by=clerk) == 0
    pays(debtor, "40.00", session, cashier, at + timedelta(hours=3))
    assert evaluate_promises(at=at + timedelta(hours=4), by=clerk) == 1
    assert (state(contact), contact.paid) == ("KEPT", Decimal("100.00"))
    assert Event.objects.filter(account_id=debtor.pk, kind="PROMISE_KEPT").count() == 1
    assert evaluate_promises(at=at + timedelta(days=9), by=clerk) == 0


def test_what_was_paid_before_or_undone_does_not_keep_a_promise(debtor, session, cashier, supervisor, clerk, at):
    pays(debtor, "150.00", session, cashier, at - timedelta(hours=1))
    contact = promised(debtor, clerk, at)
    pays(debtor, "90.00", session, cashier, at + timedelta(hours=1))
    last = Payment.objects.order_by("pk").last()
    reverse_payment(
        payment=last, session=session, reason="Se equivocó", at=at + timedelta(hours=2), by=supervisor, key="undo"
    )
    assert evaluate_promises(at=at + timedelta(days=8), by=clerk) == 0, "the grace days are not over"
    assert evaluate_promises(at=at + timedelta(days=9), by=clerk) == 1
    assert (state(contact), contact.paid) == ("BROKEN", Decimal("0.00"))


def test_a_part_of_it_is_told_apart(debtor, session, cashier, clerk, at):
    contact = promised(debtor, clerk, at)
    pays(debtor, "30.00", session, cashier, at + timedelta(hours=1))
    evaluate_promises(at=at + timedelta(days=9), by=clerk)
    assert (state(contact), contact.paid) == ("PARTLY", Decimal("30.00"))
    assert broken() == {}
    damage(f"UPDATE collections_collectioncontact SET paid = 0 WHERE id = {contact.pk}")
    assert broken() == {"promises_ended_say_what_was_paid": 1}


def test_a_new_promise_takes_the_place_of_the_one_before(debtor, clerk, at):
    first = promised(debtor, clerk, at)
    second = promised(debtor, clerk, at + timedelta(hours=1), key="k2", promise_amount=Decimal("50.00"))
    assert (state(first), state(second)) == ("REPLACED", "PENDING")


def test_a_selection_keeps_its_filters_and_a_name_in_use_takes_the_new_ones(clerk, at):
    first = save_selection(name="  Tres  meses ", filters=Filters(min_months=3), at=at, by=clerk)
    assert first.name == "Tres meses" and Filters.from_dict(first.filters) == Filters(min_months=3)
    again = save_selection(name="Tres meses", filters=Filters(min_months=4), at=at, by=clerk)
    assert again == first and Filters.from_dict(again.filters).min_months == 4
    withdraw_selection(selection=first, at=at, by=clerk)
    withdraw_selection(selection=first, at=at, by=clerk)
    assert not SavedSelection.objects.filter(is_active=True).exists()
    assert Event.objects.filter(kind="SELECTION_WITHDRAWN").count() == 1


def test_a_selection_of_everything_or_without_name_is_refused(clerk, at):
    with pytest.raises(SelectionNotPossible, match="no filtra nada"):
        save_selection(name="Todo", filters=Filters(), at=at, by=clerk)
    with pytest.raises(SelectionNotPossible, match="Escriba un nombre"):
        save_selection(name=" ", filters=Filters(min_months=3), at=at, by=clerk)


def test_the_night_takes_the_portfolio_and_looks_at_the_promises(law, account, clerk):
    now = clock.now()
    owes(account, clock.today() - timedelta(days=40), "300.00", clerk, now)
    old = now - timedelta(days=20)
    promise = log_contact(
        account=account,
        facts=replace(PROMISE, promise_on=clock.local_day(old) + timedelta(days=2)),
        at=old,
        by=clerk,
        key="night",
    )
    take_todays_arrears(timestamp=0)
    take_todays_arrears(timestamp=0)
    assert ArrearsSnapshot.objects.get().day == clock.today()
    assert state(promise) == "BROKEN"
