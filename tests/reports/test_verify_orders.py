"""The invariants of the órdenes de pago notice what breaks them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import PaymentOrder, Tender
from cauce.cashier.operations import (
    PaymentShare,
    cancel_payment_order,
    expire_payment_orders,
    issue_advance_order,
    issue_debt_order,
    issue_service_order,
    take_payment,
)
from cauce.cashier.rules import Tendered
from tests.ledger.debts import a_debt, write_debts
from tests.reports.damage import broken, damage

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(account, law, session, cashier, clerk, at) -> None:
    """An order of each kind paid, one of services cancelled, one expired and one waiting."""
    write_debts([a_debt(account, "AGUA", "100.00", date(2026, 8, 9))], at=at, by=clerk)
    facts = {"at": at, "by": clerk}

    def services(key: str) -> PaymentOrder:
        asked = {"A04": Decimal(1), "A01": Decimal(2)}
        return issue_service_order(party=account.holder, account=account, services=asked, key=key, **facts)

    paid = [
        services("paid"),
        issue_debt_order(account=account, as_of=at.date(), periods=[date(2026, 8, 1)], key="debt", **facts),
        issue_advance_order(party=account.holder, account=account, amount=Decimal("70.00"), key="advance", **facts),
    ]
    for order in paid:
        take_payment(
            shares=[PaymentShare(account=account, amount=order.total, directed_to=order.document)],
            tenders=[Tendered(Tender.Method.CASH, order.total)],
            session=session,
            at=at,
            by=cashier,
            key=f"pay {order.pk}",
        )
    cancel_payment_order(order=services("cancelled"), reason="Error", key="cancel", **facts)
    services("expired")
    later = at + timedelta(days=6)
    expire_payment_orders(at=later, by=clerk)
    issue_service_order(
        party=account.holder, account=account, services={"A02": Decimal(1)}, at=later, by=clerk, key="waiting"
    )


ENDED = "ended_orders_charge_nothing"
RECEIVED = "orders_are_received_once_and_whole"
PAID = "(SELECT min(directed_to_id) FROM cashier_receipt)"
CHECKS = [
    (ENDED, "DELETE FROM cashier_paymentordercancellation"),
    (ENDED, "UPDATE ledger_transfer SET reverses_id = NULL, reason = 'SERVICE' WHERE reason = 'REVERSAL'"),
    (RECEIVED, f"UPDATE cashier_receipt SET directed_to_id = {PAID}"),
    (RECEIVED, f"UPDATE cashier_paymentordercancellation SET order_id = {PAID} WHERE expired"),
    (RECEIVED, "UPDATE cashier_paymentorder SET kind = 'DEBT' WHERE kind = 'ADVANCE'"),
    (RECEIVED, "UPDATE cashier_paymentorder SET total = total - 1 WHERE kind = 'DEBT'"),
]


def test_nothing_is_broken_where_orders_are_paid_cancelled_and_expire(town):
    assert PaymentOrder.objects.count() == 6
    assert broken() == {}


@pytest.mark.parametrize(("check", "statement"), CHECKS)
def test_each_invariant_notices_what_breaks_it(town, check: str, statement: str):
    damage(statement)
    assert check in broken()
