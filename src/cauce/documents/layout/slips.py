"""The half letter papers of the desk: order to pay, deposit, withdrawal, voucher, claim and refund."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_datetime,
    format_long_date,
    format_money,
    format_percent,
    format_price,
    format_quantity,
)
from cauce.documents.barcodes import CodeBlock
from cauce.documents.layout.blocks import (
    DASH,
    Block,
    alert,
    amount_box,
    column,
    denominations,
    facts,
    folio_codes,
    half_sheet,
    moment,
    money_column,
    notes,
    paragraph,
    side,
    signatures,
    table,
)
from cauce.documents.rules import (
    CreditVoucherSheet,
    DepositSlipSheet,
    Issuer,
    ListedCheque,
    OrderKind,
    PaymentClaimSheet,
    PaymentOrderItem,
    PaymentOrderSheet,
    Person,
    RefundSheet,
    WithdrawalSlipSheet,
)

Values = dict[str, Any]

_HALVES = (318, 212)


def payment_order_values(sheet: PaymentOrderSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What to pay and why, with the code that the desk scans."""
    as_of = "" if sheet.as_of is None else f" al {format_long_date(sheet.as_of)}"
    left = [
        facts(
            ("A nombre de", sheet.to_name),
            ("Cuenta", "Sin cuenta" if sheet.account is None else format_account(sheet.account)),
            ("Domicilio", sheet.address),
            ("Motivo de pago", f"{sheet.kind.value}{as_of}"),
            columns=2,
        ),
        *([paragraph(sheet.subject, justify=False)] if sheet.subject else []),
        _services(sheet) if sheet.kind is OrderKind.SERVICES else _dues(sheet),
        notes(sheet.legends),
    ]
    right = [
        amount_box("Total a pagar", sheet.total),
        alert(f"Pase a caja. Vence el {format_date(sheet.expires_on)}."),
        folio_codes(codes, sheet.folio, sheet.qr),
    ]
    return half_sheet(
        issuer,
        title="Orden de pago",
        folio=sheet.folio,
        dated=f"{format_datetime(sheet.issued_at)} · emitió {sheet.issued_by}",
        blocks=[side(_HALVES, left, right)],
        reprint=sheet.reprint,
        stamp=("VENCIDA" if sheet.expired else "CANCELADA", sheet.cancelled) if sheet.cancelled else None,
    )


def _services(sheet: PaymentOrderSheet) -> Block:
    columns = (
        column("Concepto"),
        column("Cant.", 38, right=True),
        money_column("Precio", 58),
        column("% IVA", 36, right=True),
        money_column("Importe", 64),
    )
    sums = [
        ("Subtotal", "", "", "", format_money(sheet.subtotal)),
        ("IVA", "", "", "", format_money(sheet.vat)),
        ("Total", "", "", "", format_money(sheet.total)),
    ]
    return table("", columns, [_service_row(item) for item in sheet.items], sums=sums)


def _dues(sheet: PaymentOrderSheet) -> Block:
    columns = (column("Concepto"), money_column("Importe", 70), money_column("IVA", 56), money_column("Total", 72))
    rows = [
        (_described(item), format_money(item.amount), format_money(item.vat), format_money(item.amount + item.vat))
        for item in sheet.items
    ]
    total = ("Total", format_money(sheet.subtotal), format_money(sheet.vat), format_money(sheet.total))
    return table("", columns, rows, total=total)


def _service_row(item: PaymentOrderItem) -> tuple[str, ...]:
    return (
        _described(item),
        "" if item.quantity is None else format_quantity(item.quantity),
        "" if item.unit_price is None else format_price(item.unit_price),
        "" if item.vat_percent is None else format_percent(item.vat_percent),
        format_money(item.amount),
    )


def _described(item: PaymentOrderItem) -> str:
    return f"{item.description}, {item.note}" if item.note else item.description


