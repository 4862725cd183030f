"""Windows that meet on one account: one waits, and then sees what the other did."""

from decimal import Decimal

import pytest

from cauce.cashier.models import Payment, Tender
from cauce.cashier.operations import DebtChanged, PaymentShare, collect_payment
from cauce.cashier.queries.desk import last_moves
from cauce.cashier.rules import Tendered
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from tests.cashier.test_race import NOON, WINDOWS, account, at_once, window

__all__ = ["account"]

pytestmark = pytest.mark.commits
OWED = Decimal("515.00")


def test_of_sixteen_windows_that_saw_the_same_debt_one_collects_it_and_the_others_are_told(account: Account) -> None:
    sessions = [window(number) for number in range(WINDOWS)]
    seen = max(last_moves([account.pk], []).values())

    def pay(number: int) -> Payment:
        return collect_payment(
            shares=[PaymentShare(account=account, amount=OWED)],
            tenders=[Tendered(Tender.Method.CASH, OWED)],
            session=sessions[number],
            seen=seen,
            at=NOON,
            by=sessions[number].cashier,
            key=f"key {number}",
        )

    outcomes = at_once(pay)
    assert len([outcome for outcome in outcomes if isinstance(outcome, Payment)]) == 1
    assert len([outcome for outcome in outcomes if isinstance(outcome, DebtChanged)]) == WINDOWS - 1
    assert balance(account.pk) == Decimal("0.00")


def test_the_same_form_sent_sixteen_times_at_once_is_one_payment(account: Account) -> None:
    session = window(1)
    seen = max(last_moves([account.pk], []).values())

    def pay(number: int) -> Payment:
        return collect_payment(
            shares=[PaymentShare(account=account, amount=OWED)],
            tenders=[Tendered(Tender.Method.CASH, OWED)],
            session=session,
            seen=seen,
            at=NOON,
            by=session.cashier,
            key="one key",
        )

    assert {getattr(outcome, "pk", outcome) for outcome in at_once(pay)} == {Payment.objects.get().pk}
