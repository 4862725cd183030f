"""The invariants of what is decided of readings hold over a round that had a bit of everything, and notice any harm."""

from datetime import date

import pytest

from cauce.metering.operations import (
    accept_reading,
    correct_reading,
    estimate_consumption,
    park_reading,
    reopen_decision,
    request_second_visit,
)
from cauce.metering.rules import Bills
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import AT, OCTOBER, a_person, a_reading, a_round
from tests.reports.damage import broken, damage

pytestmark = pytest.mark.django_db

CHECKS = [
    (
        "estimates_are_settled_along_each_account",
        ("UPDATE metering_consumption SET ahead_m3 = ahead_m3 + 1 WHERE source = 'ESTIMATED'",),
    ),
    (
        "estimates_are_settled_along_each_account",
        (
            "UPDATE metering_consumption SET settled_m3 = settled_m3 + 3, measured_m3 = measured_m3 + 3 "
            "WHERE settled_m3 = 0 AND measured_m3 IS NOT NULL",
        ),
    ),
    (
        "decided_consumption_belongs_to_the_decision_that_rules",
        ("UPDATE metering_consumption SET account_id = account_id + 1000 WHERE decision_id IS NOT NULL",),
    ),
    (
        "decisions_leave_what_they_bill",
        ("UPDATE metering_consumption SET superseded_at = now() WHERE decision_id IS NOT NULL",),
    ),
    (
        "decisions_leave_what_they_bill",
        ("DELETE FROM metering_readingdecision WHERE kind = 'PARKED'",),
    ),
    (
        "decisions_follow_one_another",
        ("UPDATE metering_readingdecision SET account_id = account_id + 1 WHERE replaces_id IS NOT NULL",),
    ),
]


@pytest.fixture
def town(db: None) -> None:
    """Estimated and settled, corrected, parked, opened again and decided otherwise."""
    reviewer, chief = a_person("revisora", "facturacion"), a_person("jefa", "jefe")
    houses = [make_account(f"00000{n}", serial=f"S{n}") for n in range(4)]
    for house in houses:
        add_opening(house, 100)
        add_history(house, {date(2026, 8, 1): 20})
    who = {"at": AT, "by": reviewer}
    september = a_round()
    estimate_consumption(account=houses[0], reading_round=september, rule=Bills.AVERAGE_6, reason="Sin acceso", **who)
    accept_reading(reading=a_reading(houses[0], 112, period=OCTOBER, serial="S0"), reason="Bien", **who)
    corrected = a_reading(houses[1], 900, serial="S1")
    correct_reading(account=houses[1], reading_round=september, reading=corrected, value=119, reason="Era 119", **who)
    parked = a_reading(houses[2], None, "INCIDENTE_09", serial="S2")
    park_reading(account=houses[2], reading_round=september, reading=parked, reason="Perro", **who)
    doubtful = a_reading(houses[3], 300, serial="S3")
    request_second_visit(account=houses[3], reading_round=september, reading=doubtful, reason="Ver", **who)
    decision = accept_reading(reading=doubtful, reason="Bien", **who)
    reopen_decision(decision=decision, reason="Mal", at=AT, by=chief)
    estimate_consumption(
        account=houses[3], reading_round=september, rule=Bills.PREVIOUS_PLUS_AVERAGE, reason="Sin foto", **who
    )


def test_nothing_is_broken_where_readings_are_decided(town):
    assert broken() == {}


@pytest.mark.parametrize(("check", "statements"), CHECKS)
def test_each_invariant_notices_what_breaks_it(town, check: str, statements: tuple[str, ...]):
    damage(*statements)
    assert check in broken()
