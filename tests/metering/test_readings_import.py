"""Taking in reading files, on a real database."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.events.models import Event
from cauce.imports.models import ImportBatch, ImportFinding
from cauce.imports.rules import ImportOutcome
from cauce.metering.models import Consumption, Reading, ReadingRound, RoundLine
from cauce.metering.operations import (
    ReadingsOfAnotherMonth,
    UnknownReadingFile,
    estimate_consumption,
    import_readings,
    park_reading,
)
from cauce.metering.rules import Bills
from cauce.users.models import User
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import AT, a_person, a_round
from tests.metering.town import reading_line

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2026, 9, 1)
NAME = "lecturas_202609_c1.txt"
Write = Callable[..., Path]
Import = Callable[..., ImportOutcome]


@pytest.fixture
def take(clerk: User, now: datetime, write_file: Write) -> Import:
    """Write lines to a reading file and import it."""

    def importer(*lines: str, name: str = NAME, dry_run: bool = False) -> ImportOutcome:
        return import_readings(path=write_file(name, *lines), dry_run=dry_run, at=now, by=clerk)

    return importer


def test_a_right_line_becomes_a_reading_and_its_consumption(take: Import) -> None:
    account = make_account()
    add_opening(account, 100)
    outcome = take(reading_line(value=120))
    assert (outcome.rows, outcome.taken, outcome.new, outcome.rejected, outcome.flagged) == (1, 1, 1, 0, 0)
    reading = Reading.objects.get()
    assert (reading.status, reading.reason, reading.value, reading.line) == ("OK", "", 120, 1)
    assert (reading.taken_on, reading.taken_time) == (date(2026, 9, 2), "0930")
    assert (reading.incident, reading.reader_code) == ("00", "101")
    assert (reading.latitude, reading.longitude) == (Decimal("20.472287"), Decimal("-100.943494"))
    consumption = Consumption.objects.get()
    assert (consumption.period, consumption.volume_m3, consumption.source) == (SEPTEMBER, 20, "MEASURED")
    assert (consumption.previous_value, consumption.current_value) == (100, 120)
    assert (consumption.previous_on, consumption.current_on) == (date(2026, 8, 3), date(2026, 9, 2))
    assert (consumption.reading_id, consumption.meter_serial) == (reading.pk, "A12345678")


def test_a_doubtful_line_becomes_a_reading_without_consumption(take: Import) -> None:
    add_opening(make_account(), 100)
    outcome = take(reading_line(value=50))
    assert (outcome.taken, outcome.flagged, dict(outcome.by_code)) == (1, 1, {"LECTURA_RETROCEDE": 1})
    reading = Reading.objects.get()
    assert (reading.status, reading.reason, reading.proposed_m3) == ("REVIEW", "LECTURA_RETROCEDE", None)
    assert not Consumption.objects.exists()


def test_a_rejected_line_is_only_a_finding_but_its_account_was_not_forgotten(take: Import) -> None:
    account = make_account()
    outcome = take(reading_line(value="12O"), "000123A1234", reading_line("999999"))
    assert (outcome.rows, outcome.taken, outcome.rejected) == (3, 0, 3)
    assert not Reading.objects.exists()
    assert list(RoundLine.objects.values_list("account_id", flat=True)) == [account.pk]
    finding = ImportFinding.objects.get(code="LECTURA_NO_NUMERICA")
    assert (finding.line, finding.severity, finding.field) == (1, "ERROR", "LECTURA")
    assert dict(outcome.extra) == {"expected": 1, "without_line": 0, "without_useful_reading": 1}


def test_two_different_readings_of_a_day_both_wait(take: Import) -> None:
    add_opening(make_account(), 100)
    outcome = take(reading_line(value=120), reading_line(value=125), reading_line(value="0120"))
    assert dict(outcome.by_code) == {"LECTURAS_DISTINTAS": 2, "LINEA_DUPLICADA": 1}
    assert (outcome.taken, outcome.rejected) == (2, 1)
    assert set(Reading.objects.values_list("value", "status")) == {(120, "REVIEW"), (125, "REVIEW")}
    assert not Consumption.objects.exists()


def test_different_readings_are_seen_however_far_apart_in_the_file(
    take: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cauce.metering.operations.readings.CHUNK_LINES", 1)
    add_opening(make_account(), 100)
    add_opening(make_account("000124", serial="B1"), 10)
    lines = (reading_line(value=120), reading_line("000124", serial="B1", value=15), reading_line(value=125))
    outcome = take(*lines)
    assert (outcome.new, dict(outcome.by_code)) == (3, {"LECTURAS_DISTINTAS": 2})
    assert (take(*lines).new, Reading.objects.count()) == (0, 3)


def test_the_same_file_twice_changes_nothing(take: Import) -> None:
    add_opening(make_account(), 100)
    add_opening(make_account("000124", serial="B1"), 10)
    lines = (
        reading_line(value=120),
        reading_line("000124", serial="B1", value=10),
        reading_line("000124", serial="B1", value=10),
        reading_line("000125"),
    )
    first, again = take(*lines), take(*lines)
    assert (first.new, again.new) == (2, 0)
    assert (again.rows, again.taken, again.rejected, again.flagged) == (4, 2, 2, 1)
    assert again.by_code == first.by_code == {"CONSUMO_CERO": 1, "CUENTA_DESCONOCIDA": 1, "LINEA_DUPLICADA": 1}
    assert again.extra == first.extra
    assert (Reading.objects.count(), Consumption.objects.count(), ReadingRound.objects.count()) == (2, 1, 1)
    assert Event.objects.filter(kind="READINGS_TAKEN").count() == 1


def test_a_corrected_file_brings_what_was_missing_and_never_overwrites(take: Import) -> None:
    add_opening(make_account(), 100)
    add_opening(make_account("000124", serial="B1"), 10)
    add_opening(make_account("000125", serial="B2"), 10)
    take(reading_line(value=120), reading_line("000124", serial="B1", value="1O"))
    outcome = take(
        reading_line(value=121),
        reading_line("000124", serial="B1", value=15),
        reading_line("000125", serial="B2", value=17),
    )
    assert (outcome.taken, outcome.new, dict(outcome.by_code)) == (2, 2, {"LECTURA_YA_REGISTRADA": 1})
    assert set(Consumption.objects.values_list("current_value", flat=True)) == {15, 17, 120}


def test_a_second_reading_for_an_account_that_was_right_does_not_undo_it(take: Import) -> None:
    add_opening(make_account(), 100)
    take(reading_line(value=120))
    outcome = take(reading_line(value=120), reading_line(value=130))
    assert (outcome.taken, outcome.new, dict(outcome.by_code)) == (1, 0, {"LECTURA_YA_REGISTRADA": 1})
    assert Consumption.objects.get().volume_m3 == 20


def test_an_account_with_another_consumption_of_the_period_keeps_it(take: Import) -> None:
    account = make_account()
    add_opening(account, 100)
    add_history(account, {SEPTEMBER: 18}, Consumption.Source.ESTIMATED)
    outcome = take(reading_line(value=120))
    assert (outcome.taken, dict(outcome.by_code)) == (0, {"CONSUMO_YA_REGISTRADO": 1})
    assert Consumption.objects.get().volume_m3 == 18


def test_what_was_decided_then_is_told_again_even_if_the_meter_changed_since(take: Import) -> None:
    account = make_account()
    add_opening(account, 100)
    take(reading_line(value=120))
    meter = account.installations.get().meter
    meter.serial = "OTRA"
    meter.save()
    again = take(reading_line(value=120))
    assert (again.taken, again.new, dict(again.by_code)) == (1, 0, {})


def test_next_months_reading_counts_from_a_right_one_only(take: Import) -> None:
    add_opening(make_account(), 100)
    add_opening(make_account("000124", serial="B1"), 10)
    take(reading_line(value=120), reading_line("000124", serial="B1", value="", incident="02"))
    outcome = take(
        reading_line(value=150, on="20261003"),
        reading_line("000124", serial="B1", value=30, on="20261003"),
        name="lecturas_202610_c1.txt",
    )
    assert dict(outcome.by_code) == {"SIN_LECTURA_ANTERIOR": 1}
    consumption = Consumption.objects.get(period=date(2026, 10, 1))
    assert (consumption.volume_m3, consumption.previous_on) == (30, date(2026, 9, 2))


def test_january_counts_from_december(take: Import) -> None:
    add_opening(make_account(), 100, date(2026, 11, 3))
    take(reading_line(value=120, on="20261203"), name="lecturas_202612_c1.txt")
    outcome = take(reading_line(value=137, on="20270104"), name="lecturas_202701_c1.txt")
    assert (outcome.taken, dict(outcome.by_code)) == (1, {})
    assert Consumption.objects.get(period=date(2027, 1, 1)).volume_m3 == 17


def test_a_future_date_is_measured_against_the_file_name_and_not_the_clock(take: Import) -> None:
    add_opening(make_account(), 100)
    assert dict(take(reading_line(value=120, on="20260906")).by_code) == {"FECHA_FUTURA": 1}
    far = make_account("000124", serial="B1")
    add_opening(far, 10, date(2035, 8, 3))
    line = reading_line("000124", serial="B1", value=15, on="20350905")
    assert take(line, name="lecturas_203509_c1.txt").taken == 1


def test_the_average_leaves_out_months_older_than_the_history_and_estimates(take: Import) -> None:
    account = make_account()
    add_opening(account, 100)
    add_history(account, {date(2025, 6, 1): 1000})
    add_history(account, {date(2026, 8, 1): 500}, Consumption.Source.ESTIMATED)
    add_history(account, {date(2026, 7, 1): 12}, Consumption.Source.MEASURED)
    assert dict(take(reading_line(value=137)).by_code) == {"CONSUMO_ALTO": 1}


def test_a_trial_counts_everything_and_writes_nothing(take: Import) -> None:
    add_opening(make_account(), 100)
    make_account("000124", serial="B1")
    outcome = take(reading_line(value=120), dry_run=True)
    assert (outcome.taken, outcome.new) == (1, 1)
    assert dict(outcome.extra) == {"expected": 2, "without_line": 1, "without_useful_reading": 1}
    assert not ReadingRound.objects.exists()
    assert not Reading.objects.exists()
    assert not Consumption.objects.exists()


@pytest.mark.parametrize("name", ["lecturas.txt", "lecturas_202613_c1.txt", "lecturas_202609_c7.txt"])
def test_a_file_whose_name_says_no_round_is_refused(take: Import, name: str) -> None:
    with pytest.raises(UnknownReadingFile, match="renómbrelo"):
        take(reading_line(), name=name)
    assert ImportBatch.objects.get().state == ImportBatch.State.FAILED


def test_an_account_without_a_meter_does_not_match_any(take: Import) -> None:
    make_account(serial="")
    outcome = take(reading_line())
    assert dict(outcome.by_code) == {"MEDIDOR_NO_COINCIDE": 1}
    assert outcome.extra["expected"] == 0


def test_suspended_and_closed_accounts_are_not_expected(take: Import) -> None:
    make_account("000001", state="REDUCED")
    make_account("000002", state="VOLUNTARY_SUSPENSION", serial="B1")
    make_account("000003", state="CLOSED", serial="B2")
    make_account("000004", cycle=2, serial="B3")
    assert take(reading_line("000009")).extra["expected"] == 1


@pytest.mark.parametrize("accounts", [3, 30])
def test_a_chunk_takes_the_same_queries_however_many_lines_it_has(
    take: Import, accounts: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    lines = []
    for index in range(accounts):
        number, serial = f"{index + 1:06d}", f"S{index}"
        add_opening(make_account(number, serial=serial), 100)
        lines.append(reading_line(number, serial=serial, value=110 + index))
    with django_assert_max_num_queries(45):  # type: ignore[attr-defined]
        outcome = take(*lines)
    assert outcome.new == accounts


def test_the_file_after_an_estimate_counts_from_the_last_real_reading_and_settles_it(take: Import) -> None:
    account = make_account()
    add_opening(account, 100)
    add_history(account, {date(2026, 8, 1): 20})
    estimate_consumption(
        account=account,
        reading_round=a_round(),
        rule=Bills.AVERAGE_6,
        reason="Sin acceso",
        at=AT,
        by=a_person("revisora", "facturacion"),
    )
    outcome = take(reading_line(value=145, on="20261002"), name="lecturas_202610_c1.txt")
    assert (outcome.taken, outcome.flagged) == (1, 0)
    october = Consumption.objects.get(period=date(2026, 10, 1))
    assert (october.measured_m3, october.settled_m3, october.volume_m3, october.ahead_m3) == (45, 20, 25, 0)
    assert (october.previous_value, october.previous_on) == (100, date(2026, 8, 3))
    assert october.billed_from == date(2026, 9, 5)


def test_the_file_after_a_parked_month_waits_for_a_person(take: Import) -> None:
    account = make_account()
    add_opening(account, 100)
    park_reading(
        account=account, reading_round=a_round(), reason="Nadie", at=AT, by=a_person("revisora", "facturacion")
    )
    outcome = take(reading_line(value=145, on="20261002"), name="lecturas_202610_c1.txt")
    assert dict(outcome.by_code) == {"SIN_LECTURA_ANTERIOR": 1}


def test_who_brings_a_file_is_who_captured_its_readings(take: Import, clerk: User) -> None:
    add_opening(make_account(), 100)
    take(reading_line(value=120))
    assert Reading.objects.get().captured_by == clerk


def test_a_file_of_another_month_is_refused_whole_naming_the_month(take: Import) -> None:
    lines = [reading_line(f"{number:06d}", on="20260802") for number in range(60)]
    with pytest.raises(ReadingsOfAnotherMonth, match=r"lecturas_202609_c1\.txt.*septiembre de 2026.*60 de sus 60"):
        take(*lines)
    assert not ReadingRound.objects.exists() and not Reading.objects.exists()


def test_a_route_that_is_read_twice_is_refused_line_by_line_and_the_first_stays(take: Import) -> None:
    add_opening(make_account(), 100)
    take(reading_line(value=120))
    outcome = take(reading_line(value=125))
    assert dict(outcome.by_code) == {"LECTURA_YA_REGISTRADA": 1}
    finding = ImportFinding.objects.get(code="LECTURA_YA_REGISTRADA")
    assert "lectura 120 y esta línea trae la lectura 125" in finding.message
    assert Reading.objects.get().value == 120
