"""What is owed once a run is issued."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.billing.models import Bill, BillingRun, BillLine
from cauce.billing.operations import approve_run, issue_chunk, start_issuing, work_on_run
from cauce.billing.queries import bill_sheet, live_bill, proof_sheet, sheets_of_run
from cauce.ledger.models import Book, ClosedDay, Reason, Transfer
from cauce.ledger.operations import post
from cauce.ledger.queries import balance, open_charges
from cauce.ledger.rules import Entry
from cauce.registry.models import Account, Customer, Hold
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.billing.cycles import DUE_ON, ISSUED_ON, OCTOBER, SEPTEMBER, an_account, computed, issued
from tests.ledger.debts import a_debt, write_debts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
BEFORE = date(2026, 9, 1)


@pytest.fixture
def bill_of(at: datetime, clerk: User, approver: User):
    def bill_of(account: Account) -> Bill:
        issued(at=at, by=clerk, approved_by=approver)
        assert [check.name for check in verify() if check.broken] == []
        return Bill.objects.get(account=account)

    return bill_of


def give_in_favour(account: Account, amount: str, *, at: datetime, by: User) -> None:
    entry = Entry(
        debit_book=Book.CASH,
        credit_book=Book.ADVANCES,
        concept="SALDO_A_FAVOR",
        amount=Decimal(amount),
        effective_on=BEFORE,
        reason=Reason.PAYMENT,
        party_id=account.holder_id,
        account_id=account.pk,
    )
    post(operation="test", entries=[entry], key=f"in favour {account.pk}", body={}, at=at, by=by)


def test_a_bill_is_its_lines_and_its_transfers(bill_of):
    bill = bill_of(an_account(m3=18, has_sewerage=True, has_treatment=True))
    lines = list(bill.lines.order_by("position").values_list("position", "concept", "amount", "vat"))
    assert [line[:2] for line in lines] == [(1, "AGUA"), (2, "ALCANTARILLADO"), (3, "TRATAMIENTO")]
    charges = {
        (transfer.concept, transfer.amount)
        for transfer in Transfer.objects.filter(document=bill.document, reason=Reason.BILL)
    }
    assert charges == {(concept, amount) for _, concept, amount, _ in lines} | {("IVA", bill.vat)}
    assert bill.total == sum(amount + vat for _, _, amount, vat in lines) == balance(bill.account_id)
    assert (bill.issued_on, bill.due_on, bill.amount_due) == (ISSUED_ON, DUE_ON, bill.total)
    assert (bill.previous_value, bill.current_value, bill.volume_m3) == (1000, 1018, 18)
    assert bill.document.folio == "R-000001"
    assert bill.proof["code"] == "001"


def test_a_bill_of_nothing_charges_nothing(bill_of):
    account = an_account(m3=18, exemption="DOMINIO_PUBLICO", has_sewerage=True)
    bill = bill_of(account)
    assert (bill.total, bill.amount_due, bill.lines.count()) == (0, 0, 2)
    assert not Transfer.objects.filter(account=account).exists()
    assert any("dominio público" in step.lower() for step in proof_sheet(bill.pk, printed_on=ISSUED_ON).notes)


def test_overdue_debts_are_told_apart_and_bear_their_surcharges(bill_of, at: datetime, clerk: User):
    account = an_account()
    write_debts(
        [
            a_debt(account, "AGUA", "100.00", date(2025, 12, 20)),
            a_debt(account, "AGUA", "200.00", date(2026, 7, 20)),
            a_debt(account, "IVA", "6.40", date(2026, 7, 20)),
        ],
        at=at,
        by=clerk,
    )
    bill = bill_of(account)
    # Nine and two started months at 3 %: 27.00 and 12.00.
    assert (bill.prior_year_debt, bill.arrears, bill.surcharges) == tuple(map(Decimal, ("100.00", "206.40", "39.00")))
    assert (bill.months_overdue, bill.other_charges, bill.advance_applied) == (2, 0, 0)
    assert bill.debt_detail == {"periods": ["2026-07-01"], "prior_year_periods": ["2025-12-01"], "others": {}}
    assert bill.amount_due == bill.total + Decimal("345.40") == balance(account.pk)
    assert set(Transfer.objects.filter(concept="RECARGO").values_list("document_id", flat=True)) == {bill.pk}
    sheet = bill_sheet(bill.pk)
    assert (sheet.total, sheet.prior_year_debt, sheet.months_overdue) == (bill.amount_due, Decimal("100.00"), 2)


def test_instalments_of_the_old_system_are_asked_for_when_they_fall_due(bill_of, at: datetime, clerk: User):
    account = an_account()
    write_debts(
        [
            a_debt(account, "CONVENIO", "80.00", DUE_ON, book=Book.FORMER_AGREEMENTS),
            a_debt(account, "CONVENIO", "81.00", date(2026, 10, 20), book=Book.FORMER_AGREEMENTS, on=BEFORE),
        ],
        at=at,
        by=clerk,
    )
    bill = bill_of(account)
    assert (bill.other_charges, bill.surcharges, bill.months_overdue) == (Decimal("80.00"), 0, 0)
    assert bill.amount_due == bill.total + 80
    assert balance(account.pk) == bill.amount_due + 81


def test_money_in_favour_pays_part_of_the_bill(bill_of, at: datetime, clerk: User):
    account = an_account()
    give_in_favour(account, "50.00", at=at, by=clerk)
    bill = bill_of(account)
    assert bill.advance_applied == Decimal("50.00")
    assert bill.amount_due == bill.total - 50 == balance(account.pk)


def test_money_in_favour_beyond_the_bill_stays_in_favour(bill_of, at: datetime, clerk: User):
    account = an_account()
    give_in_favour(account, "5000.00", at=at, by=clerk)
    bill = bill_of(account)
    assert (bill.advance_applied, bill.amount_due) == (bill.total, 0)
    assert open_charges([account.pk]) == {}
    assert balance(account.pk) == bill.total - 5000


def test_money_in_favour_that_pays_an_instalment_before_its_day_says_so_in_the_bill(bill_of, at: datetime, clerk: User):
    account = an_account()
    later = [
        a_debt(account, "CONVENIO", "60.00", due_on, book=Book.FORMER_AGREEMENTS, on=BEFORE)
        for due_on in (date(2026, 10, 20), date(2026, 11, 20))
    ]
    write_debts(later, at=at, by=clerk)
    give_in_favour(account, "350.00", at=at, by=clerk)
    bill = bill_of(account)
    ahead = 350 - bill.total
    assert Decimal("60.00") < ahead < Decimal("120.00")
    assert bill.debt_detail["others"] == {"CONVENIO": str(ahead)}
    assert (bill.other_charges, bill.advance_applied, bill.amount_due) == (ahead, 350, 0)
    assert balance(account.pk) == 120 - ahead


def test_money_in_favour_pays_the_oldest_debt_first(bill_of, at: datetime, clerk: User):
    account = an_account()
    write_debts([a_debt(account, "AGUA", "100.00", date(2026, 8, 20))], at=at, by=clerk)
    give_in_favour(account, "103.00", at=at, by=clerk)
    bill = bill_of(account)
    assert (bill.arrears, bill.surcharges, bill.advance_applied) == tuple(map(Decimal, ("100.00", "3.00", "103.00")))
    assert bill.amount_due == bill.total


def test_what_was_approved_is_issued_whatever_happened_to_the_account_since(at: datetime, clerk: User, approver: User):
    held, closed, sold = an_account(), an_account(m3=10), an_account()
    run = approve_run(computed(at=at, by=clerk), at=at, by=approver)
    Hold.objects.create(
        account=held, kind=Hold.Kind.values[0], reason="Queja", stops_billing=True, valid_from=BEFORE, placed_by=clerk
    )
    Account.objects.filter(pk=closed.pk).update(state=Account.State.CLOSED)
    buyer = Customer.objects.create(name="COMPRADORA NUEVA", name_key="COMPRADORA NUEVA")
    Account.objects.filter(pk=sold.pk).update(holder=buyer)
    work_on_run(start_issuing(run, at=at, by=clerk), moment=lambda: at)
    assert Bill.objects.count() == 3
    bill = live_bill(account_id=sold.pk, period=SEPTEMBER)
    assert bill is not None
    assert (bill.party, bill.holder_name) == (buyer, "COMPRADORA NUEVA")
    assert set(Transfer.objects.filter(document=bill.document).values_list("party_id", flat=True)) == {buyer.pk}
    assert [check.name for check in verify() if check.broken] == []


def test_bills_enter_the_first_open_day_when_theirs_is_closed(at: datetime, clerk: User, approver: User):
    an_account()
    ClosedDay.objects.create(day=ISSUED_ON, closed_at=at, closed_by=clerk)
    issued(at=at, by=clerk, approved_by=approver)
    transfer = Transfer.objects.filter(reason=Reason.BILL).first()
    assert transfer is not None
    assert (transfer.effective_on, transfer.booked_on) == (ISSUED_ON, date(2026, 9, 6))


def test_folios_follow_the_order_of_delivery_and_go_on_in_the_next_run(at: datetime, clerk: User, approver: User):
    accounts = [an_account() for _ in range(3)]
    issued(at=at, by=clerk, approved_by=approver)
    run = issued(at=at, by=clerk, approved_by=approver, period=OCTOBER)
    assert [(sheet.account, sheet.folio) for sheet in sheets_of_run(run)] == [
        (account.number, f"R-{number:06d}") for number, account in enumerate(accounts, 4)
    ]
    second = Bill.objects.filter(run=run).first()
    assert second is not None
    assert (second.months_overdue, second.arrears) == (
        1,
        Bill.objects.get(account=second.account, period=SEPTEMBER).total,
    )


def a_chunk_of(accounts: int, *, at: datetime, clerk: User, approver: User) -> BillingRun:
    """A run ready to be issued where every kind of account is found."""
    for place in range(accounts):
        account = an_account(m3=place + 1, has_sewerage=True)
        if place % 3 == 0:
            write_debts([a_debt(account, "AGUA", "100.00", date(2026, 8, 20))], at=at, by=clerk)
        if place % 3 == 1:
            give_in_favour(account, "20.00", at=at, by=clerk)
    return start_issuing(approve_run(computed(at=at, by=clerk), at=at, by=approver), at=at, by=clerk)


@pytest.mark.parametrize("accounts", [3, 40])
def test_a_chunk_is_issued_in_as_many_queries_whatever_its_size(
    at: datetime, clerk: User, approver: User, accounts: int
):
    run = a_chunk_of(accounts, at=at, clerk=clerk, approver=approver)
    with CaptureQueriesContext(connection) as queries:
        assert issue_chunk(run, at=at, by=approver)
    assert len(queries) == 25, [query["sql"][:80] for query in queries]
    assert Bill.objects.count() == accounts
    assert BillLine.objects.count() == 2 * accounts


def test_the_proof_of_who_only_discharges_says_so(bill_of):
    account = an_account(has_water=False, has_sewerage=True, discharge_m3=30)
    bill = bill_of(account)
    assert [line.concept for line in bill.lines.all()] == ["ALCANTARILLADO"]
    assert "Sólo drenaje" in proof_sheet(bill.pk, printed_on=ISSUED_ON).readings
