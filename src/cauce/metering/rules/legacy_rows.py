"""The rows of the old system's last readings and of its history of consumption."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cauce.registry.rules import account_number

PREVIOUS_READING_COLUMNS = ("CUENTA", "FECHA", "LECTURA")
CONSUMPTION_COLUMNS = ("CUENTA", "PERIODO", "CONSUMO")

_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_PERIOD = re.compile(r"(\d{4})(\d{2})", re.ASCII)
_WHOLE = re.compile(r"\d{1,7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is refused: its code, the column to look at and the sentence for a person."""

    code: str
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PreviousReadingRow:
    """A last reading of the old system; ``value`` is the meter's figure (m³)."""

    account_number: str
    read_on: date
    value: int


@dataclass(frozen=True, slots=True)
class ConsumptionRow:
    """A month of the old system's history; ``volume_m3`` in whole m³."""

    account_number: str
    period: date
    volume_m3: int


def parse_previous_reading(fields: Sequence[str]) -> PreviousReadingRow | RowFault:
    """Read ``CUENTA|FECHA|LECTURA`` (day DD/MM/AAAA); the first rule that fails gives the fault."""
    fault = _check_columns(fields, PREVIOUS_READING_COLUMNS)
    if fault is not None:
        return fault
    number_text, day_text, value_text = (field.strip(" \t") for field in fields)
    read_on = _read_day(day_text)
    if read_on is None:
        return RowFault("FECHA_INVALIDA", "FECHA", f"La fecha «{day_text}» no existe: escríbala como DD/MM/AAAA.")
    if _WHOLE.fullmatch(value_text) is None:
        return RowFault(
            "LECTURA_NO_NUMERICA",
            "LECTURA",
            f"La lectura «{value_text}» no es un número entero de hasta siete dígitos: corríjala.",
        )
    return PreviousReadingRow(account_number(number_text) or number_text, read_on, int(value_text))


def parse_consumption(fields: Sequence[str]) -> ConsumptionRow | RowFault:
    """Read ``CUENTA|PERIODO|CONSUMO`` (period AAAAMM); the first rule that fails gives the fault."""
    fault = _check_columns(fields, CONSUMPTION_COLUMNS)
    if fault is not None:
        return fault
    number_text, period_text, volume_text = (field.strip(" \t") for field in fields)
    period = _read_period(period_text)
    if period is None:
        return RowFault("PERIODO_INVALIDO", "PERIODO", f"El periodo «{period_text}» no existe: escríbalo como AAAAMM.")
    if _WHOLE.fullmatch(volume_text) is None:
        return RowFault(
            "CONSUMO_INVALIDO",
            "CONSUMO",
            f"El consumo «{volume_text}» no son metros cúbicos enteros: corríjalo, no se toma como cero.",
        )
    return ConsumptionRow(account_number(number_text) or number_text, period, int(volume_text))


def unknown_account(number: str) -> RowFault:
    """The fault of a row whose account is not in the padrón."""
    return RowFault(
        "CUENTA_DESCONOCIDA",
        "CUENTA",
        f"La cuenta «{number}» no está en el padrón: cárguela primero o corrija el número.",
    )


def _check_columns(fields: Sequence[str], columns: tuple[str, ...]) -> RowFault | None:
    if len(fields) == len(columns):
        return None
    return RowFault(
        "COLUMNAS",
        "",
        f"El renglón trae {len(fields)} columnas y deben ser {len(columns)} ({'|'.join(columns)}): corríjalo.",
    )


def _read_day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _read_period(text: str) -> date | None:
    found = _PERIOD.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
