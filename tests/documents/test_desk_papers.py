from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cauce.documents.printing import (
    Paper,
    cash_count_paper,
    cash_difference_paper,
    contingency_block_paper,
    credit_voucher_paper,
    day_report_paper,
    deposit_slip_paper,
    payment_claim_paper,
    payment_order_paper,
    refund_paper,
    returned_cheque_paper,
    route_debts_paper,
    session_close_paper,
    withdrawal_slip_paper,
)
from cauce.documents.rules import Bag, DayAmount, OrderKind, PaymentOrderItem, Person, worth
from tests.documents.desk_sheets import (
    LONG_ADDRESS,
    LONG_NAME,
    LONG_WORD,
    REPRINT,
    all_pieces,
    cash_count_sheet,
    cash_difference_sheet,
    cheques,
    contingencies,
    contingency_block_sheet,
    credit_voucher_sheet,
    day_report_sheet,
    debt_items,
    deposit_slip_sheet,
    payment_claim_sheet,
    payment_order_sheet,
    refund_sheet,
    returned_cheque_sheet,
    route_debts_sheet,
    session_close_sheet,
    withdrawal_slip_sheet,
)
from tests.documents.paper import codes_of, letters_outside, pages_of, sizes_of, text_of
from tests.documents.sheets import HOSTILE, ISSUER

HALF = (612, 396)
LETTER = (612, 792)
LONG_PERSON = Person(name=LONG_NAME, position=LONG_ADDRESS)

PLAIN: dict[str, tuple[Callable[..., Paper], Callable[..., Any], tuple[int, int]]] = {
    "orden de pago": (payment_order_paper, payment_order_sheet, HALF),
    "ficha de depósito": (deposit_slip_paper, deposit_slip_sheet, HALF),
    "retiro parcial": (withdrawal_slip_paper, withdrawal_slip_sheet, HALF),
    "vale": (credit_voucher_paper, credit_voucher_sheet, HALF),
    "acuse de aclaración": (payment_claim_paper, payment_claim_sheet, HALF),
    "devolución": (refund_paper, refund_sheet, HALF),
    "corte de caja": (session_close_paper, session_close_sheet, LETTER),
    "consolidado": (day_report_paper, day_report_sheet, LETTER),
    "acta de arqueo": (cash_count_paper, cash_count_sheet, LETTER),
    "acta de faltante": (cash_difference_paper, cash_difference_sheet, LETTER),
    "cheque devuelto": (returned_cheque_paper, returned_cheque_sheet, LETTER),
    "recibos de contingencia": (contingency_block_paper, contingency_block_sheet, LETTER),
    "adeudos por ruta": (route_debts_paper, route_debts_sheet, LETTER),
}

WIDE_ITEMS = tuple(
    PaymentOrderItem(
        description=f"{number}. {LONG_ADDRESS}",
        quantity=Decimal("12.5"),
        unit_price=Decimal("1234567.8901"),
        amount=Decimal("15432098.63"),
        vat_percent=Decimal(16),
        vat=Decimal("2469135.78"),
        note=LONG_WORD,
    )
    for number in range(12)
)
HEAP = worth(all_pieces(123_456))

