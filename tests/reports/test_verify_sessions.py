"""The invariants of the drawer, of its close and of the receipts without power notice what breaks them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import SessionClose
from cauce.cashier.operations import (
    PaymentShare,
    capture_contingency,
    close_session,
    count_drawer,
    open_desk,
    open_session,
    print_contingency_block,
    review_session,
    take_payment,
    withdraw_cash,
)
from cauce.cashier.rules import Tendered
from cauce.users.models import User
from tests.ledger.debts import make_account
from tests.reports.damage import broken, damage

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(law, account, at) -> None:
    """Two desks closed, one short and one over, each with its bags; a third one open."""
    supervisor = User.objects.create(username="supervisora", full_name="Elena Mora")
    for number, counted in enumerate(({"100": 4, "10": 4}, {"100": 4, "50": 2}, None), start=1):
        cashier = User.objects.create(username=f"cajero{number}", full_name=f"Cajero {number}")
        desk = open_desk(code=f"V{number}", name=f"Ventanilla {number}", series=f"V{number}")
        session = open_session(desk=desk, cashier=cashier, denominations={"100": 2}, at=at)
        block = print_contingency_block(desk=desk, count=3, at=at - timedelta(days=2), by=supervisor)
        share = PaymentShare(account=make_account(), amount=Decimal("450.00"))
        capture_contingency(
            block=block,
            number=2,
            share=share,
            tenders=[Tendered("CASH", Decimal("450.00"))],
            received_at=at - timedelta(days=1),
            session=session,
            at=at,
            by=cashier,
            key=f"ct {number}",
        )
        take_payment(
            shares=[PaymentShare(account=account, amount=Decimal("70.00"))],
            tenders=[Tendered("CARD", Decimal("70.00"))],
            session=session,
            at=at,
            by=cashier,
            key=f"card {number}",
        )
        withdraw_cash(
            session=session,
            bag=f"B-{number}",
            denominations={"200": 1},
            received_by=supervisor,
            at=at,
            by=cashier,
            key=f"retiro {number}",
        )
        count_drawer(session=session, denominations={"100": 4}, at=at, by=supervisor, key=f"arqueo {number}")
        if counted is not None:
            declared = {"CARD": Decimal("70.00")}
            close = close_session(
                session=session, denominations=counted, declared=declared, at=at, by=cashier, key=f"corte {number}"
            )
            review_session(close=close, note="Contado dos veces", at=at, by=supervisor)


AN_ACT = "(SELECT min(difference_document_id) FROM cashier_sessionclose)"
A_REVIEWER = "(SELECT min(reviewed_by_id) FROM cashier_sessionreview)"
A_DAY = "SELECT day, opened_at, cashier_id FROM cashier_cashsession LIMIT 1"
TOO_LATE = "captured_at + interval '1 day'"
A_BAG = '[{"bag": "B", "amount": "1.00"}]'
A_BILL = '{"100": 1}'

CHECKS = [
    ("sessions_expect_what_moved", ["UPDATE cashier_cashwithdrawal SET amount = amount + 1"]),
    ("sessions_expect_what_moved", ["UPDATE cashier_cashmovement SET amount = amount + 1 WHERE method = 'CARD'"]),
    ("sessions_expect_what_moved", ['UPDATE cashier_sessionclose SET expected = expected || \'{"CHEQUE": "9.00"}\'']),
    ("sessions_expect_what_moved", ["UPDATE cashier_cashsession SET opening_float = 1"]),
    ("counts_are_their_pieces", [f"UPDATE cashier_cashcount SET denominations = '{A_BILL}' WHERE kind = 'SURPRISE'"]),
    ("counts_are_their_pieces", ["UPDATE cashier_cashwithdrawal SET denominations = '{}'"]),
    ("counts_are_their_pieces", ["UPDATE cashier_bankdeposit SET denominations = '{}'"]),
    ("counts_are_their_pieces", ["UPDATE cashier_cashsession SET opening_float = 1"]),
    ("closes_say_their_difference", ["UPDATE cashier_sessionclose SET difference = 0"]),
    ("closes_say_their_difference", ["UPDATE cashier_cashcount SET total = total + 1 WHERE kind = 'CLOSE'"]),
    ("closes_say_their_difference", ["UPDATE cashier_sessionclose SET declared = '{}'"]),
    ("closed_sessions_leave_no_cash", ["UPDATE ledger_transfer SET amount = amount - 1 WHERE reason = 'DEPOSIT'"]),
    ("closed_sessions_leave_no_cash", ["UPDATE cashier_cashsession SET closed_at = NULL"]),
    ("closed_sessions_leave_no_cash", ["UPDATE cashier_cashsession SET closed_at = opened_at"]),
    ("shortages_are_owed_and_surpluses_kept", ["DELETE FROM ledger_transfer WHERE reason = 'SHORTAGE'"]),
    ("shortages_are_owed_and_surpluses_kept", ["UPDATE ledger_transfer SET amount = 1 WHERE reason = 'SURPLUS'"]),
    ("shortages_are_owed_and_surpluses_kept", ["DELETE FROM registry_stafflink"]),
    ("shortages_are_owed_and_surpluses_kept", ["UPDATE cashier_sessionclose SET difference_document_id = NULL"]),
    ("deposits_are_what_left_the_drawer", ["UPDATE cashier_bankdeposit SET cash = cash + 1"]),
    ("deposits_are_what_left_the_drawer", [f"UPDATE cashier_bankdeposit SET bags = '{A_BAG}'"]),
    ("deposits_are_what_left_the_drawer", ["UPDATE ledger_transfer SET debit_book = 'BANK' WHERE reason = 'DEPOSIT'"]),
    (
        "deposits_are_what_left_the_drawer",
        [f"UPDATE ledger_transfer SET document_id = {AN_ACT} WHERE reason = 'DEPOSIT'"],
    ),
    ("closes_are_reviewed_by_somebody_else", [f"UPDATE cashier_sessionclose SET closed_by_id = {A_REVIEWER}"]),
    ("closes_are_reviewed_by_somebody_else", [f"INSERT INTO ledger_closedday (day, closed_at, closed_by_id) {A_DAY}"]),
    ("contingency_folios_are_printed_ones", ["UPDATE cashier_contingencyreceipt SET number = 4"]),
    ("contingency_folios_are_printed_ones", [f"UPDATE cashier_contingencyreceipt SET received_at = {TOO_LATE}"]),
]


def test_nothing_is_broken_where_drawers_are_counted_and_closed(town):
    assert sorted(close.difference for close in SessionClose.objects.all()) == [Decimal("-10.00"), Decimal("50.00")]
    assert broken() == {}


@pytest.mark.parametrize(("check", "statements"), CHECKS, ids=lambda value: value if isinstance(value, str) else "")
def test_each_invariant_notices_what_breaks_it(town, check: str, statements: list[str]):
    damage(*statements)
    assert check in broken()
