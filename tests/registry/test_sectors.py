"""The sectors of the town come from a file, once, and a fault in it is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cauce.events.models import Event
from cauce.registry.models import Route, Sector
from cauce.registry.operations import SectorsRejected, load_sectors
from cauce.users.models import User

NOW = datetime(2026, 9, 1, 16, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def routes(db: None) -> list[Route]:
    return [Route.objects.create(number=number, cycle=1) for number in ("01", "02", "03")]


def load(folder: Path, text: str, clerk: User) -> int:
    path = folder / "sectores.yaml"
    path.write_text(text, encoding="utf-8")
    return load_sectors(path=path, at=NOW, by=clerk)


def test_each_route_gets_its_sector_once(routes: list[Route], tmp_path: Path, clerk: User) -> None:
    text = 'sectores: {Centro: ["01", "03"], Norte: ["02"]}'
    assert load(tmp_path, text, clerk) == 3
    assert load(tmp_path, text, clerk) == 0
    assert load(tmp_path, 'sectores: {Norte: ["03"]}', clerk) == 1
    assert dict(Route.objects.values_list("number", "sector__name")) == {"01": "Centro", "02": "Norte", "03": "Norte"}
    assert Event.objects.filter(kind="SECTORS_LOADED").count() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('sectores: {Centro: ["01", "09"]}', "09"),
        ('sectores: {Centro: ["01"], Norte: ["01"]}', "está en «Centro» y en «Norte»"),
        ("sectores: {Centro: [1]}", "entre comillas"),
        ("sectores: []", "sólo «sectores»"),
        ("[", "YAML"),
    ],
)
def test_a_fault_is_named_and_nothing_is_loaded(
    routes: list[Route], tmp_path: Path, clerk: User, text: str, said: str
) -> None:
    with pytest.raises(SectorsRejected, match=said):
        load(tmp_path, text, clerk)
    assert not Sector.objects.exists()
