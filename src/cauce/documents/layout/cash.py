"""The reports of the drawer on letter pages: the close of a session and the consolidated day."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from cauce.core.es_mx import (
    format_account,
    format_date,
    format_datetime,
    format_long_date,
    format_money,
    format_quantity,
    format_time,
)
from cauce.core.money import ZERO
from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.blocks import (
    DASH,
    Block,
    alert,
    band,
    beside_code,
    column,
    facts,
    letter_sheet,
    moment,
    money_column,
    notes,
    side,
    signatures,
    table,
)
from cauce.documents.layout.slips import cheque_list
from cauce.documents.rules import (
    Bag,
    CloseCancellation,
    CloseMethod,
    DayAmount,
    DayBankFile,
    DayCorrection,
    DayReportSheet,
    DaySession,
    Issuer,
    ListedContingency,
    ListedVoucher,
    SessionCloseSheet,
)

Values = dict[str, Any]

_PORTRAIT_METHODS: Final = 5
"""How many methods a portrait page has columns for."""


def difference_words(difference: Decimal) -> str:
    """Whether money is missing, over or exact."""
    if difference == 0:
        return "Sin diferencia"
    kind = "Faltante" if difference < 0 else "Sobrante"
    return f"{kind} {format_money(abs(difference))}"


def session_close_values(sheet: SessionCloseSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What a session collected, what its drawer should hold and what was counted."""
    blocks = [
        beside_code(_close_facts(sheet), codes, sheet.qr),
        band(
            ("Cobrado", format_money(sheet.collected)),
            ("Efectivo esperado", format_money(sheet.expected_cash)),
            ("Efectivo contado", format_money(sheet.counted_cash)),
            ("Diferencia", difference_words(sheet.difference)),
        ),
        *([alert(f"{difference_words(sheet.difference)} en caja: requiere acta.")] if sheet.difference else []),
        _methods(sheet.methods),
        side((300, 186), [_drawer(sheet)], [_reckoning(sheet)]),
        _bags(sheet.withdrawals),
        _cancellations(sheet.cancellations),
        _vouchers(sheet.vouchers),
        cheque_list(sheet.cheques),
        contingency_list(sheet.contingencies),
        notes(sheet.notes),
        signatures(("Cajero", sheet.cashier, ""), ("Supervisor", sheet.supervisor, ""), room=30),
    ]
    return letter_sheet(
        issuer,
        title="Corte de caja",
        folio=sheet.folio,
        printed_on=sheet.printed_on,
        subject=f"{sheet.desk}, {sheet.cashier}, {format_datetime(sheet.closed_at)}",
        blocks=blocks,
        reprint=sheet.reprint,
    )


def _close_facts(sheet: SessionCloseSheet) -> Block:
    folios = f"{sheet.first_receipt} a {sheet.last_receipt}" if sheet.first_receipt else "ninguno"
    return facts(
        ("Caja", sheet.desk),
        ("Cajero", sheet.cashier),
        ("Apertura", format_datetime(sheet.opened_at)),
        ("Cierre", format_datetime(sheet.closed_at)),
        ("Comprobantes", folios),
        ("Total de comprobantes", format_quantity(sheet.receipts)),
        ("Fondo inicial", format_money(sheet.opening_float)),
        ("Revisión del supervisor", moment(sheet.reviewed_at) if sheet.reviewed_at else "pendiente"),
    )


def _methods(methods: Sequence[CloseMethod]) -> Block:
    columns = (
        column("Forma de pago"),
        column("Cobros", 46, right=True),
        money_column("Cobrado", 76),
        money_column("Cancelado", 70),
        money_column("Neto", 76),
        money_column("Contado", 76),
        money_column("Diferencia", 66),
    )
    rows = [
        (
            row.method,
            format_quantity(row.count),
            format_money(row.collected),
            format_money(-row.cancelled),
            format_money(row.net),
            DASH if row.counted is None else format_money(row.counted),
            DASH if row.counted is None else format_money(row.counted - row.net),
        )
        for row in methods
    ]
    total = (
        "Total",
        format_quantity(sum(row.count for row in methods)),
        format_money(_sum(row.collected for row in methods)),
        format_money(-_sum(row.cancelled for row in methods)),
        format_money(_sum(row.net for row in methods)),
        "",
        "",
    )
    return table("Cobrado por forma de pago", columns, rows, total=total, empty="Sin cobros.")


