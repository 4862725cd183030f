"""The paper of a payment: on half a letter sheet and on the 80 mm roll of the desk's printer."""

from typing import Any, Final

from cauce.core.es_mx import (
    amount_in_words,
    count_of,
    format_account,
    format_date,
    format_datetime,
    format_money,
)
from cauce.core.money import ZERO
from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.blocks import reprint_mark
from cauce.documents.layout.fitting import breakable, fit_size, shorten, width_of, wrap
from cauce.documents.layout.letterhead import issuer_values
from cauce.documents.rules import Issuer, ReceiptSheet

Values = dict[str, Any]
Pair = tuple[str, str]

IN_CLEARING: Final = "Cheque recibido salvo buen cobro: si el banco lo devuelve, el adeudo vuelve a la cuenta."

_LINE_PITCH: Final = 13.6
_LINE_WIDTH: Final = 246.0
_LINES_ROOM: Final = 219.0
"""Points between the head of the lines and the foot of the sheet, less the line of the total."""
_NOTICE_SIZE: Final = 7.6
_NOTICE_PITCH: Final = 11.0
_NOTICE_WIDTH: Final = 300.0
_FACTS_ROOM: Final = 112.0
_MOST_TENDERS: Final = 4


def receipt_values(sheet: ReceiptSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What `receipt.typ` draws; lines that do not fit are told as one, their sum stays exact."""
    holder = breakable(sheet.holder)
    address = breakable(sheet.address)
    holder_size = fit_size(holder, 222, (12.5, 11, 10), bold=True)
    if width_of(holder, holder_size, bold=True) > 222:
        holder_size = fit_size(holder, 218, (9.5, 8.6, 7.8, 7.1), lines=2, bold=True)
    amount = format_money(sheet.amount)
    notices = [words for notice in _notices(sheet) for words in wrap(notice, _NOTICE_WIDTH, _NOTICE_SIZE)]
    facts = _facts(sheet)
    return _shared_values(sheet, codes, issuer) | {
        "folio_size": fit_size(sheet.folio, 120, (13, 11, 9), bold=True),
        "delivery": shorten(f"{sheet.desk} · atendió {sheet.cashier}", 200, 6.8),
        "holder": shorten(holder, 218, holder_size, lines=2, bold=True),
        "holder_size": holder_size,
        "address": shorten(address, 218, 7.8, lines=2),
        "address_size": 7.8,
        "account_size": fit_size(format_account(sheet.account or ""), 74, (17, 14, 12, 10), bold=True),
        "lines": _fitted_lines(sheet, notices=len(notices)),
        "amount_size": fit_size(amount, 188, (27, 23, 19), bold=True),
        "facts": [(shorten(breakable(label), 140, 7.5), value) for label, value in facts],
        "pitch": min(14.0, _FACTS_ROOM / (len(facts) + 2)),
        "notices": notices,
        "legends": list(sheet.legends),
    }


def receipt_ticket_values(sheet: ReceiptSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What `receipt_ticket.typ` draws: everything, on as much of the roll as it takes."""
    return _shared_values(sheet, codes, issuer) | {
        "attended": f"{sheet.desk} · atendió {breakable(sheet.cashier)}",
        "holder": breakable(sheet.holder),
        "address": breakable(sheet.address),
        "lines": [
            {"label": breakable(line.label), "note": breakable(line.note), "amount": format_money(line.amount)}
            for line in sheet.lines
        ],
        "amount_size": fit_size(format_money(sheet.amount), 200, (22, 18, 15, 12), bold=True),
        "facts": [(breakable(label), value) for label, value in _facts(sheet, most=len(sheet.tenders))],
        "notices": [breakable(notice) for notice in _notices(sheet)],
        "legends": [breakable(legend) for legend in sheet.legends],
    }


def _shared_values(sheet: ReceiptSheet, codes: CodeBlock, issuer: Issuer) -> Values:
    return {
        "title": f"Comprobante de pago {sheet.folio}",
        "issuer": issuer_values(issuer),
        "folio": sheet.folio,
        "issued": f"{format_date(sheet.paid_on)}, {sheet.paid_at}",
        "account": "—" if sheet.account is None else format_account(sheet.account),
        "amount": format_money(sheet.amount),
        "words": amount_in_words(sheet.amount),
        "balance_label": "Saldo a favor" if sheet.balance_after < 0 else "Saldo después de este pago",
        "balance": format_money(abs(sheet.balance_after)),
        "barcode": codes.add_code128(sheet.folio),
        "qr": codes.add_qr(sheet.folio if sheet.qr is None else sheet.qr),
        "reprint": reprint_mark(sheet.reprint),
        "cancelled": sheet.cancelled,
    }


def _fitted_lines(sheet: ReceiptSheet, *, notices: int) -> list[Values]:
    most = int((_LINES_ROOM - notices * _NOTICE_PITCH) // _LINE_PITCH)
    lines = [(line.label, line.note, line.amount) for line in sheet.lines]
    if len(lines) > most:
        rest = lines[most - 1 :]
        lines = lines[: most - 1]
        summed = sum((line[2] for line in rest), ZERO)
        lines.append((f"Otros {len(rest)} conceptos", "detalle en su estado de cuenta", summed))
    return [_line(label, note, format_money(amount)) for label, note, amount in lines]


def _line(label: str, note: str, amount: str) -> Values:
    note = shorten(note, 130, 7.2)
    room = _LINE_WIDTH - width_of(note, 7.2) - 6
    return {"label": shorten(breakable(label), room, 8.8), "note": note, "amount": amount}


def _facts(sheet: ReceiptSheet, *, most: int = _MOST_TENDERS) -> list[Pair]:
    tenders = [
        (
            f"{tender.method} {tender.reference}".strip() + (", salvo buen cobro" if tender.in_clearing else ""),
            tender.amount,
        )
        for tender in sheet.tenders
    ]
    if len(tenders) > most:
        rest = tenders[most - 1 :]
        tenders = [*tenders[: most - 1], (f"Otras {len(rest)} formas", sum((row[1] for row in rest), ZERO))]
    facts = [(label, format_money(amount)) for label, amount in tenders]
    if sheet.rounding:
        facts.append(("Redondeo", format_money(sheet.rounding)))
    if sheet.tendered is not None and sheet.change is not None:
        facts += [("Recibido en efectivo", format_money(sheet.tendered)), ("Cambio", format_money(sheet.change))]
    return facts


def _notices(sheet: ReceiptSheet) -> list[str]:
    notices = []
    if sheet.is_in_clearing:
        notices.append(IN_CLEARING)
    if sheet.shared is not None:
        receipts = count_of(sheet.shared.receipts, "comprobante", "comprobantes")
        notices.append(f"Parte de un pago de {format_money(sheet.shared.total)} en {receipts}.")
    if sheet.contingency is not None:
        notices.append(
            f"Recibo de contingencia {sheet.contingency.folio}, recibido el"
            f" {format_datetime(sheet.contingency.received_at)}, capturado el"
            f" {format_datetime(sheet.contingency.captured_at)}."
        )
    if sheet.effective_on is not None:
        notices.append(f"Se aplica con fecha del {format_date(sheet.effective_on)}.")
    if sheet.favour_used:
        notices.append(f"Antes se aplicaron {format_money(sheet.favour_used)} que la cuenta tenía a favor.")
    if sheet.replaces:
        notices.append(f"Sustituye al comprobante {sheet.replaces}.")
    return notices
