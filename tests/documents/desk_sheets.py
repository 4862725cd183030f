"""Filled sheets of the desk's papers to print in tests: a plain one of each, changed where each test needs it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cauce.documents.rules import (
    Bag,
    CashCountSheet,
    CashDifferenceSheet,
    CloseCancellation,
    CloseMethod,
    ContingencyBlockSheet,
    CountedMethod,
    CreditVoucherSheet,
    DayAmount,
    DayBankFile,
    DayCorrection,
    DayReportSheet,
    DaySession,
    DepositSlipSheet,
    LegalCharge,
    ListedCheque,
    ListedContingency,
    ListedVoucher,
    OrderKind,
    PaymentClaimSheet,
    PaymentOrderItem,
    PaymentOrderSheet,
    Person,
    Pieces,
    RefundSheet,
    Reprint,
    ReturnedChequeSheet,
    RouteDebtRow,
    RouteDebts,
    RouteDebtsSheet,
    SessionCloseSheet,
    WithdrawalSlipSheet,
    worth,
)
from tests.documents.sheets import QR_TEXT

AT = datetime(2026, 10, 15, 14, 5)
HOLDER = "María Guadalupe Núñez Arroyo"
ADDRESS = "Álvaro Obregón 214, Cortazar Centro, 38300"
CASHIER = Person(name="Rosa Martínez Cano", position="cajera, empleada 117")
SUPERVISOR = Person(name="Luis Ángel Rico Medina", position="jefe de cajas")
WITNESSES = (
    Person(name="Ana Ruiz Prado", position="auxiliar de contabilidad"),
    Person(name="Óscar Íñiguez León", position="capturista"),
)
LONG_NAME = "María del Perpetuo Socorro Guadalupe Hernández-Villavicencio y Rodríguez de la Concepción"
LONG_ADDRESS = (
    "Prolongación Boulevard Licenciado Adolfo López Mateos Oriente número 12345 interior 678-B, Fraccionamiento"
    " Residencial Los Laureles de la Hacienda, Cortazar, Guanajuato, 38300"
)
LONG_WORD = "X" * 90
REPRINT = Reprint(number=3, at=datetime(2026, 11, 24, 10, 15), by="Laura Gómez")
VALUES = ("1000", "500", "200", "100", "50", "20", "10", "5", "2", "1", "0.50", "0.20", "0.10")


def pieces(**counts: int) -> tuple[Pieces, ...]:
    """Bills and coins by value: `pieces(v500=2, v0_50=3)`."""
    return tuple(Pieces(value=Decimal(name[1:].replace("_", ".")), count=count) for name, count in counts.items())


def all_pieces(count: int) -> tuple[Pieces, ...]:
    """So many of every bill and coin."""
    return tuple(Pieces(value=Decimal(value), count=count) for value in VALUES)


def cheques(count: int) -> tuple[ListedCheque, ...]:
    """So many cheques of 250 pesos."""
    return tuple(
        ListedCheque(
            number=f"{1200 + position}",
            bank="BBVA",
            drawer="Papelería El Sol",
            receipt=f"C2-{position:06d}",
            amount=Decimal("250.00"),
        )
        for position in range(count)
    )


def contingencies(count: int) -> tuple[ListedContingency, ...]:
    """So many contingency receipts of 100 pesos."""
    return tuple(
        ListedContingency(
            folio=f"CT-{position + 12:06d}",
            received_at=AT - timedelta(hours=3),
            captured_at=AT - timedelta(hours=1),
            receipt=f"C2-{position + 900:06d}",
            amount=Decimal("100.00"),
        )
        for position in range(count)
    )


def payment_order_sheet(**changes: Any) -> PaymentOrderSheet:
    """An order to pay a contract and a certificate."""
    fields: dict[str, Any] = {
        "folio": "OP-000482",
        "kind": OrderKind.SERVICES,
        "account": "014382",
        "to_name": HOLDER,
        "address": ADDRESS,
        "issued_at": AT,
        "issued_by": "Laura Gómez",
        "expires_on": date(2026, 10, 22),
        "items": (
            PaymentOrderItem(
                description="Contrato de agua potable, uso doméstico",
                quantity=Decimal(1),
                unit_price=Decimal("1250.0000"),
                amount=Decimal("1250.00"),
                vat_percent=Decimal(16),
                vat=Decimal("200.00"),
            ),
            PaymentOrderItem(
                description="Agua para pipa, m³",
                quantity=Decimal("2.5"),
                unit_price=Decimal("33.3333"),
                amount=Decimal("83.33"),
                vat_percent=Decimal(0),
                vat=Decimal("0.00"),
            ),
        ),
        "qr": QR_TEXT,
        "legends": ("Esta orden no es comprobante de pago.",),
    }
    fields |= changes
    if "total" not in changes:
        fields["total"] = sum((item.amount + item.vat for item in fields["items"]), Decimal("0.00"))
    return PaymentOrderSheet(**fields)


def debt_items(count: int) -> tuple[PaymentOrderItem, ...]:
    """So many periods of debt."""
    return tuple(
        PaymentOrderItem(
            description=f"Servicios del periodo {position + 1}", amount=Decimal("300.10"), vat=Decimal("15.01")
        )
        for position in range(count)
    )


def session_close_sheet(**changes: Any) -> SessionCloseSheet:
    """The close of a session with fifty pesos missing."""
    fields: dict[str, Any] = {
        "folio": "CC2-000031",
        "desk": "Caja 2",
        "cashier": CASHIER.name,
        "opened_at": datetime(2026, 10, 15, 8, 2),
        "closed_at": AT,
        "opening_float": Decimal("1000.00"),
        "opening_pieces": pieces(v100=5, v50=6, v10=20),
        "methods": (
            CloseMethod(
                method="Efectivo",
                count=41,
                collected=Decimal("9345.20"),
                cancelled=Decimal("345.20"),
                is_cash=True,
            ),
            CloseMethod(method="Tarjeta", count=2, collected=Decimal("800.00"), counted=Decimal("800.00")),
            CloseMethod(method="Cheque", count=2, collected=Decimal("500.00"), counted=Decimal("500.00")),
        ),
        "expected_cash": Decimal("5000.00"),
        "counted": pieces(v1000=2, v500=4, v200=2, v100=4, v50=2, v10=5),
        "difference": Decimal("-50.00"),
        "printed_on": date(2026, 10, 15),
        "cancellations": (
            CloseCancellation(
                folio="C2-000140",
                at=datetime(2026, 10, 15, 10, 20),
                by=SUPERVISOR.name,
                reason="Cuenta equivocada",
                method="Efectivo",
                amount=Decimal("345.20"),
            ),
        ),
        "withdrawals": (Bag(folio="B-0091", amount=Decimal("5000.00"), closed_at=AT, taken_by=SUPERVISOR.name),),
        "vouchers": (
            ListedVoucher(
                authorisation="884120", institution="Terminal 1", receipt="C2-000131", amount=Decimal("500.00")
            ),
            ListedVoucher(
                authorisation="884133", institution="Terminal 1", receipt="C2-000137", amount=Decimal("300.00")
            ),
        ),
        "cheques": cheques(2),
        "contingencies": contingencies(4),
        "first_receipt": "C2-000123",
        "last_receipt": "C2-000167",
        "receipts": 45,
        "supervisor": SUPERVISOR.name,
        "reviewed_at": datetime(2026, 10, 15, 14, 40),
        "qr": QR_TEXT,
    }
    return SessionCloseSheet(**(fields | changes))


def day_report_sheet(*, desks: int = 2, corrections: int = 2, **changes: Any) -> DayReportSheet:
    """A day of some desks, two bank files and some corrections."""
    amounts = tuple(
        DayAmount(desk=f"Caja {desk + 1}", method=method, count=40, amount=amount)
        for desk in range(desks)
        for method, amount in (
            ("Efectivo", Decimal("9000.00")),
            ("Tarjeta", Decimal("800.00")),
            ("Cheque", Decimal("500.00")),
        )
    )
    put_right = tuple(
        DayCorrection(
            at=datetime(2026, 10, 15, 11, 5),
            kind="Cheque devuelto" if position % 2 else "Cancelación",
            folio=f"AJ-{position:06d}",
            account="014382",
            by="Jorge Solís",
            reason="Fondos insuficientes" if position % 2 else "Cuenta equivocada",
            amount=Decimal("250.00"),
            effect=Decimal("-250.00") if position % 2 else Decimal("0.00"),
        )
        for position in range(corrections)
    )
    banks = (
        DayBankFile(
            name="PAGOS20261014.TXT",
            institution="Banco del Bajío",
            rows=240,
            applied_count=231,
            applied=Decimal("81234.50"),
            unidentified_count=6,
            unidentified=Decimal("1930.20"),
            rejected_count=3,
        ),
        DayBankFile(name="OXXO1510.csv", institution="Oxxo", rows=12, applied_count=12, applied=Decimal("3120.00")),
    )
    total = sum((row.amount for row in amounts), Decimal("84354.50"))
    effect = sum((row.effect for row in put_right), Decimal("0.00"))
    fields: dict[str, Any] = {
        "day": date(2026, 10, 15),
        "printed_at": datetime(2026, 10, 15, 16, 30),
        "printed_by": "Jorge Solís",
        "state": "Cerrado",
        "amounts": amounts,
        "sessions": tuple(
            DaySession(
                desk=f"Caja {desk + 1}",
                cashier=CASHIER.name,
                opened_at=datetime(2026, 10, 15, 8, 2),
                closed_at=AT,
                receipts=f"C{desk + 1}-000123 a C{desk + 1}-000242",
                collected=Decimal("10300.00"),
                expected_cash=Decimal("5000.00"),
                counted_cash=Decimal("4950.00") if desk % 2 else Decimal("5000.00"),
                difference=Decimal("-50.00") if desk % 2 else Decimal("0.00"),
                state="revisado",
            )
            for desk in range(desks)
        ),
        "bank_files": banks,
        "corrections": put_right,
        "contingencies": contingencies(2),
        "total": total,
        "unidentified": Decimal("1930.20"),
        "net": total + Decimal("1930.20") + effect,
        "signers": (
            Person(name=SUPERVISOR.name, position="Jefe de cajas"),
            Person(name="Jorge Solís", position="Contabilidad"),
        ),
    }
    return DayReportSheet(**(fields | changes))


def deposit_slip_sheet(*, listed: int = 2, **changes: Any) -> DepositSlipSheet:
    """What two desks take to the bank."""
    held = pieces(v1000=3, v500=8, v200=10, v100=6, v50=4, v20=5, v10=12, v5=3, v2=4, v1=2, v0_50=4)
    fields: dict[str, Any] = {
        "folio": "FD-000077",
        "made_at": AT,
        "desks": "Caja 1, Caja 2",
        "prepared_by": SUPERVISOR.name,
        "bank": "Banco del Bajío",
        "bank_account": "0151 8842 0017",
        "pieces": held,
        "cheques": cheques(listed),
        "bags": (),
        "total": worth(held) + 250 * listed,
        "reference": "00077",
        "carried_by": "Traslado de Valores",
    }
    return DepositSlipSheet(**(fields | changes))


def withdrawal_slip_sheet(**changes: Any) -> WithdrawalSlipSheet:
    """Five thousand pesos that leave a drawer."""
    fields: dict[str, Any] = {
        "folio": "RT-000012",
        "desk": "Caja 2",
        "cashier": CASHIER.name,
        "taken_by": SUPERVISOR.name,
        "taken_at": AT,
        "bag": "B-0091",
        "pieces": pieces(v1000=2, v500=4, v200=5),
        "amount": Decimal("5000.00"),
        "reason": "Exceso de efectivo en caja",
    }
    return WithdrawalSlipSheet(**(fields | changes))


def cash_count_sheet(**changes: Any) -> CashCountSheet:
    """A surprise count that finds fifty pesos less."""
    fields: dict[str, Any] = {
        "folio": "AA-000005",
        "at": datetime(2026, 10, 15, 11, 30),
        "ended_at": datetime(2026, 10, 15, 11, 55),
        "desk": "Caja 2",
        "cashier": CASHIER,
        "counted_by": SUPERVISOR,
        "expected": Decimal("5000.00"),
        "pieces": pieces(v1000=2, v500=4, v200=2, v100=4, v50=2, v10=5),
        "difference": Decimal("-50.00"),
        "others": (CountedMethod(method="Tarjeta", expected=Decimal("800.00"), counted=Decimal("800.00")),),
        "statement": "Di un cambio de más a las diez de la mañana.",
        "witnesses": WITNESSES,
    }
    return CashCountSheet(**(fields | changes))


def cash_difference_sheet(**changes: Any) -> CashDifferenceSheet:
    """A shortage of fifty pesos at the close."""
    fields: dict[str, Any] = {
        "folio": "AF-000009",
        "at": datetime(2026, 10, 15, 14, 50),
        "desk": "Caja 2",
        "session": "turno del 15 de octubre de 2026",
        "close_folio": "el corte de caja CC2-000031",
        "cashier": CASHIER,
        "supervisor": SUPERVISOR,
        "expected": Decimal("5000.00"),
        "counted": Decimal("4950.00"),
        "difference": Decimal("-50.00"),
        "repay_by": date(2026, 10, 30),
        "repayment_terms": "en una sola exhibición",
        "witnesses": WITNESSES,
    }
    return CashDifferenceSheet(**(fields | changes))


def credit_voucher_sheet(**changes: Any) -> CreditVoucherSheet:
    """A voucher for a deposit that the account did not show."""
    fields: dict[str, Any] = {
        "folio": "VP-000014",
        "account": "014382",
        "holder": HOLDER,
        "address": ADDRESS,
        "amount": Decimal("412.60"),
        "deposited_on": date(2026, 9, 28),
        "bank": "Banco del Bajío",
        "bank_reference": "77120045",
        "claim_folio": "AC-000021",
        "issued_at": AT,
        "issued_by": Person(name="Jorge Solís", position="Contabilidad"),
        "qr": QR_TEXT,
    }
    return CreditVoucherSheet(**(fields | changes))


def payment_claim_sheet(**changes: Any) -> PaymentClaimSheet:
    """A claim of a deposit."""
    fields: dict[str, Any] = {
        "folio": "AC-000021",
        "account": "014382",
        "holder": HOLDER,
        "address": ADDRESS,
        "amount": Decimal("412.60"),
        "deposited_on": date(2026, 9, 28),
        "bank": "Banco del Bajío",
        "bank_reference": "77120045",
        "filed_at": AT,
        "filed_by": HOLDER,
        "received_by": Person(name="Laura Gómez", position="ventanilla"),
        "answer_by": date(2026, 10, 29),
        "attachments": ("ficha de depósito original", "copia del recibo"),
        "qr": QR_TEXT,
    }
    return PaymentClaimSheet(**(fields | changes))


def refund_sheet(**changes: Any) -> RefundSheet:
    """A refund of part of a credit balance, paid in cash."""
    fields: dict[str, Any] = {
        "folio": "DV-000003",
        "account": "014382",
        "holder": HOLDER,
        "address": ADDRESS,
        "amount": Decimal("300.00"),
        "credit_before": Decimal("412.60"),
        "credit_after": Decimal("112.60"),
        "reason": "Pago duplicado",
        "authorised_by": Person(name="Carlos Vera", position="Director Comercial"),
        "authorised_at": datetime(2026, 10, 15, 12, 0),
        "method": "Efectivo",
        "paid_at": AT,
        "paid_by": CASHIER.name,
        "desk": "Caja 2",
        "receiver": Person(name=HOLDER, position="credencial para votar 0123456789"),
        "qr": QR_TEXT,
    }
    return RefundSheet(**(fields | changes))


def returned_cheque_sheet(**changes: Any) -> ReturnedChequeSheet:
    """A returned cheque with its compensation and commission."""
    fields: dict[str, Any] = {
        "folio": "CD-000002",
        "account": "014382",
        "holder": HOLDER,
        "address": ADDRESS,
        "issued_on": date(2026, 10, 23),
        "receipt": "C2-000131",
        "paid_on": date(2026, 10, 15),
        "cheque": "1207",
        "bank": "BBVA",
        "amount": Decimal("2500.00"),
        "returned_on": date(2026, 10, 22),
        "cause": "fondos insuficientes",
        "charges": (
            LegalCharge(
                label="Indemnización, 20 %",
                amount=Decimal("500.00"),
                legal_basis="Ley General de Títulos y Operaciones de Crédito, art. 193",
            ),
            LegalCharge(
                label="Comisión bancaria", amount=Decimal("174.00"), legal_basis="Ley de Ingresos 2026, art. 40"
            ),
        ),
        "total": Decimal("3174.00"),
        "signed_by": Person(name="Carlos Vera", position="Director Comercial"),
        "pay_by": date(2026, 10, 30),
        "debt_periods": "ago, sep 2026",
    }
    return ReturnedChequeSheet(**(fields | changes))


def contingency_block_sheet(*, receipts: int = 4, **changes: Any) -> ContingencyBlockSheet:
    """So many blank receipts."""
    fields: dict[str, Any] = {
        "desk": "Caja 2",
        "folios": tuple(f"CT-{number:06d}" for number in range(1, receipts + 1)),
        "printed_on": date(2026, 10, 14),
    }
    return ContingencyBlockSheet(**(fields | changes))


def route_debts_sheet(*, routes: int = 2, rows: int = 3, **changes: Any) -> RouteDebtsSheet:
    """So many routes of so many accounts of 1,052.29 overdue and 1,436.85 in all."""
    listed = tuple(
        RouteDebts(
            route=f"{route + 1:02d}",
            rows=tuple(
                RouteDebtRow(
                    delivery=f"{route + 1:04d}{row + 1:06d}",
                    account=f"{route * 1000 + row:06d}",
                    holder=HOLDER,
                    address=ADDRESS,
                    months_overdue=3,
                    overdue=Decimal("1052.29"),
                    total=Decimal("1436.85"),
                )
                for row in range(rows)
            ),
        )
        for route in range(routes)
    )
    fields: dict[str, Any] = {
        "as_of": date(2026, 10, 15),
        "printed_at": datetime(2026, 10, 15, 7, 40),
        "routes": listed,
        "overdue": Decimal("1052.29") * routes * rows,
        "total": Decimal("1436.85") * routes * rows,
    }
    return RouteDebtsSheet(**(fields | changes))
