"""Months paid ahead begin in the same transaction as the money that pays for them."""

from datetime import datetime
from decimal import Decimal

import pytest

from cauce.agreements.operations import offer_prepayment
from cauce.cashier.models import CashSession
from cauce.registry.models import Account
from cauce.users.models import User
from tests.agreements.debtors import pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def test_the_desk_begins_it_with_the_payment_that_completes_it(
    account: Account, session: CashSession, coordinator: User, cashier: User, at: datetime
) -> None:
    prepayment = offer_prepayment(account=account, months=2, at=at, by=coordinator, key="anual")
    pay(account, prepayment.net - Decimal("0.01"), session, at=at, by=cashier, key="casi")
    prepayment.refresh_from_db()
    assert prepayment.state == "OFFERED"
    pay(account, Decimal("0.01"), session, at=at, by=cashier, key="todo")
    prepayment.refresh_from_db()
    assert (prepayment.state, prepayment.begun_at) == ("IN_FORCE", at)


def test_money_that_was_already_in_favour_begins_it_at_once(
    account: Account, session: CashSession, coordinator: User, cashier: User, at: datetime
) -> None:
    pay(account, Decimal("50000"), session, at=at, by=cashier, key="mucho")
    assert offer_prepayment(account=account, months=2, at=at, by=coordinator, key="anual").state == "IN_FORCE"
