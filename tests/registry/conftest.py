"""What every test of the padrón starts from."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cauce.imports.rules import ImportOutcome
from cauce.metering.operations import import_padron
from cauce.registry.models import Account, Route
from cauce.registry.operations import open_account, register_customer
from cauce.registry.rules.details import AccountTerms, CustomerDetails, PremisesDetails
from cauce.users.models import User
from tests.registry.padron_rows import write_padron

NOW = datetime(2026, 9, 1, 16, 0, tzinfo=UTC)


@pytest.fixture
def clerk(db: None) -> User:
    """Who captures."""
    return User.objects.get(username="cli-captura")


@pytest.fixture
def import_rows(tmp_path: Path, clerk: User) -> Callable[..., ImportOutcome]:
    """Import a padrón of these rows."""

    def take(*rows: str, dry_run: bool = False, **options: str) -> ImportOutcome:
        path = write_padron(tmp_path / "padron.csv", *rows, **options)
        return import_padron(path=path, dry_run=dry_run, at=NOW, by=clerk)

    return take


@pytest.fixture
def account(clerk: User) -> Account:
    """An account opened at the window."""
    Route.objects.create(number="07", cycle=2)
    Route.objects.create(number="01", cycle=1)
    holder = register_customer(
        details=CustomerDetails(name="ELENA SILVIA ZÚÑIGA ORDAZ", phone="4115557066"), at=NOW, by=clerk
    )
    return open_account(
        number="000114",
        holder=holder,
        premises=PremisesDetails("JILGUERO", "721", "A", "CORTAZAR CENTRO", "38300"),
        terms=AccountTerms(tariff_code="001", cycle=2, route="07", route_order=630, has_sewerage=True),
        opened_on=date(2026, 9, 1),
        at=NOW,
        by=clerk,
    )
