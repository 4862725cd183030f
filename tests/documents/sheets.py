"""Filled sheets to print in tests: the same bill, changed where each test needs it."""

from datetime import date
from decimal import Decimal
from typing import Any

from cauce.documents.rules import (
    BillLine,
    BillSheet,
    Issuer,
    MonthConsumption,
    MovementKind,
    ProofSection,
    ProofSheet,
    ProofStep,
    ReceiptLine,
    ReceiptSheet,
    ReceiptTender,
    RunAccount,
    RunAmount,
    RunTotalsSheet,
    StatementMovement,
    StatementSheet,
    payment_reference,
)

HOSTILE = "<script>alert(1)</script> #let x = 1 $a^2$ *b* =cmd|' /C calc'!A0"
QR_TEXT = "https://pagos.example/v/A-482113/9f8e7d6c5b4a39281706f5e4d3c2b1a0"

ISSUER = Issuer(
    name="JUMAPAC",
    legal_name="Junta Municipal de Agua Potable y Alcantarillado de Cortazar, Gto.",
    address="Calzada Ing. Antonio Madrazo 600, Centro, 38300 · 411 155 0050",
    place="Cortazar, Gto.",
    official=False,
)


def bill_sheet(**changes: Any) -> BillSheet:
    """A metered bill of three months; its total follows from what is changed, unless it is given."""
    fields: dict[str, Any] = {
        "folio": "R-482113",
        "account": "014382",
        "holder": "María Guadalupe Núñez Arroyo",
        "address": "Álvaro Obregón 214, Cortazar Centro, 38300",
        "delivery_code": "0007004120",
        "route": "07",
        "cycle": 2,
        "period": date(2026, 11, 1),
        "issued_on": date(2026, 11, 15),
        "due_on": date(2026, 11, 30),
        "tariff": "001 Doméstico",
        "meter": "23-118204",
        "previous_reading": 1266,
        "current_reading": 1284,
        "read_from": date(2026, 10, 12),
        "read_until": date(2026, 11, 12),
        "consumption_m3": 18,
        "consumption_note": "medido",
        "lines": (
            BillLine(
                label="Agua potable, 18 m³",
                note="cuota base $103.42 + tabla noviembre $172.36",
                amount=Decimal("275.78"),
            ),
            BillLine(label="Alcantarillado", note="20 % del agua", amount=Decimal("55.16")),
            BillLine(label="Tratamiento", note="14 % del agua", amount=Decimal("38.61")),
        ),
        "vat": Decimal("15.01"),
        "vat_note": "0 % agua doméstica, 16 % lo demás",
        "reference": payment_reference("014382", date(2026, 11, 1)),
        "qr": QR_TEXT,
        "payment_instructions": "Pague en cajas, banco o tienda con esta referencia.",
        "history": tuple(
            MonthConsumption(period=date(2026, month, 1), volume_m3=10 + month, estimated=month == 10)
            for month in range(1, 12)
        ),
        "legends": ("Reporte de fugas: 411 155 0050.",),
        "prior_debt": Decimal("1052.29"),
        "prior_periods": (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)),
        "surcharges": Decimal("62.41"),
        "surcharges_note": "3 % mensual",
        "months_overdue": 3,
        "advice": "Puede solicitar convenio en parcialidades.",
    }
    fields |= changes
    if "total" not in fields:
        zero = Decimal("0.00")
        owed = sum((line.amount for line in (*fields["lines"], *fields.get("other_lines", ()))), zero)
        owed += fields["vat"] + fields["prior_debt"] + fields.get("prior_year_debt", zero) + fields["surcharges"]
        fields["total"] = owed - fields.get("credit_applied", zero)
    return BillSheet(**fields)


def many_lines(count: int) -> tuple[BillLine, ...]:
    """So many lines with labels and arithmetic of some length, of 100.01 pesos and up."""
    return tuple(
        BillLine(label=f"Concepto número {position}", note=f"{position} × $1.00", amount=Decimal("100.00") + position)
        for position in range(1, count + 1)
    )


