"""``cauce import bank``: its document, its report and the file that its bench invents."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cauce.cashier.rules.bank_layout import detect_layout
from cauce.cashier.rules.bank_rows import Code, RowReader, refuse_shape
from cauce.cli.bench.bank import write_file
from cauce.cli.import_bank import bank
from cauce.ledger.queries import CollectionLaw
from cauce.registry.models import Account
from tests.cashier.bank_files import row, write_bank_file
from tests.cashier.test_bank_layout import shipped
from tests.ledger.conftest import account, clerk, law

__all__ = ["account", "clerk", "law"]


@pytest.mark.django_db
def test_the_command_tells_what_was_applied_and_reports_every_line(
    tmp_path: Path, law: CollectionLaw, account: Account
) -> None:
    path = write_bank_file(tmp_path, [row(account, "1,250.50", "1"), row(account, "N/D", "2")])
    report = tmp_path / "salida.csv"
    result = CliRunner().invoke(bank, [str(path), "--report", str(report), "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["applied_total"] == "1250.50"
    assert (document["rows"], document["taken"], document["new"], document["rejected"]) == (2, 1, 1, 1)
    assert document["by_code"] == {"ANTICIPO": 1, "IMPORTE_INVALIDO": 1}
    with report.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["line"], line["severity"], line["code"]) for line in lines] == [
        ("2", "warning", "ANTICIPO"),
        ("3", "error", "IMPORTE_INVALIDO"),
    ]


def test_the_benchs_file_is_one_that_a_layout_reads_nearly_whole(tmp_path: Path) -> None:
    path = write_file(tmp_path, 1_000)
    lines = path.read_text("ascii").splitlines()
    layout = detect_layout(shipped().values(), file_name=path.name, first_line=lines[0])
    assert layout is not None
    reader = RowReader(layout)
    rows = [reader.read(line) for line in lines if reader.is_row(line)]
    assert len(rows) == 1_000
    refused = [refuse_shape(row, layout, last_day=date(2026, 9, 25)) for row in rows if row is not None]
    assert [verdict.code for verdict in refused if verdict is not None] == [Code.CHECK_DIGIT] * 10
