"""What every test of agreements starts from: an account that owes, the policy, and the posts that decide."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.contrib.auth.models import Group

from cauce.agreements.models import AgreementPolicy
from cauce.agreements.operations import load_agreement_policy
from cauce.ledger.queries import CollectionLaw
from cauce.registry.models import Account
from cauce.users.models import User
from tests.agreements.debtors import owe_months
from tests.cashier.conftest import cashier, desk, session, supervisor
from tests.ledger.conftest import account, clerk, law

__all__ = ["account", "cashier", "clerk", "desk", "law", "session", "supervisor"]


@pytest.fixture
def at() -> datetime:
    """Midday of 20 October 2026 in Cortazar, a Tuesday."""
    return datetime(2026, 10, 20, 18, 0, tzinfo=UTC)


@pytest.fixture
def policy(clerk: User, at: datetime) -> AgreementPolicy:
    load_agreement_policy(path=settings.OFFICE_DIR / "cortazar" / "convenios.yaml", at=at, by=clerk)
    return AgreementPolicy.objects.get()


def _post(username: str, role: str) -> User:
    user = User.objects.create(username=username, full_name=username.capitalize())
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def coordinator(db: None) -> User:
    return _post("coordinadora", "coordinador")


@pytest.fixture
def head(db: None) -> User:
    return _post("jefa", "jefe")


@pytest.fixture
def director(db: None) -> User:
    return _post("director", "director")


@pytest.fixture
def debtor(account: Account, law: CollectionLaw, policy: AgreementPolicy, clerk: User, at: datetime) -> Account:
    """An account with three overdue months of water, sewerage and their VAT."""
    owe_months(account, [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)], at=at, by=clerk)
    return account