EXTREME: list[tuple[str, dict[str, Any]]] = [
    ("orden de pago", {"to_name": LONG_NAME, "address": LONG_WORD, "issued_by": LONG_NAME, "items": WIDE_ITEMS}),
    (
        "ficha de depósito",
        {
            "listed": 80,
            "pieces": all_pieces(123_456),
            "total": HEAP + 20_000,
            "bags": tuple(Bag(folio=LONG_WORD, amount=(HEAP + 20_000) / 8) for _ in range(8)),
            "prepared_by": LONG_NAME,
            "bank": LONG_NAME,
            "bank_account": LONG_WORD,
        },
    ),
    (
        "retiro parcial",
        {"pieces": all_pieces(123_456), "amount": HEAP, "cashier": LONG_NAME, "bag": LONG_WORD, "reason": LONG_ADDRESS},
    ),
    (
        "vale",
        {
            "holder": LONG_NAME,
            "address": LONG_ADDRESS,
            "bank_reference": LONG_WORD,
            "amount": HEAP,
            "issued_by": LONG_PERSON,
        },
    ),
    ("acuse de aclaración", {"holder": LONG_NAME, "address": LONG_ADDRESS, "story": f"{LONG_ADDRESS} " * 8}),
    (
        "devolución",
        {
            "holder": LONG_NAME,
            "reason": f"{LONG_ADDRESS} " * 3,
            "amount": HEAP,
            "credit_before": HEAP,
            "credit_after": Decimal("0.00"),
            "receiver": LONG_PERSON,
            "legal_basis": LONG_ADDRESS,
        },
    ),
    (
        "corte de caja",
        {
            "desk": LONG_NAME,
            "cashier": LONG_NAME,
            "supervisor": LONG_WORD,
            "counted": all_pieces(123_456),
            "difference": HEAP - 5000,
            "cheques": cheques(60),
            "contingencies": contingencies(60),
            "notes": (LONG_ADDRESS, LONG_WORD),
        },
    ),
    ("consolidado", {"desks": 20, "corrections": 90, "printed_by": LONG_NAME}),
    (
        "acta de arqueo",
        {
            "cashier": LONG_PERSON,
            "counted_by": LONG_PERSON,
            "pieces": all_pieces(123_456),
            "expected": HEAP,
            "difference": Decimal("0.00"),
            "statement": f"{LONG_ADDRESS} " * 12,
        },
    ),
    ("acta de faltante", {"cashier": LONG_PERSON, "supervisor": LONG_PERSON, "statement": f"{LONG_WORD} " * 12}),
    ("cheque devuelto", {"holder": LONG_NAME, "bank": LONG_NAME, "cause": LONG_WORD, "consequences": (LONG_ADDRESS,)}),
    ("recibos de contingencia", {"receipts": 9, "desk": LONG_NAME}),
]


def printed(kind: str, /, **changes: Any) -> bytes:
    paper, sheet, _ = PLAIN[kind]
    return paper(sheet(**changes), ISSUER).pdf()


@pytest.mark.parametrize("kind", PLAIN)
def test_a_paper_carries_the_mark_until_its_figures_are_official(kind: str) -> None:
    paper, sheet, size = PLAIN[kind]
    pdf = paper(sheet(), ISSUER).pdf()
    assert "DEMOSTRACIÓN, NO OFICIAL" in text_of(pdf)
    assert "DEMOSTRACIÓN" not in text_of(paper(sheet(), replace(ISSUER, official=True)).pdf())
    assert set(sizes_of(pdf)) == {size}


@pytest.mark.parametrize("kind", [kind for kind, (_, _, size) in PLAIN.items() if size == HALF])
def test_a_half_letter_paper_takes_one_page_with_its_folio_in_a_barcode(kind: str) -> None:
    paper, sheet, _ = PLAIN[kind]
    filled = sheet()
    pdf = paper(filled, ISSUER).pdf()
    assert pages_of(pdf) == 1
    assert sorted(codes_of(pdf)) == sorted([filled.folio, getattr(filled, "qr", None) or filled.folio])


@pytest.mark.parametrize(
    "kind", ["orden de pago", "ficha de depósito", "retiro parcial", "vale", "devolución", "corte de caja"]
)
def test_a_reprinted_paper_says_so_and_who_printed_it(kind: str) -> None:
    assert "REIMPRESIÓN" not in text_of(printed(kind))
    assert "REIMPRESIÓN 3 · 24 nov 2026, 10:15, Laura Gómez" in text_of(printed(kind, reprint=REPRINT))


@pytest.mark.parametrize(("kind", "changes"), EXTREME, ids=[kind for kind, _ in EXTREME])
def test_nothing_of_a_paper_leaves_its_page_however_long_it_is(kind: str, changes: dict[str, Any]) -> None:
    assert letters_outside(printed(kind, **changes), margin=12) == 0


