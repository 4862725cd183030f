"""The printed tables of a law, read strictly: every fault with its file, row and column."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from cauce.core.es_mx import MONTH_ABBREVIATIONS
from cauce.tariffs.rules.defects import Defects
from cauce.tariffs.rules.values import (
    LAST_TABLE_ROW,
    UNIT_PRICE_ROW,
    AmountTable,
    BlockTable,
    CodeEntry,
    FlatFeeTable,
    MeteredTable,
    Months,
    OneOffCharge,
    Range,
    RangeTable,
    TableKind,
)

MONTH_COLUMNS = MONTH_ABBREVIATIONS

_CENTS = 2
_PRICE_DECIMALS = 4
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its physical line from 1 and its cells by heading."""

    line: int
    cells: Mapping[str, str]


def read_rows(
    file: str, text: str, columns: Sequence[str], defects: Defects, optional: Sequence[str] = ()
) -> list[Row]:
    """Read a comma-separated file whose headings are ``columns``, in any order, and perhaps ``optional`` ones.

    A row with more or fewer cells than headings is noted and left out; a blank line is not a row.
    """
    reader = csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True))
    headings = [heading.strip() for heading in next(reader, [])]
    for column in columns:
        if column not in headings:
            defects.add(file, "falta la columna.", row=1, column=column)
    for column in sorted(set(headings)):
        if column not in (*columns, *optional):
            defects.add(file, "columna desconocida.", row=1, column=column or "sin nombre")
        if headings.count(column) > 1:
            defects.add(file, "columna repetida.", row=1, column=column)
    rows = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(headings):
            defects.add(file, f"trae {len(cells)} campos y el encabezado {len(headings)}.", row=reader.line_num)
            continue
        rows.append(Row(reader.line_num, {name: cell.strip() for name, cell in zip(headings, cells, strict=True)}))
    return rows


def amount_in(file: str, row: Row, column: str, defects: Defects, *, decimals: int = _CENTS) -> Decimal:
    """An amount that is not negative, with at most ``decimals`` of them; a fault is noted and counts as zero."""
    cell = row.cells.get(column)
    if cell is None:
        # The missing heading is already noted once.
        return Decimal(0)
    if cell == "":
        defects.add(file, "falta el importe.", row=row.line, column=column)
        return Decimal(0)
    found = _PLAIN_NUMBER.fullmatch(cell)
    if found is None:
        defects.add(file, f"«{cell}» no es un importe (sólo cifras y punto decimal).", row=row.line, column=column)
        return Decimal(0)
    if len(found[1] or "") > decimals:
        defects.add(file, f"«{cell}» lleva más de {decimals} decimales.", row=row.line, column=column)
    return Decimal(cell)


def whole_in(file: str, row: Row, column: str, defects: Defects) -> int | None:
    """A whole number that is not negative; a fault is noted and gives None."""
    cell = row.cells.get(column, "")
    if cell.isascii() and cell.isdigit():
        return int(cell)
    if column in row.cells:
        defects.add(file, f"«{cell}» no es un número entero.", row=row.line, column=column)
    return None


def read_metered(
    kind: TableKind, file: str, text: str, codes: Mapping[str, CodeEntry], defects: Defects
) -> tuple[dict[str, MeteredTable], int]:
    """Read a metered table of any kind: what each clave pays, and how many rows the file has."""
    if kind is TableKind.AMOUNT_PER_M3:
        rows = read_rows(file, text, ("clave", "consumo", *MONTH_COLUMNS), defects)
        read: Callable[[str, list[Row], Defects], MeteredTable] = _amount_table
    else:
        rows = read_rows(file, text, ("clave", "desde", "hasta", *MONTH_COLUMNS), defects)
        read = _block_table if kind is TableKind.INCREASING_BLOCKS else _range_table
    tables = {code: read(file, group, defects) for code, group in _by_code(file, rows, codes, defects).items()}
    return tables, len(rows)


def read_flat_fees(file: str, text: str, codes: Mapping[str, CodeEntry], defects: Defects) -> tuple[FlatFeeTable, int]:
    """Read the flat fees; a column ``categoria`` may tell lots, homes and residences of one clave apart."""
    rows = read_rows(file, text, ("clave", *MONTH_COLUMNS), defects, optional=("categoria",))
    fees: dict[tuple[str, str | None], Months] = {}
    for code, group in _by_code(file, rows, codes, defects).items():
        for row in group:
            key = (code, row.cells.get("categoria") or None)
            if key in fees:
                defects.add(file, f"la clave {code} ya tiene cuota fija.", row=row.line, column="clave")
            fees[key] = _months(file, row, defects)
    return FlatFeeTable(file, fees), len(rows)


def read_one_off_charges(file: str, text: str, defects: Defects) -> tuple[dict[str, OneOffCharge], int]:
    """Read the catalogue of derechos."""
    rows = read_rows(file, text, ("codigo", "concepto", "importe", "iva_pct"), defects)
    charges: dict[str, OneOffCharge] = {}
    for row in rows:
        code, name = row.cells.get("codigo", ""), row.cells.get("concepto", "")
        for column, cell in (("codigo", code), ("concepto", name)):
            if column in row.cells and not cell:
                defects.add(file, "falta el valor.", row=row.line, column=column)
        if code and code in charges:
            defects.add(file, f"el código {code} está repetido.", row=row.line, column="codigo")
        vat_percent = amount_in(file, row, "iva_pct", defects)
        if vat_percent > 100:
            defects.add(file, "no puede ser mayor que 100.", row=row.line, column="iva_pct")
        charges[code] = OneOffCharge(code, name, amount_in(file, row, "importe", defects), vat_percent)
    return charges, len(rows)


