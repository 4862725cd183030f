"""The invariants hold over a town that has done a bit of everything, and each one notices what it is for."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner

from cauce.billing.operations import approve_run, open_run, plan_run, start_issuing
from cauce.billing.tasks import work_on_run
from cauce.cashier.models import Receipt, Tender
from cauce.cashier.operations import PaymentShare, issue_payment_order, reverse_payment, take_payment
from cauce.cashier.rules import OrderLine, Tendered
from cauce.cli.verify import verify as verify_command
from cauce.ledger.models import ClosedDay
from cauce.reports.queries import invariants
from cauce.users.models import User
from tests.ledger.debts import a_debt, make_account, write_debts
from tests.reports import (
    test_verify_adjustments,
    test_verify_agreements,
    test_verify_arrears,
    test_verify_books,
    test_verify_claims,
    test_verify_corrections,
    test_verify_guidelines,
    test_verify_metering,
    test_verify_orders,
    test_verify_park,
    test_verify_sessions,
)
from tests.reports.damage import broken, damage

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def town(law, session, cashier, supervisor, clerk, at) -> None:
    """Three accounts: old debts, a payment in part, one with money in favour, one undone, an order, a billed cycle."""
    approver = User.objects.get(username="cli-autoriza")
    debtor, saver, wrong = make_account("000101"), make_account("000102"), make_account("000103")
    write_debts(
        [
            a_debt(debtor, "AGUA", "100.00", date(2026, 7, 10)),
            a_debt(debtor, "IVA", "16.00", date(2026, 7, 10)),
            a_debt(debtor, "AGUA", "80.00", date(2026, 8, 9)),
        ],
        at=at,
        by=clerk,
    )

    def pay(account, amount: str, key: str, method: Tender.Method = Tender.Method.CASH, **given):
        share = PaymentShare(account=account, amount=Decimal(amount), **given)
        asked = {"shares": [share], "tenders": [Tendered(method, share.amount)], "session": session}
        return take_payment(**asked, at=at, by=cashier, key=key)

    pay(debtor, "150.00", "debtor")
    pay(saver, "900.00", "saver", Tender.Method.TRANSFER)
    mistaken = pay(wrong, "50.00", "wrong")
    reverse_payment(payment=mistaken, session=session, reason="Cuenta equivocada", at=at, by=supervisor, key="undo")
    order = issue_payment_order(
        party=wrong.holder,
        account=wrong,
        lines=[
            OrderLine(
                concept="PIPA",
                description="Agua en pipa",
                quantity=Decimal(1),
                unit_price=Decimal("500"),
                vat_percent=Decimal(16),
            )
        ],
        expires_on=date(2026, 9, 30),
        at=at,
        by=clerk,
        key="order",
    )
    pay(wrong, "580.00", "order paid", directed_to=order.document)
    run = open_run(period=SEPTEMBER, cycle=1, at=at, by=clerk)
    plan_run(run, at=at, by=clerk)
    work_on_run(run.pk)
    run.refresh_from_db()
    approve_run(run, at=at, by=approver)
    start_issuing(run, at=at, by=clerk)
    work_on_run(run.pk)
    ClosedDay.objects.create(day=date(2026, 9, 1), closed_at=at - timedelta(days=15), closed_by=clerk)


def test_there_are_many_invariants_each_with_its_name_and_sentence():
    names = [invariant.name for invariant in invariants()]
    assert len(names) == len(set(names)) >= 12
    assert all(invariant.sentence.endswith(".") for invariant in invariants())


def test_nothing_is_broken_in_an_empty_database():
    assert broken() == {}


def test_nothing_is_broken_in_a_town_that_works(town):
    assert Receipt.objects.count() == 4
    assert broken() == {}


A_CREDIT = "(SELECT min(credit_id) FROM ledger_allocation)"
A_REVERSAL = "(SELECT min(id) FROM ledger_transfer WHERE reverses_id IS NOT NULL)"
A_SURCHARGE = "(SELECT min(id) FROM ledger_transfer WHERE concept = 'RECARGO')"
A_RECEIPT = "(SELECT min(document_id) FROM cashier_receipt)"
COPY_OF_BILL = (
    "CREATE TEMP TABLE again ON COMMIT DROP AS SELECT * FROM billing_bill LIMIT 1",
    "UPDATE again SET document_id = (SELECT min(id) FROM documents_document), run_id = NULL",
    "ALTER TABLE billing_bill DROP CONSTRAINT IF EXISTS bill_one_per_account_and_period",
    "DROP INDEX IF EXISTS bill_one_per_account_and_period",
    "INSERT INTO billing_bill SELECT * FROM again",
)


@pytest.mark.parametrize(
    ("check", "statements"),
    [
        (
            "transfers_make_sense",
            [
                "ALTER TABLE ledger_transfer DROP CONSTRAINT transfer_books_known",
                "UPDATE ledger_transfer SET credit_book = 'CAJON' WHERE reason = 'PAYMENT'",
            ],
        ),
        ("references_lead_somewhere", ["UPDATE ledger_transfer SET document_id = -1 WHERE credit_book = 'ADVANCES'"]),
        ("references_lead_somewhere", ["UPDATE registry_account SET route_id = -1 WHERE number = '000103'"]),
        (
            "balances_are_their_pending_charges",
            [f"UPDATE ledger_transfer SET amount = amount + 0.01 WHERE id = {A_CREDIT}"],
        ),
        (
            "charges_are_not_settled_beyond_their_amount",
            ["UPDATE ledger_transfer SET amount = 0.01 WHERE id = (SELECT min(charge_id) FROM ledger_allocation)"],
        ),
        ("credits_are_used_whole", ["DELETE FROM ledger_allocation WHERE amount > 0"]),
        (
            "allocations_stay_within_one_debtor",
            [f"UPDATE ledger_transfer SET account_id = account_id + 1 WHERE id = {A_CREDIT}"],
        ),
        (
            "reversals_are_whole_and_once",
            [f"UPDATE ledger_transfer SET amount = amount - 0.01 WHERE id = {A_REVERSAL}"],
        ),
        (
            "allocations_are_mirrored_exactly",
            [
                "ALTER TABLE ledger_allocation DROP CONSTRAINT allocation_sign",
                "UPDATE ledger_allocation SET amount = -amount WHERE id = (SELECT min(id) FROM ledger_allocation)",
            ],
        ),
        ("advances_are_never_overdrawn", ["UPDATE ledger_transfer SET amount = 0.01 WHERE credit_book = 'ADVANCES'"]),
        ("vat_collected_is_vat_paid", ["DELETE FROM ledger_transfer WHERE credit_book = 'VAT_COLLECTED'"]),
        ("surcharges_stay_within_the_law", [f"UPDATE ledger_transfer SET amount = 99 WHERE id = {A_SURCHARGE}"]),
        (
            "surcharges_are_not_charged_before_the_due_date",
            [f"UPDATE ledger_transfer SET effective_on = due_on WHERE id = {A_SURCHARGE}"],
        ),
        ("acts_happen_once", ["UPDATE ledger_posting SET body_sha256 = '' WHERE key = 'debtor'"]),
        (
            "closed_days_stay_closed",
            ["UPDATE ledger_transfer SET booked_on = '2026-09-01' WHERE id = (SELECT min(id) FROM ledger_transfer)"],
        ),
        ("one_live_bill_per_account_and_period", COPY_OF_BILL),
        ("bills_are_their_lines", ["UPDATE billing_billline SET amount = amount + 0.01 WHERE position = 1"]),
        (
            "bills_are_their_charges",
            ["UPDATE ledger_transfer SET due_on = due_on + 1 WHERE reason = 'BILL' AND document_id IS NOT NULL"],
        ),
        (
            "bills_say_what_was_in_favour",
            ["UPDATE billing_bill SET advance_applied = advance_applied + 1, amount_due = amount_due - 1"],
        ),
        (
            "bills_say_what_was_discounted",
            ["UPDATE billing_bill SET discount = discount + 1, amount_due = amount_due - 1"],
        ),
        (
            "issued_runs_are_whole",
            ["DELETE FROM billing_billline", "DELETE FROM billing_bill WHERE position = 0"],
        ),
        (
            "every_active_account_is_in_one_cycle",
            [
                "ALTER TABLE registry_account DROP CONSTRAINT account_in_one_cycle",
                "UPDATE registry_account SET cycle = 4 WHERE number = '000101'",
            ],
        ),
        ("folios_have_no_gaps", [f"DELETE FROM documents_document WHERE id = {A_RECEIPT}"]),
        (
            "receipts_are_their_transfers",
            [f"UPDATE cashier_receipt SET amount = amount + 1, applied = applied + 1 WHERE document_id = {A_RECEIPT}"],
        ),
        ("payments_are_their_tenders_and_receipts", ["UPDATE cashier_tender SET amount = amount + 1"]),
        ("receipts_are_cancelled_whole_and_once", ["DELETE FROM cashier_receiptcancellation"]),
        ("cash_movements_are_their_transfers", ["UPDATE cashier_cashmovement SET method = 'CASH'"]),
        ("payment_orders_are_their_lines_and_charges", ["UPDATE cashier_paymentorder SET total = total + 1"]),
        ("what_is_written_is_protected", ["ALTER TABLE ledger_transfer DISABLE TRIGGER USER"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_invariant_notices_what_breaks_it(town, check: str, statements: list[str]):
    damage(*statements)
    assert check in broken()


def test_every_invariant_is_tried():
    tried = {
        parameters[0]
        for mark in test_each_invariant_notices_what_breaks_it.pytestmark
        if mark.name == "parametrize"
        for parameters in mark.args[1]
    }
    others = (
        test_verify_adjustments,
        test_verify_agreements,
        test_verify_arrears,
        test_verify_books,
        test_verify_claims,
        test_verify_corrections,
        test_verify_guidelines,
        test_verify_metering,
        test_verify_orders,
        test_verify_park,
        test_verify_sessions,
    )
    tried |= {check for module in others for check, _ in module.CHECKS}
    assert tried == {invariant.name for invariant in invariants()}


def test_the_command_says_what_is_broken_and_fails(town):
    clean = CliRunner().invoke(verify_command, ["--json"])
    assert clean.exit_code == 0
    document = json.loads(clean.stdout)
    assert document["ok"] is True
    assert {"name": "folios_have_no_gaps", "broken": 0} in document["checks"]
    damage("UPDATE ledger_posting SET body_sha256 = '' WHERE key = 'debtor'")
    dirty = CliRunner().invoke(verify_command, ["--json"])
    assert dirty.exit_code == 1
    assert json.loads(dirty.stdout)["ok"] is False
    assert "acts_happen_once" in dirty.stderr
