"""Loading a law, and what rules afterwards."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.asserts import assertNumQueries

from cauce.events.models import Event
from cauce.ledger.queries import collection_law
from cauce.tariffs import queries, rules
from cauce.tariffs.models import LawInForce, Schedule, TariffCode
from cauce.tariffs.operations import (
    CasesDiffer,
    LawNeedsTwoPeople,
    LawOverlaps,
    LoadedLaw,
    NotALawFolder,
    check_law,
    load_law,
)
from cauce.users.models import User
from tests.tariffs.laws import CODES, TO_2025, Edit, flat_fee_csv, law_files, tariff_csv, write_law_of

AT = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)
CASES = (
    "clave,m3,mes,drenaje,tratamiento,agua,alcantarillado,tratamiento_importe,iva,total\n"
    "001,10,sep,S,N,170.99,34.20,0.00,5.47,210.66\n"
)
REFORM: tuple[Edit, ...] = (
    ("Decreto 124", "Decreto 200"),
    ("valid_from: 2026-01-01", "valid_from: 2026-07-01"),
    ("official: false", "official: false\namends: Decreto 124"),
    ("alcantarillado_pct:\n    value: 20", "alcantarillado_pct:\n    value: 25"),
)


@pytest.fixture
def loader(db: None) -> User:
    return User.objects.create(username="captura-ley", full_name="Quien captura la ley")


@pytest.fixture
def approver(db: None) -> User:
    return User.objects.create(username="autoriza-ley", full_name="Quien autoriza la ley")


def write(folder: Path, *edits: Edit, **files: str | None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in law_files(*edits, **files).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, loader: User, approver: User) -> LoadedLaw:
    return load_law(directory=folder, at=AT, by=loader, approved_by=approver)


def test_a_loaded_law_rules_its_months(tmp_path: Path, loader: User, approver: User) -> None:
    loaded = load(write(tmp_path / "ley", casos_csv=CASES), loader, approver)
    assert loaded.is_new
    assert loaded.law.cases.cases == 1
    ruling = queries.law_for_period(date(2026, 12, 1))
    assert ruling.id == loaded.schedule.pk
    assert ruling.schedule.sha256 == loaded.schedule.sha256
    assert queries.parameters_for(date(2026, 1, 1)).sewerage_percent == 20
    assert queries.schedule_of(loaded.schedule.pk) is ruling.schedule
    assert queries.concept_names()["AGUA"] == "Agua"
    assert queries.latest_year() == 2026


def test_january_has_no_price_until_the_law_of_its_year_is_loaded(tmp_path: Path, loader: User, approver: User) -> None:
    load(write(tmp_path / "2025", *TO_2025), loader, approver)
    with pytest.raises(rules.NoLawInForce, match="enero de 2026"):
        queries.schedule_for_period(date(2026, 1, 1))
    load(write(tmp_path / "2026"), loader, approver)
    assert queries.schedule_for_period(date(2025, 12, 1)).decree == "Decreto 98"
    assert queries.schedule_for_period(date(2026, 1, 1)).decree == "Decreto 124"


def test_before_any_law_nothing_rules_and_no_concept_has_a_name(db: None) -> None:
    with pytest.raises(rules.NoLawInForce):
        queries.schedule_for_period(date(2026, 9, 1))
    assert queries.concept_names() == {}
    assert queries.latest_year() is None


def test_the_law_of_a_month_is_one_query_once_it_was_read(tmp_path: Path, loader: User, approver: User) -> None:
    load(write(tmp_path / "ley"), loader, approver)
    queries.schedule_for_period(date(2026, 9, 1))
    with assertNumQueries(1):
        queries.schedule_for_period(date(2026, 9, 1))


def test_loading_the_same_law_again_changes_nothing(tmp_path: Path, loader: User, approver: User) -> None:
    first = load(write(tmp_path / "ley"), loader, approver)
    again = load(write(tmp_path / "ley", casos_csv=CASES), loader, approver)
    assert not again.is_new
    assert again.schedule == first.schedule
    assert again.law.cases.cases == 1
    assert Schedule.objects.count() == 1
    assert Event.objects.filter(kind="LAW_LOADED").count() == 1


def test_a_loaded_law_enters_the_history_with_both_people(tmp_path: Path, loader: User, approver: User) -> None:
    load(write(tmp_path / "ley"), loader, approver)
    received, in_force = (Event.objects.get(kind=kind) for kind in ("LAW_LOADED", "LAW_PUT_IN_FORCE"))
    assert (received.by, in_force.by) == (loader, approver)
    assert "Decreto 124" in received.sentence
    assert "la cargó Quien captura la ley" in in_force.sentence


def test_a_law_is_kept_as_its_files_say_it(tmp_path: Path, loader: User, approver: User) -> None:
    loaded = load(write(tmp_path / "ley", casos_csv=CASES), loader, approver)
    content = Schedule.objects.get(pk=loaded.schedule.pk).content
    assert content == law_files()
    assert rules.fingerprint(content) == loaded.schedule.sha256


def test_a_new_clave_becomes_known_to_the_padron(tmp_path: Path, loader: User, approver: User) -> None:
    assert set(TariffCode.objects.values_list("code", flat=True)) == set(CODES)
    folder = write(
        tmp_path / "ley",
        (
            '  "013": { name: Pensionado',
            '  "015": { name: Hospital, use_class: GOVERNMENT }\n  "013": { name: Pensionado',
        ),
        tarifa_csv=tariff_csv(*CODES, "015"),
        cuota_fija_csv=flat_fee_csv(*CODES, "015"),
    )
    load(folder, loader, approver)
    assert str(TariffCode.objects.get(code="015")) == "015 Hospital"


def test_a_law_whose_cases_differ_is_not_loaded(tmp_path: Path, loader: User, approver: User) -> None:
    folder = write(tmp_path / "ley", casos_csv=CASES.replace("210.66", "210.67"))
    with pytest.raises(CasesDiffer, match=r"1 caso de 1 .*\n.*se esperaba 210\.67 y resultó 210\.66"):
        load(folder, loader, approver)
    assert not Schedule.objects.exists()


def test_who_loads_a_law_cannot_approve_it(tmp_path: Path, loader: User) -> None:
    with pytest.raises(LawNeedsTwoPeople):
        load(write(tmp_path / "ley"), loader, loader)


def test_a_second_law_for_the_same_days_is_refused(tmp_path: Path, loader: User, approver: User) -> None:
    load(write(tmp_path / "ley"), loader, approver)
    other = write(tmp_path / "otra", ("value: 20\n", "value: 25\n"))
    with pytest.raises(LawOverlaps, match="«amends: Decreto 124»"):
        load(other, loader, approver)
    assert Schedule.objects.count() == 1


def test_a_reform_ends_the_law_that_it_amends(tmp_path: Path, loader: User, approver: User) -> None:
    old = load(write(tmp_path / "ley"), loader, approver)
    load(write(tmp_path / "reforma", *REFORM), loader, approver)
    assert queries.parameters_for(date(2026, 6, 1)).sewerage_percent == 20
    assert queries.parameters_for(date(2026, 7, 1)).sewerage_percent == 25
    assert queries.schedule_of(old.schedule.pk).valid_until == date(2027, 1, 1)


def test_an_amended_law_still_prices_the_months_it_ruled(tmp_path: Path, loader: User, approver: User) -> None:
    load(write(tmp_path / "ley"), loader, approver)
    load(write(tmp_path / "reforma", *REFORM), loader, approver)
    usage = rules.Usage(
        tariff_code="001", period=date(2026, 7, 1), m3=62, read_from=date(2026, 5, 5), read_until=date(2026, 7, 5)
    )
    given = rules.price(
        queries.schedule_for_period(date(2026, 7, 1)), usage, [queries.schedule_for_period(date(2026, 6, 1))]
    )
    assert ["law", "2026-06", "Decreto 124"] in [step[:3] for step in given.proof["steps"]]


def test_a_reform_that_ends_before_the_law_that_it_amends_is_refused(
    tmp_path: Path, loader: User, approver: User
) -> None:
    load(write(tmp_path / "ley"), loader, approver)
    short = write(tmp_path / "reforma", *REFORM, ("valid_until: 2027-01-01", "valid_until: 2026-10-01"))
    with pytest.raises(LawOverlaps, match="31 dic 2026"):
        load(short, loader, approver)


def test_checking_a_law_writes_nothing(tmp_path: Path, db: None) -> None:
    with assertNumQueries(0):
        checked = check_law(directory=write(tmp_path / "ley", casos_csv=CASES.replace("210.66", "1.00")))
    assert checked.cases.failed == 1


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotALawFolder):
        check_law(directory=tmp_path / "nada")


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "ley")
    (folder / "derechos.csv").write_bytes("codigo,concepto,importe,iva_pct\nA01,Suspensión,1.00,0\n".encode("cp1252"))
    with pytest.raises(rules.LawRejected, match=r"derechos\.csv: no es texto en UTF-8"):
        check_law(directory=folder)


def test_files_of_other_kinds_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    folder = write(tmp_path / "ley")
    (folder / "LEEME.txt").write_text("nota", encoding="utf-8")
    assert check_law(directory=folder).cases.cases == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tariffs_schedule SET official = true",
        "DELETE FROM tariffs_schedule",
        "DELETE FROM tariffs_lawinforce",
        "UPDATE tariffs_lawinforce SET valid_until = '2028-01-01'",
        "UPDATE tariffs_lawinforce SET valid_from = '2025-12-01'",
    ],
)
def test_the_database_refuses_to_change_a_loaded_law(
    tmp_path: Path, loader: User, approver: User, statement: str
) -> None:
    load(write(tmp_path / "ley"), loader, approver)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_empty_the_table_of_laws(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE tariffs_schedule CASCADE")


def test_the_database_refuses_two_laws_on_one_day(tmp_path: Path, loader: User, approver: User) -> None:
    first = load(write(tmp_path / "ley"), loader, approver).schedule
    second = Schedule.objects.create(**{**_facts(first), "sha256": "0" * 64})
    with pytest.raises(IntegrityError, match="law_in_force_one_at_a_time"), transaction.atomic():
        LawInForce.objects.create(
            schedule=second,
            valid_from=date(2026, 12, 31),
            valid_until=date(2027, 2, 1),
            approved_at=AT,
            approved_by=approver,
        )


def test_the_database_refuses_one_person_for_both_signatures(tmp_path: Path, loader: User, approver: User) -> None:
    first = load(write(tmp_path / "ley"), loader, approver).schedule
    second = Schedule.objects.create(**{**_facts(first), "sha256": "0" * 64})
    with pytest.raises(IntegrityError, match="may not put it in force"), transaction.atomic():
        LawInForce.objects.create(
            schedule=second,
            valid_from=date(2027, 1, 1),
            valid_until=date(2028, 1, 1),
            approved_at=AT,
            approved_by=loader,
        )


def test_the_database_refuses_a_validity_that_ends_before_it_begins(
    tmp_path: Path, loader: User, approver: User
) -> None:
    first = load(write(tmp_path / "ley"), loader, approver).schedule
    with pytest.raises(IntegrityError, match="schedule_validity_in_order"), transaction.atomic():
        Schedule.objects.create(**{**_facts(first), "sha256": "0" * 64, "valid_until": first.valid_from})
    second = Schedule.objects.create(**{**_facts(first), "sha256": "0" * 64})
    with pytest.raises(IntegrityError, match="law_in_force_validity_in_order"), transaction.atomic():
        LawInForce.objects.create(
            schedule=second,
            valid_from=date(2027, 1, 1),
            valid_until=date(2027, 1, 1),
            approved_at=AT,
            approved_by=approver,
        )


def _facts(schedule: Schedule) -> dict[str, object]:
    return {field.name: getattr(schedule, field.name) for field in Schedule._meta.fields if field.name not in ("id",)}


@pytest.mark.parametrize("year", [2027, 2031])
def test_the_demonstration_law_may_be_written_for_another_year(
    tmp_path: Path, loader: User, approver: User, year: int
) -> None:
    load_law(directory=write_law_of(year, tmp_path), at=AT, by=loader, approved_by=approver)
    assert collection_law(date(year, 12, 31)).desk == collection_law(date(year, 1, 1)).desk
