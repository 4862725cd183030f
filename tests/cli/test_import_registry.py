"""``cauce import registry`` as whoever checks the product from outside runs it."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cauce.cli.import_registry import import_registry
from cauce.registry.models import Account
from tests.registry.padron_rows import row_text, write_padron


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(import_registry, [*map(str, arguments), "--json"])


@pytest.mark.django_db
def test_the_command_answers_one_document_and_writes_its_report(tmp_path: Path) -> None:
    path = write_padron(tmp_path / "padron.csv", row_text(EMAIL="NO TIENE"), row_text(CUENTA="000115", CICLO=""))

    result = run(path, "--report", tmp_path / "informe.csv")

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "rows": 2,
        "taken": 1,
        "new": 1,
        "rejected": 1,
        "flagged": 1,
        "by_code": {"CICLO_VACIO": 1, "EMAIL_INVALIDO": 1},
    }
    with (tmp_path / "informe.csv").open(encoding="utf-8", newline="") as file:
        assert [row[:4] for row in csv.reader(file)] == [
            ["line", "severity", "code", "field"],
            ["2", "warning", "EMAIL_INVALIDO", "EMAIL"],
            ["3", "error", "CICLO_VACIO", "CICLO"],
        ]


@pytest.mark.django_db
def test_a_trial_stores_nothing(tmp_path: Path) -> None:
    path = write_padron(tmp_path / "padron.csv", row_text())

    result = run(path, "--dry-run")

    assert json.loads(result.stdout)["new"] == 1
    assert not Account.objects.exists()