def _by_code(file: str, rows: Iterable[Row], codes: Mapping[str, CodeEntry], defects: Defects) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        code = row.cells.get("clave")
        if code is None:
            continue
        if code not in codes:
            defects.add(file, f"la clave «{code}» no está en tariff_codes de ley.yaml.", row=row.line, column="clave")
            continue
        groups.setdefault(code, []).append(row)
    return groups


def _months(file: str, row: Row, defects: Defects, *, decimals: int = _CENTS) -> Months:
    return tuple(amount_in(file, row, column, defects, decimals=decimals) for column in MONTH_COLUMNS)


def _amount_table(file: str, rows: list[Row], defects: Defects) -> AmountTable:
    code = rows[0].cells["clave"]
    by_m3: dict[int, tuple[Row, Months]] = {}
    for row in rows:
        m3 = whole_in(file, row, "consumo", defects)
        if m3 is None:
            continue
        if m3 > UNIT_PRICE_ROW:
            defects.add(file, f"el consumo va de 0 a {UNIT_PRICE_ROW}.", row=row.line, column="consumo")
        elif m3 in by_m3:
            defects.add(file, f"la clave {code} repite el consumo {m3}.", row=row.line, column="consumo")
        else:
            decimals = _PRICE_DECIMALS if m3 == UNIT_PRICE_ROW else _CENTS
            by_m3[m3] = (row, _months(file, row, defects, decimals=decimals))
    for m3 in range(UNIT_PRICE_ROW + 1):
        if m3 not in by_m3:
            after = by_m3[m3 - 1][0].line + 1 if m3 - 1 in by_m3 else rows[0].line
            defects.add(file, f"a la clave {code} le falta el consumo {m3}.", row=after, column="consumo")
    none: Months = (Decimal(0),) * len(MONTH_COLUMNS)
    steps = [by_m3[m3][1] if m3 in by_m3 else none for m3 in range(UNIT_PRICE_ROW + 1)]
    for m3 in range(2, LAST_TABLE_ROW + 1):
        if m3 in by_m3 and m3 - 1 in by_m3:
            _note_falls(file, by_m3[m3][0], steps[m3 - 1], steps[m3], f"{m3} m³ cuestan menos que {m3 - 1}", defects)
    return AmountTable(
        file=file,
        base=steps[0],
        amounts=tuple(
            tuple(steps[m3][month] for m3 in range(1, UNIT_PRICE_ROW)) for month in range(len(MONTH_COLUMNS))
        ),
        unit_price=steps[UNIT_PRICE_ROW],
    )


def _block_table(file: str, rows: list[Row], defects: Defects) -> BlockTable:
    base, blocks, lines = _ranges(file, rows, defects)
    for (before, after), row in zip(pairwise(blocks), lines[1:], strict=True):
        _note_falls(file, row, before.prices, after.prices, "el bloque es más barato que el anterior", defects)
    return BlockTable(file, base, tuple(blocks))


def _range_table(file: str, rows: list[Row], defects: Defects) -> RangeTable:
    base, ranges, lines = _ranges(file, rows, defects)
    for (before, after), row in zip(pairwise(ranges), lines[1:], strict=True):
        largest, smallest = after.first_m3 - 1, after.first_m3
        _note_falls(
            file,
            row,
            tuple(price * largest for price in before.prices),
            tuple(price * smallest for price in after.prices),
            f"{smallest} m³ cuestan menos que {largest}",
            defects,
        )
    return RangeTable(file, base, tuple(ranges))


def _ranges(file: str, rows: list[Row], defects: Defects) -> tuple[Months, list[Range], list[Row]]:
    """The base (the row from 0 to 0) and the ranges in order, which must follow each other from 1 m³ to no end."""
    code = rows[0].cells["clave"]
    base: Months | None = None
    found: list[tuple[Range, Row]] = []
    for row in rows:
        first = whole_in(file, row, "desde", defects)
        open_ended = row.cells.get("hasta") == ""
        last = None if open_ended else whole_in(file, row, "hasta", defects)
        if first is None or (last is None and not open_ended):
            continue
        if first == last == 0:
            if base is not None:
                defects.add(file, f"la clave {code} repite su cuota base.", row=row.line, column="desde")
            base = _months(file, row, defects)
        elif last is not None and last < first:
            defects.add(file, "termina antes de empezar.", row=row.line, column="hasta")
        else:
            found.append((Range(first, last, _months(file, row, defects, decimals=_PRICE_DECIMALS)), row))
    if base is None:
        defects.add(
            file, f"a la clave {code} le falta la cuota base (renglón de 0 a 0).", row=rows[0].line, column="desde"
        )
        base = (Decimal(0),) * len(MONTH_COLUMNS)
    found.sort(key=lambda pair: pair[0].first_m3)
    expected: int | None = 1
    for band, row in found:
        if expected is None or band.first_m3 < expected:
            defects.add(file, f"la clave {code} cobra dos veces los {band.first_m3} m³.", row=row.line, column="desde")
        elif band.first_m3 > expected:
            defects.add(file, f"a la clave {code} le falta el rango desde {expected} m³.", row=row.line, column="desde")
        expected = None if band.last_m3 is None else band.last_m3 + 1
    if expected is not None:
        line = found[-1][1].line if found else rows[0].line
        defects.add(file, f"el último rango de la clave {code} no debe tener fin.", row=line, column="hasta")
    return base, [band for band, _ in found], [row for _, row in found]


def _note_falls(file: str, row: Row, before: Months, after: Months, what: str, defects: Defects) -> None:
    for column, earlier, later in zip(MONTH_COLUMNS, before, after, strict=True):
        # A fault already noted left a zero behind: it is no fall.
        if later and later < earlier:
            defects.add(file, f"{what} ({later} contra {earlier}).", row=row.line, column=column)
