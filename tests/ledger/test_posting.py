from datetime import date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from cauce.ledger.models import Allocation, Book, ClosedDay, Posting, Reason, Transfer
from cauce.ledger.operations import DayBeingClosed, KeyReused, KeyTooLong, post, write_allocations, write_transfers
from cauce.ledger.queries import balance, booking_day, open_charges
from cauce.ledger.rules import Allotment, Entry
from cauce.registry.models import Account
from cauce.users.models import User
from tests.ledger.debts import a_debt, make_account, transfers_of, write_debts

DUE = date(2026, 8, 20)
pytestmark = pytest.mark.django_db


def a_credit(account: Account, amount: str, on: date = date(2026, 9, 1)) -> Entry:
    return Entry(
        debit_book=Book.CASH,
        credit_book=Book.RECEIVABLE,
        concept="PAGO",
        amount=Decimal(amount),
        effective_on=on,
        reason=Reason.PAYMENT,
        party_id=account.holder_id,
        account_id=account.pk,
    )


def test_an_act_writes_its_transfers_and_what_they_settle(account: Account, at: datetime, clerk: User):
    charge = write_debts([a_debt(account, "AGUA", "100.00", DUE)], at=at, by=clerk)[0]
    posting = post(
        operation="test",
        entries=[a_credit(account, "40.00")],
        allocations=[Allotment(0, charge.pk, Decimal("40.00"), date(2026, 9, 1))],
        key="k",
        body={"amount": "40.00"},
        result={"pesos": Decimal("40.00")},
        at=at,
        by=clerk,
    )
    (credit,) = transfers_of(posting)
    assert credit.booked_on == date(2026, 9, 20)
    assert posting.result == {"pesos": "40.00"}
    assert Posting.objects.get(key="k").result == {"pesos": "40.00"}
    assert Allocation.objects.get().credit == credit
    assert balance(account.pk) == Decimal("60.00")
    assert [charge.pending for charge in open_charges([account.pk])[account.pk]] == [Decimal("60.00")]


def test_the_same_key_and_body_happen_once(account: Account, at: datetime, clerk: User):
    debt = a_debt(account, "AGUA", "100.00", DUE)
    first = post(operation="test", entries=[debt], key="k", body={"a": 1}, at=at, by=clerk)
    second = post(operation="test", entries=[debt], key="k", body={"a": 1}, at=at + timedelta(days=1), by=clerk)
    assert second == first
    assert Transfer.objects.count() == 1


def test_the_same_key_with_another_body_or_operation_is_refused_and_writes_nothing(account, at, clerk):
    debt = a_debt(account, "AGUA", "100.00", DUE)
    post(operation="test", entries=[debt], key="k", body={"a": 1}, at=at, by=clerk)
    with pytest.raises(KeyReused, match="otros datos"):
        post(operation="test", entries=[debt], key="k", body={"a": 2}, at=at, by=clerk)
    with pytest.raises(KeyReused):
        post(operation="other", entries=[debt], key="k", body={"a": 1}, at=at, by=clerk)
    assert Transfer.objects.count() == 1


def test_a_key_that_does_not_fit_is_refused(at, clerk):
    with pytest.raises(KeyTooLong):
        post(operation="test", entries=[], key="k" * 121, body={}, at=at, by=clerk)


def test_an_act_never_enters_a_closed_day(account: Account, at: datetime, clerk: User):
    for day in (date(2026, 9, 20), date(2026, 9, 21)):
        ClosedDay.objects.create(day=day, closed_at=at, closed_by=clerk)
    assert booking_day(at) == date(2026, 9, 22)
    (late,) = write_debts([a_debt(account, "AGUA", "1.00", DUE)], at=at, by=clerk)
    assert late.booked_on == date(2026, 9, 22)


def refuses(match: str):
    return pytest.raises((IntegrityError, psycopg.IntegrityError), match=match)


def test_the_database_refuses_an_entry_in_a_closed_day_and_it_is_said(account: Account, at: datetime, clerk: User):
    ClosedDay.objects.create(day=date(2026, 9, 20), closed_at=at, closed_by=clerk)
    posting = post(operation="test", entries=[], key="k", body={}, at=at, by=clerk)
    with pytest.raises(DayBeingClosed, match="vuelva a intentar"), transaction.atomic():
        write_transfers(posting=posting, entries=[a_debt(account, "AGUA", "1.00", DUE)], booked_on=date(2026, 9, 20))


