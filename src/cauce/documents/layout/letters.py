"""The documents on letter pages: statement of account, totals of a run, explanation of a bill."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_long_period,
    format_money,
    format_quantity,
)
from cauce.documents.barcodes import CodeBlock, CodeImage
from cauce.documents.layout.fitting import breakable
from cauce.documents.layout.letterhead import letter_values
from cauce.documents.rules import (
    Issuer,
    ProofSection,
    ProofSheet,
    RunAccount,
    RunAmount,
    RunTotalsSheet,
    StatementMovement,
    StatementSheet,
)

Values = dict[str, Any]
Pair = tuple[str, str]

_NO_MOVEMENTS: Final = "Sin movimientos entre estas fechas."


def statement_values(sheet: StatementSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What `statement.typ` draws: each movement with the balance it leaves."""
    account = format_account(sheet.account)
    overdue = ""
    if sheet.overdue > 0:
        months = count_of(sheet.months_overdue, "mes vencido", "meses vencidos")
        overdue = f"Vencido: {format_money(sheet.overdue)}, {months}."
        if sheet.surcharges_to_post > 0:
            surcharges = format_money(sheet.surcharges_to_post)
            overdue += f" Incluye {surcharges} de recargos a esta fecha, que se suman al saldo cuando se paga."
    return {
        "doc": letter_values(
            issuer,
            title="Estado de cuenta",
            folio=None,
            printed_on=sheet.printed_on,
            subject=f"cuenta {account}",
        ),
        "facts": _facts(
            ("Titular", sheet.holder),
            ("Cuenta", account),
            ("Domicilio", sheet.address),
            ("Tarifa", sheet.tariff),
            ("Movimientos", f"del {format_date(sheet.since)} al {format_date(sheet.until)}"),
            ("Estado del servicio", sheet.status),
        ),
        "totals": _facts(
            ("Saldo inicial", format_money(sheet.opening)),
            ("Cargos", format_money(sheet.charges)),
            ("Pagos y abonos", format_money(-sheet.credits)),
            (f"Saldo al {format_date(sheet.until)}", format_money(sheet.balance)),
        ),
        "overdue": overdue,
        "opening_label": f"Saldo inicial al {format_date(sheet.since)}",
        "opening": format_money(sheet.opening),
        "movements": _movements(sheet.movements, sheet.opening),
        "none": "" if sheet.movements else _NO_MOVEMENTS,
        "qr": _qr(codes, sheet.qr),
    }


def _movements(movements: Iterable[StatementMovement], opening: Decimal) -> list[Values]:
    balance = opening
    rows = []
    for movement in movements:
        balance += movement.amount
        is_credit = movement.amount < 0
        rows.append(
            {
                "on": format_date(movement.on),
                "kind": movement.kind.value,
                "folio": movement.folio,
                "description": breakable(movement.description),
                "charge": "" if is_credit else format_money(movement.amount),
                "credit": format_money(-movement.amount) if is_credit else "",
                "balance": format_money(balance),
            }
        )
    return rows


