"""What commands print."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cauce.cli.output import as_json_text, emit, table


def test_money_is_written_with_two_decimals_and_unit_prices_with_all_of_theirs() -> None:
    document = {"total": Decimal("7"), "tenth": Decimal("0.5"), "price": Decimal("12.3456"), "big": Decimal("1E+3")}

    assert json.loads(as_json_text(document)) == {
        "total": "7.00",
        "tenth": "0.50",
        "price": "12.3456",
        "big": "1000.00",
    }


def test_dates_are_written_in_iso_format_and_accents_as_they_are() -> None:
    text = as_json_text({"on": date(2026, 9, 1), "at": datetime(2026, 9, 1, 6, tzinfo=UTC), "name": "Núñez"})

    assert json.loads(text) == {"on": "2026-09-01", "at": "2026-09-01T06:00:00+00:00", "name": "Núñez"}
    assert "Núñez" in text


def test_what_has_no_json_form_is_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        as_json_text({"thing": object()})


def test_a_person_gets_the_text_and_a_program_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"total": Decimal("1")}, as_json=False, text=lambda: "Total: $1.00")
    emit({"total": Decimal("1")}, as_json=True, text="Total: $1.00")
    emit({"total": Decimal("1"), "codes": {"A": 2}}, as_json=False)

    assert capsys.readouterr().out == 'Total: $1.00\n{\n  "total": "1.00"\n}\ntotal  1.00\ncodes  {"A": 2}\n'


def test_columns_of_figures_are_set_to_the_right() -> None:
    assert table(["Concepto", "Importe"], [["Agua", "9.00"], ["Total", "1,009.00"]]).splitlines() == [
        "Concepto   Importe",
        "────────  ────────",
        "Agua          9.00",
        "Total     1,009.00",
    ]
