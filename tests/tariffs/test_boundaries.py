"""The boundary sweep: every m³ of every table, month by month."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.tariffs.rules import LawRejected, Usage, price, read_law, sweep_boundaries
from tests.tariffs.laws import CODES, CORTAZAR_2026, law, law_files, tariff_csv
from tests.tariffs.test_law_reading import TARIFF, with_cell
from tests.tariffs.test_tables import blocks, ranges

__all__ = ["blocks", "ranges"]


def test_the_law_of_cortazar_neither_falls_nor_leaps_at_any_edge() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in CORTAZAR_2026.iterdir()}
    found = sweep_boundaries(read_law(files))
    assert [table.code for table in found.tables] == list(CODES)
    assert (found.falls, found.leaps) == ((), ())
    assert found.volumes == len(CODES) * 12 * 104


def test_101_against_100_that_cost_less_are_told_by_file_row_and_column() -> None:
    read = read_law(law_files(tarifa_csv=with_cell(TARIFF, 103, "sep", "6.00")))
    (fall,) = sweep_boundaries(read).falls
    assert (fall.m3, fall.month, fall.before, fall.after) == (101, 9, Decimal("809.09"), Decimal("706.09"))
    assert str(fall) == (
        "tarifa.csv, clave 001, renglón 101, columna sep: 101 m³ cuestan $706.09 y 100 m³, $809.09; "
        "más agua no puede costar menos."
    )


def test_a_price_beyond_the_table_that_climbs_far_more_than_beside_it_is_a_leap() -> None:
    leaps = sweep_boundaries(law()).leaps
    assert {edge.m3 for edge in leaps} == {101}
    assert str(leaps[0]) == (
        "tarifa.csv, clave 001, renglón 101, columna ene: 101 m³ cuestan $909.02 y 100 m³, $801.01; "
        "el metro 101 cuesta $108.01."
    )


def test_a_base_that_the_table_does_not_add_is_a_fall_at_the_first_cubic_metre() -> None:
    other = law(("adds_base_in_table:\n    value: true", "adds_base_in_table:\n    value: false"))
    assert {edge.m3 for edge in sweep_boundaries(other).falls} == {1}


def test_an_amount_that_falls_inside_the_table_is_refused_when_the_law_is_read() -> None:
    with pytest.raises(LawRejected, match="50 m³ cuestan menos que 49"):
        read_law(law_files(tarifa_csv=with_cell(TARIFF, 52, "sep", "1.00")))


def test_a_law_with_a_missing_month_is_refused_by_its_column() -> None:
    with pytest.raises(LawRejected, match="columna dic: falta la columna"):
        read_law(law_files(tarifa_csv=tariff_csv(*CODES).replace(",dic", ",", 1).replace(",\n", "\n", 1)))


@given(code=st.sampled_from(CODES), month=st.integers(1, 12), m3=st.integers(0, 400))
def test_more_water_never_costs_less_in_any_table_of_the_law(code: str, month: int, m3: int) -> None:
    period = date(2026, month, 1)
    less, more = (price(law(), Usage(tariff_code=code, period=period, m3=each)).total for each in (m3, m3 + 1))
    assert less <= more
