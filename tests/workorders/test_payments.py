"""Paying a service issues its order once; undoing the payment calls it back, or says that it was too late."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import PaymentOrder, Receipt, Tender
from cauce.cashier.operations import (
    PaymentShare,
    issue_service_order,
    open_desk,
    open_session,
    reverse_payment,
    take_payment,
)
from cauce.cashier.rules import Tendered
from cauce.events.models import Event
from cauce.ledger.queries import CollectionLaw
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import issue_paid_orders, recall_unpaid_orders, report_work_order
from cauce.workorders.tasks import issue_paid_orders as task_of_payment
from cauce.workorders.tasks import recall_unpaid_orders as task_of_reversal
from config.reactions import REACTIONS
from tests.ledger.conftest import law
from tests.workorders.orders import NOON, a_report, programmed

__all__ = ["law"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(account: Account, clerk: User, law: CollectionLaw) -> Receipt:
    """A reconnection at the meter (O02), ordered and paid at a desk."""
    order = issue_service_order(
        party=account.holder,
        account=account,
        services={"O02": Decimal(1)},
        at=NOON,
        by=clerk,
        key="servicio",
    )
    cashier = User.objects.create(username="cajera", full_name="Cajera")
    session = open_session(desk=open_desk(code="V1", name="Ventanilla 1", series="V1"), cashier=cashier, at=NOON)
    payment = take_payment(
        shares=[PaymentShare(account=account, amount=order.total, directed_to=order.document)],
        tenders=[Tendered(Tender.Method.TRANSFER, order.total)],
        session=session,
        at=NOON,
        by=cashier,
        key="pago",
    )
    return payment.receipts.get()


def event(kind: str) -> Event:
    return Event.objects.get(kind=kind)


def test_paying_a_service_issues_its_order_once(paid: Receipt, account: Account) -> None:
    for _ in range(2):
        task_of_payment.func(event_id=event("PAYMENT_TAKEN").pk)
    order = WorkOrder.objects.get()
    assert (order.type_id, order.account_id, order.origin_kind) == ("RECONEXION-MEDIDOR", account.pk, "PAYMENT")
    assert order.origin_id == PaymentOrder.objects.get().pk
    assert paid.document.folio in order.detail
    assert "workorders.issue_paid_orders" in REACTIONS["PAYMENT_TAKEN"]


def test_undoing_the_payment_calls_the_order_back(paid: Receipt, clerk: User) -> None:
    issue_paid_orders(receipt=paid, at=NOON, by=clerk)
    for _ in range(2):
        (order,) = recall_unpaid_orders(receipt=paid, at=NOON, by=clerk)
    assert order.state == "RECALLED"
    assert event("WORK_ORDER_RECALLED").sentence.endswith(
        f"Se canceló el comprobante {paid.document.folio} que la pagaba"
    )


def test_undoing_it_late_says_that_the_crew_had_been_there(paid: Receipt, clerk: User) -> None:
    (order,) = issue_paid_orders(receipt=paid, at=NOON, by=clerk)
    report = a_report(reading=50, seal="S1")
    report_work_order(order=programmed(order), report=report, at=NOON + timedelta(hours=2), by=clerk, key="r")
    for _ in range(2):
        recall_unpaid_orders(receipt=paid, at=NOON, by=clerk)
    assert WorkOrder.objects.get().state == "DONE"
    assert "que ya está hecha" in event("WORK_ORDER_RECALLED_LATE").sentence


def test_a_payment_undone_before_its_order_was_issued_issues_none(paid: Receipt, clerk: User) -> None:
    reverse_payment(payment=paid.payment, reason="Se equivocó de cuenta", session=None, at=NOON, by=clerk, key="x")
    task_of_payment.func(event_id=event("PAYMENT_TAKEN").pk)
    task_of_reversal.func(event_id=event("PAYMENT_REVERSED").pk)
    assert not WorkOrder.objects.exists()


def test_money_for_a_debt_issues_nothing(paid: Receipt, clerk: User) -> None:
    paid.directed_to_id = None
    assert issue_paid_orders(receipt=paid, at=NOON, by=clerk) == recall_unpaid_orders(receipt=paid, at=NOON, by=clerk)
