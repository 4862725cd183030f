from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from cauce.documents.printing import receipt_paper, receipt_ticket_paper
from cauce.documents.rules import Contingency, ReceiptTender, Reprint, SharedPayment
from tests.documents.desk_sheets import LONG_ADDRESS, LONG_NAME, REPRINT
from tests.documents.paper import codes_of, letters_outside, pages_of, sizes_of, text_of
from tests.documents.sheets import HOSTILE, ISSUER, QR_TEXT, receipt_sheet

BOTH = pytest.mark.parametrize("paper", [receipt_paper, receipt_ticket_paper])

MIXED: dict[str, Any] = {
    "tenders": (
        ReceiptTender(method="Efectivo", amount=Decimal("145.30"), is_cash=True),
        ReceiptTender(method="Cheque", amount=Decimal("200.00"), reference="1207 BBVA", in_clearing=True),
    ),
    "rounding": Decimal("0.10"),
    "tendered": Decimal("200.00"),
}
"""What a receipt of 345.20 is paid with: a cheque, and cash to the coin."""

EVERYTHING: dict[str, Any] = MIXED | {
    "holder": LONG_NAME,
    "address": LONG_ADDRESS,
    "cashier": LONG_NAME,
    "shared": SharedPayment(receipts=3, total=Decimal("9000.00"), cash=Decimal("145.30")),
    "contingency": Contingency(
        folio="CT-000012",
        received_at=datetime(2026, 10, 14, 11, 30),
        captured_at=datetime(2026, 10, 15, 8, 40),
    ),
    "effective_on": date(2026, 10, 14),
    "replaces": "C2-000100",
    "reprint": REPRINT,
    "legends": ("Conserve este comprobante. " * 6,),
}


def test_a_receipt_whose_lines_do_not_add_up_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match="its lines add up to"):
        receipt_sheet(amount=Decimal("1.00"))


def test_a_receipt_whose_tenders_do_not_pay_it_with_its_rounding_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match=r"its tenders add up to 345\.20, not to 345\.30"):
        receipt_sheet(rounding=Decimal("0.10"))


def test_a_receipt_cannot_give_change_of_less_than_was_paid_in_cash() -> None:
    with pytest.raises(ValueError, match="tendered for"):
        receipt_sheet(tendered=Decimal("100.00"))


def test_change_is_what_was_tendered_over_what_is_due_in_cash() -> None:
    assert receipt_sheet().change == Decimal("50.00")
    assert receipt_sheet(tendered=None).change is None
    assert receipt_sheet(**MIXED).change == Decimal("54.70")


def test_the_change_of_a_shared_payment_is_reckoned_on_its_whole_cash() -> None:
    shared = SharedPayment(receipts=3, total=Decimal("1000.00"), cash=Decimal("900.00"))
    assert receipt_sheet(shared=shared, tendered=Decimal("1000.00")).change == Decimal("100.00")


def test_the_first_reprint_is_the_number_one() -> None:
    with pytest.raises(ValueError, match="number 1, not 0"):
        Reprint(number=0, at=datetime(2026, 11, 24, 10, 15))


@BOTH
def test_a_receipt_says_what_was_paid_in_figures_and_in_words(paper: Any) -> None:
    pdf = paper(receipt_sheet(), ISSUER).pdf()
    text = text_of(pdf)
    assert "$345.20" in text
    assert "Trescientos cuarenta y cinco pesos 20/100 M.N." in text
    assert "Cambio $50.00" in text
    for word in ("CANCELADO", "REIMPRESIÓN", "Redondeo", "salvo buen cobro", "contingencia", "Sustituye"):
        assert word not in text
    assert codes_of(pdf) == ["C2-000123", QR_TEXT]


@BOTH
def test_a_receipt_without_verification_carries_its_folio_in_both_codes(paper: Any) -> None:
    assert codes_of(paper(receipt_sheet(qr=None), ISSUER).pdf()) == ["C2-000123", "C2-000123"]


