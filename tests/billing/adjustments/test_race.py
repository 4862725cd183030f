"""Two people correct one bill, or apply one adjustment, at the same moment: one does and the other is told."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group

from cauce.billing.models import Adjustment, Bill
from cauce.billing.operations import (
    AdjustmentNotReady,
    AdjustmentRefused,
    apply_adjustment,
    authorise_adjustment,
)
from cauce.users.models import User
from tests.billing.adjustments.correcting import live_bill_of, load_policies, nothing_is_broken, proposed
from tests.billing.cycles import SEPTEMBER, an_account, issued, load_the_law
from tests.races import after_waiting

AT = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)


def _office() -> tuple[Bill, User, User]:
    clerk, approver = (User.objects.get(username=name) for name in ("cli-captura", "cli-autoriza"))
    load_the_law(AT)
    load_policies(at=AT, by=clerk)
    account = an_account(m3=60)
    issued(at=AT, by=clerk, approved_by=approver)
    head = User.objects.create(username="jefa", full_name="Jefa")
    head.groups.add(Group.objects.get(name="jefe"))
    return live_bill_of(account, SEPTEMBER), clerk, head


@pytest.mark.commits
def test_one_of_two_proposals_at_once_is_kept_and_the_other_is_told() -> None:
    bill, clerk, _ = _office()

    told = after_waiting(
        lambda: proposed(bill, at=AT, by=clerk, key="a", m3=20), lambda: proposed(bill, at=AT, by=clerk, key="b", m3=30)
    )

    assert isinstance(told, AdjustmentRefused) and "ya tiene en curso" in str(told)
    assert Adjustment.objects.count() == 1


@pytest.mark.commits
def test_an_adjustment_applied_twice_at_once_is_applied_once() -> None:
    bill, clerk, head = _office()
    made = authorise_adjustment(adjustment=proposed(bill, at=AT, by=clerk, m3=20), at=AT, by=head)

    told = after_waiting(
        lambda: apply_adjustment(adjustment=made, at=AT, by=clerk, key="a"),
        lambda: apply_adjustment(adjustment=made, at=AT, by=clerk, key="b"),
    )

    assert isinstance(told, AdjustmentNotReady)
    assert Bill.objects.filter(account=bill.account).count() == 2
    nothing_is_broken()
