"""A paper made of parts shows all of them, and nothing of it leaves the page."""

from dataclasses import replace
from datetime import datetime

import pytest

from cauce.documents.printing import report_paper, slip_paper
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import (
    ReportBlanks,
    ReportColumn,
    ReportFacts,
    ReportSheet,
    ReportTable,
    ReportText,
)
from tests.documents.desk_sheets import LONG_ADDRESS, LONG_NAME, LONG_WORD, REPRINT
from tests.documents.paper import codes_of, letters_outside, pages_of, text_of
from tests.documents.sheets import HOSTILE, ISSUER

SHEET = ReportSheet(
    title="Orden de trabajo",
    folio="OT-000123",
    subject="Fuga en la toma",
    printed_at=datetime(2026, 10, 15, 9, 30),
    facts=(("Cuenta", "000 174"), ("Dónde", "Jilguero 721")),
    figures=(("Recibidos", "12"), ("Tarde", "1")),
    alerts=("Hay agua en la calle.",),
    parts=(
        ReportText("Qué dice", ("Sale agua junto al medidor.",)),
        ReportTable(
            title="Materiales",
            columns=(ReportColumn("Material"), ReportColumn("Cantidad", 80, True)),
            rows=(("Tubo", "2"), ("Codo", "1")),
            totals=(("Total", "3"),),
        ),
        ReportFacts("Medidor", (("Serie", "Z137"),)),
        ReportBlanks("Se llena en campo", ("Lectura", "Sello")),
    ),
    signers=(("Elaboró", Person(name="Laura Rangel", position="Coordinadora")),),
    notes=("Conserve este papel.",),
    shows_barcode=True,
)
WORDS = (
    "Jilguero 721",
    "Hay agua en la calle.",
    "Sale agua junto al medidor.",
    "Codo",
    "Total",
    "Z137",
    "Sello",
    "Laura Rangel",
    "Conserve este papel.",
)


def test_every_part_is_printed_with_the_folio_as_barcode() -> None:
    printed = report_paper(SHEET, ISSUER).pdf()
    text = text_of(printed)
    assert [words for words in WORDS if words not in text] == []
    assert "OT-000123" in codes_of(printed)


def test_a_list_of_many_rows_goes_on_to_the_next_page() -> None:
    table = ReportTable(title="Órdenes", columns=(ReportColumn("Folio"),), rows=[(f"OT-{n:06d}",) for n in range(300)])
    paper = report_paper(replace(SHEET, parts=(table,), is_landscape=True), ISSUER)
    assert pages_of(paper.pdf()) > 3


@pytest.mark.parametrize("words", [LONG_NAME, LONG_ADDRESS, LONG_WORD, HOSTILE])
@pytest.mark.parametrize("paper_of", [report_paper, slip_paper])
def test_long_and_hostile_words_stay_on_the_page(paper_of, words: str) -> None:
    sheet = replace(
        SHEET,
        reprint=REPRINT,
        facts=(("Dónde", words), ("Con quién", words)),
        alerts=(words,),
        parts=(
            ReportText(words[:60], (words,)),
            ReportTable(title="T", columns=(ReportColumn("A", 90), ReportColumn("B")), rows=((words, words),)),
            ReportFacts("F", ((words[:30], words),)),
            ReportBlanks("B", (words[:80], "Sello")),
        ),
        signers=(("Elaboró", Person(name=words, position=words)),),
    )
    assert letters_outside(paper_of(sheet, ISSUER).pdf(), margin=12) == 0


def test_rows_have_as_many_cells_as_columns() -> None:
    with pytest.raises(ValueError, match="Materiales"):
        ReportTable(title="Materiales", columns=(ReportColumn("A"), ReportColumn("B")), rows=(("1",),))
