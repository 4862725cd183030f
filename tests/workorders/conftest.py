"""What every test of work orders starts from."""

import pytest

from cauce.registry.models import Account
from cauce.users.models import User
from tests.metering.accounts import make_account
from tests.workorders.orders import make_office


@pytest.fixture
def clerk(db: None) -> User:
    """Who captures, in an office with its catalogue, its people and its crews."""
    return make_office()


@pytest.fixture
def account(clerk: User) -> Account:
    """An account with a meter in place."""
    return make_account()
