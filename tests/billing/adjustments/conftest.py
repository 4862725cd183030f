"""What every test of adjustments starts from: an account with a billed September, and the posts that decide."""

from datetime import datetime

import pytest

from cauce.billing.models import Bill
from cauce.ledger.queries import CollectionLaw
from cauce.users.models import User
from tests.agreements.conftest import coordinator, director, head
from tests.billing.adjustments.correcting import live_bill_of, load_policies
from tests.billing.conftest import approver
from tests.billing.cycles import SEPTEMBER, an_account, issued
from tests.cashier.conftest import supervisor
from tests.ledger.conftest import at, clerk, law

__all__ = [
    "approver", "at", "clerk", "coordinator", "director", "head", "law", "supervisor"
]  # fmt: skip


@pytest.fixture
def bill(law: CollectionLaw, clerk: User, approver: User, at: datetime) -> Bill:
    """September of an account that used 60 m³ of water, with sewerage."""
    load_policies(at=at, by=clerk)
    account = an_account(m3=60, has_sewerage=True)
    issued(at=at, by=clerk, approved_by=approver)
    return live_bill_of(account, SEPTEMBER)