def test_an_order_tells_what_to_pay_line_by_line_and_until_when() -> None:
    text = text_of(printed("orden de pago"))
    assert "Contrato de agua potable, uso doméstico 1 $1,250.00 16 % $1,250.00" in text
    assert "Agua para pipa, m³ 2.5 $33.3333 0 % $83.33" in text
    assert "Subtotal $1,333.33 IVA $200.00 Total $1,533.33" in text
    assert "Mil quinientos treinta y tres pesos 33/100 M.N." in text
    assert "Pase a caja. Vence el 22 oct 2026." in text
    assert "014 382" in text


def test_an_order_of_debt_tells_its_day_and_each_period() -> None:
    text = text_of(
        printed("orden de pago", kind=OrderKind.DEBT, as_of=date(2026, 10, 15), items=debt_items(2), account=None)
    )
    assert "Adeudo al 15 de octubre de 2026" in text
    assert "Servicios del periodo 2 $300.10 $15.01 $315.11" in text
    assert "Total $600.20 $30.02 $630.22" in text
    assert "Sin cuenta" in text


def test_an_order_that_no_longer_stands_says_so_across_it() -> None:
    text = text_of(printed("orden de pago", cancelled="Cancelada el 16 oct 2026"))
    assert "CANCELADA" in text
    assert "Cancelada el 16 oct 2026" in text


def test_an_order_of_forty_periods_tells_them_all_with_its_head_on_each_page() -> None:
    items = debt_items(40)
    pdf = printed("orden de pago", kind=OrderKind.DEBT, as_of=date(2026, 10, 15), items=items, legends=())
    text = text_of(pdf)
    pages = pages_of(pdf)
    assert pages > 1
    assert all(f"Servicios del periodo {number} " in text for number in range(1, 41))
    assert text.count("Concepto Importe IVA Total") == pages
    assert f"Página {pages} de {pages}" in text


def test_hostile_text_is_printed_as_it_was_written() -> None:
    text = text_of(printed("acta de faltante", statement=HOSTILE)).replace(" ", "")
    assert HOSTILE.replace(" ", "") in text


def test_the_close_tells_what_was_collected_expected_and_counted() -> None:
    text = text_of(printed("corte de caja"))
    for figure in (
        "CC2-000031",
        "Rosa Martínez Cano",
        "15 oct 2026, 8:02",
        "15 oct 2026, 14:05",
        "C2-000123 a C2-000167",
        "Efectivo 41 $9,345.20 −$345.20 $9,000.00",
        "Tarjeta 2 $800.00 $0.00 $800.00 $800.00 $0.00",
        "$100.00 5 $500.00 4 $400.00",
        "Cobrado en efectivo $9,000.00",
        "Retiros en bolsas −$5,000.00",
        "Efectivo esperado $5,000.00",
        "Faltante −$50.00",
        "Faltante $50.00 en caja: requiere acta.",
        "B-0091 15 oct 2026, 14:05 Luis Ángel Rico Medina $5,000.00",
        "Cuenta equivocada $345.20",
        "884120 Terminal 1 C2-000131 $500.00",
        "1200 BBVA, Papelería El Sol C2-000000 $250.00",
        "CT-000012 15 oct 2026, 11:05 15 oct 2026, 13:05 C2-000900 $100.00",
        "Cajero",
        "Supervisor",
    ):
        assert figure in text


def test_a_close_without_movements_says_so_of_each_thing() -> None:
    text = text_of(
        printed(
            "corte de caja",
            methods=(),
            cancellations=(),
            withdrawals=(),
            vouchers=(),
            cheques=(),
            contingencies=(),
            expected_cash=Decimal("1000.00"),
            counted=session_close_sheet().opening_pieces,
            difference=Decimal("0.00"),
            first_receipt="",
            last_receipt="",
            receipts=0,
            reviewed_at=None,
        )
    )
    for words in ("Sin cobros", "Sin retiros.", "Sin cancelaciones.", "Sin vouchers.", "Sin cheques."):
        assert words in text
    assert "Sin diferencia" in text
    assert "requiere acta" not in text
    assert "pendiente" in text