@pytest.mark.parametrize("table", ["ledger_posting", "ledger_transfer", "ledger_allocation", "ledger_closedday"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_is_written_is_neither_changed_nor_erased(table: str, verb: str, account, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "10.00", DUE)], at=at, by=clerk)[0]
    post(
        operation="test",
        entries=[a_credit(account, "10.00")],
        allocations=[Allotment(0, charge.pk, Decimal("10.00"), DUE)],
        key="k",
        body={},
        at=at,
        by=clerk,
    )
    ClosedDay.objects.create(day=date(2020, 1, 1), closed_at=at, closed_by=clerk)
    column = "day" if table == "ledger_closedday" else "id"
    with refuses("append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE does not wait for foreign keys still to be checked
        cursor.execute(verb.format(table, column, column))


@pytest.mark.parametrize("allotments", [["40.01"], ["20.00", "20.01"]])
def test_the_database_refuses_to_settle_more_than_the_credit(allotments: list[str], account, at, clerk):
    charges = write_debts([a_debt(account, "AGUA", "100.00", DUE)] * 2, at=at, by=clerk)
    with refuses("exceeds its credit"), transaction.atomic():
        post(
            operation="test",
            entries=[a_credit(account, "40.00")],
            allocations=[
                Allotment(0, charge.pk, Decimal(amount), DUE)
                for charge, amount in zip(charges, allotments, strict=False)
            ],
            key="k",
            body={},
            at=at,
            by=clerk,
        )


def test_the_database_refuses_to_settle_more_than_the_charge(account, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "30.00", DUE)], at=at, by=clerk)[0]
    with refuses("exceeds its charge"), transaction.atomic():
        post(
            operation="test",
            entries=[a_credit(account, "20.00"), a_credit(account, "20.00")],
            allocations=[Allotment(n, charge.pk, Decimal("20.00"), DUE) for n in (0, 1)],
            key="k",
            body={},
            at=at,
            by=clerk,
        )


def test_the_database_refuses_to_settle_the_charge_of_another_account(account, at, clerk):
    other = make_account()
    charge = write_debts([a_debt(other, "AGUA", "30.00", DUE)], at=at, by=clerk)[0]
    with refuses("its own account"), transaction.atomic():
        post(
            operation="test",
            entries=[a_credit(account, "20.00")],
            allocations=[Allotment(0, charge.pk, Decimal("20.00"), DUE)],
            key="k",
            body={},
            at=at,
            by=clerk,
        )


def test_the_database_refuses_half_a_reversal_and_a_second_one(account, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "30.00", DUE)], at=at, by=clerk)[0]
    opposite = a_debt(account, "AGUA", "30.00", DUE)._replace(
        debit_book=Book.REVENUE, credit_book=Book.RECEIVABLE, reason=Reason.REVERSAL, reverses_id=charge.pk
    )
    with refuses("the whole of its original"), transaction.atomic():
        write_debts([opposite._replace(amount=Decimal("29.99"))], at=at, by=clerk)
    write_debts([opposite], at=at, by=clerk)
    with refuses("transfer_reversed_once"), transaction.atomic():
        write_debts([opposite], at=at, by=clerk)


def test_the_database_refuses_a_mirror_that_is_not_exact(account, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "30.00", DUE)], at=at, by=clerk)[0]
    posting = post(
        operation="test",
        entries=[a_credit(account, "20.00")],
        allocations=[Allotment(0, charge.pk, Decimal("20.00"), DUE)],
        key="k",
        body={},
        at=at,
        by=clerk,
    )
    original = Allocation.objects.get()
    with refuses("a mirrored allocation"), transaction.atomic():
        write_allocations(
            posting=posting,
            allotments=[Allotment(original.credit_id, charge.pk, Decimal("-19.99"), DUE, original.pk)],
        )


NOBODY = 10**12


