"""The paper of a payment on half a letter sheet."""

from decimal import Decimal
from typing import Any, Final

from cauce.core.es_mx import amount_in_words, format_account, format_date, format_money
from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.fitting import breakable, fit_size, shorten, width_of
from cauce.documents.layout.letterhead import issuer_values
from cauce.documents.rules import Issuer, ReceiptSheet

Values = dict[str, Any]

_MOST_LINES: Final = 14
_LINE_WIDTH: Final = 246.0


def receipt_values(sheet: ReceiptSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What `receipt.typ` draws; lines that do not fit are told as one, their sum stays exact."""
    holder = breakable(sheet.holder)
    address = breakable(sheet.address)
    holder_size = fit_size(holder, 222, (12.5, 11, 10), bold=True)
    if width_of(holder, holder_size, bold=True) > 222:
        holder_size = fit_size(holder, 218, (9.5, 8.6, 7.8, 7.1), lines=2, bold=True)
    amount = format_money(sheet.amount)
    return {
        "title": f"Comprobante de pago {sheet.folio}",
        "issuer": issuer_values(issuer),
        "folio": sheet.folio,
        "folio_size": fit_size(sheet.folio, 120, (13, 11, 9), bold=True),
        "issued": f"{format_date(sheet.paid_on)}, {sheet.paid_at}",
        "delivery": f"{sheet.desk} · atendió {sheet.cashier}",
        "holder": shorten(holder, 218, holder_size, lines=2, bold=True),
        "holder_size": holder_size,
        "address": shorten(address, 218, 7.8, lines=2),
        "address_size": 7.8,
        "account": "—" if sheet.account is None else format_account(sheet.account),
        "account_size": fit_size(format_account(sheet.account or ""), 74, (17, 14, 12, 10), bold=True),
        "lines": _lines(sheet),
        "amount": amount,
        "amount_size": fit_size(amount, 188, (27, 23, 19), bold=True),
        "words": amount_in_words(sheet.amount),
        "facts": _facts(sheet),
        "balance_label": "Saldo a favor" if sheet.balance_after < 0 else "Saldo después de este pago",
        "balance": format_money(abs(sheet.balance_after)),
        "legends": list(sheet.legends),
        "qr": codes.add_qr(sheet.qr) if sheet.qr is not None else None,
        "cancelled": sheet.cancelled,
    }


def _lines(sheet: ReceiptSheet) -> list[Values]:
    lines = [(line.label, line.note, line.amount) for line in sheet.lines]
    if len(lines) > _MOST_LINES:
        rest = lines[_MOST_LINES - 1 :]
        lines = lines[: _MOST_LINES - 1]
        lines.append(
            (
                f"Otros {len(rest)} conceptos",
                "detalle en su estado de cuenta",
                sum((line[2] for line in rest), Decimal(0)),
            )
        )
    return [_line(label, note, format_money(amount)) for label, note, amount in lines]


def _line(label: str, note: str, amount: str) -> Values:
    note = shorten(note, 130, 7.2)
    room = _LINE_WIDTH - width_of(note, 7.2) - 6
    return {"label": shorten(breakable(label), room, 8.8), "note": note, "amount": amount}


def _facts(sheet: ReceiptSheet) -> list[tuple[str, str]]:
    facts = [("Forma de pago", sheet.method)]
    if sheet.authorisation:
        facts.append(("Autorización", shorten(breakable(sheet.authorisation), 120, 8)))
    if sheet.tendered is not None and sheet.change is not None:
        facts += [("Recibido", format_money(sheet.tendered)), ("Cambio", format_money(sheet.change))]
    return facts
