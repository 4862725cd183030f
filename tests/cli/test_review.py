"""``cauce review list`` tells what waits in a month's readings, and looks for findings when nobody did."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from cauce.cli.main import cauce
from cauce.metering.models import ReadingFinding
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import a_reading

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(cauce, ["review", "list", "--month", "2026-09", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def street() -> None:
    """A high reading, one that nobody read, and a right one too high for its history."""
    houses = [make_account(f"00000{n}", serial=f"S{n}") for n in range(3)]
    for house in houses:
        add_opening(house, 100)
        add_history(house, {date(2026, month, 1): 20 for month in range(1, 9)})
    a_reading(houses[0], 300, serial="S0", previous_value=100, proposed_m3=200)
    a_reading(houses[2], 155, "", serial="S2", previous_value=100, proposed_m3=55, previous_on=date(2026, 8, 3))


def test_what_waits_is_told_with_what_is_proposed(street):
    found = told()
    assert [(row["account"], row["kind"], row["reason"], row["proposed_m3"]) for row in found] == [
        ("000000", "READING", "CONSUMO_ALTO", 200),
        ("000001", "UNREAD", "SIN_LINEA", 20),
        ("000002", "FINDING", "ALTO_POR_HISTORIA", 55),
    ]
    assert [row["holds"] for row in found] == [True, True, False]
    assert found[0]["name"] == "Consumo alto" and found[0]["bills"] == "MEASURED"
    assert told() == found and ReadingFinding.objects.filter(account__number="000002").count() == 1
    assert told("--cycle", "2") == []


def test_a_month_without_readings_has_nothing_that_waits(db):
    assert told() == []
