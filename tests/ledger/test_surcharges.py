from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.events.models import Event
from cauce.ledger.models import Book, Transfer
from cauce.ledger.operations import accrue_surcharges, post
from cauce.ledger.queries import open_charges, surcharges_due
from cauce.ledger.rules import Allotment
from cauce.registry.models import Hold
from tests.ledger.debts import a_debt, make_account, write_debts
from tests.ledger.test_posting import a_credit

DUE = date(2026, 7, 10)
JULY = date(2026, 7, 1)
pytestmark = pytest.mark.django_db


def test_what_is_overdue_earns_surcharges_once(account, law, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", DUE), a_debt(account, "IVA", "16.00", DUE)], at=at, by=clerk)
    asked = {"account_ids": [account.pk], "rule": law.surcharges, "at": at, "by": clerk}
    first = accrue_surcharges(to=date(2026, 8, 31), key="1", **asked)
    assert [(due.period, due.due_on, due.amount) for due in first] == [(JULY, DUE, Decimal("6.00"))]
    assert accrue_surcharges(to=date(2026, 8, 31), key="2", **asked) == []
    told = Event.objects.get(kind="SURCHARGES_POSTED")
    assert (told.account_id, told.sentence) == (account.pk, "Se cargaron recargos por $6.00, calculados al 31 ago 2026")
    later = accrue_surcharges(to=date(2026, 9, 20), key="3", **asked)
    assert [due.amount for due in later] == [Decimal("3.00")]
    posted = Transfer.objects.filter(concept="RECARGO")
    assert {(row.debit_book, row.credit_book, row.reason) for row in posted} == {
        ("RECEIVABLE", "SURCHARGES", "SURCHARGE")
    }
    assert {row.due_on for row in posted} == {DUE}


def test_nothing_overdue_posts_nothing_and_leaves_the_key_free(account, law, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", date(2026, 9, 30))], at=at, by=clerk)
    assert (
        accrue_surcharges(account_ids=[account.pk], to=date(2026, 9, 30), rule=law.surcharges, key="1", at=at, by=clerk)
        == []
    )
    post(operation="test", entries=[], key="1", body={}, at=at, by=clerk)


def test_a_surcharge_counts_what_was_pending_when_each_month_began(account, law, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "100.00", DUE)], at=at, by=clerk)[0]
    paid_on = date(2026, 8, 10)
    post(
        operation="test",
        entries=[a_credit(account, "60.00", paid_on)],
        allocations=[Allotment(0, charge.pk, Decimal("60.00"), paid_on)],
        key="k",
        body={},
        at=at,
        by=clerk,
    )
    (due,) = surcharges_due([account.pk], date(2026, 8, 11), law.surcharges)
    assert due.amount == Decimal("4.20")


def test_a_waived_surcharge_is_not_charged_again(account, law, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", DUE)], at=at, by=clerk)
    asked = {"account_ids": [account.pk], "rule": law.surcharges, "at": at, "by": clerk}
    accrue_surcharges(to=date(2026, 8, 10), key="1", **asked)
    surcharge = Transfer.objects.get(concept="RECARGO")
    post(
        operation="waive",
        entries=[a_credit(account, "3.00")._replace(debit_book=Book.DISCOUNTS, reason="WAIVER")],
        allocations=[Allotment(0, surcharge.pk, Decimal("3.00"), date(2026, 8, 10))],
        key="k",
        body={},
        at=at,
        by=clerk,
    )
    (due,) = surcharges_due([account.pk], date(2026, 8, 11), law.surcharges)
    assert due.amount == Decimal("3.00")


def test_a_settled_concept_still_counts_in_its_periods_one_rounding(account, law, at, clerk):
    water, sewerage = write_debts(
        [a_debt(account, "AGUA", "10.10", DUE), a_debt(account, "ALCANTARILLADO", "10.10", DUE)], at=at, by=clerk
    )
    asked = {"account_ids": [account.pk], "rule": law.surcharges, "at": at, "by": clerk}
    first = accrue_surcharges(to=date(2026, 8, 10), key="1", **asked)
    assert [due.amount for due in first] == [Decimal("0.61")]  # 0.606, and not 0.30 + 0.30
    post(
        operation="test",
        entries=[a_credit(account, "10.10", date(2026, 8, 10))],
        allocations=[Allotment(0, water.pk, Decimal("10.10"), date(2026, 8, 10))],
        key="k",
        body={},
        at=at,
        by=clerk,
    )
    second = accrue_surcharges(to=date(2026, 8, 11), key="2", **asked)
    assert [due.amount for due in second] == [Decimal("0.30")]  # 0.909 in all
    assert sewerage.pk in {charge.id for charge in open_charges([account.pk])[account.pk]}


def test_a_hold_that_stops_surcharges_stops_them_while_it_lasts(account, law, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", DUE)], at=at, by=clerk)
    Hold.objects.create(
        account=account,
        kind=Hold.Kind.COMPLAINT,
        reason="Recibo alto en revisión",
        stops_surcharges=True,
        valid_from=date(2026, 8, 1),
        valid_until=date(2026, 9, 1),
        placed_by=clerk,
    )
    (due,) = surcharges_due([account.pk], date(2026, 9, 11), law.surcharges)
    assert due.amount == Decimal("6.00")


def test_the_surcharges_of_many_accounts_take_the_same_queries_as_those_of_one(law, at, clerk):
    def queries(count: int) -> int:
        accounts = [make_account() for _ in range(count)]
        write_debts([a_debt(account, "AGUA", "100.00", DUE) for account in accounts], at=at, by=clerk)
        with CaptureQueriesContext(connection) as captured:
            due = surcharges_due([account.pk for account in accounts], date(2026, 8, 31), law.surcharges)
        assert [one.amount for one in due] == [Decimal("6.00")] * count
        return len(captured)

    assert queries(1) == queries(9) == 3
