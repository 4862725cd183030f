"""The papers for a day without power: blank receipts with stubs, and the list of debts by route."""

from collections.abc import Sequence
from typing import Any

from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_datetime,
    format_long_date,
    format_money,
    format_quantity,
)
from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.fitting import fit_size, shorten
from cauce.documents.layout.letterhead import issuer_values, letter_values
from cauce.documents.rules import ContingencyBlockSheet, Issuer, RouteDebtRow, RouteDebts, RouteDebtsSheet

Values = dict[str, Any]


def contingency_block_values(sheet: ContingencyBlockSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What `contingency_block.typ` draws: each blank receipt with the barcode of its folio."""
    return {
        "title": f"Recibos de contingencia {sheet.folios[0]} a {sheet.folios[-1]}",
        "issuer": issuer_values(issuer),
        "desk": shorten(f"{sheet.desk} · impreso {format_date(sheet.printed_on)}", 128, 6.6),
        "receipts": [
            {
                "folio": folio,
                "size": fit_size(folio, 110, (14, 12, 10, 8), bold=True),
                "barcode": codes.add_code128(folio),
            }
            for folio in sheet.folios
        ],
    }


def route_debts_run_values(sheets: Sequence[RouteDebtsSheet], codes: CodeBlock, *, issuer: Issuer) -> Values:
    """The same for a chunk of one sheet; it has no codes."""
    (sheet,) = sheets
    return route_debts_values(sheet, issuer=issuer)


def route_debts_values(sheet: RouteDebtsSheet, *, issuer: Issuer) -> Values:
    """What `route_debts.typ` draws: the accounts of each route in order of delivery, every text on one line."""
    accounts = sum(len(route.rows) for route in sheet.routes)
    doc = letter_values(
        issuer,
        title="Adeudos por ruta",
        folio=None,
        printed_on=sheet.printed_at.date(),
        subject=f"al {format_long_date(sheet.as_of)}, impreso el {format_datetime(sheet.printed_at)}",
    )
    return {
        "doc": doc | {"dated": f"Al {format_long_date(sheet.as_of)} · impreso {format_datetime(sheet.printed_at)}"},
        "totals": [
            ("Rutas", format_quantity(len(sheet.routes))),
            ("Cuentas con adeudo", format_quantity(accounts)),
            ("Vencido", format_money(sheet.overdue)),
            ("Adeudo total", format_money(sheet.total)),
        ],
        "none": "" if accounts else "Ninguna cuenta debe a esta fecha.",
        "routes": [_route(route) for route in sheet.routes if route.rows],
    }


def _route(route: RouteDebts) -> Values:
    return {
        "title": f"Ruta {route.route}",
        "sum": f"Suma de la ruta {route.route}",
        "count": count_of(len(route.rows), "cuenta", "cuentas"),
        "overdue": format_money(route.overdue),
        "total": format_money(route.total),
        "rows": [_row(row) for row in route.rows],
    }


def _row(row: RouteDebtRow) -> tuple[str, ...]:
    return (
        shorten(row.delivery, 46, 7),
        format_account(row.account),
        shorten(row.holder, 134, 7),
        shorten(row.address, 145, 7),
        format_quantity(row.months_overdue),
        format_money(row.overdue),
        format_money(row.total),
    )
