"""The printed libro de registros, made of its sealed content and of nothing else: identical each time."""

import json
from datetime import date, datetime
from typing import Any

from cauce.books.models import DayBook
from cauce.books.papers.pieces import issuer_of, seals_of
from cauce.books.rules import HEADINGS
from cauce.core.es_mx import (
    count_of,
    format_account,
    format_datetime,
    format_short_date,
    format_time,
    format_weekday_date,
)
from cauce.documents.printing import Paper, report_paper
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportPart, ReportSheet, ReportTable

_COLUMNS = (
    ReportColumn("Hora", 34),
    ReportColumn("Rubro", 84),
    ReportColumn("Folio", 84),
    ReportColumn("Cuenta", 44),
    ReportColumn("Qué se atendió"),
    ReportColumn("Quién", 118),
)
_LATE_COLUMNS = (ReportColumn("Cuándo", 62), *_COLUMNS[1:])


def day_book_paper(book: DayBook) -> Paper:
    """The closed book as it is printed, on letter pages."""
    content = json.loads(book.content)
    return report_paper(book_sheet(content, seal=book.sha256), issuer_of(content))


def book_sheet(content: dict[str, Any], *, seal: str) -> ReportSheet:
    """What a book's paper says."""
    own = [entry for entry in content["entries"] if not entry["late"]]
    late = [entry for entry in content["entries"] if entry["late"]]
    told = {heading: sum(entry["heading"] == heading for entry in content["entries"]) for heading in HEADINGS}
    summary: list[tuple[str, str]] = [(heading, str(count)) for heading, count in told.items() if count]
    summary += [(f"{count['heading']}: {count['what']}", str(count["count"])) for count in content["counts"]]
    parts: list[ReportPart] = [
        ReportTable(
            title="Lo que se atendió, en orden",
            columns=_COLUMNS,
            rows=[_cells(entry) for entry in own],
            empty="Ese día no hubo nada que asentar.",
        )
    ]
    if late:
        parts.append(
            ReportTable(
                title="De días anteriores, registrado después de cerrar su libro",
                columns=_LATE_COLUMNS,
                rows=[_cells(entry) for entry in late],
            )
        )
    if summary:
        head = (ReportColumn("Resumen del día"), ReportColumn("Cuántos", 60, right=True))
        parts.append(ReportTable(title="", columns=head, rows=summary))
    day = date.fromisoformat(content["day"])
    return ReportSheet(
        title=f"Libro de registros n.º {content['book']}",
        subject=format_weekday_date(day),
        printed_at=datetime.fromisoformat(content["closed_at"]),
        facts=[
            ("Día", format_weekday_date(day)),
            ("Asientos", count_of(len(content["entries"]), "asiento", "asientos")),
            ("Se cerró", format_datetime(datetime.fromisoformat(content["closed_at"]))),
            ("Lo cerró", content["closed_by"]),
        ],
        parts=[*parts, seals_of(content, seal)],
        signers=[("Cerró el libro", Person(name=content["closed_by"], position=content["position"]))],
        is_landscape=True,
    )


def _cells(entry: dict[str, Any]) -> tuple[str, ...]:
    at = datetime.fromisoformat(entry["at"])
    when = f"{format_short_date(at.date())}, {format_time(at)}" if entry["late"] else format_time(at)
    return (when, entry["heading"], entry["folio"], format_account(entry["account"]), entry["what"], entry["who"])
