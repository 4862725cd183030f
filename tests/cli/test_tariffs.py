"""``cauce load-law`` and ``cauce price``."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cauce.cli.tariffs import load_law, price
from cauce.tariffs.models import Schedule
from cauce.tariffs.rules import LawRejected, NoLawInForce
from tests.tariffs.laws import CODES, CORTAZAR_2026, law_files, tariff_csv

pytestmark = pytest.mark.django_db


def run(command: click.Command, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], standalone_mode=True)


def document(result: Result) -> dict[str, object]:
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def test_load_law_tells_what_it_loaded_and_the_same_again() -> None:
    first = run(load_law, CORTAZAR_2026, "--json")
    assert first.exit_code == 0
    assert document(first)["tables"] == {"tarifa.csv": 816, "cuota_fija.csv": 8, "derechos.csv": 21}
    assert document(first)["cases"] == 80
    assert document(first)["failed"] == 0
    again = run(load_law, CORTAZAR_2026, "--json")
    assert again.exit_code == 0
    assert document(again) == document(first)
    assert Schedule.objects.count() == 1


def test_load_law_is_signed_by_both_users_of_the_command_line() -> None:
    run(load_law, CORTAZAR_2026)
    schedule = Schedule.objects.get()
    assert (schedule.loaded_by.username, schedule.in_force.approved_by.username) == ("cli-captura", "cli-autoriza")


def test_check_loads_nothing() -> None:
    result = run(load_law, CORTAZAR_2026, "--check", "--json")
    assert result.exit_code == 0
    assert set(document(result)) == {"schedule", "tables", "cases", "failed"}
    assert not Schedule.objects.exists()


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_load_law_refuses_a_law_whose_cases_differ_and_counts_them(tmp_path: Path, options: tuple[str, ...]) -> None:
    for path in CORTAZAR_2026.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == "casos.csv":
            text = text.replace("145.80", "145.81")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    result = run(load_law, tmp_path, "--json", *options)
    assert result.exit_code == 1
    assert document(result)["failed"] == 1
    assert "se esperaba 145.81 y resultó 145.80" in result.stderr
    assert not Schedule.objects.exists()


def test_load_law_refuses_a_law_with_a_missing_month(tmp_path: Path) -> None:
    lines = tariff_csv(*CODES).splitlines()
    lines[23] = lines[23].rsplit(",", 1)[0] + ","
    for name, text in law_files(tarifa_csv="\n".join(lines)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = run(load_law, tmp_path, "--json")
    assert result.exit_code == 1
    assert isinstance(result.exception, LawRejected)
    assert "tarifa.csv, renglón 24, columna dic: falta el importe." in result.exception.message


def test_price_gives_each_line_and_its_proof() -> None:
    run(load_law, CORTAZAR_2026)
    result = run(price, "--code", "001", "--m3", 0, "--month", "2026-09", "--sewerage", "--treatment", "--json")
    answer = document(result)
    proof = answer.pop("proof")
    assert answer == {
        "water": "104.56",
        "sewerage": "20.91",
        "treatment": "14.64",
        "vat": "5.69",
        "total": "145.80",
    }
    assert isinstance(proof, dict)
    assert proof["steps"][0] == ["base", "tarifa.csv", "2026-09", "104.56"]
    assert proof["explanation"][-1] == "Total: $140.11 + IVA $5.69 = $145.80."


def test_price_of_a_flat_fee() -> None:
    run(load_law, CORTAZAR_2026)
    for volume in ((), ("--m3", "23")):
        given = run(price, "--code", "001", *volume, "--flat", "--month", "202609", "--json")
        assert document(given)["water"] == "266.26"


def test_price_refuses_a_month_without_law() -> None:
    result = run(price, "--code", "001", "--m3", 1, "--month", "2027-01")
    assert result.exit_code == 1
    assert isinstance(result.exception, NoLawInForce)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--code", "001", "--month", "2026-09"),
        ("--code", "001", "--month", "2026-13", "--m3", "5"),
        ("--code", "001", "--month", "2026-09", "--m3", "cinco"),
    ],
)
def test_price_used_wrongly_says_how_it_is_used(arguments: tuple[str, ...]) -> None:
    assert run(price, *arguments).exit_code == 2


def test_price_compares_a_file_of_cases() -> None:
    run(load_law, CORTAZAR_2026)
    result = run(price, "--cases", CORTAZAR_2026 / "casos.csv", "--json")
    assert result.exit_code == 0
    assert document(result) == {"cases": 80, "matching": 80, "differences": []}


def test_price_fails_when_a_case_differs(tmp_path: Path) -> None:
    run(load_law, CORTAZAR_2026)
    cases = tmp_path / "casos.csv"
    text = (CORTAZAR_2026 / "casos.csv").read_text(encoding="utf-8")
    cases.write_text(text.replace("145.80", "145.81"), encoding="utf-8")
    result = run(price, "--cases", cases, "--json")
    assert result.exit_code == 1
    assert document(result)["matching"] == 79
    assert document(result)["differences"] == [
        {
            "row": 2,
            "code": "001",
            "m3": 0,
            "month": "sep",
            "column": "total",
            "expected": "145.81",
            "obtained": "145.80",
        }
    ]
