"""What the tests of screens start from."""

from pathlib import Path

import pytest
from django.test import Client

from cauce.users.models import User
from tests.backoffice.town import Town, load_town, open_staff


@pytest.fixture
def staff(db: None) -> dict[str, User]:
    """One person of each role."""
    return open_staff()


@pytest.fixture
def town(db: None, tmp_path: Path) -> Town:
    """Sixty accounts with a billed September."""
    return load_town(tmp_path)


@pytest.fixture
def clients(town: Town) -> dict[str, Client]:
    """A signed-in browser for each role."""
    return {role: signed_in(user) for role, user in town.staff.items()}


def signed_in(user: User) -> Client:
    """A browser of somebody who has entered."""
    client = Client()
    client.force_login(user, backend="cauce.users.backends.PostBackend")
    return client
