"""What every test of the desk starts from."""

from datetime import datetime

import pytest
from django.contrib.auth.models import Group

from cauce.cashier.models import CashSession, Desk
from cauce.cashier.operations import open_desk, open_session
from cauce.users.models import User
from tests.ledger.conftest import account, at, clerk, law

__all__ = ["account", "at", "cashier", "clerk", "desk", "law", "session", "supervisor"]


@pytest.fixture
def cashier(db: None) -> User:
    return User.objects.create(username="cajera", full_name="Lucía Ferrer")


@pytest.fixture
def supervisor(db: None) -> User:
    user = User.objects.create(username="supervisor", full_name="Ernesto Villagómez")
    user.groups.add(Group.objects.get(name="supervisor-cajas"))
    return user


@pytest.fixture
def desk(db: None) -> Desk:
    return open_desk(code="V1", name="Ventanilla 1", series="V1")


@pytest.fixture
def session(desk: Desk, cashier: User, at: datetime) -> CashSession:
    return open_session(desk=desk, cashier=cashier, at=at)