def test_the_day_tells_desks_banks_corrections_and_its_net() -> None:
    text = text_of(printed("consolidado"))
    for figure in (
        "Caja 1 $9,000.00 $800.00 $500.00 120 $10,300.00",
        "Total $18,000.00 $1,600.00 $1,000.00 240 $20,600.00",
        "$10,300.00 $5,000.00 $4,950.00 −$50.00 revisado",
        "240 231 $81,234.50 6 $1,930.20 3",
        "Total 252 243 $84,354.50 6 $1,930.20 3",
        "Jorge Solís: Fondos insuficientes $250.00 −$250.00",
        "Total cobrado $104,954.50",
        "Recibido por identificar $1,930.20",
        "Neto del día $106,634.70",
        "Jefe de cajas",
    ):
        assert figure in text


def test_a_long_day_repeats_its_headings_on_every_page() -> None:
    text = text_of(printed("consolidado", desks=4, corrections=150))
    assert text.count("Hora Corrección Folio Cuenta Quién y por qué Importe Efecto") > 2


def test_a_day_of_many_methods_lies_down() -> None:
    plain = day_report_sheet()
    amounts = tuple(
        DayAmount(desk="Caja 1", method=f"Forma {number}", count=1, amount=Decimal("12345678.90"))
        for number in range(7)
    )
    total = Decimal("12345678.90") * 7 + plain.bank_total
    sheet = replace(plain, amounts=amounts, total=total, net=total + plain.unidentified + plain.corrected)
    pdf = day_report_paper(sheet, ISSUER).pdf()
    assert set(sizes_of(pdf)) == {(792, 612)}
    assert letters_outside(pdf, margin=12) == 0


def test_a_day_without_anything_says_so_of_each_thing() -> None:
    zero = Decimal("0.00")
    sheet = replace(
        day_report_sheet(),
        amounts=(),
        sessions=(),
        bank_files=(),
        corrections=(),
        contingencies=(),
        total=zero,
        unidentified=zero,
        net=zero,
    )
    text = text_of(day_report_paper(sheet, ISSUER).pdf())
    for words in ("Sin cobros en caja.", "Sin turnos.", "No se recibieron archivos.", "Sin correcciones."):
        assert words in text


def test_the_deposit_slip_tells_bills_coins_and_cheques() -> None:
    text = text_of(printed("ficha de depósito"))
    assert "$500.00 8 $4,000.00" in text
    assert "$0.50 4 $2.00" in text
    assert "2 cheques $500.00" in text
    assert "Diez mil quinientos cuarenta y siete pesos 00/100 M.N." in text
    assert "Sin bolsas selladas." in text


def test_the_withdrawal_is_signed_by_who_gives_and_who_takes() -> None:
    text = text_of(printed("retiro parcial"))
    assert "Rosa Martínez Cano Entrega" in text
    assert "Luis Ángel Rico Medina Recibe" in text
    assert "B-0091" in text


def test_the_act_of_a_count_tells_the_difference_in_figures_and_words() -> None:
    text = text_of(printed("acta de arqueo"))
    assert "En Cortazar, Gto., siendo las 11:30 horas del día 15 de octubre de 2026" in text
    assert "Resulta un faltante de $50.00 (Cincuenta pesos 00/100 M.N.)" in text
    assert "«Di un cambio de más a las diez de la mañana»." in text
    assert "Óscar Íñiguez León" in text
    exact = printed("acta de arqueo", expected=Decimal("4950.00"), difference=Decimal("0.00"), others=(), witnesses=())
    assert "No hay diferencia." in text_of(exact)
    assert text_of(exact).count("Testigo") == 2
    assert "se cierra y la firman" in text_of(printed("acta de arqueo", ended_at=None))


