"""What every test of the imports starts from."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cauce.users.models import User

NOW = datetime(2026, 9, 1, 16, 0, tzinfo=UTC)


@pytest.fixture
def clerk(db: None) -> User:
    """Who imports."""
    return User.objects.get(username="cli-captura")


@pytest.fixture
def three_rows(tmp_path: Path) -> Path:
    """A file with its header and three rows; the second one is long, the third one is damaged."""
    path = tmp_path / "saldos.csv"
    path.write_bytes(b"CUENTA|IMPORTE\r\n000114|10.00\r\n000115|=1+1|sobra\r\n000116|\x00\r\n")
    return path
