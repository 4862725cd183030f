"""Lists as workbooks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from cauce.ui.spreadsheets import Column, Kind, workbook

COLUMNS = [
    Column("Texto"),
    Column("Importe", Kind.MONEY),
    Column("Cuenta", Kind.WHOLE),
    Column("Día", Kind.DATE),
    Column("Momento", Kind.MOMENT),
]


def test_each_cell_has_its_type() -> None:
    row = ("014382", Decimal("1234.50"), 7, date(2026, 9, 5), datetime(2026, 9, 5, 18, 30, tzinfo=UTC))
    content = workbook("prueba", COLUMNS, [row]).content
    written = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()[1]
    assert written == ["014382", 1234.5, 7.0, date(2026, 9, 5), datetime(2026, 9, 5, 12, 30)]


@pytest.mark.parametrize(
    "text", ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)", "http://example.com", "1e5"]
)
def test_text_is_always_text(text: str) -> None:
    content = workbook("prueba", [Column("Texto")], [(text,)]).content
    sheet = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()[1] == [text]


def test_what_is_missing_is_left_blank() -> None:
    content = workbook("prueba", COLUMNS, [("", None, None, None, None)]).content
    assert CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python() == [
        [column.title for column in COLUMNS]
    ]