@pytest.mark.parametrize("count", [1, 100])
@pytest.mark.parametrize("column", ["charge_id", "credit_id", "posting_id"])
def test_the_database_refuses_an_allocation_of_what_does_not_exist(column: str, count: int, account, at, clerk):
    """One by one and by COPY: one bad row among good ones is enough."""
    charge = write_debts([a_debt(account, "AGUA", "100.00", DUE)], at=at, by=clerk)[0]
    posting = post(operation="test", entries=[a_credit(account, "100.00")], key="k", body={}, at=at, by=clerk)
    credit = Transfer.objects.get(posting=posting)
    good = Allotment(credit.pk, charge.pk, Decimal("1.00"), DUE)
    bad = {"charge_id": good._replace(charge_id=NOBODY), "credit_id": good._replace(credit=NOBODY)}.get(column, good)
    if column == "posting_id":
        posting = Posting(pk=NOBODY)
    with refuses(f"ledger_allocation.{column} points to nothing"), transaction.atomic():
        write_allocations(posting=posting, allotments=[*[good] * (count - 1), bad])


def test_the_database_refuses_to_settle_what_is_no_charge_or_with_what_is_no_credit(account, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "30.00", DUE)], at=at, by=clerk)[0]
    posting = post(operation="test", entries=[a_credit(account, "30.00")], key="k", body={}, at=at, by=clerk)
    credit = Transfer.objects.get(posting=posting)
    for name, fault in (
        ("exceeds its charge", Allotment(credit.pk, credit.pk, Decimal("1.00"), DUE)),
        ("exceeds its credit", Allotment(charge.pk, charge.pk, Decimal("1.00"), DUE)),
    ):
        with refuses(name), transaction.atomic():
            write_allocations(posting=posting, allotments=[fault])


def test_a_reversal_and_a_mirror_are_of_something_that_exists_and_happen_once(account, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "30.00", DUE)], at=at, by=clerk)[0]
    posting = post(
        operation="test",
        entries=[a_credit(account, "20.00")],
        allocations=[Allotment(0, charge.pk, Decimal("20.00"), DUE)],
        key="k",
        body={},
        at=at,
        by=clerk,
    )
    original = Allocation.objects.get()
    mirror = Allotment(original.credit_id, charge.pk, Decimal("-20.00"), DUE, original.pk)
    with refuses("a mirrored allocation undoes"), transaction.atomic():
        write_allocations(posting=posting, allotments=[mirror._replace(reverses_id=NOBODY)])
    with refuses("a reversal undoes"), transaction.atomic():
        reversal = a_credit(account, "30.00")._replace(reason=Reason.REVERSAL, reverses_id=NOBODY)
        write_transfers(posting=posting, entries=[reversal], booked_on=date(2026, 9, 20))
    write_allocations(posting=posting, allotments=[mirror])
    with refuses("allocation_reversed_once"), transaction.atomic():
        write_allocations(posting=posting, allotments=[mirror])


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("transfer_amount_positive", {"amount": Decimal("0.00")}),
        ("transfer_between_two_books", {"credit_book": "RECEIVABLE"}),
        ("transfer_books_known", {"credit_book": "CAJON"}),
        ("transfer_book_needs_party", {"party_id": None, "account_id": None}),
        ("transfer_account_has_party", {"party_id": None, "debit_book": "CASH"}),
        ("transfer_reversal_says_of_what", {"reason": "REVERSAL"}),
    ],
)
def test_the_database_refuses_a_transfer_that_makes_no_sense(constraint: str, change: dict, account, at, clerk):
    with refuses(constraint), transaction.atomic():
        write_debts([a_debt(account, "AGUA", "30.00", DUE)._replace(**change)], at=at, by=clerk)


@pytest.mark.parametrize(("amount", "reverses"), [("-1.00", False), ("1.00", True)])
def test_the_database_refuses_an_allocation_with_the_wrong_sign(amount: str, reverses: bool, account, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "30.00", DUE)], at=at, by=clerk)[0]
    posting = post(
        operation="test",
        entries=[a_credit(account, "20.00")],
        allocations=[Allotment(0, charge.pk, Decimal("10.00"), DUE)],
        key="k",
        body={},
        at=at,
        by=clerk,
    )
    original = Allocation.objects.get()
    with refuses("allocation_sign"), transaction.atomic():
        write_allocations(
            posting=posting,
            allotments=[
                Allotment(original.credit_id, charge.pk, Decimal(amount), DUE, original.pk if reverses else None)
            ],
        )
