"""What every test of metering starts from."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cauce.users.models import User

NOW = datetime(2031, 5, 7, 18, 30, tzinfo=UTC)
"""Far from every period of the tests, so that a rule that looked at the clock would be caught."""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clerk(db: None) -> User:
    """Who captures."""
    return User.objects.create(username="captura-lecturas", full_name="Captura de lecturas")


@pytest.fixture
def write_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of the old system: its lines, ended by CRLF."""

    def write(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("cp1252"))
        return path

    return write
