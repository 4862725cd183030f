"""``cauce import previous-readings|consumption|readings``."""

import csv
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cauce.cli.import_metering import consumption, previous_readings, readings
from cauce.core.errors import DomainError
from tests.metering.accounts import make_account
from tests.metering.town import reading_line

pytestmark = pytest.mark.django_db

KEYS = {"rows", "taken", "new", "rejected", "flagged", "by_code"}


def run(command: click.Command, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("ascii"))
    return path


def test_the_three_files_are_taken_in_and_told_with_the_same_keys(tmp_path: Path) -> None:
    make_account()
    previous = write(tmp_path, "lecturas_previas.csv", "CUENTA|FECHA|LECTURA", "000123|03/08/2026|100")
    history = write(tmp_path, "consumos_historicos.csv", "CUENTA|PERIODO|CONSUMO", "000123|202608|20")
    lines = write(tmp_path, "lecturas_202609_c1.txt", reading_line(value=120), reading_line(value="X"))
    for command, path in ((previous_readings, previous), (consumption, history), (readings, lines)):
        result = run(command, path, "--json")
        assert result.exit_code == 0, result.output
        answer = json.loads(result.stdout)
        assert set(answer) >= KEYS
        assert (answer["taken"], answer["new"]) == (1, 1)
    assert answer["by_code"] == {"LECTURA_NO_NUMERICA": 1}
    assert (answer["expected"], answer["without_line"], answer["without_useful_reading"]) == (1, 0, 0)


def test_the_report_has_one_row_for_each_reason(tmp_path: Path) -> None:
    make_account()
    lines = write(tmp_path, "lecturas_202609_c1.txt", reading_line(value=120), reading_line("999999"))
    report = tmp_path / "salida.csv"
    result = run(readings, lines, "--dry-run", "--report", report)
    assert result.exit_code == 0, result.output
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "severity", "code", "field", "message"]
    assert [row[:4] for row in rows[1:]] == [
        ["1", "warning", "SIN_LECTURA_ANTERIOR", "LECTURA"],
        ["2", "error", "CUENTA_DESCONOCIDA", "CUENTA"],
    ]


def test_a_reading_file_whose_name_says_nothing_is_refused(tmp_path: Path) -> None:
    result = run(readings, write(tmp_path, "lecturas.txt", reading_line()))
    assert isinstance(result.exception, DomainError)
    assert "renómbrelo" in result.exception.message
