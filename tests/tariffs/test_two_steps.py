"""A law is loaded by one person, waits, and is put in force by another."""

from datetime import date
from pathlib import Path

import pytest

from cauce.events.models import Event
from cauce.tariffs import queries, rules
from cauce.tariffs.models import LawInForce, Schedule
from cauce.tariffs.operations import (
    FallsNotSigned,
    LawNeedsTwoPeople,
    LawNotPending,
    LoadedLaw,
    check_law,
    discard_law,
    load_law,
    put_law_in_force,
    receive_law,
    take_up_law,
)
from cauce.users.models import User
from tests.tariffs.laws import Edit, law_files
from tests.tariffs.test_operations import AT, approver, loader, write

__all__ = ["approver", "loader"]

FALLS: tuple[Edit, ...] = (("adds_base_above_table:\n    value: true", "adds_base_above_table:\n    value: false"),)
_CHEAP_ABOVE = {"tarifa_csv": law_files()["tarifa.csv"].replace(",101,8.", ",101,7.")}


def received(folder: Path, by: User, *edits: Edit, **files: str | None) -> LoadedLaw:
    return receive_law(law=check_law(directory=write(folder, *edits, **files)), at=AT, by=by)


def test_a_law_that_was_received_rules_nothing(tmp_path: Path, loader: User) -> None:
    law = received(tmp_path / "ley", loader).schedule
    assert list(queries.pending_laws()) == [law]
    assert queries.latest_year() is None
    with pytest.raises(rules.NoLawInForce):
        queries.schedule_for_period(date(2026, 9, 1))


def test_another_person_puts_it_in_force(tmp_path: Path, loader: User, approver: User) -> None:
    law = received(tmp_path / "ley", loader).schedule
    ruling = put_law_in_force(schedule=law, at=AT, by=approver)
    assert (ruling.approved_by, ruling.falls_basis) == (approver, "")
    assert queries.law_for_period(date(2026, 9, 1)).id == law.pk
    assert not queries.pending_laws().exists()
    assert put_law_in_force(schedule=law, at=AT, by=approver) == ruling
    assert [event.kind for event in Event.objects.order_by("pk")] == ["LAW_LOADED", "LAW_PUT_IN_FORCE"]


def test_who_loaded_a_law_may_not_put_it_in_force(tmp_path: Path, loader: User) -> None:
    law = received(tmp_path / "ley", loader).schedule
    with pytest.raises(LawNeedsTwoPeople):
        put_law_in_force(schedule=law, at=AT, by=loader)
    assert not LawInForce.objects.exists()


def test_a_discarded_law_is_not_put_in_force_until_it_is_taken_up(tmp_path: Path, loader: User, approver: User) -> None:
    law = received(tmp_path / "ley", loader).schedule
    discard_law(schedule=law, reason="Trae la tabla del año pasado.", at=AT, by=loader)
    assert not queries.pending_laws().exists()
    with pytest.raises(LawNotPending, match="retómela"):
        put_law_in_force(schedule=law, at=AT, by=approver)
    with pytest.raises(LawNotPending, match="ya se había"):
        discard_law(schedule=law, reason="Otra vez.", at=AT, by=loader)
    take_up_law(schedule=law, reason="Sí era la buena.", at=AT, by=loader)
    assert put_law_in_force(schedule=law, at=AT, by=approver).schedule == law
    with pytest.raises(LawNotPending, match="está en vigor"):
        discard_law(schedule=law, reason="Tarde.", at=AT, by=loader)


def test_a_law_is_set_aside_only_with_its_reason(tmp_path: Path, loader: User) -> None:
    law = received(tmp_path / "ley", loader).schedule
    with pytest.raises(LawNotPending, match="motivo"):
        discard_law(schedule=law, reason="  ", at=AT, by=loader)


def test_a_law_whose_edge_falls_is_put_in_force_only_with_the_article_that_says_so(
    tmp_path: Path, loader: User, approver: User
) -> None:
    law = received(tmp_path / "ley", loader, *FALLS, **_CHEAP_ABOVE).schedule
    with pytest.raises(FallsNotSigned, match=r"tarifa.csv, clave 001, renglón 101, columna ene"):
        put_law_in_force(schedule=law, at=AT, by=approver)
    assert not LawInForce.objects.exists()
    ruling = put_law_in_force(schedule=law, falls_basis="Art. 14 fr. I, último párrafo", at=AT, by=approver)
    assert ruling.falls_basis == "Art. 14 fr. I, último párrafo"


def test_the_command_puts_in_force_a_law_that_was_waiting(tmp_path: Path, loader: User, approver: User) -> None:
    waiting = received(tmp_path / "ley", loader).schedule
    loaded = load_law(directory=tmp_path / "ley", at=AT, by=loader, approved_by=approver)
    assert (loaded.schedule, loaded.is_new) == (waiting, False)
    assert Schedule.objects.count() == LawInForce.objects.count() == 1
