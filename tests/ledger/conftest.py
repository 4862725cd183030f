"""What every test of the ledger starts from."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from cauce.ledger.queries import CollectionLaw, collection_law
from cauce.registry.models import Account
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.ledger.debts import make_account

NOON = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)
"""Midday of 20 September 2026 in Cortazar."""


@pytest.fixture
def at() -> datetime:
    return NOON


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.get(username="cli-captura")


@pytest.fixture
def law(clerk: User) -> CollectionLaw:
    """The law of 2026, loaded."""
    approver = User.objects.get(username="cli-autoriza")
    load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=NOON, by=clerk, approved_by=approver)
    return collection_law(NOON.date())


@pytest.fixture
def account(db: None) -> Account:
    return make_account()
