"""What the demonstration plans for readings, adjustments and tariffs falls on days lived, by rules that exist."""

import json
from datetime import date

import pytest
import yaml
from django.conf import settings

from cauce.billing.rules.adjustment_kinds import kind_rules
from cauce.cli.demo import adjusting, losing, prepaying, reading, reviewing
from cauce.cli.demo.days import FIRST_DAY, LAST_DAY, LAST_WINDOW_DAY, PERIODS, Town, is_working
from cauce.cli.demo.reading import AT_WORK, READERS, balanced
from cauce.metering.models import ReadingDecision
from cauce.metering.rules import Bills, anomaly_rules
from cauce.metering.rules.assignments import RouteLoad, loads_of, suggest

OFFICE = settings.OFFICE_DIR / "cortazar"
ANOMALIES = anomaly_rules(yaml.safe_load((OFFICE / "anomalias.yaml").read_text("utf-8")))
KINDS = {
    kind["clave"]: kind_rules(kind) for kind in yaml.safe_load((OFFICE / "ajustes.yaml").read_text("utf-8"))["clases"]
}
WANTED = [act for acts in adjusting.DAYS.values() for act in acts if isinstance(act, adjusting.Wanted)]


@pytest.mark.parametrize("day", sorted({*adjusting.DAYS, *prepaying.COME, prepaying.OFFERED}))
def test_every_day_with_an_adjustment_or_months_paid_ahead_has_its_windows_open(day: date) -> None:
    assert FIRST_DAY <= day <= LAST_WINDOW_DAY
    assert is_working(day)


def test_there_is_an_adjustment_of_every_kind_and_in_every_state() -> None:
    assert {wanted.kind for wanted in WANTED} == set(KINDS)
    assert {wanted.ends for wanted in WANTED} == {"PROPOSED", "AUTHORISED", "APPLIED", "REFUSED", "WITHDRAWN"}
    assert len({wanted.name for wanted in WANTED}) == len(WANTED)


def test_how_doubtful_readings_are_decided_is_what_the_table_of_anomalies_lets() -> None:
    for settled in reviewing.DECIDED:
        row = ANOMALIES.row(settled.reason)
        assert "facturacion" in row.releases, settled.reason
        asked = Bills.MEASURED if settled.kind == ReadingDecision.Kind.ACCEPTED else settled.rule
        assert asked is None or asked in row.bills, settled.reason


def test_routes_are_shared_so_that_no_change_would_share_them_better() -> None:
    routes = [
        RouteLoad(number, f"{number:02d}", "", 100 + number, seconds)
        for number, seconds in enumerate((900, 400, 820, 610, 300, 550), start=1)
    ]
    shared = balanced(routes, AT_WORK[1])
    assert [route.number for route in shared] == [route.number for route in routes]
    assert suggest(shared, AT_WORK[1]) is None
    loads = [load.seconds for load in loads_of(shared, AT_WORK[1])]
    assert sum(loads) == 3580
    assert min(loads) > 0


def test_whoever_reads_in_november_has_a_name_and_did_not_leave() -> None:
    at_work = {code for codes in AT_WORK.values() for code in codes}
    assert at_work <= set(READERS)
    assert not at_work & set(reading.LEFT)
    assert set(reading.USERS) <= at_work


def test_meters_are_lost_after_the_last_month_was_billed() -> None:
    for lost in losing.LOST:
        assert lost.happened_on > LAST_DAY
        assert lost.replaced_on is None or lost.replaced_on > lost.happened_on


def test_the_accounts_of_the_examples_are_those_of_the_old_systems_folder() -> None:
    legacy = settings.DEMO_DIR / "legacy"
    expected = json.loads((legacy / "esperado.json").read_text("utf-8"))["recibos"]
    examples = Town({}, legacy / "banco_20261015.csv").examples
    for period in PERIODS:
        assert {example["cuenta"] for example in expected[f"{period:%Y%m}"]["ejemplos"]} <= examples
