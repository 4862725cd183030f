"""The town that the import bench invents is one that imports take in nearly whole."""

from datetime import date
from pathlib import Path

from cauce.cli.bench.imports import write_files
from cauce.imports.rules import Line
from cauce.metering.rules import LINE_LENGTH, parse_valid_reading
from cauce.registry.queries import shipped_colonies
from cauce.registry.rules.colonies import ColonyCatalogue
from cauce.registry.rules.padron import HEADER, PadronRow, accept, doubts

ACCOUNTS = 1_000


def test_every_row_of_the_invented_padron_enters_and_a_few_in_a_hundred_have_a_doubt(tmp_path: Path) -> None:
    header, *texts = write_files(tmp_path, ACCOUNTS).padron.read_text("cp1252").splitlines()
    assert header == HEADER
    rows = [accept(Line(number, text), set()) for number, text in enumerate(texts, 2)]
    assert len({row.account_number for row in rows if isinstance(row, PadronRow)}) == ACCOUNTS
    catalogue = ColonyCatalogue.of_rows(shipped_colonies())
    doubtful = [row for row in rows if isinstance(row, PadronRow) and doubts(row, catalogue)]
    assert 0.02 < len(doubtful) / ACCOUNTS < 0.08


def test_every_line_of_the_invented_readings_is_valid(tmp_path: Path) -> None:
    lines = write_files(tmp_path, ACCOUNTS).readings.read_text("ascii").splitlines()
    assert {len(line) for line in lines} == {LINE_LENGTH}
    valid = {parse_valid_reading(line, last_reading_day=date(2026, 9, 5)) for line in lines}
    assert len(valid - {None}) == ACCOUNTS * 7 // 8
