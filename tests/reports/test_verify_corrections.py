"""The invariants of what puts a payment right notice what breaks them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import ClearingMatch, Dishonour, Receipt
from cauce.cashier.operations import (
    authorise_refund,
    correct_method,
    dishonour_payment,
    match_clearing,
    move_payment,
    pay_refund,
    request_refund,
    reverse_payment,
)
from tests.cashier.correcting import Method, collect, someone
from tests.ledger.debts import a_debt, make_account, write_debts
from tests.reports.damage import broken, damage

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(law, session, supervisor, clerk, at) -> None:
    """A payment cancelled, one moved, a method corrected twice, a refund paid and one asked for, a cheque come back."""
    accountant, head = someone("eva", "contabilidad"), someone("jefa", "jefe")
    coordinator, later = someone("coord", "coordinador"), at + timedelta(days=8)
    accounts = [make_account() for _ in range(5)]
    write_debts([a_debt(one, "AGUA", "100.00", date(2026, 8, 20)) for one in accounts], at=at, by=clerk)
    paid = [
        collect(session, [(one, "150.00")], [(Method.CASH, "50.00"), (Method.CHEQUE, "100.00")], key=f"p{place}", at=at)
        for place, one in enumerate(accounts)
    ]
    reverse_payment(payment=paid[0], session=session, reason="x", at=at, by=supervisor, key="c")
    move_payment(receipt=paid[1].receipts.get(), to_account=accounts[0], reason="x", at=later, by=supervisor, key="m")
    facts = {"tender": paid[2].tenders.get(method="CASH"), "reason": "x", "at": later, "by": supervisor}
    correct_method(method=Method.CARD, reference="A", key="a", **facts)
    correct_method(method=Method.TRANSFER, reference="B", key="b", **facts)
    for place, amount in enumerate(["20.00", "10.00"]):
        refund = request_refund(
            account=accounts[3],
            party=accounts[3].holder,
            amount=Decimal(amount),
            reason="x",
            at=at,
            by=coordinator,
            key=f"r{place}",
        )
        if place == 0:
            authorise_refund(refund=refund, at=at, by=head)
            pay_refund(refund=refund, method=Method.CASH, session=session, at=at, by=session.cashier, key="pay")
    cheque = paid[4].tenders.get(method="CHEQUE")
    match_clearing(
        kind=ClearingMatch.Kind.CHEQUES,
        tenders=[cheque.pk],
        bank_on=later.date(),
        received=cheque.amount,
        at=later,
        by=accountant,
        key="match",
    )
    dishonour_payment(
        tender=cheque, kind=Dishonour.Kind.CHEQUE, bank_on=later.date(), reason="x", at=later, by=accountant, key="d"
    )


METHODS, CORRECTED, REFUNDS = (
    "payments_hold_what_their_methods_say",
    "corrected_methods_are_their_transfers",
    "refunds_are_their_transfers",
)
CHARGES, REPLACE = "dishonours_are_their_charges", "receipts_that_replace_tie"
MOVED = "(SELECT receipt_id FROM cashier_receiptcancellation WHERE cause = 'MOVED')"
CHECKS = [
    (METHODS, ["UPDATE cashier_cashmovement SET amount = amount - 1 WHERE kind = 'METHOD'"]),
    (METHODS, ["UPDATE cashier_cashmovement SET method = 'CARD' WHERE kind = 'COLLECTED' AND method = 'CASH'"]),
    (METHODS, ["DELETE FROM cashier_dishonour"]),
    (METHODS, ["DELETE FROM cashier_receiptcancellation WHERE cause = 'MISTAKE'"]),
    (CORRECTED, ["UPDATE ledger_transfer SET amount = amount - 1 WHERE reason = 'METHOD_CORRECTED'"]),
    (CORRECTED, ["DELETE FROM cashier_tendercorrection WHERE method = 'CARD'"]),
    (CORRECTED, ["UPDATE cashier_tendercorrection SET method = 'CHEQUE' WHERE method = 'CARD'"]),
    (REFUNDS, ["UPDATE cashier_refund SET amount = amount + 1 WHERE state = 'PAID'"]),
    (REFUNDS, ["UPDATE cashier_refund SET state = 'AUTHORISED' WHERE state = 'PAID'"]),
    (REFUNDS, ["UPDATE cashier_refund SET session_id = NULL WHERE state = 'PAID'"]),
    (REFUNDS, ["UPDATE cashier_cashmovement SET amount = amount - 1 WHERE kind = 'REFUNDED'"]),
    (
        REFUNDS,
        [
            "ALTER TABLE cashier_refund DROP CONSTRAINT refund_by_two_people",
            "UPDATE cashier_refund SET decided_by_id = requested_by_id WHERE state = 'PAID'",
        ],
    ),
    (CHARGES, ["UPDATE cashier_dishonour SET compensation = compensation + 1"]),
    (CHARGES, ["UPDATE ledger_transfer SET concept = 'AGUA' WHERE concept = 'COMISION_BANCARIA'"]),
    (CHARGES, ["DELETE FROM cashier_receiptcancellation WHERE cause = 'CHEQUE'"]),
    (CHARGES, ["DELETE FROM cashier_clearingmatchitem"]),
    (CHARGES, ["DELETE FROM cashier_dishonour"]),
    (REPLACE, ["UPDATE cashier_receipt SET effective_on = effective_on + 1 WHERE replaces_id IS NOT NULL"]),
    (REPLACE, [f"UPDATE cashier_receipt SET replaces_id = NULL WHERE replaces_id = {MOVED}"]),
    (REPLACE, [f"UPDATE cashier_receipt SET amount = 1, applied = 1, advance = 0 WHERE replaces_id = {MOVED}"]),
    (REPLACE, [f"UPDATE cashier_receipt SET amount = 999, applied = 999, advance = 0 WHERE replaces_id <> {MOVED}"]),
    (REPLACE, ["DELETE FROM cashier_receiptcancellation WHERE cause = 'MOVED'"]),
]


def test_nothing_is_broken_where_payments_are_put_right(town):
    assert Receipt.objects.filter(replaces__isnull=False).count() == 2
    assert broken() == {}


@pytest.mark.parametrize(("check", "statements"), CHECKS, ids=[check for check, _ in CHECKS])
def test_each_invariant_notices_what_breaks_it(town, check: str, statements: list[str]):
    damage(*statements)
    assert check in broken()
