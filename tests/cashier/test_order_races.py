"""An order that is collected, cancelled and expired at once: one of them wins, and the books stay whole."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings

from cauce.cashier.models import PaymentOrder, PaymentOrderCancellation, Receipt, Tender
from cauce.cashier.operations import (
    PaymentShare,
    cancel_payment_order,
    expire_payment_orders,
    issue_advance_order,
    issue_service_order,
    take_payment,
)
from cauce.cashier.rules import Tendered
from cauce.cashier.tasks import expire_payment_orders as expire_by_task
from cauce.core.errors import DomainError
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.cashier.test_race import at_once, window
from tests.ledger.debts import make_account

NOON = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)
pytestmark = pytest.mark.commits


@pytest.fixture
def clerk(committed_database: str) -> User:
    clerk = User.objects.get(username="cli-captura")
    approver = User.objects.get(username="cli-autoriza")
    load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=NOON, by=clerk, approved_by=approver)
    return clerk


@pytest.fixture
def account(clerk: User) -> Account:
    return make_account("000123")


def an_order(account: Account, clerk: User, at: datetime = NOON) -> PaymentOrder:
    return issue_service_order(
        party=account.holder, account=account, services={"A04": Decimal(1)}, at=at, by=clerk, key=f"order {at}"
    )


def pay(order: PaymentOrder, number: int, at: datetime = NOON) -> object:
    session = window(number)
    return take_payment(
        shares=[PaymentShare(account=order.account, amount=order.total, directed_to=order.document)],
        tenders=[Tendered(Tender.Method.CASH, order.total)],
        session=session,
        at=at,
        by=session.cashier,
        key=f"pay {number}",
    )


def broken() -> list[str]:
    return [check.name for check in verify() if check.broken]


def test_two_windows_that_scan_one_order_collect_it_once(account: Account, clerk: User):
    order = an_order(account, clerk)
    outcomes = at_once(lambda number: pay(order, number), 4)
    refused = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert len(refused) == 3
    assert Receipt.objects.filter(directed_to=order.document).count() == 1
    assert balance(account.pk) == Decimal("0.00")


def test_an_advance_that_two_windows_scan_is_collected_once(account: Account, clerk: User):
    order = issue_advance_order(
        party=account.holder, account=account, amount=Decimal("90.00"), at=NOON, by=clerk, key="advance"
    )
    at_once(lambda number: pay(order, number), 4)
    assert balance(account.pk) == Decimal("-90.00")


@pytest.mark.parametrize("attempt", range(3))
def test_an_order_that_is_cancelled_while_it_is_collected_ends_one_way(account: Account, clerk: User, attempt: int):
    order = an_order(account, clerk)

    def act(number: int) -> object:
        if number == 0:
            return pay(order, number)
        return cancel_payment_order(order=order, reason="Ya no", at=NOON, by=clerk, key="cancel")

    at_once(act, 2)
    is_paid = Receipt.objects.filter(directed_to=order.document).exists()
    is_cancelled = PaymentOrderCancellation.objects.filter(order=order).exists()
    assert is_paid != is_cancelled
    assert balance(account.pk) == Decimal("0.00")
    assert not broken()


def test_an_order_that_expires_while_a_late_receipt_of_its_last_day_is_captured_ends_one_way(
    account: Account, clerk: User
):
    order = an_order(account, clerk)
    after = NOON + timedelta(days=6)
    desk = window(9).desk

    def act(number: int) -> object:
        if number == 0:
            return expire_payment_orders(at=after, by=clerk)
        # Paid on its last day without power, captured when the day has passed.
        return take_payment(
            shares=[PaymentShare(account=order.account, amount=order.total, directed_to=order.document)],
            tenders=[Tendered(Tender.Method.TRANSFER, order.total)],
            session=None,
            desk=desk,
            effective_on=order.expires_on,
            at=after,
            by=clerk,
            key="late",
        )

    at_once(act, 2)
    is_paid = Receipt.objects.filter(directed_to=order.document).exists()
    is_expired = PaymentOrderCancellation.objects.filter(order=order, expired=True).exists()
    assert is_paid != is_expired
    assert balance(account.pk) == Decimal("0.00")
    assert not broken()


def test_several_workers_expire_each_order_once(account: Account, clerk: User):
    for day in range(6):
        an_order(account, clerk, NOON + timedelta(minutes=day))
    after = NOON + timedelta(days=6)
    outcomes = at_once(lambda _: expire_payment_orders(at=after, by=clerk), 4)
    assert sum(outcomes) <= 6  # type: ignore[arg-type]
    while expire_payment_orders(at=after, by=clerk):
        pass
    assert PaymentOrderCancellation.objects.count() == 6
    assert balance(account.pk) == Decimal("0.00")


def test_the_task_ends_what_is_past_its_day_and_running_again_ends_nothing(account: Account, clerk: User):
    an_order(account, clerk)
    assert expire_by_task.func(0) == 1
    assert expire_by_task.func(0) == 0
