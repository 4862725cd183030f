"""Lines of the bank's statement as a person pastes them: date, reference and amount, from a spreadsheet or a text."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from cauce.cashier.rules.clearing import BankLine

MOST_LINES: Final = 500
_SEPARATORS: Final = "\t;|,"
_DATES: Final = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%y")
_COLUMNS: Final = 3


def read_bank_lines(text: str) -> tuple[list[BankLine], list[str]]:
    """The credits that the text tells, and a Spanish sentence for each line that cannot be read.

    Each line is date, reference and amount, separated by tabulators, semicolons, bars or commas; a first line of
    titles, and empty ones, are passed over.
    """
    lines: list[BankLine] = []
    problems: list[str] = []
    written = [(number, row) for number, row in enumerate(text.lstrip("\ufeff").splitlines(), start=1) if row.strip()]
    for place, (number, row) in enumerate(written[:MOST_LINES]):
        cells = _cells(row)
        on = _day(cells[0]) if cells else None
        amount = _pesos(cells[-1]) if len(cells) >= _COLUMNS else None
        if on is not None and amount is not None and amount > 0:
            lines.append(BankLine(on, " ".join(cells[1:-1])[:60], amount))
        elif place > 0 or on is not None:
            problems.append(f"Renglón {number}: {_what_is_wrong(cells, on, amount)}.")
    if len(written) > MOST_LINES:
        problems.append(f"Son más de {MOST_LINES} renglones: pegue el resto en otra vuelta.")
    return lines, problems


def _cells(row: str) -> list[str]:
    separator = next((one for one in _SEPARATORS if one in row), ",")
    return [cell.strip() for cell in next(csv.reader([row], delimiter=separator), [])]


def _day(text: str) -> date | None:
    for shape in _DATES:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _pesos(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace("$", "").replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        return None
    return amount


def _what_is_wrong(cells: Sequence[str], on: date | None, amount: Decimal | None) -> str:
    if len(cells) < _COLUMNS:
        return "le faltan datos; escriba fecha, referencia e importe"
    if on is None:
        return f"«{cells[0]}» no es una fecha; escríbala como 15/10/2026"
    if amount is None:
        return f"«{cells[-1]}» no es un importe"
    return "sólo se concilian abonos: el importe debe ser mayor que cero"
