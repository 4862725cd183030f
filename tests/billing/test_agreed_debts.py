"""A bill asks for the instalment of an agreement that falls due with it, once, and for no debt that was agreed."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from cauce.agreements.models import AgreementPolicy
from cauce.agreements.operations import propose_agreement, sign_agreement
from cauce.agreements.rules import Terms
from cauce.billing.models import Bill
from cauce.billing.queries import bill_sheet
from cauce.ledger.queries import balance
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.agreements.conftest import coordinator, policy
from tests.billing.cycles import DUE_ON, ISSUED_ON, an_account, issued
from tests.ledger.debts import a_debt, write_debts

__all__ = ["coordinator", "policy"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def test_the_instalment_due_with_the_bill_is_one_line_and_its_debt_is_not_asked_twice(
    at: datetime, clerk: User, approver: User, coordinator: User, policy: AgreementPolicy
) -> None:
    account = an_account()
    water = [
        [a_debt(account, "AGUA", "400.00", due_on), a_debt(account, "IVA", "6.40", due_on)]
        for due_on in (date(2026, 7, 20), date(2026, 8, 20))
    ]
    write_debts([charge for month in water for charge in month], at=at, by=clerk)
    signed_at = at.replace(year=ISSUED_ON.year, month=ISSUED_ON.month, day=ISSUED_ON.day) - timedelta(days=1)
    terms = Terms(Decimal("200.00"), 3, first_due_on=date(2026, 9, 18))
    agreement = propose_agreement(account=account, terms=terms, at=signed_at, by=coordinator, key="convenio")
    sign_agreement(agreement=agreement, at=signed_at, by=coordinator, key="firma")
    first = agreement.notes.order_by("number")[0]
    later = sum(note.face for note in agreement.notes.all()) - first.face
    assert signed_at.date() < first.due_on <= DUE_ON

    issued(at=at, by=clerk, approved_by=approver)

    bill = Bill.objects.get(account=account)
    assert bill.debt_detail["others"] == {"CONVENIO": str(first.face)}
    assert bill.amount_due == bill.total + first.face + Decimal("200.00")
    assert balance(account.pk) == bill.amount_due + later
    assert [line.amount for line in bill_sheet(bill.pk).other_lines] == [first.face]
    assert "convenio" in bill_sheet(bill.pk).other_lines[0].label.lower()
    assert [check.name for check in verify() if check.broken] == []
