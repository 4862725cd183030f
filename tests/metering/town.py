"""The demonstration town's files as the tests of metering read them, and lines made to measure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEGACY = ROOT / "demo" / "legacy"
LAW = ROOT / "law" / "cortazar" / "2026"
READING_FILES = tuple(sorted(path.name for path in LEGACY.glob("lecturas_2*_c*.txt")))


def expected_counts(file_name: str) -> dict[str, object]:
    """What ``esperado.json`` says of one reading file."""
    counts: dict[str, object] = json.loads((LEGACY / "esperado.json").read_text("utf-8"))["lecturas"][file_name]
    return counts


@dataclass(frozen=True, slots=True)
class PadronMeter:
    """What the padrón says of an account's meter."""

    serial: str
    brand: str
    status: str
    cycle: int


def accepted_meters() -> dict[str, PadronMeter]:
    """Accounts that the padrón's rules accept, by number: read apart from the importer, to check it."""
    meters: dict[str, PadronMeter] = {}
    codes = {"001", "002", "003", "004", "005", "006", "008", "013"}
    rows = (LEGACY / "padron.csv").read_bytes().decode("cp1252").split("\r\n")[1:]
    for row in rows:
        fields = [field.strip(" \t") for field in row.split("|")]
        if len(fields) != 29 or not fields[0].isdigit() or len(fields[0]) > 6 or fields[0].zfill(6) in meters:
            continue
        if not fields[2] or fields[13] not in codes or fields[21] not in {"1", "2", "3"} or not _is_day(fields[25]):
            continue
        meters[fields[0].zfill(6)] = PadronMeter(fields[14], fields[16], fields[24], int(fields[21]))
    return meters


def legacy_rows(file_name: str) -> Iterator[list[str]]:
    """The rows of one of the small ``|`` files, without its header."""
    for row in (LEGACY / file_name).read_text("ascii").splitlines()[1:]:
        yield row.split("|")


def reading_line(
    account: str = "000123",
    *,
    serial: str = "A12345678",
    value: int | str = 120,
    on: str = "20260902",
    at: str = "0930",
    incident: str = "00",
    reader: str = "101",
    latitude: str = "20.472287",
    longitude: str = "-100.943494",
) -> str:
    """A line of exactly 63 characters."""
    line = f"{account:6}{serial:12}{value:>7}{on:8}{at:4}{incident:2}{reader:3}{latitude:>10}{longitude:>11}"
    assert len(line) == 63, len(line)
    return line


def _is_day(text: str) -> bool:
    try:
        day, month, year = map(int, text.split("/"))
        date(year, month, day)
    except ValueError:
        return False
    return True