def test_the_act_of_a_shortage_binds_the_cashier_to_repay_it() -> None:
    text = text_of(printed("acta de faltante"))
    assert "Acta de faltante de caja" in text
    assert "Rosa Martínez Cano reconoce el faltante" in text
    assert "$50.00 (Cincuenta pesos 00/100 M.N.) en una sola exhibición, a más tardar el 30 de octubre de 2026" in text
    assert "que no tiene nada que agregar" in text


def test_the_act_of_a_surplus_binds_nobody() -> None:
    text = text_of(printed("acta de faltante", difference=Decimal("12.50"), counted=Decimal("5012.50")))
    assert "Acta de sobrante de caja" in text
    assert "sobrantes de caja hasta que se aclare su origen" in text
    assert "compromete" not in text


def test_a_voucher_says_it_is_used_once_and_from_when_it_counts() -> None:
    text = text_of(printed("vale"))
    assert "se usa una sola vez" in text
    assert "con fecha del 28 de septiembre de 2026" in text
    assert "77120045" in text
    assert "USADO" not in text
    assert "USADO" in text_of(printed("vale", used="Aplicado con el comprobante C2-000999"))


def test_a_claim_says_by_when_it_is_answered() -> None:
    text = text_of(printed("acuse de aclaración"))
    assert "Respuesta a más tardar el 29 oct 2026." in text
    assert "ficha de depósito original, copia del recibo" in text
    assert "Banco del Bajío · 77120045" in text
    assert "Respuesta" not in text_of(printed("acuse de aclaración", answer_by=None, bank_reference=""))


def test_a_refund_tells_the_balance_before_and_after_and_who_receives() -> None:
    text = text_of(printed("devolución"))
    assert "$412.60" in text
    assert "$112.60" in text
    assert "credencial para votar 0123456789" in text
    pending = text_of(printed("devolución", paid_at=None, paid_by="", receiver=None, account=None))
    assert "Pendiente de entregar" in pending
    assert "Importe autorizado" in pending


def test_the_letter_of_a_returned_cheque_tells_each_charge_with_its_law() -> None:
    text = text_of(printed("cheque devuelto"))
    assert "Indemnización, 20 %" in text
    assert "Ley General de Títulos y Operaciones de Crédito, art. 193 $500.00" in text
    assert "Total a pagar $3,174.00" in text
    assert "fue devuelto por el banco el 22 de octubre de 2026" in text


def test_contingency_receipts_go_four_to_a_page_each_with_its_barcode() -> None:
    pdf = printed("recibos de contingencia", receipts=6)
    assert pages_of(pdf) == 2
    assert codes_of(pdf) == [f"CT-{number:06d}" for number in range(1, 7)]
    assert text_of(pdf).count("Talón") == 6


def test_the_debts_of_each_route_are_listed_in_order_with_their_sums() -> None:
    text = text_of(printed("adeudos por ruta"))
    assert "0001000001 000 000 María Guadalupe Núñez Arroyo" in text
    assert "3 $1,052.29 $1,436.85" in text
    assert "Suma de la ruta 02 $3,156.87 $4,310.55" in text
    assert "impreso 15 oct 2026, 7:40" in text
    assert "Cuentas con adeudo 6" in text


def test_a_long_route_says_its_name_on_every_page() -> None:
    pdf = printed("adeudos por ruta", routes=1, rows=200)
    pages = pages_of(pdf)
    assert text_of(pdf).count("Ruta 01 200 cuentas") == pages
    assert f"Página {pages} de {pages}" in text_of(pdf)
    assert letters_outside(pdf, margin=12) == 0


def test_three_thousand_debts_are_printed_whole() -> None:
    pdf = printed("adeudos por ruta", routes=30, rows=100)
    assert pages_of(pdf) < 60
    assert "0030000100" in text_of(pdf)


def test_a_morning_without_debts_says_so() -> None:
    assert "Ninguna cuenta debe a esta fecha." in text_of(printed("adeudos por ruta", routes=0))
