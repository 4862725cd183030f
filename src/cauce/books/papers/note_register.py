"""The printed auxiliar de pagarés and its workbook, made of its sealed content and of nothing else."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cauce.books.models import NoteRegister
from cauce.books.papers.pieces import issuer_of, seals_of
from cauce.books.rules import MOVEMENTS
from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_datetime,
    format_money,
    format_time,
    format_weekday_date,
)
from cauce.documents.printing import Paper, report_paper
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportSheet, ReportTable

FIGURES: dict[str, str] = {
    "opening": "Saldo inicial",
    "issued": "Más: emitidos (firmados en el día)",
    "paid": "Menos: pagados (el importe incluye abonos)",
    "cancelled": "Menos: cancelados e interés no devengado",
    "replaced": "Menos: sustituidos por reestructura",
    "closing": "Saldo final",
}
BESIDES: dict[str, str] = {
    "drawn": "Elaborados para firma",
    "signed": "Firmados",
    "kept": "Recibidos en resguardo",
    "overdue": "Vencidos en el día",
    "returned": "Devueltos a quien los firmó",
    "forgiven": "De lo cancelado, interés no devengado",
}
_COLUMNS = (
    ReportColumn("Folio", 58),
    ReportColumn("N.º", 24),
    ReportColumn("Cuenta", 44),
    ReportColumn("Quién firmó"),
    ReportColumn("Vence", 62),
    ReportColumn("Estado", 60),
    ReportColumn("Saldo inicial", 56, right=True),
    ReportColumn("Emitido", 56, right=True),
    ReportColumn("Pagado", 56, right=True),
    ReportColumn("Cancelado", 56, right=True),
    ReportColumn("Sustituido", 56, right=True),
    ReportColumn("Saldo final", 56, right=True),
)
_ACTS = (
    ReportColumn("Hora", 34),
    ReportColumn("Folio", 68),
    ReportColumn("Qué pasó", 130),
    ReportColumn("Nota"),
    ReportColumn("Importe", 74, right=True),
    ReportColumn("Quién", 130),
)


def note_register_paper(register: NoteRegister) -> Paper:
    """The closed auxiliar as it is printed, on letter pages."""
    content = json.loads(register.content)
    return report_paper(register_sheet(content, seal=register.sha256), issuer_of(content))


def register_sheet(content: dict[str, Any], *, seal: str) -> ReportSheet:
    """What an auxiliar's paper says."""
    day, figures = date.fromisoformat(content["day"]), content["figures"]
    return ReportSheet(
        title=f"Auxiliar de pagarés n.º {content['book']}",
        subject=format_weekday_date(day),
        printed_at=datetime.fromisoformat(content["closed_at"]),
        facts=[
            ("Día", format_weekday_date(day)),
            ("Se cerró", format_datetime(datetime.fromisoformat(content["closed_at"]))),
            ("Lo cerró", content["closed_by"]),
            ("Libro de convenios", f"{format_money(Decimal(content['ledger']))}, igual al saldo final"),
        ],
        figures=[
            ("Saldo inicial", format_money(Decimal(figures["opening"]["amount"]))),
            ("Saldo final", format_money(Decimal(figures["closing"]["amount"]))),
            ("Pagarés por cobrar", str(figures["closing"]["count"])),
        ],
        parts=[
            _summary(figures, FIGURES, "El día en números"),
            _summary({name: figures[name] for name in BESIDES}, BESIDES, "Además"),
            _by_folio(content["notes"], figures),
            ReportTable(
                title="Lo que pasó, en orden",
                columns=_ACTS,
                rows=[_act(act) for act in content["acts"]],
                empty="Ese día no se movió ningún pagaré.",
            ),
            seals_of(content, seal),
        ],
        signers=[("Cerró el auxiliar", Person(name=content["closed_by"], position=content["position"]))],
        is_landscape=True,
    )


def register_workbook_rows(notes: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    """The notes of an auxiliar, a row each, as a workbook has them."""
    for line in notes:
        yield (
            line["folio"],
            line["part"],
            line["agreement"],
            format_account(line["account"]),
            line["obligor"],
            date.fromisoformat(line["due_on"]),
            line["state"],
            *(Decimal(line[name]) for name in MOVEMENTS),
        )


def _summary(figures: Mapping[str, Any], names: Mapping[str, str], title: str) -> ReportTable:
    columns = (ReportColumn(title), ReportColumn("Pagarés", 60, right=True), ReportColumn("Importe", 90, right=True))
    rows = [
        (label, str(figures[name]["count"]), format_money(Decimal(figures[name]["amount"])))
        for name, label in names.items()
        if name != "closing"
    ]
    last = figures.get("closing")
    totals = [(names["closing"], str(last["count"]), format_money(Decimal(last["amount"])))] if last else []
    return ReportTable(title="", columns=columns, rows=rows, totals=totals)


def _by_folio(notes: list[dict[str, Any]], figures: Mapping[str, Any]) -> ReportTable:
    told = count_of(len(notes), "pagaré", "pagarés")
    totals = ("Total", "", "", told, "", "", *(format_money(Decimal(figures[name]["amount"])) for name in MOVEMENTS))
    return ReportTable(
        title="Por folio: los que debían algo al empezar el día y los que se movieron",
        columns=_COLUMNS,
        rows=[
            (
                line["folio"],
                line["part"],
                format_account(line["account"]),
                line["obligor"],
                format_date(date.fromisoformat(line["due_on"])),
                line["state"],
                *(_amount(line[name]) for name in MOVEMENTS),
            )
            for line in notes
        ],
        totals=[totals] if notes else [],
        empty="No hay pagarés por cobrar ni se movió ninguno.",
    )


def _amount(text: str) -> str:
    """An amount in a table full of them: nothing where nothing moved."""
    amount = Decimal(text)
    return format_money(amount) if amount else ""


def _act(act: Mapping[str, Any]) -> tuple[str, ...]:
    at = datetime.fromisoformat(act["at"])
    return (format_time(at), act["folio"], act["what"], act["remark"], _amount(act["amount"]), act["who"])