def run_totals_values(sheet: RunTotalsSheet, *, issuer: Issuer) -> Values:
    """What `run_totals.typ` draws: amounts by concept and use with their subtotals, and who was not billed."""
    amount = sum((row.amount for row in sheet.amounts), Decimal(0))
    vat = sum((row.vat for row in sheet.amounts), Decimal(0))
    return {
        "doc": letter_values(
            issuer,
            title="Totales de la corrida",
            folio=sheet.folio,
            printed_on=sheet.printed_on,
            subject=sheet.title,
        ),
        "heading": sheet.title,
        "facts": _facts(
            ("Periodo", format_long_period(sheet.period)),
            ("Ciclo", str(sheet.cycle)),
            ("Estado", sheet.state),
            ("Ley aplicada", sheet.law),
            ("Folios", sheet.folios or "aún sin folios"),
            ("Calculó", sheet.computed_by or "—"),
            ("Aprobó", sheet.approved_by or "sin aprobar"),
            ("Total facturado", format_money(sheet.total)),
        ),
        "counts": _facts(
            ("Cuentas del ciclo", format_quantity(sheet.accounts)),
            ("Facturadas", format_quantity(sheet.billed)),
            ("Apartadas", format_quantity(len(sheet.parked))),
            ("Retenidas en crítica", format_quantity(len(sheet.held))),
            ("Exentas", format_quantity(len(sheet.exempt))),
        ),
        "concepts": [_concept(concept, rows) for concept, rows in _by_concept(sheet.amounts).items()],
        "total": {
            "amount": format_money(amount),
            "vat": format_money(vat),
            "total": format_money(sheet.total),
        },
        "lists": [
            _not_billed("Apartadas: no se facturan hasta resolver su motivo", sheet.parked),
            _not_billed("Retenidas: su lectura espera a la crítica", sheet.held),
            _not_billed("Exentas: no se facturan por su estado", sheet.exempt),
        ],
    }


def _by_concept(amounts: Iterable[RunAmount]) -> dict[str, list[RunAmount]]:
    """The amounts of each concept, concepts in the order in which the caller first names them."""
    grouped: dict[str, list[RunAmount]] = {}
    for row in amounts:
        grouped.setdefault(row.concept, []).append(row)
    return grouped


def _concept(concept: str, rows: Sequence[RunAmount]) -> Values:
    return {
        "concept": concept,
        "rows": [_amount_row(row.use, row.bills, row.amount, row.vat) for row in rows],
        "subtotal": _amount_row(
            f"Suma de {concept}",
            sum(row.bills for row in rows),
            sum((row.amount for row in rows), Decimal(0)),
            sum((row.vat for row in rows), Decimal(0)),
        ),
    }


def _amount_row(label: str, bills: int, amount: Decimal, vat: Decimal) -> Values:
    return {
        "label": label,
        "bills": format_quantity(bills),
        "amount": format_money(amount),
        "vat": format_money(vat),
        "total": format_money(amount + vat),
    }


def _not_billed(title: str, accounts: Sequence[RunAccount]) -> Values:
    return {
        "title": f"{title} ({format_quantity(len(accounts))})",
        "rows": [
            {
                "account": format_account(account.account),
                "holder": breakable(account.holder),
                "rule": account.rule,
                "detail": breakable(account.detail),
            }
            for account in accounts
        ],
    }


def proof_values(sheet: ProofSheet, codes: CodeBlock, *, issuer: Issuer) -> Values:
    """What `proof.typ` draws: every line of a bill with the steps that lead to it."""
    return {
        "doc": letter_values(
            issuer,
            title="Explicación del recibo",
            folio=sheet.folio,
            printed_on=sheet.printed_on,
            subject=f"recibo {sheet.folio}",
        ),
        "facts": _facts(
            ("Titular", sheet.holder),
            ("Cuenta", format_account(sheet.account)),
            ("Periodo", format_long_period(sheet.period)),
            ("Tarifa", sheet.tariff),
            ("Lecturas", sheet.readings),
            ("Ley aplicada", sheet.law),
        ),
        "sections": [_section(section) for section in sheet.sections],
        "total": format_money(sheet.total),
        "notes": list(sheet.notes),
        "qr": _qr(codes, sheet.qr),
    }


def _section(section: ProofSection) -> Values:
    return {
        "concept": section.concept,
        "legal_basis": section.legal_basis,
        "amount": format_money(section.amount),
        "steps": [
            {"label": step.label, "working": step.working, "source": step.source, "result": format_money(step.result)}
            for step in section.steps
        ],
    }


def _facts(*pairs: Pair) -> list[Pair]:
    return [(label, breakable(value)) for label, value in pairs]


def _qr(codes: CodeBlock, text: str | None) -> CodeImage | None:
    return None if text is None else codes.add_qr(text)
