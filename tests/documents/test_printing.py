from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.documents import printing
from cauce.documents.printing import (
    bill_paper,
    print_bill_run,
    proof_paper,
    run_totals_paper,
    statement_paper,
)
from cauce.documents.rules import BillLine, BillSheet, MonthConsumption, payment_reference
from tests.documents.paper import codes_of, pages_of, text_of
from tests.documents.sheets import (
    HOSTILE,
    ISSUER,
    QR_TEXT,
    bill_sheet,
    many_lines,
    proof_sheet,
    run_totals_sheet,
    statement_sheet,
)


def printed(sheet: BillSheet) -> str:
    return text_of(bill_paper(sheet, ISSUER).pdf())


def test_a_bill_says_its_figures_exactly() -> None:
    text = printed(bill_sheet())
    for figure in (
        "R-482113",
        "014 382",
        "María Guadalupe Núñez Arroyo",
        "Noviembre de 2026 · ciclo 2 · emitido 15 nov 2026",
        "Ruta 07 · reparto 0007004120",
        "001 Doméstico",
        "23-118204",
        "1,266",
        "1,284",
        "12 oct 2026",
        "18 m³",
        "medido, 31 días",
        "$275.78",
        "cuota base $103.42 + tabla noviembre $172.36",
        "$15.01",
        "$384.56",
        "ago, sep, oct 2026",
        "$1,052.29",
        "$62.41",
        "$1,499.26",
        "30 nov 2026",
        "Tiene 3 meses vencidos.",
        "01438226118",
        "estimado",
    ):
        assert figure in text


def test_a_bill_that_is_not_official_says_so() -> None:
    assert "DEMOSTRACIÓN, NO OFICIAL" in printed(bill_sheet())
    official = text_of(bill_paper(bill_sheet(), replace(ISSUER, official=True)).pdf())
    assert "DEMOSTRACIÓN" not in official


def test_the_codes_of_a_bill_are_read_back_from_paper() -> None:
    assert codes_of(bill_paper(bill_sheet(), ISSUER).pdf()) == ["01438226118", QR_TEXT]


def test_the_barcode_of_a_ten_digit_account_is_read_back_from_paper() -> None:
    reference = payment_reference("1234567890", date(2026, 11, 1))
    sheet = bill_sheet(account="1234567890", reference=reference, qr=None)
    assert codes_of(bill_paper(sheet, ISSUER).pdf()) == [reference]


def test_hostile_text_is_printed_as_it_was_written() -> None:
    text = printed(bill_sheet(holder=HOSTILE, address='#import "/values.json" \\ // S/N', meter="@x_*"))
    assert HOSTILE in text
    assert '#import "/values.json" \\ // S/N' in text
    assert "@x_*" in text


def test_a_bill_without_meter_says_so_and_draws_no_chart() -> None:
    text = printed(
        bill_sheet(
            meter=None,
            previous_reading=None,
            current_reading=None,
            read_from=None,
            read_until=None,
            consumption_m3=None,
            consumption_note="cuota fija mensual",
            history=(),
        )
    )
    assert "Sin medidor" in text
    assert "cuota fija mensual" in text
    assert "12 meses" not in text


def test_a_bill_up_to_date_says_so() -> None:
    text = printed(
        bill_sheet(prior_debt=Decimal("0.00"), prior_periods=(), surcharges=Decimal("0.00"), months_overdue=0)
    )
    assert "Su cuenta está al corriente." in text
    assert "Adeudo anterior" not in text


def test_a_bill_covered_by_credit_asks_for_nothing() -> None:
    text = printed(bill_sheet(credit_applied=Decimal("1499.26")))
    assert "Nada que pagar" in text
    assert "−$1,499.26" in text
    assert "No requiere pago" in text


def test_prior_year_debt_is_told_apart() -> None:
    periods = tuple(date(2025, month, 1) for month in range(1, 13))
    text = printed(bill_sheet(prior_year_debt=Decimal("7654321.09"), prior_year_periods=periods))
    assert "Rezago ene 2025 a dic 2025 (12 meses) $7,654,321.09" in text
    assert "$7,655,820.35" in text


def test_forty_lines_continue_on_a_second_half_with_every_amount() -> None:
    pdf = bill_paper(bill_sheet(lines=many_lines(40)), ISSUER).pdf()
    text = text_of(pdf)
    assert pages_of(pdf) == 2
    assert "Detalle del recibo" in text
    for position in range(1, 41):
        assert f"Concepto número {position} " in text
        assert f"${100 + position}.00" in text


def test_twelve_lines_of_dues_leave_room_for_the_month_lines() -> None:
    dues = tuple(BillLine(label=f"Orden {number}", amount=Decimal("10.00")) for number in range(12))
    pdf = bill_paper(bill_sheet(other_lines=dues), ISSUER).pdf()
    assert pages_of(pdf) == 2
    assert "Otros cargos (12) detalle en la hoja siguiente $120.00" in text_of(pdf)