def _drawer(sheet: SessionCloseSheet) -> Block:
    opening = {piece.value: piece for piece in sheet.opening_pieces}
    counted = {piece.value: piece for piece in sheet.counted}
    rows = []
    for value in sorted(opening.keys() | counted.keys(), reverse=True):
        row = [format_money(value)]
        for piece in (opening.get(value), counted.get(value)):
            if piece is None or not piece.count:
                row += [DASH, DASH]
            else:
                row += [format_quantity(piece.count), format_money(piece.amount)]
        rows.append(row)
    columns = (
        column("Denominación"),
        column("Fondo", 40, right=True),
        money_column("Importe", 66),
        column("Contado", 44, right=True),
        money_column("Importe", 76),
    )
    total = ("Efectivo", "", format_money(sheet.opening_float), "", format_money(sheet.counted_cash))
    return table("Efectivo por denominación", columns, rows, total=total, pitch=3, empty="Sin efectivo.")


def _reckoning(sheet: SessionCloseSheet) -> Block:
    rows = [
        ("Fondo inicial", format_money(sheet.opening_float)),
        ("Cobrado en efectivo", format_money(sheet.cash_collected)),
        ("Retiros en bolsas", format_money(-sheet.withdrawn)),
        ("Devoluciones pagadas", format_money(-sheet.paid_out)),
        ("Efectivo esperado", format_money(sheet.expected_cash)),
        ("Efectivo contado", format_money(sheet.counted_cash)),
    ]
    total = (difference_words(sheet.difference).split(" $")[0], format_money(sheet.difference))
    return table("Cómo se llega al esperado", (column("Movimiento"), money_column("Importe", 80)), rows, total=total)


def _bags(bags: Sequence[Bag]) -> Block:
    columns = (column("Bolsa"), column("Hora", 110), column("Recibió", 160), money_column("Importe", 80))
    rows = [(bag.folio, moment(bag.closed_at), bag.taken_by, format_money(bag.amount)) for bag in bags]
    total = ("Total retirado", "", "", format_money(_sum(bag.amount for bag in bags))) if bags else None
    return table("Retiros parciales", columns, rows, total=total, empty="Sin retiros.")


def _cancellations(cancellations: Sequence[CloseCancellation]) -> Block:
    columns = (
        column("Comprobante", 76),
        column("Hora", 36),
        column("Forma", 68),
        column("Canceló", 96),
        column("Motivo"),
        money_column("Importe", 72),
    )
    rows = [
        (row.folio, format_time(row.at), row.method, row.by, row.reason, format_money(row.amount))
        for row in cancellations
    ]
    summed = format_money(_sum(row.amount for row in cancellations))
    total = ("Total", "", "", "", "", summed) if cancellations else None
    return table("Comprobantes cancelados", columns, rows, total=total, empty="Sin cancelaciones.")


def _vouchers(vouchers: Sequence[ListedVoucher]) -> Block:
    columns = (column("Autorización", 110), column("Terminal o banco"), column("Comprobante", 90))
    rows = [(row.authorisation, row.institution, row.receipt, format_money(row.amount)) for row in vouchers]
    total = (
        (f"{format_quantity(len(vouchers))} en total", "", "", format_money(_sum(row.amount for row in vouchers)))
        if vouchers
        else None
    )
    return table(
        "Vouchers de tarjeta", (*columns, money_column("Importe", 80)), rows, total=total, empty="Sin vouchers."
    )


def contingency_list(contingencies: Sequence[ListedContingency]) -> Block:
    """Contingency receipts with when they were received and captured."""
    columns = (
        column("Recibo", 80),
        column("Recibido", 110),
        column("Capturado", 110),
        column("Comprobante"),
        money_column("Importe", 80),
    )
    rows = [
        (row.folio, moment(row.received_at), moment(row.captured_at), row.receipt, format_money(row.amount))
        for row in contingencies
    ]
    summed = format_money(_sum(row.amount for row in contingencies))
    total = (f"{format_quantity(len(contingencies))} en total", "", "", "", summed) if contingencies else None
    return table("Recibos de contingencia capturados", columns, rows, total=total, empty="Sin recibos de contingencia.")


