"""The reports of the coordination on paper and as workbooks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from cauce.documents.printing import Paper, report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportSheet, ReportTable
from cauce.reports.queries.coordination import Cell, Report, Section, shown
from cauce.ui.context import is_official_on
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.models import User

COLUMNS = [
    Column("Apartado", width=34),
    Column("Renglón", width=44),
    Column("Dato", width=22),
    Column("Cantidad", Kind.WHOLE, 12),
    Column("Importe", Kind.MONEY, 16),
    Column("Texto", width=44),
]
_WIDTHS = {"Folio": 74.0, "Hora": 44.0, "Vence": 74.0, "Día": 104.0, "Cuenta": 52.0, "Cuándo": 92.0, "Importe": 86.0}
_FIGURE_WIDTH = 58.0


def paper_of(
    report: Report,
    *,
    title: str,
    subject: str,
    at: datetime,
    by: User,
    folio: str | None = None,
    others: Sequence[tuple[str, str]] = (),
    pitch: float = 2.6,
    is_landscape: bool = False,
) -> Paper:
    """A report on letter pages, signed by who prints it and by ``others``, each a role and a post.

    It has a ``folio`` once it is sent to be signed; what is only printed has none.
    """
    printed = timezone.localtime(at)
    sheet = ReportSheet(
        title=title,
        folio=folio,
        subject=subject,
        printed_at=printed,
        facts=[("De", subject), ("Elaboró", str(by)), ("Puesto", by.position)],
        figures=[(label, shown(cell)) for label, cell in report.figures],
        parts=[_table(section, pitch) for section in report.sections],
        signers=[("Elaboró", Person(name=str(by), position=by.position))]
        + [(role, Person(name="", position=post)) for role, post in others],
        is_landscape=is_landscape,
    )
    return report_paper(sheet, issuer(is_official=is_official_on(printed.date())))


def sheet_rows(report: Report) -> Iterator[tuple[object, ...]]:
    """A report as rows of a workbook, a figure each."""
    for section in report.sections:
        for row in (*section.rows, *((section.total,) if section.total else ())):
            name = shown(row[0])
            for head, cell in zip(section.heads[1:], row[1:], strict=True):
                yield (section.title, name, head, *_typed(cell))
            if len(row) == 1:
                yield (section.title, name, "", None, None, "")


def _typed(cell: Cell) -> tuple[object, object, object]:
    if isinstance(cell, Decimal):
        return None, cell, ""
    return (cell, None, "") if isinstance(cell, int) else (None, None, cell)


def _table(section: Section, pitch: float) -> ReportTable:
    rows = [[shown(cell) for cell in row] for row in section.rows]
    if section.more:
        rows.append([f"y {section.more} más", *([""] * (len(section.heads) - 1))])
    return ReportTable(
        title=section.title,
        columns=[_column(section, position) for position in range(len(section.heads))],
        rows=rows,
        totals=[[shown(cell) for cell in section.total]] if section.total else (),
        empty=section.empty,
        pitch=pitch,
    )


def _column(section: Section, position: int) -> ReportColumn:
    head = section.heads[position]
    is_figure = position > 0 and any(isinstance(row[position], int | Decimal) for row in section.rows)
    is_figure = is_figure or head in ("K1", "Cuánto")
    return ReportColumn(head, _WIDTHS.get(head, _FIGURE_WIDTH if is_figure else None), right=is_figure)