def statement_sheet(*, movements: int = 3, **changes: Any) -> StatementSheet:
    """A statement that alternates bills and payments."""
    rows = tuple(
        StatementMovement(
            on=date(2026, 1 + position // 28, 1 + position % 28),
            kind=MovementKind.PAYMENT if position % 2 else MovementKind.BILL,
            folio=f"R-{position:06d}",
            description=f"Movimiento {position}",
            amount=Decimal("-100.00") if position % 2 else Decimal("345.20"),
        )
        for position in range(movements)
    )
    opening = Decimal("1052.29")
    fields: dict[str, Any] = {
        "account": "014382",
        "holder": "María Guadalupe Núñez Arroyo",
        "address": "Álvaro Obregón 214, Cortazar Centro, 38300",
        "tariff": "001 Doméstico",
        "status": "Activa",
        "since": date(2026, 1, 1),
        "until": date(2026, 11, 24),
        "printed_on": date(2026, 11, 24),
        "opening": opening,
        "movements": rows,
        "balance": opening + sum((row.amount for row in rows), Decimal("0.00")),
        "overdue": Decimal("1052.29"),
        "months_overdue": 3,
        "qr": QR_TEXT,
    }
    return StatementSheet(**(fields | changes))


def receipt_sheet(*, lines: int = 2, **changes: Any) -> ReceiptSheet:
    """A payment in cash that settled some periods."""
    settled = tuple(
        ReceiptLine(label=f"Recibo {position}", note="R-000001", amount=Decimal("172.60")) for position in range(lines)
    )
    amount = Decimal("172.60") * lines
    fields: dict[str, Any] = {
        "folio": "C2-000123",
        "account": "014382",
        "holder": "María Guadalupe Núñez Arroyo",
        "address": "Álvaro Obregón 214, Cortazar Centro, 38300",
        "paid_on": date(2026, 11, 24),
        "paid_at": "9:14",
        "desk": "Caja 2",
        "cashier": "Rosa Martínez",
        "amount": amount,
        "lines": settled,
        "tenders": (ReceiptTender(method="Efectivo", amount=amount, is_cash=True),),
        "balance_after": Decimal("384.56"),
        "tendered": amount + 50,
        "qr": QR_TEXT,
        "legends": ("Este comprobante no es un CFDI.",),
    }
    return ReceiptSheet(**(fields | changes))


def run_totals_sheet(*, parked: int = 2, **changes: Any) -> RunTotalsSheet:
    """The totals of a run of a hundred bills, with some accounts parked."""
    amounts = tuple(
        RunAmount(concept=concept, use=use, bills=50, amount=Decimal("12345.67"), vat=Decimal("1975.31"))
        for concept in ("Agua potable", "Alcantarillado")
        for use in ("001 Doméstico", "002 Comercio")
    )
    fields: dict[str, Any] = {
        "title": "Noviembre de 2026, ciclo 2",
        "period": date(2026, 11, 1),
        "cycle": 2,
        "state": "Aprobada",
        "printed_on": date(2026, 11, 24),
        "law": "Ley de Ingresos 2026",
        "accounts": 101 + parked,
        "billed": 100,
        "amounts": amounts,
        "total": sum((row.amount + row.vat for row in amounts), Decimal("0.00")),
        "parked": tuple(
            RunAccount(account=f"{position:06d}", holder=HOSTILE, rule="TARIFA_SIN_MES", detail="Falta el mes")
            for position in range(parked)
        ),
        "held": (RunAccount(account="000777", holder="Ana Ruiz", rule="CONSUMO_CERO", detail="Consumo cero"),),
        "exempt": (),
    }
    return RunTotalsSheet(**(fields | changes))


def proof_sheet(**changes: Any) -> ProofSheet:
    """The explanation of a bill's water and VAT."""
    fields: dict[str, Any] = {
        "folio": "R-482113",
        "account": "014382",
        "holder": "María Guadalupe Núñez Arroyo",
        "period": date(2026, 11, 1),
        "printed_on": date(2026, 11, 24),
        "tariff": "001 Doméstico",
        "law": "Ley de Ingresos 2026",
        "readings": "de 1,266 a 1,284: 18 m³",
        "sections": (
            ProofSection(
                concept="Agua potable",
                legal_basis="art. 14 fr. I",
                amount=Decimal("275.78"),
                steps=(
                    ProofStep(label="Cuota base", working="fila 0, noviembre", result=Decimal("103.42")),
                    ProofStep(label="Importe de 18 m³", working="fila 18, noviembre", result=Decimal("172.36")),
                ),
            ),
            ProofSection(
                concept="IVA",
                legal_basis="LIVA art. 2-A",
                amount=Decimal("0.00"),
                steps=(ProofStep(label="Agua, 0 %", working="0 % × $275.78", result=Decimal("0.00")),),
            ),
        ),
        "total": Decimal("275.78"),
        "notes": ("Cada renglón se redondea una sola vez.",),
    }
    return ProofSheet(**(fields | changes))
