"""Lists as Excel workbooks: each cell has its type, and text is always text, whatever it begins with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import BytesIO

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

from cauce.ui.replies import XLSX_TYPE, attachment


class Kind(Enum):
    """What a column holds; its value is the number format of Excel."""

    TEXT = "@"
    MONEY = "$#,##0.00"
    WHOLE = "#,##0"
    DECIMAL = "#,##0.0#"
    DATE = "d mmm yyyy"
    MOMENT = "d mmm yyyy h:mm"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a workbook: its head, what it holds and its width in letters."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 16


def workbook(name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A workbook of one sheet with a fixed head and filters, sent as ``name``.xlsx; rows are written as they come."""
    return attachment(workbook_content(columns, rows), f"{name}.xlsx", XLSX_TYPE)


# Under the 1,048,576 of a sheet of Excel.
MOST_ROWS = 500_000
IT_GOES_ON = "La lista sigue: ponga filtros y descárguela por partes."


def workbook_content(
    columns: Sequence[Column], rows: Iterable[Sequence[object]], *, made_at: datetime | None = None
) -> bytes:
    """The same workbook as bytes, to be kept in a file; with ``made_at``, the same bytes each time.

    Its rows wait on disk, not in memory; past ``MOST_ROWS`` a last line says that the list goes on.
    """
    output = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": Kind.DATE.value,
    }
    with xlsxwriter.Workbook(output, options) as book:
        if made_at is not None:
            book.set_properties({"created": made_at})
        sheet = book.add_worksheet("Cauce")
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {kind: book.add_format({"num_format": kind.value}) for kind in Kind}
        for position, column in enumerate(columns):
            sheet.set_column(position, position, column.width, formats[column.kind])
            sheet.write_string(0, position, column.title, head)
        sheet.freeze_panes(1, 0)
        last = 0
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                sheet.write_string(number, 0, IT_GOES_ON)
                break
            last = number
            for position, (column, value) in enumerate(zip(columns, row, strict=True)):
                _write(sheet, number, position, column.kind, value, formats[column.kind])
        sheet.autofilter(0, 0, last, len(columns) - 1)
    return output.getvalue()


def _write(sheet: object, row: int, position: int, kind: Kind, value: object, cell_format: object) -> None:
    if value is None or value == "":
        return
    if kind in (Kind.MONEY, Kind.WHOLE, Kind.DECIMAL):
        sheet.write_number(row, position, value, cell_format)  # type: ignore[attr-defined]
    elif kind is Kind.MOMENT and isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None)
        sheet.write_datetime(row, position, local, cell_format)  # type: ignore[attr-defined]
    elif kind is Kind.DATE and isinstance(value, date):
        sheet.write_datetime(row, position, datetime(value.year, value.month, value.day), cell_format)  # type: ignore[attr-defined]  # noqa: DTZ001
    else:
        sheet.write_string(row, position, str(value), cell_format)  # type: ignore[attr-defined]
