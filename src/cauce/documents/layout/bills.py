"""A bill on its half letter sheet, and on a second half when its lines or legends do not fit the first."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_long_period,
    format_money,
    format_month,
    format_quantity,
    format_volume,
)
from cauce.documents.barcodes import CodeBlock, bar_modules
from cauce.documents.layout.bill_rows import BillRows
from cauce.documents.layout.fitting import breakable, fit_size, shorten, width_of, wrap
from cauce.documents.layout.letterhead import issuer_values
from cauce.documents.rules import BillSheet, Issuer

Values = dict[str, Any]

_FRONT_HEIGHT: Final = 140.0
_FACTS_WIDTH: Final = 286.0
_GREATEST_PITCH: Final = 14.2
_FRONT_ROWS: Final = 13
_DETAIL_ROWS: Final = 25
_LEGEND_HEIGHT: Final = 80.0
_LEGEND_WIDTH: Final = 212.0
_BAR_MODULE: Final = 1.02
"""Width in points of a barcode's narrowest bar: 0.36 mm, what a till's reader and a plain printer both manage."""


def bill_values(sheets: Iterable[BillSheet], codes: CodeBlock, *, issuer: Issuer, title: str) -> Values:
    """What `bill.typ` and `bill_run.typ` draw: the halves of all the bills, in order; their codes go to `codes`."""
    halves = [half for sheet in sheets for half in bill_halves(sheet, codes)]
    return {"title": title, "issuer": issuer_values(issuer), "halves": halves}


def bill_halves(sheet: BillSheet, codes: CodeBlock) -> list[Values]:
    """The front of a bill, and its detail when the front cannot hold all its lines or legends."""
    table = BillRows(sheet)
    rows = table.all_rows()
    legend_size, front_legends, left_legends = _place_legends(sheet.legends)
    left_rows: list[Values] = []
    if len(rows) > _FRONT_ROWS:
        left_rows, rows = rows, table.summary_rows(_FRONT_ROWS)
    front = {
        **_front(sheet, codes),
        "rows": rows,
        **_row_sizes(len(rows)),
        "amount_width": table.amount_width,
        "legend_size": legend_size,
        "legends": front_legends,
    }
    if not left_rows and not left_legends:
        return [front]
    return [front, *_details(sheet, left_rows, left_legends, table.amount_width)]


def _row_sizes(count: int) -> Values:
    pitch = min(_GREATEST_PITCH, _FRONT_HEIGHT / count)
    return {"pitch": round(pitch, 2), "row_size": 8.8 if pitch > 12 else 8.2}


def _front(sheet: BillSheet, codes: CodeBlock) -> Values:
    holder = breakable(sheet.holder)
    address = breakable(sheet.address)
    holder_size = fit_size(holder, 222, (12.5, 11, 10), bold=True)
    if width_of(holder, holder_size, bold=True) > 222:
        holder_size = fit_size(holder, 218, (9.5, 8.6, 7.8, 7.1), lines=2, bold=True)
        holder = shorten(holder, 218, holder_size, lines=2, bold=True)
    address_size = fit_size(address, 218, (8.6, 7.8, 7.1, 6.5), lines=2)
    account = format_account(sheet.account)
    total = format_money(sheet.total)
    barcode = codes.add_code128(sheet.reference)
    return {
        "kind": "front",
        **_head(sheet),
        "holder": holder,
        "holder_size": holder_size,
        "address": shorten(address, 218, address_size, lines=2),
        "address_size": address_size,
        "account": account,
        "account_size": fit_size(account, 74, (17, 14, 12, 10), bold=True),
        "facts": _facts(sheet),
        **_chart(sheet),
        "total_label": "Total a pagar" if sheet.total > 0 else "Nada que pagar",
        "total": total,
        "total_size": fit_size(total, 188, (27, 23, 19), bold=True),
        "due_label": "Fecha límite de pago" if sheet.total > 0 else "",
        "due": format_date(sheet.due_on) if sheet.total > 0 else "No requiere pago",
        "overdue": sheet.months_overdue > 0,
        "standing": f"Sustituye al recibo {sheet.replaces}." if sheet.replaces else _standing(sheet.months_overdue),
        "advice": shorten(sheet.advice, 186, 7.6, lines=2),
        "barcode": barcode,
        "barcode_width": round(bar_modules(barcode) * min(_BAR_MODULE, 142 / bar_modules(barcode)), 2),
        "reference": sheet.reference,
        "qr": codes.add_qr(sheet.qr) if sheet.qr is not None else None,
        "instructions": shorten(sheet.payment_instructions, 208, 7.2, lines=3),
    }


def _head(sheet: BillSheet) -> Values:
    period = format_long_period(sheet.period)
    return {
        "title": "Recibo corregido" if sheet.replaces else "Recibo",
        "folio": sheet.folio,
        "folio_size": fit_size(sheet.folio, 170, (13, 11, 9), bold=True),
        "issued": f"{period[0].upper()}{period[1:]} · ciclo {sheet.cycle} · emitido {format_date(sheet.issued_on)}",
        "delivery": f"Ruta {sheet.route} · reparto {sheet.delivery_code}",
    }


def _standing(months_overdue: int) -> str:
    if months_overdue == 0:
        return "Su cuenta está al corriente."
    return f"Tiene {count_of(months_overdue, 'mes vencido', 'meses vencidos')}."


def _facts(sheet: BillSheet) -> list[Values]:
    tariff = _fact("Tarifa", sheet.tariff, "", 1.25)
    volume = "—" if sheet.consumption_m3 is None else format_volume(sheet.consumption_m3)
    if sheet.meter is None:
        unmetered = _fact("Medidor", "Sin medidor", sheet.consumption_note or "cuota fija", 1.9)
        return [tariff, unmetered, *([] if sheet.consumption_m3 is None else [_fact("Consumo", volume, "", 1.0)])]
    days = "" if not (sheet.read_from and sheet.read_until) else f"{(sheet.read_until - sheet.read_from).days} días"
    return [
        tariff,
        _fact("Medidor", sheet.meter, "", 1.0),
        _fact("Lectura anterior", _reading(sheet.previous_reading), _day(sheet.read_from), 0.92),
        _fact("Lectura actual", _reading(sheet.current_reading), _day(sheet.read_until), 0.84),
        _fact("Consumo", volume, ", ".join(filter(None, (sheet.consumption_note, days))), 1.0),
    ]


def _fact(label: str, value: str, note: str, share: float) -> Values:
    room = _FACTS_WIDTH * share / 5.0 if share < 1.9 else 130.0
    size = fit_size(value, room, (9, 8, 7.2, 6.6), bold=True)
    lines = 1 if note else 2
    return {
        "label": label,
        "value": shorten(breakable(value), room, size, lines=lines, bold=True),
        "note": shorten(note, room, 6.3),
        "share": share,
        "size": size,
    }


def _reading(reading: int | None) -> str:
    return "—" if reading is None else format_quantity(reading)


def _day(day: date | None) -> str:
    return "" if day is None else format_date(day)


def _chart(sheet: BillSheet) -> Values:
    highest = max((month.volume_m3 or 0 for month in sheet.history), default=0)
    bars = []
    for month in sheet.history:
        volume = month.volume_m3
        bars.append(
            {
                "month": format_month(month.period),
                "value": "–" if volume is None else format_quantity(volume),
                "height": 0 if not volume or volume < 0 else round(volume / highest, 4),
                "estimated": month.estimated,
            }
        )
    empty = {"month": "", "value": "", "height": 0, "estimated": False}
    return {
        "has_chart": bool(bars),
        "chart_title": "Su consumo, 12 meses (m³)",
        "has_estimates": any(month.estimated for month in sheet.history),
        "bars": [empty] * (12 - len(bars)) + bars,
    }


def _place_legends(legends: Sequence[str]) -> tuple[float, list[str], list[str]]:
    """Choose the size at which the legends fit the front; those that fit at no size go to the detail."""
    for size in (7.0, 6.4):
        if sum(_legend_height(legend, size) for legend in legends) <= _LEGEND_HEIGHT:
            return size, list(legends), []
    kept: list[str] = []
    height = _legend_height("x", 6.4)
    for position, legend in enumerate(legends):
        height += _legend_height(legend, 6.4)
        if height > _LEGEND_HEIGHT:
            return 6.4, [*kept, "Continúa en la hoja siguiente."], list(legends[position:])
        kept.append(legend)
    return 6.4, kept, []


def _legend_height(legend: str, size: float) -> float:
    return len(wrap(legend, _LEGEND_WIDTH, size)) * (size * 0.72 + 3.3) + 1.5


def _columns_of(rows: Sequence[Values]) -> list[list[Values]]:
    """Cut the rows in columns, never between a label and its amount."""
    columns: list[list[Values]] = [[]]
    group: list[Values] = []
    for row in rows:
        group.append(row)
        if row["amount"]:
            if len(columns[-1]) + len(group) > _DETAIL_ROWS:
                columns.append([])
            columns[-1] += group
            group = []
    return columns if rows else []


def _details(sheet: BillSheet, rows: Sequence[Values], legends: Sequence[str], amount_width: float) -> list[Values]:
    columns = _columns_of(rows)
    pages = [columns[start : start + 2] for start in range(0, len(columns), 2)] or [[]]
    subject = f"{sheet.holder} · cuenta {format_account(sheet.account)}"
    halves = []
    for position, page in enumerate(pages):
        deepest = max((len(column) for column in page), default=0)
        is_last = position == len(pages) - 1
        halves.append(
            {
                "kind": "detail",
                **_head(sheet),
                "heading": "Detalle del recibo",
                "subject": shorten(subject, 400, 8),
                "columns": page,
                "amount_width": amount_width,
                "legends": list(legends) if is_last and deepest <= 18 else [],
                "legends_drop": round(deepest * 11.4 + 8, 2),
            }
        )
        if is_last and legends and deepest > 18:
            halves.append({**halves[-1], "columns": [], "legends": list(legends), "legends_drop": 0})
    return halves
