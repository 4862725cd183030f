"""Taking in the old system's last readings and consumption, on a real database."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from cauce.imports.models import ImportFinding
from cauce.imports.operations import UnexpectedHeader
from cauce.imports.rules import ImportOutcome
from cauce.metering.models import Consumption, OpeningReading
from cauce.metering.operations import import_consumption_history, import_previous_readings
from cauce.users.models import User
from tests.metering.accounts import add_history, make_account

pytestmark = pytest.mark.django_db

Write = Callable[..., Path]
Import = Callable[..., ImportOutcome]


@pytest.fixture
def take_readings(clerk: User, now: datetime, write_file: Write) -> Import:
    """Import rows of last readings."""

    def importer(*rows: str, dry_run: bool = False, header: str = "CUENTA|FECHA|LECTURA") -> ImportOutcome:
        path = write_file("lecturas_previas.csv", header, *rows)
        return import_previous_readings(path=path, dry_run=dry_run, at=now, by=clerk)

    return importer


@pytest.fixture
def take_consumption(clerk: User, now: datetime, write_file: Write) -> Import:
    """Import rows of history."""

    def importer(*rows: str, dry_run: bool = False, header: str = "CUENTA|PERIODO|CONSUMO") -> ImportOutcome:
        path = write_file("consumos_historicos.csv", header, *rows)
        return import_consumption_history(path=path, dry_run=dry_run, at=now, by=clerk)

    return importer


def test_a_last_reading_opens_its_account_in_the_month_of_its_day(take_readings: Import) -> None:
    account = make_account()
    outcome = take_readings("000123|12/08/2026|1569")
    assert (outcome.rows, outcome.taken, outcome.new) == (1, 1, 1)
    opening = OpeningReading.objects.get(account=account)
    assert (opening.period, opening.taken_on, opening.value) == (date(2026, 8, 1), date(2026, 8, 12), 1569)


def test_dirty_last_readings_are_refused_one_by_one_with_a_sentence(take_readings: Import) -> None:
    make_account()
    outcome = take_readings(
        "000123|12/08/2026",
        "000999|12/08/2026|5",
        "000123|31/02/2026|5",
        "000123|12/08/2026|N/D",
        "",
        "123|12/08/2026|5",
    )
    assert (outcome.rows, outcome.taken, outcome.rejected) == (6, 1, 5)
    assert outcome.by_code == {
        "COLUMNAS": 2,
        "CUENTA_DESCONOCIDA": 1,
        "FECHA_INVALIDA": 1,
        "LECTURA_NO_NUMERICA": 1,
    }
    assert all(finding.message.endswith(".") for finding in ImportFinding.objects.all())
    assert list(ImportFinding.objects.order_by("line").values_list("line", flat=True)) == [2, 3, 4, 5, 6]


def test_an_account_with_two_different_last_readings_gets_neither(take_readings: Import) -> None:
    make_account()
    rows = ("000123|12/08/2026|5", "000123|13/08/2026|6", "000123|12/07/2026|4", "000123|12/07/2026|4")
    outcome = take_readings(*rows)
    assert outcome.by_code == {"LECTURAS_DISTINTAS": 2, "DUPLICADA": 1}
    assert list(OpeningReading.objects.values_list("period", "value")) == [(date(2026, 7, 1), 4)]
    assert take_readings(*rows).by_code == outcome.by_code


def test_last_readings_taken_twice_change_nothing_and_another_value_is_refused(take_readings: Import) -> None:
    make_account()
    take_readings("000123|12/08/2026|1569")
    again = take_readings("000123|12/08/2026|1569")
    assert (again.taken, again.new, again.rejected) == (1, 0, 0)
    other = take_readings("000123|12/08/2026|1570")
    assert (other.taken, dict(other.by_code)) == (0, {"LECTURA_YA_REGISTRADA": 1})
    assert OpeningReading.objects.get().value == 1569


def test_history_becomes_consumption_of_the_old_system(take_consumption: Import) -> None:
    account = make_account()
    outcome = take_consumption("000123|202512|41", "000123|202601|0")
    assert (outcome.rows, outcome.taken, outcome.new) == (2, 2, 2)
    assert list(Consumption.objects.order_by("period").values_list("account_id", "period", "volume_m3", "source")) == [
        (account.pk, date(2025, 12, 1), 41, "HISTORY"),
        (account.pk, date(2026, 1, 1), 0, "HISTORY"),
    ]


def test_dirty_history_is_refused_one_by_one(take_consumption: Import) -> None:
    make_account()
    outcome = take_consumption(
        "000123|202512|41",
        "000123|202512|41",
        "000123|202512|42",
        "000123|202513|1",
        "000123|202511|-1",
        "999999|202511|1",
        "000123;202511;1",
    )
    assert outcome.taken == 1
    assert outcome.by_code == {
        "DUPLICADA": 1,
        "CONSUMOS_DISTINTOS": 1,
        "PERIODO_INVALIDO": 1,
        "CONSUMO_INVALIDO": 1,
        "CUENTA_DESCONOCIDA": 1,
        "COLUMNAS": 1,
    }


def test_repeated_history_is_seen_however_far_apart_in_the_file(
    take_consumption: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cauce.metering.operations.history.CHUNK_ROWS", 1)
    make_account()
    rows = ("000123|202512|41", "000123|202511|40", "000123|202512|41")
    assert dict(take_consumption(*rows).by_code) == {"DUPLICADA": 1}
    assert (take_consumption(*rows).new, Consumption.objects.count()) == (0, 2)


def test_history_never_replaces_what_is_registered(take_consumption: Import) -> None:
    account = make_account()
    add_history(account, {date(2026, 9, 1): 18}, Consumption.Source.MEASURED)
    outcome = take_consumption("000123|202609|18")
    assert (outcome.taken, dict(outcome.by_code)) == (0, {"CONSUMO_YA_REGISTRADO": 1})
    assert Consumption.objects.get().source == "MEASURED"


@pytest.mark.parametrize("header", ["CUENTA|FECHA|LECTURA", "CUENTA|PERIODO"])
def test_a_file_of_another_kind_is_refused_by_its_header(take_consumption: Import, header: str) -> None:
    make_account()
    with pytest.raises(UnexpectedHeader, match=r"CUENTA\|PERIODO\|CONSUMO"):
        take_consumption("000123|12/08/2026|5", header=header)
    assert not Consumption.objects.exists()


def test_a_trial_of_either_file_writes_nothing(take_readings: Import, take_consumption: Import) -> None:
    make_account()
    assert take_readings("000123|12/08/2026|5", dry_run=True).new == 1
    assert take_consumption("000123|202512|41", dry_run=True).new == 1
    assert not OpeningReading.objects.exists()
    assert not Consumption.objects.exists()