def test_legends_that_do_not_fit_continue_on_a_second_half() -> None:
    legends = tuple(f"Leyenda {number}: " + "conforme al reglamento " * 8 for number in range(1, 12))
    pdf = bill_paper(bill_sheet(legends=legends), ISSUER).pdf()
    text = text_of(pdf)
    assert pages_of(pdf) == 2
    assert "Continúa en la hoja siguiente." in text
    assert all(f"Leyenda {number}:" in text for number in range(1, 12))


@pytest.mark.parametrize("volumes", [(0, 0), (None, 5), (-5, 3), (1_234_567, 1)])
def test_a_chart_is_drawn_for_any_months(volumes: tuple[int | None, ...]) -> None:
    history = tuple(
        MonthConsumption(period=date(2026, position + 1, 1), volume_m3=volume)
        for position, volume in enumerate(volumes)
    )
    assert "ene" in printed(bill_sheet(history=history))


def test_the_same_bill_gives_the_same_bytes() -> None:
    assert bill_paper(bill_sheet(), ISSUER).pdf() == bill_paper(bill_sheet(), ISSUER).pdf()


def test_a_run_prints_two_bills_to_a_sheet_in_the_order_given(tmp_path: Path) -> None:
    sheets = [bill_sheet(folio=f"R-{number:06d}", holder=f"Persona {number}") for number in (3, 1, 2, 5, 4)]
    out = tmp_path / "run.pdf"
    run = print_bill_run(sheets, ISSUER, out)
    assert (run.sheets, run.pages) == (5, 3)
    text = text_of(out.read_bytes())
    assert [text.index(f"Persona {number}") for number in (3, 1, 2, 5, 4)] == sorted(
        text.index(f"Persona {number}") for number in range(1, 6)
    )


def test_a_run_on_several_processes_is_whole_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "BILLS_PER_CHUNK", 4)
    done: list[int] = []
    out = tmp_path / "run.pdf"
    sheets = (bill_sheet(folio=f"R-{number:06d}") for number in range(10))
    run = print_bill_run(sheets, ISSUER, out, workers=2, progress=done.append)
    assert (run.sheets, run.pages) == (10, 5)
    assert done == [4, 8, 10]
    text = text_of(out.read_bytes())
    places = [text.index(f"R-{number:06d}") for number in range(10)]
    assert places == sorted(places)
    assert list(tmp_path.iterdir()) == [out]


def test_a_run_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "BILLS_PER_CHUNK", 2)
    out = tmp_path / "run.pdf"
    sheets = [bill_sheet(), bill_sheet(), bill_sheet(qr="x" * 5000)]
    with pytest.raises(ValueError, match="too long"):
        print_bill_run(sheets, ISSUER, out)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing to print"):
        print_bill_run([], ISSUER, tmp_path / "run.pdf")


def test_a_statement_tells_each_movement_with_the_balance_it_leaves() -> None:
    text = text_of(statement_paper(statement_sheet(), ISSUER).pdf())
    assert "Saldo inicial al 1 ene 2026 $1,052.29" in text
    assert "1 ene 2026 Recibo R-000000 Movimiento 0 $345.20 $1,397.49" in text
    assert "2 ene 2026 Pago R-000001 Movimiento 1 $100.00 $1,297.49" in text
    assert "Vencido: $1,052.29, 3 meses vencidos." in text


def test_a_long_statement_repeats_its_head_on_every_page() -> None:
    pdf = statement_paper(statement_sheet(movements=120), ISSUER).pdf()
    pages = pages_of(pdf)
    text = text_of(pdf)
    assert pages > 2
    assert text.count("Descripción Cargo Abono Saldo") == pages
    assert f"Página {pages} de {pages}" in text


def test_a_statement_without_movements_says_so() -> None:
    assert "Sin movimientos entre estas fechas." in text_of(statement_paper(statement_sheet(movements=0), ISSUER).pdf())


def test_the_totals_of_a_run_are_told_by_concept_and_use_with_who_was_not_billed() -> None:
    text = text_of(run_totals_paper(run_totals_sheet(), ISSUER).pdf())
    assert "001 Doméstico 50 $12,345.67 $1,975.31 $14,320.98" in text
    assert "Suma de Agua potable 100 $24,691.34 $3,950.62 $28,641.96" in text
    assert "Total de la corrida $49,382.68 $7,901.24 $57,283.92" in text
    assert "(2)" in text
    assert HOSTILE in text
    assert "000 777" in text
    assert "Ninguna." in text


def test_a_proof_tells_every_step_with_its_article() -> None:
    text = text_of(proof_paper(proof_sheet(), ISSUER).pdf())
    assert "Agua potable art. 14 fr. I $275.78" in text
    assert "Cuota base fila 0, noviembre $103.42" in text
    assert "Suma explicada $275.78" in text
