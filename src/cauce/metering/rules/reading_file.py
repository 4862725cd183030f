"""The handheld terminals' reading file: its name, and its lines of exactly 63 characters."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

LINE_LENGTH = 63
NORMAL_INCIDENT = "00"

INCIDENTS = {
    "00": "normal",
    "01": "medidor ilegible",
    "02": "sin acceso",
    "03": "medidor parado",
    "04": "medidor invertido",
    "05": "toma directa",
    "06": "fuga visible",
    "07": "medidor no localizado",
    "08": "lote baldío",
    "09": "perro",
}
"""Reading incidents (incidencias) by the code that the terminal writes."""

_FILE_NAME = re.compile(r"lecturas_(\d{4})(0[1-9]|1[0-2])_c(\d)\.txt", re.ASCII | re.IGNORECASE)
_ACCOUNT = re.compile(r"\d{6}", re.ASCII)
_DATE = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3])[0-5]\d", re.ASCII)
_COORDINATE = re.compile(r"-?\d{1,3}\.\d{1,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReadingFileName:
    """What the name of a reading file says: the period that is read and the cycle."""

    period: date
    cycle: int


class ReadingLine(NamedTuple):
    """One well-formed line: every field as it came, and what could be read in it.

    ``value`` is the meter's figure (m³ since it was at zero), None when blank or not a number; ``value_text`` tells
    which of both. ``read_on`` is None when the date does not exist, ``read_time`` (HHMM) blank when the hour does not.
    """

    account_number: str
    serial: str
    value_text: str
    value: int | None
    read_on: date | None
    read_time: str
    incident: str
    reader_code: str
    latitude_text: str
    longitude_text: str

    @property
    def is_numeric(self) -> bool:
        """Whether the reading is blank or made of digits only."""
        return self.value is not None or not self.value_text

    @property
    def latitude(self) -> Decimal | None:
        """Where it was read, in degrees; None without GPS."""
        return _read_coordinate(self.latitude_text, 90)

    @property
    def longitude(self) -> Decimal | None:
        """Where it was read, in degrees; None without GPS."""
        return _read_coordinate(self.longitude_text, 180)


def read_file_name(name: str) -> ReadingFileName | None:
    """Read ``lecturas_AAAAMM_cC.txt``; None when the name is not of that form."""
    found = _FILE_NAME.fullmatch(name)
    if found is None or found[1] == "0000":
        return None
    return ReadingFileName(period=date(int(found[1]), int(found[2]), 1), cycle=int(found[3]))


def parse_line(text: str) -> ReadingLine | None:
    """Cut a line by its positions; None when it is not exactly 63 characters long (LINEA_MALFORMADA)."""
    if len(text) != LINE_LENGTH:
        return None
    value_text = text[18:25].strip(" ")
    return ReadingLine(
        text[0:6],
        text[6:18].strip(" "),
        value_text,
        int(value_text) if value_text.isascii() and value_text.isdigit() else None,
        _read_date(text[25:33]),
        _read_time(text[33:37]),
        text[37:39].strip(" "),
        text[39:42].strip(" "),
        text[42:52],
        text[52:63],
    )


def parse_valid_reading(text: str, *, last_reading_day: date) -> tuple[str, int | None] | None:
    """The account and the reading of a line that counts among its account's lines; None for any other.

    It is what :func:`parse_line` and ``classify_shape`` find valid, in the little time that a first pass over the
    whole file may take.
    """
    if len(text) != LINE_LENGTH:
        return None
    value_text = text[18:25].strip(" ")
    if value_text and not (value_text.isascii() and value_text.isdigit()):
        return None
    read_on = _read_date(text[25:33])
    if read_on is None or read_on > last_reading_day:
        return None
    return text[0:6], int(value_text) if value_text else None


def is_of_another_month(text: str, month: str) -> bool | None:
    """Whether a line says a day of another month (``month`` is AAAAMM); None for one that cannot be told."""
    if len(text) != LINE_LENGTH:
        return None
    said = text[25:31]
    return None if not said.isdigit() else said != month


def account_number_at_start(text: str) -> str | None:
    """The account that a line starts with, however broken the rest is; None when it does not start with six digits."""
    found = _ACCOUNT.match(text)
    return None if found is None else found[0]


@lru_cache(maxsize=1024)
def _read_date(text: str) -> date | None:
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=2048)
def _read_time(text: str) -> str:
    return text if _TIME.fullmatch(text) else ""


def _read_coordinate(text: str, limit: int) -> Decimal | None:
    bare = text.strip(" ")
    if _COORDINATE.fullmatch(bare) is None:
        return None
    degrees = Decimal(bare)
    return degrees if abs(degrees) <= limit else None
