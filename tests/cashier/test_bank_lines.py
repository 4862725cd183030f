"""Lines of the statement as people paste them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.cashier.rules.bank_lines import MOST_LINES, read_bank_lines
from cauce.cashier.rules.clearing import BankLine

EXPECTED = BankLine(date(2026, 10, 15), "DEP 0012", Decimal("12450.00"))


@pytest.mark.parametrize(
    "row",
    [
        "15/10/2026\tDEP 0012\t12,450.00",
        "2026-10-15;DEP 0012;$12450.00",
        "15-10-2026|DEP 0012|12450",
        '15/10/26,DEP 0012,"12,450.00"',
    ],
)
def test_a_line_is_read_however_it_is_separated(row: str):
    assert read_bank_lines(f"Fecha;Referencia;Importe\n\n{row}\n") == ([EXPECTED], [])


def test_what_is_between_the_date_and_the_amount_is_the_reference():
    lines, _ = read_bank_lines("15/10/2026;DEP;0012;12450.00")
    assert lines == [EXPECTED]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("15/10/2026;DEP", "le faltan datos"),
        ("31/02/2026;DEP;1.00", "no es una fecha"),
        ("15/10/2026;DEP;45O.00", "no es un importe"),
        ("15/10/2026;DEP;NaN", "no es un importe"),
        ("15/10/2026;DEP;1.005", "no es un importe"),
        ("15/10/2026;DEP;-5.00", "sólo se concilian abonos"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_never_becomes_zero(row: str, why: str):
    lines, problems = read_bank_lines(f"15/10/2026;DEP 0012;12450.00\n{row}")
    assert lines == [EXPECTED]
    assert len(problems) == 1 and problems[0].startswith("Renglón 2") and why in problems[0]


def test_too_many_lines_are_left_for_another_turn():
    lines, problems = read_bank_lines("15/10/2026;DEP 0012;12450.00\n" * (MOST_LINES + 3))
    assert len(lines) == MOST_LINES and len(problems) == 1


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_read_or_told(text: str):
    lines, problems = read_bank_lines(text)
    assert all(line.amount > 0 for line in lines)
    assert all(problem.endswith(".") for problem in problems)
