"""The printed book and the printed annex, made of their sealed content and of nothing else: identical each time."""

import json
from datetime import date, datetime
from typing import Any

from cauce.books.models import BookAnnex, DayBook
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
from cauce.documents.rules import Issuer, Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportPart, ReportSheet, ReportTable, ReportText

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
    return report_paper(book_sheet(content, seal=book.sha256), _issuer(content))


def annex_paper(annex: BookAnnex) -> Paper:
    """A sealed annex as it is printed."""
    content = json.loads(annex.content)
    return report_paper(annex_sheet(content, seal=annex.sha256), _issuer(content))


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
        parts=[*parts, _seals(content, seal)],
        signers=[("Cerró el libro", Person(name=content["closed_by"], position=content["position"]))],
        is_landscape=True,
    )


def annex_sheet(content: dict[str, Any], *, seal: str) -> ReportSheet:
    """What an annex's paper says."""
    day = date.fromisoformat(content["day"])
    return ReportSheet(
        title=f"Anexo {content['annex']} del libro n.º {content['book']}",
        subject=f"Libro de registros del {format_weekday_date(day)}",
        printed_at=datetime.fromisoformat(content["approved_at"]),
        facts=[
            ("Libro", f"n.º {content['book']}, {format_weekday_date(day)}"),
            ("Cuándo pasó", format_datetime(datetime.fromisoformat(content["at"]))),
        ],
        parts=[
            ReportText("Se agrega", [content["what"]]),
            ReportText("Por qué no se asentó ese día", [content["why"]]),
            _seals(content, seal),
        ],
        signers=[
            ("Propuso", Person(name=content["proposed_by"])),
            ("Aprobó", Person(name=content["approved_by"])),
        ],
        notes=[
            f"Propuesto el {_moment(content['proposed_at'])} y aprobado el {_moment(content['approved_at'])}.",
            "El libro no cambió.",
        ],
    )


def _seals(content: dict[str, Any], seal: str) -> ReportText:
    before = content["previous_hash"]
    continues = f"Continúa el sello {before}." if before else "Es el primer libro: no continúa ningún sello."
    return ReportText("Sello", [f"SHA-256 {seal}", continues])


def _cells(entry: dict[str, Any]) -> tuple[str, ...]:
    at = datetime.fromisoformat(entry["at"])
    when = f"{format_short_date(at.date())}, {format_time(at)}" if entry["late"] else format_time(at)
    return (when, entry["heading"], entry["folio"], format_account(entry["account"]), entry["what"], entry["who"])


def _moment(text: str) -> str:
    return format_datetime(datetime.fromisoformat(text))


def _issuer(content: dict[str, Any]) -> Issuer:
    return Issuer(**content["utility"])
