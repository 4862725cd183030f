"""What every test of billing starts from."""

import pytest

from cauce.users.models import User
from tests.ledger.conftest import at, clerk, law

__all__ = ["approver", "at", "clerk", "law"]


@pytest.fixture
def approver(db: None) -> User:
    """The second person."""
    return User.objects.get(username="cli-autoriza")