def deposit_slip_values(sheet: DepositSlipSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What goes to the bank, bill by bill and cheque by cheque."""
    left = [denominations("Efectivo", sheet.pieces), cheque_list(sheet.cheques)]
    bags = table(
        "Bolsas",
        (column("Folio o sello"), money_column("Importe", 76)),
        [(bag.folio, format_money(bag.amount)) for bag in sheet.bags],
        empty="Sin bolsas selladas.",
    )
    right = [
        amount_box("Total del depósito", sheet.total),
        facts(
            ("Banco", sheet.bank),
            ("Cuenta bancaria", sheet.bank_account),
            ("Cajas", sheet.desks),
            ("Referencia", sheet.reference),
            ("Efectivo", format_money(sheet.cash)),
            ("Cheques", format_money(sheet.in_cheques)),
            columns=2,
        ),
        bags,
        folio_codes(codes, sheet.folio, None),
        notes(sheet.notes),
    ]
    return half_sheet(
        issuer,
        title="Ficha de depósito",
        folio=sheet.folio,
        dated=format_datetime(sheet.made_at),
        blocks=[
            side(_HALVES, left, right),
            signatures(
                ("Preparó", sheet.prepared_by, ""),
                ("Traslada", sheet.carried_by, ""),
                ("Recibe el banco: nombre, sello y firma", "", ""),
            ),
        ],
        reprint=sheet.reprint,
    )


def cheque_list(cheques: Iterable[ListedCheque]) -> Block:
    """Cheques with their bank, and what they add up to."""
    listed = list(cheques)
    columns = (column("Número", 62), column("Banco y librador"), column("Comprobante", 72), money_column("Importe", 70))
    rows = [
        (
            cheque.number,
            f"{cheque.bank}, {cheque.drawer}" if cheque.drawer else cheque.bank,
            cheque.receipt,
            format_money(cheque.amount),
        )
        for cheque in listed
    ]
    summed = sum((cheque.amount for cheque in listed), Decimal("0.00"))
    total = (f"{count_of(len(listed), 'cheque', 'cheques')}", "", "", format_money(summed)) if listed else None
    return table("Cheques, salvo buen cobro", columns, rows, total=total, empty="Sin cheques.")


def withdrawal_slip_values(sheet: WithdrawalSlipSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """Cash that leaves a drawer, signed by who gives and who takes it."""
    left = [
        facts(
            ("Caja", sheet.desk),
            ("Bolsa o sello", sheet.bag),
            ("Entrega", sheet.cashier),
            ("Recibe", sheet.taken_by),
            ("Motivo", sheet.reason),
            columns=2,
        ),
        denominations("Efectivo retirado", sheet.pieces),
    ]
    right = [amount_box("Importe retirado", sheet.amount), folio_codes(codes, sheet.folio, None)]
    return half_sheet(
        issuer,
        title="Retiro parcial de caja",
        folio=sheet.folio,
        dated=format_datetime(sheet.taken_at),
        blocks=[
            side(_HALVES, left, right),
            signatures(("Entrega", sheet.cashier, ""), ("Recibe", sheet.taken_by, "")),
        ],
        reprint=sheet.reprint,
    )


def credit_voucher_values(sheet: CreditVoucherSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """A traced payment to apply once to its account, with the deposit's date."""
    left = [
        facts(
            ("Cuenta", format_account(sheet.account)),
            ("Titular", sheet.holder),
            ("Domicilio", sheet.address),
            ("Aclaración", sheet.claim_folio),
            ("Fecha del depósito", format_date(sheet.deposited_on)),
            ("Banco y referencia", _joined(sheet.bank, sheet.bank_reference)),
            columns=2,
        ),
        paragraph(
            f"Contabilidad localizó en {sheet.bank} el pago que el estado de cuenta no mostraba. Preséntelo en caja:"
            f" se aplica a la cuenta {format_account(sheet.account)} con fecha del"
            f" {format_long_date(sheet.deposited_on)}, sin recargos posteriores a ese día."
        ),
        alert("Este vale se usa una sola vez y no se cambia por efectivo."),
    ]
    right = [amount_box("Importe del vale", sheet.amount), folio_codes(codes, sheet.folio, sheet.qr)]
    return half_sheet(
        issuer,
        title="Vale por pago no registrado",
        folio=sheet.folio,
        dated=format_datetime(sheet.issued_at),
        blocks=[
            side(_HALVES, left, right),
            signatures(_signer("Autoriza", sheet.issued_by), ("Aplicó en caja", "", "")),
        ],
        reprint=sheet.reprint,
        stamp=("USADO", sheet.used) if sheet.used else None,
    )


def payment_claim_values(sheet: PaymentClaimSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What the customer claims to have paid, and by when it is answered."""
    left = [
        facts(
            ("Cuenta", format_account(sheet.account)),
            ("Titular", sheet.holder),
            ("Domicilio", sheet.address),
            ("Presentó", sheet.filed_by),
            ("Fecha del depósito", format_date(sheet.deposited_on)),
            ("Banco y referencia", _joined(sheet.bank, sheet.bank_reference)),
            ("Entregó", ", ".join(sheet.attachments)),
            columns=2,
        ),
        *([paragraph(sheet.story, justify=False)] if sheet.story else []),
        paragraph(
            "Recibimos su aclaración. Mientras Contabilidad busca el pago, la cuenta queda marcada «pago en"
            " aclaración». Si se localiza, se aplica con la fecha del depósito."
        ),
        notes(sheet.legends),
    ]
    right = [
        amount_box("Pago que se aclara", sheet.amount),
        *([alert(f"Respuesta a más tardar el {format_date(sheet.answer_by)}.")] if sheet.answer_by else []),
        folio_codes(codes, sheet.folio, sheet.qr),
    ]
    return half_sheet(
        issuer,
        title="Acuse de aclaración de pago",
        folio=sheet.folio,
        dated=format_datetime(sheet.filed_at),
        blocks=[
            side(_HALVES, left, right),
            signatures(("Presenta", sheet.filed_by, ""), _signer("Recibe", sheet.received_by)),
        ],
        reprint=sheet.reprint,
    )


def refund_values(sheet: RefundSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """A credit balance given back: who authorises, who pays and who receives."""
    receiver = sheet.receiver or Person(name="")
    paid = "Pendiente de entregar" if sheet.paid_at is None else moment(sheet.paid_at)
    left = [
        facts(
            ("Cuenta", DASH if sheet.account is None else format_account(sheet.account)),
            ("Titular", sheet.holder),
            ("Domicilio", sheet.address),
            ("Motivo", sheet.reason),
            ("Saldo a favor antes", format_money(sheet.credit_before)),
            ("Saldo a favor después", format_money(sheet.credit_after)),
            ("Forma de devolución", f"{sheet.method} {sheet.reference}".strip()),
            ("Entregado", _joined(paid, sheet.desk, sheet.paid_by)),
            columns=2,
        ),
        *([notes((f"Fundamento: {sheet.legal_basis}",))] if sheet.legal_basis else []),
        paragraph(
            f"Recibí de {issuer.legal_name} el importe de esta devolución del saldo a favor indicado, a mi entera"
            " conformidad."
        ),
    ]
    right = [
        amount_box("Importe devuelto" if sheet.paid_at else "Importe autorizado", sheet.amount),
        folio_codes(codes, sheet.folio, sheet.qr),
    ]
    return half_sheet(
        issuer,
        title="Devolución de saldo a favor",
        folio=sheet.folio,
        dated=f"autorizada el {format_datetime(sheet.authorised_at)}",
        blocks=[
            side(_HALVES, left, right),
            signatures(
                _signer("Autoriza", sheet.authorised_by),
                ("Entrega", sheet.paid_by, ""),
                _signer("Recibe: nombre y firma", receiver),
            ),
        ],
        reprint=sheet.reprint,
    )


def _signer(role: str, person: Person) -> tuple[str, str, str]:
    return (role, person.name, person.position)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
