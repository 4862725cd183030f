"""Each invariant of adjustments notices what it is for."""

from datetime import datetime

import pytest

from cauce.billing.models import Adjustment, Bill
from cauce.users.models import User
from tests.billing.adjustments.conftest import approver, at, bill, clerk, coordinator, head, law
from tests.billing.adjustments.correcting import applied, proposed
from tests.reports.damage import broken, damage

__all__ = ["approver", "at", "bill", "clerk", "coordinator", "head", "law"]
pytestmark = pytest.mark.django_db
CHECKS = [
    ("replaced_bills_owe_nothing", "DELETE FROM ledger_transfer WHERE reason = 'REVERSAL'"),
    ("adjustments_are_their_bills", "UPDATE billing_adjustment SET difference = difference + 1"),
    ("adjustments_are_their_bills", "UPDATE billing_adjustedbill SET corrected_id = NULL"),
    ("adjustments_were_authorised", "UPDATE billing_adjustment SET decided_by_id = NULL"),
]


@pytest.fixture
def adjusted(bill: Bill, coordinator: User, head: User, clerk: User, at: datetime) -> Adjustment:
    """A bill corrected and replaced."""
    return applied(proposed(bill, at=at, by=coordinator, m3=20), at=at, by=clerk, head=head)


def test_the_invariants_of_adjustments_hold_after_one(adjusted: Adjustment) -> None:
    assert not {name for name, _ in CHECKS} & set(broken())


@pytest.mark.parametrize(("check", "harm"), CHECKS)
def test_each_invariant_of_adjustments_notices_what_breaks_it(adjusted: Adjustment, check: str, harm: str) -> None:
    damage(harm)
    assert broken()[check] >= 1