def day_report_values(sheet: DayReportSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """All that came in on a day, by desk and method and by bank, and what was put right."""
    methods = list(dict.fromkeys(row.method for row in sheet.amounts))
    blocks = [
        beside_code(
            facts(
                ("Día", format_date(sheet.day)),
                ("Estado", sheet.state),
                ("Impreso", format_datetime(sheet.printed_at)),
                ("Imprimió", sheet.printed_by),
            ),
            codes,
            sheet.qr,
        ),
        band(
            ("Cajas", format_money(sheet.desks_total)),
            ("Bancos y tiendas", format_money(sheet.bank_total)),
            ("Por identificar", format_money(sheet.unidentified)),
            ("Neto del día", format_money(sheet.net)),
        ),
        _desks(sheet, methods),
        _sessions(sheet.sessions),
        _bank_files(sheet.bank_files),
        _corrections(sheet.corrections),
        contingency_list(sheet.contingencies),
        _grand_total(sheet),
        notes(sheet.notes),
        signatures(*((person.position, person.name, "") for person in sheet.signers), room=44),
    ]
    return letter_sheet(
        issuer,
        title="Consolidado del día",
        folio=sheet.folio,
        printed_on=sheet.printed_at.date(),
        subject=format_long_date(sheet.day),
        blocks=blocks,
        flipped=len(methods) > _PORTRAIT_METHODS,
    )


def _desks(sheet: DayReportSheet, methods: Sequence[str]) -> Block:
    amounts: dict[str, dict[str, DayAmount]] = {}
    for row in sheet.amounts:
        amounts.setdefault(row.desk, {})[row.method] = row
    rows = [
        (
            desk,
            *(format_money(by_method[name].amount) if name in by_method else DASH for name in methods),
            format_quantity(sum(row.count for row in by_method.values())),
            format_money(_sum(row.amount for row in by_method.values())),
        )
        for desk, by_method in amounts.items()
    ]
    count = format_quantity(sum(row.count for row in sheet.amounts))
    summed = (_sum(row.amount for row in sheet.amounts if row.method == name) for name in methods)
    columns = (
        column("Caja"),
        *(money_column(name, 70) for name in methods),
        column("Cobros", 40, right=True),
        money_column("Total", 76),
    )
    total = ("Total", *map(format_money, summed), count, format_money(sheet.desks_total))
    return table("Cobrado en cajas", columns, rows, total=total, empty="Sin cobros en caja.")


def _sessions(sessions: Sequence[DaySession]) -> Block:
    columns = (
        column("Caja y cajero"),
        column("Horario", 64),
        column("Comprobantes", 58),
        money_column("Cobrado", 68),
        money_column("Efectivo esperado", 68),
        money_column("Efectivo contado", 68),
        money_column("Diferencia", 58),
        column("Estado", 46),
    )
    rows = [
        (
            f"{row.desk}, {row.cashier}",
            f"{format_time(row.opened_at)} a {format_time(row.closed_at) if row.closed_at else 'abierto'}",
            row.receipts or DASH,
            format_money(row.collected),
            DASH if row.expected_cash is None else format_money(row.expected_cash),
            DASH if row.counted_cash is None else format_money(row.counted_cash),
            DASH if row.counted_cash is None else format_money(row.difference),
            row.state,
        )
        for row in sessions
    ]
    return table("Turnos de caja", columns, rows, empty="Sin turnos.")


def _bank_files(files: Sequence[DayBankFile]) -> Block:
    columns = (
        column("Archivo"),
        column("Renglones", 52, right=True),
        column("Aplicados", 50, right=True),
        money_column("Importe aplicado", 84),
        column("Por identificar", 64, right=True),
        money_column("Importe", 76),
        column("Rechazados", 56, right=True),
    )
    rows = [
        (
            f"{row.institution}, {row.name}",
            format_quantity(row.rows),
            format_quantity(row.applied_count),
            format_money(row.applied),
            format_quantity(row.unidentified_count),
            format_money(row.unidentified),
            format_quantity(row.rejected_count),
        )
        for row in files
    ]
    total = (
        "Total",
        format_quantity(sum(row.rows for row in files)),
        format_quantity(sum(row.applied_count for row in files)),
        format_money(_sum(row.applied for row in files)),
        format_quantity(sum(row.unidentified_count for row in files)),
        format_money(_sum(row.unidentified for row in files)),
        format_quantity(sum(row.rejected_count for row in files)),
    )
    return table("Bancos y tiendas", columns, rows, total=total if files else None, empty="No se recibieron archivos.")


def _corrections(corrections: Sequence[DayCorrection]) -> Block:
    columns = (
        column("Hora", 32),
        column("Corrección", 82),
        column("Folio", 58),
        column("Cuenta", 44),
        column("Quién y por qué"),
        money_column("Importe", 64),
        money_column("Efecto", 64),
    )
    rows = [
        (
            format_time(row.at),
            row.kind,
            row.folio,
            DASH if row.account is None else format_account(row.account),
            f"{row.by}: {row.reason}",
            format_money(row.amount),
            format_money(row.effect) if row.effect else DASH,
        )
        for row in corrections
    ]
    total = ("Total", "", "", "", "", "", format_money(_sum(row.effect for row in corrections)))
    return table("Correcciones del día", columns, rows, total=total if corrections else None, empty="Sin correcciones.")


def _grand_total(sheet: DayReportSheet) -> Block:
    rows = [
        ("Cobrado en cajas", format_money(sheet.desks_total)),
        ("Aplicado de bancos y tiendas", format_money(sheet.bank_total)),
        ("Total cobrado", format_money(sheet.total)),
        ("Recibido por identificar", format_money(sheet.unidentified)),
        ("Efecto de las correcciones", format_money(sheet.corrected)),
    ]
    total = ("Neto del día", format_money(sheet.net))
    return table("Gran total", (column("Concepto"), money_column("Importe", 110)), rows, total=total)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
