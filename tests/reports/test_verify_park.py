"""The invariants of the park of meters: nothing is broken where it is taken, and each damage is noticed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.metering.models import MeterInstallation
from cauce.metering.operations import (
    load_park_table,
    propose_replacement,
    record_bench_test,
    refuse_replacement,
    take_park,
)
from tests.metering.accounts import add_history, make_account
from tests.metering.reviewing import AT, a_person
from tests.reports.damage import broken, damage

pytestmark = pytest.mark.django_db
OFFICE = Path(__file__).parents[2] / "office" / "cortazar" / "medidores.yaml"
LITRES = {"Q1": (Decimal(30), Decimal(31)), "Q2": (Decimal(50), Decimal(50)), "Q3": (Decimal(200), Decimal(200))}

CHECKS = [
    ("park_figures_are_their_meters", ("UPDATE metering_parkmeter SET is_suspect = NOT is_suspect",)),
    ("park_figures_are_their_meters", ("UPDATE metering_parksnapshot SET meters = meters + 1",)),
    ("bench_tests_are_decided_by_their_flows", ("UPDATE metering_benchflow SET registered_litres = 1",)),
    ("bench_tests_are_decided_by_their_flows", ("UPDATE metering_benchtest SET verdict = 'FAILED'",)),
    ("replacements_are_their_lines", ("UPDATE metering_replacementline SET cost = cost + 1",)),
    ("replacements_are_their_lines", ("UPDATE metering_replacementline SET is_open = true",)),
]


@pytest.fixture
def town(db: None) -> None:
    """A house whose meter fell, tested, and proposed and refused."""
    clerk, chief = a_person("tecnica", "tecnico"), a_person("jefa", "jefe")
    house = make_account("000001", serial="S1")
    add_history(house, {date(2025, 8 + month, 1): 30 for month in range(5)})
    add_history(house, {date(2026, 1 + month, 1): 30 if month < 5 else 8 for month in range(8)})
    load_park_table(path=OFFICE, at=AT, by=clerk)
    take_park(at=AT, by=clerk)
    meter = MeterInstallation.objects.get(account=house).meter
    record_bench_test(
        meter=meter, tested_on=date(2026, 8, 20), bench="Taller", tester="Raúl", standard="NOM-012", litres=LITRES,
        certificate="C-1", at=AT, by=clerk, key="test",
    )  # fmt: skip
    proposal = propose_replacement(meters=[meter], reason="Bajó", at=AT, by=clerk, key="proposal")
    refuse_replacement(proposal=proposal, note="Se espera", at=AT, by=chief)


def test_nothing_is_broken_where_the_park_is_taken(town):
    assert broken() == {}


@pytest.mark.parametrize(("check", "statements"), CHECKS)
def test_each_invariant_notices_what_breaks_it(town, check: str, statements: tuple[str, ...]):
    damage(*statements)
    assert check in broken()
