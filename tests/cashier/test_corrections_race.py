"""Two people who put the same money right at once: one does it, the other is told."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from cauce.cashier.models import CashMovement, Payment, Receipt, ReceiptCancellation, Refund, Tender
from cauce.cashier.operations import (
    ReceiptAlreadyCancelled,
    RefundNotAuthorised,
    authorise_refund,
    move_payment,
    pay_refund,
    request_refund,
    reverse_payment,
)
from cauce.core.errors import DomainError
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.cashier.correcting import Method, collect, someone
from tests.cashier.test_race import NOON, at_once, window
from tests.ledger.debts import a_debt, make_account, write_debts

pytestmark = pytest.mark.commits


@pytest.fixture
def account(committed_database: str) -> Account:
    clerk, approver = (User.objects.get(username=name) for name in ("cli-captura", "cli-autoriza"))
    load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=NOON, by=clerk, approved_by=approver)
    account = make_account("000123")
    write_debts([a_debt(account, "AGUA", "100.00", date(2026, 9, 30))], at=NOON, by=clerk)
    return account


@pytest.fixture
def payment(account: Account) -> Payment:
    return collect(window(1), [(account, "60.00")], [(Method.CASH, "60.00")], key="p", at=NOON)


def whole() -> bool:
    return [check.name for check in verify() if check.broken] == []


def test_two_supervisors_cancel_the_same_payment_at_once(payment: Payment, account: Account):
    supervisors = [someone(f"sup{number}", "supervisor-cajas") for number in range(2)]

    def cancel(number: int) -> object:
        return reverse_payment(
            payment=payment, session=payment.session, reason="Error", at=NOON, by=supervisors[number], key=f"c{number}"
        )

    outcomes = at_once(cancel, 2)
    assert len([one for one in outcomes if isinstance(one, ReceiptAlreadyCancelled)]) == 1
    assert ReceiptCancellation.objects.count() == 1
    assert balance(account.pk) == Decimal("100.00")
    assert whole()


def test_a_payment_cancelled_and_moved_at_once_ends_one_way(payment: Payment, account: Account):
    supervisors = [someone(f"sup{number}", "supervisor-cajas") for number in range(2)]
    right, receipt = make_account("000124"), payment.receipts.get()

    def correct(number: int) -> object:
        if number == 0:
            return reverse_payment(
                payment=payment, session=payment.session, reason="Error", at=NOON, by=supervisors[0], key="c"
            )
        return move_payment(
            receipt=receipt, to_account=right, reason="Otra cuenta", at=NOON, by=supervisors[1], key="m"
        )

    outcomes = at_once(correct, 2)
    # Cancelled first, there is nothing to move; moved first, what is cancelled is what it became.
    was_moved = Receipt.objects.filter(replaces=receipt).exists()
    assert not isinstance(outcomes[0], DomainError), outcomes
    assert isinstance(outcomes[1], ReceiptAlreadyCancelled) is not was_moved
    assert (balance(account.pk), balance(right.pk)) == (Decimal("100.00"), Decimal("0.00"))
    assert sum(move.amount for move in CashMovement.objects.all()) == 0
    assert whole()


def test_a_refund_is_paid_once_by_two_at_once(payment: Payment, account: Account):
    saver = make_account("000125")
    collect(payment.session, [(saver, "50.00")], [(Method.CASH, "50.00")], key="q", at=NOON)
    refund = request_refund(
        account=saver,
        party=saver.holder,
        amount=Decimal("50.00"),
        reason="Pagó de más",
        at=NOON,
        by=someone("coord", "coordinador"),
        key="r",
    )
    authorise_refund(refund=refund, at=NOON, by=someone("jefa", "jefe"))
    sessions = [payment.session, window(2)]

    def pay(number: int) -> object:
        session = sessions[number]
        return pay_refund(
            refund=refund, method=Tender.Method.CASH, session=session, at=NOON, by=session.cashier, key=f"pay{number}"
        )

    outcomes = at_once(pay, 2)
    assert sorted(type(one).__name__ for one in outcomes) == [Refund.__name__, RefundNotAuthorised.__name__]
    assert balance(saver.pk) == 0
    assert CashMovement.objects.filter(kind=CashMovement.Kind.REFUNDED).count() == 1
    assert whole()


def test_collecting_while_a_payment_is_moved_there_loses_nothing(payment: Payment, account: Account):
    right, receipt, other = make_account("000124"), payment.receipts.get(), window(2)
    supervisor = someone("sup", "supervisor-cajas")
    write_debts(
        [a_debt(right, "AGUA", "80.00", date(2026, 9, 30))], at=NOON, by=User.objects.get(username="cli-captura")
    )

    def act(number: int) -> object:
        if number == 0:
            return move_payment(receipt=receipt, to_account=right, reason="Otra", at=NOON, by=supervisor, key="m")
        target = right if number == 1 else account
        return collect(
            other if number == 1 else payment.session, [(target, "30.00")], [(Method.CASH, "30.00")],
            key=f"k{number}", at=NOON,
        )  # fmt: skip

    outcomes = at_once(act, 3)
    assert not [one for one in outcomes if isinstance(one, DomainError)], outcomes
    assert (balance(account.pk), balance(right.pk)) == (Decimal("70.00"), Decimal("-10.00"))
    assert whole()
