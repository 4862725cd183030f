"""The demonstration town's files through the importers: every count that is expected of them."""

from datetime import datetime
from pathlib import Path

import pytest

from cauce.imports.rules import ImportOutcome
from cauce.metering.models import Consumption, Reading, ReadingRound
from cauce.metering.operations import (
    import_consumption_history,
    import_padron,
    import_previous_readings,
    import_readings,
)
from cauce.metering.queries import reasons_in_review, round_completeness
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.metering.town import LAW, LEGACY, READING_FILES, expected_counts

pytestmark = pytest.mark.django_db


def test_every_count_of_the_expected_file_is_met_by_code(clerk: User, now: datetime) -> None:
    approver = User.objects.create(username="autoriza-ley", full_name="Autoriza la ley")
    load_law(directory=LAW, at=now, by=clerk, approved_by=approver)

    def rows(outcome: ImportOutcome) -> tuple[int, int, int]:
        return outcome.rows, outcome.taken, outcome.new

    import_padron(path=LEGACY / "padron.csv", dry_run=False, at=now, by=clerk)
    previous = import_previous_readings(path=LEGACY / "lecturas_previas.csv", dry_run=False, at=now, by=clerk)
    assert rows(previous) == (2379, 2379, 2379)
    history = import_consumption_history(path=LEGACY / "consumos_historicos.csv", dry_run=False, at=now, by=clerk)
    assert rows(history) == (28_972, 28_972, 28_972)

    first: dict[str, ImportOutcome] = {}
    for name in READING_FILES:
        first[name] = outcome = import_readings(path=LEGACY / name, dry_run=False, at=now, by=clerk)
        assert_as_expected(name, outcome)
        assert outcome.new == outcome.taken
    assert ReadingRound.objects.count() == len(READING_FILES)

    # A second time, with October already in: nothing changes, and September is judged by what was known then.
    before = (Reading.objects.count(), Consumption.objects.count())
    for name in READING_FILES:
        again = import_readings(path=LEGACY / name, dry_run=False, at=now, by=clerk)
        assert again.new == 0
        assert (again.taken, again.by_code, again.extra) == (
            first[name].taken,
            first[name].by_code,
            first[name].extra,
        )
    assert (Reading.objects.count(), Consumption.objects.count()) == before


def test_the_demonstration_towns_files_are_the_ones_of_the_format() -> None:
    assert len(READING_FILES) == 6
    assert all(Path(LEGACY / name).is_file() for name in ("lecturas_previas.csv", "consumos_historicos.csv"))


def assert_as_expected(name: str, outcome: ImportOutcome) -> None:
    expected = expected_counts(name)
    classes = expected["por_clase"]
    assert isinstance(classes, dict)
    assert outcome.by_code == expected["por_motivo"], name
    assert outcome.rows == expected["lineas"], name
    assert outcome.taken == classes["ok"] + classes["revision"], name
    assert (outcome.rejected, outcome.flagged) == (classes["rechazada"], classes["revision"]), name
    assert (outcome.extra["expected"], outcome.extra["without_line"], outcome.extra["without_useful_reading"]) == (
        expected["cuentas_esperadas"],
        expected["cuentas_sin_linea"],
        expected["cuentas_sin_lectura_util"],
    ), name
    reading_round = ReadingRound.objects.latest("pk")
    completeness = round_completeness(reading_round)
    assert completeness.without_line == expected["cuentas_sin_linea"]
    assert completeness.without_useful_reading == expected["cuentas_sin_lectura_util"]
    assert sum(reasons_in_review(reading_round).values()) == classes["revision"]
    assert Reading.objects.filter(round=reading_round, status="OK").count() == classes["ok"]
    assert Consumption.objects.filter(reading__round=reading_round).count() == classes["ok"]
