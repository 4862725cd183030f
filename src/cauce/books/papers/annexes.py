"""The printed annex of a closed book, made of its sealed content and of nothing else."""

import json
from datetime import date, datetime
from typing import Any

from cauce.books.models import BookAnnex
from cauce.books.papers.pieces import issuer_of, seals_of
from cauce.core.es_mx import format_datetime, format_weekday_date
from cauce.documents.printing import Paper, report_paper
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportSheet, ReportText

_BOOKS = {"daybook": ("libro", "Libro de registros"), "note_register": ("auxiliar", "Auxiliar de pagarés")}


def annex_paper(annex: BookAnnex) -> Paper:
    """A sealed annex as it is printed."""
    content = json.loads(annex.content)
    return report_paper(annex_sheet(content, seal=annex.sha256), issuer_of(content))


def annex_sheet(content: dict[str, Any], *, seal: str) -> ReportSheet:
    """What an annex's paper says."""
    day = date.fromisoformat(content["day"])
    # The first annexes were all of the libro de registros and did not say of which book they are.
    short, name = _BOOKS[content.get("kind", "daybook")]
    return ReportSheet(
        title=f"Anexo {content['annex']} del {short} n.º {content['book']}",
        subject=f"{name} del {format_weekday_date(day)}",
        printed_at=datetime.fromisoformat(content["approved_at"]),
        facts=[
            (name, f"n.º {content['book']}, {format_weekday_date(day)}"),
            ("Cuándo pasó", format_datetime(datetime.fromisoformat(content["at"]))),
        ],
        parts=[
            ReportText("Se agrega", [content["what"]]),
            ReportText("Por qué no se asentó ese día", [content["why"]]),
            seals_of(content, seal),
        ],
        signers=[
            ("Propuso", Person(name=content["proposed_by"])),
            ("Aprobó", Person(name=content["approved_by"])),
        ],
        notes=[
            f"Propuesto el {_moment(content['proposed_at'])} y aprobado el {_moment(content['approved_at'])}.",
            f"El {short} no cambió.",
        ],
    )


def _moment(text: str) -> str:
    return format_datetime(datetime.fromisoformat(text))