@BOTH
def test_a_receipt_tells_each_method_the_rounding_and_the_clearing(paper: Any) -> None:
    text = text_of(paper(receipt_sheet(**MIXED), ISSUER).pdf())
    assert "Efectivo $145.30" in text
    assert "Cheque 1207 BBVA, salvo buen" in text
    assert "Redondeo $0.10" in text
    assert "Cambio $54.70" in text
    assert "Cheque recibido salvo buen cobro" in text


@BOTH
def test_a_receipt_tells_where_it_comes_from_and_that_it_is_a_reprint(paper: Any) -> None:
    text = text_of(paper(receipt_sheet(**EVERYTHING), ISSUER).pdf())
    assert "REIMPRESIÓN 3 · 24 nov 2026, 10:15, Laura Gómez" in text
    assert "Parte de un pago de $9,000.00 en 3 comprobantes." in text
    assert "Recibo de contingencia CT-000012, recibido el 14 oct 2026, 11:30, capturado el 15 oct 2026, 8:40." in text
    assert "Se aplica con fecha del 14 oct 2026." in text
    assert "Sustituye al comprobante C2-000100." in text
    assert "DEMOSTRACIÓN, NO OFICIAL" in text


@BOTH
def test_a_cancelled_receipt_says_so(paper: Any) -> None:
    text = text_of(paper(receipt_sheet(cancelled="Cancelado el 24 nov 2026"), ISSUER).pdf())
    assert "CANCELADO" in text
    assert "Cancelado el 24 nov 2026" in text


@BOTH
def test_hostile_text_of_a_receipt_is_printed_as_it_was_written(paper: Any) -> None:
    text = text_of(paper(receipt_sheet(legends=(HOSTILE,)), ISSUER).pdf())
    assert HOSTILE.replace(" ", "") in text.replace(" ", "")


@BOTH
def test_a_receipt_with_everything_stays_on_its_one_page(paper: Any) -> None:
    amount = Decimal("172.60") * 30
    tenders = tuple(
        ReceiptTender(method="Transferencia", amount=amount / 6, reference="012180001234567895", is_cash=True)
        for _ in range(6)
    )
    changes = EVERYTHING | {"tenders": tenders, "rounding": Decimal("0.00"), "shared": None, "tendered": amount}
    pdf = paper(receipt_sheet(lines=30, **changes), ISSUER).pdf()
    assert pages_of(pdf) == 1
    assert letters_outside(pdf, margin=8) == 0
    assert codes_of(pdf) == ["C2-000123", QR_TEXT]


def test_a_receipt_of_many_lines_tells_the_last_ones_as_one_on_the_half_sheet() -> None:
    text = text_of(receipt_paper(receipt_sheet(lines=20), ISSUER).pdf())
    assert "Otros 5 conceptos detalle en su estado de cuenta $863.00" in text


def test_a_receipt_of_many_methods_tells_the_last_ones_as_one_on_the_half_sheet() -> None:
    tenders = tuple(ReceiptTender(method=f"Tarjeta {number}", amount=Decimal("57.00")) for number in range(5))
    tenders += (ReceiptTender(method="Efectivo", amount=Decimal("60.20"), is_cash=True),)
    text = text_of(receipt_paper(receipt_sheet(tenders=tenders, tendered=None), ISSUER).pdf())
    assert "Otras 3 formas $174.20" in text


def test_the_roll_is_eighty_millimetres_wide_and_as_long_as_its_lines() -> None:
    def height(lines: int) -> float:
        [(width, length)] = sizes_of(receipt_ticket_paper(receipt_sheet(lines=lines), ISSUER).pdf())
        assert width == pytest.approx(226.77, abs=0.1)
        return length

    assert height(2) < height(30)


def test_the_roll_tells_every_line() -> None:
    assert text_of(receipt_ticket_paper(receipt_sheet(lines=30), ISSUER).pdf()).count("$172.60") == 30
