from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core import es_mx

CENTS = st.decimals(min_value=Decimal("-99999999.99"), max_value=Decimal("99999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "$0.00"),
        ("7", "$7.00"),
        ("1234.5", "$1,234.50"),
        ("1234567.89", "$1,234,567.89"),
        ("-0.05", "−$0.05"),
        ("-1234.5", "−$1,234.50"),
        ("-0.00", "$0.00"),
    ],
)
def test_money_is_written_with_its_sign_commas_and_two_decimals(amount: str, written: str) -> None:
    assert es_mx.format_money(Decimal(amount)) == written


def test_writing_money_refuses_to_round_it() -> None:
    with pytest.raises(ValueError, match="finer than a centavo"):
        es_mx.format_money(Decimal("1.005"))


@given(CENTS)
def test_written_money_reads_back_as_the_same_amount(amount: Decimal) -> None:
    written = es_mx.format_money(amount)
    assert Decimal(written.replace("$", "").replace(",", "").replace("−", "-")) == amount


@pytest.mark.parametrize(
    ("price", "written"), [("13.4275", "$13.4275"), ("103.4000", "$103.40"), ("5", "$5.00"), ("1500.5", "$1,500.50")]
)
def test_a_price_keeps_its_decimals(price: str, written: str) -> None:
    assert es_mx.format_price(Decimal(price)) == written


@pytest.mark.parametrize(
    ("quantity", "written"),
    [(0, "0"), (1284, "1,284"), (-3, "−3"), (Decimal("18.000"), "18"), (Decimal("0.50"), "0.5"), (Decimal(100), "100")],
)
def test_a_quantity_has_thousands_apart_and_no_idle_decimals(quantity: int | Decimal, written: str) -> None:
    assert es_mx.format_quantity(quantity) == written
    assert es_mx.format_volume(quantity) == f"{written} m³"
    assert es_mx.format_percent(quantity) == f"{written} %"


def test_dates_are_written_in_spanish() -> None:
    day = date(2026, 11, 24)
    assert es_mx.format_date(day) == "24 nov 2026"
    assert es_mx.format_short_date(day) == "24 nov"
    assert es_mx.format_long_date(day) == "24 de noviembre de 2026"
    assert es_mx.format_weekday_date(day) == "martes 24 de noviembre de 2026"
    assert es_mx.format_datetime(datetime(2026, 11, 4, 9, 5)) == "4 nov 2026, 9:05"


def test_periods_are_written_in_spanish() -> None:
    assert es_mx.format_period(date(2026, 9, 1)) == "sep 2026"
    assert es_mx.format_long_period(date(2026, 9, 1)) == "septiembre de 2026"
    assert es_mx.format_month(date(2026, 9, 1)) == "sep"


@pytest.mark.parametrize(
    ("periods", "written"),
    [
        ([], ""),
        ([(2026, 9)], "sep 2026"),
        ([(2026, 10), (2026, 9)], "sep, oct 2026"),
        ([(2025, 12), (2026, 1), (2026, 2)], "dic 2025, ene, feb 2026"),
        ([(2024, 11), (2026, 1), (2026, 2), (2026, 3), (2026, 4)], "nov 2024 a abr 2026 (5 meses)"),
    ],
)
def test_a_list_of_periods_says_each_year_once(periods: list[tuple[int, int]], written: str) -> None:
    assert es_mx.format_periods(date(year, month, 1) for year, month in periods) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [("014382", "014 382"), ("1234567", "1 234 567"), ("1234567890", "1 234 567 890"), ("S/N", "S/N"), ("", "")],
)
def test_an_account_is_written_in_groups_of_three(number: str, written: str) -> None:
    assert es_mx.format_account(number) == written


@given(st.text(alphabet="0123456789", min_size=1, max_size=12))
def test_grouping_an_account_keeps_every_digit(number: str) -> None:
    assert es_mx.format_account(number).replace(" ", "") == number


def test_a_phone_of_ten_digits_is_grouped() -> None:
    assert es_mx.format_phone("4111550050") == "411 155 0050"
    assert es_mx.format_phone("1550050") == "1550050"


def test_counting_agrees_with_the_number() -> None:
    assert es_mx.count_of(1, "mes", "meses") == "1 mes"
    assert es_mx.count_of(0, "mes", "meses") == "0 meses"
    assert es_mx.count_of(1200, "recibo", "recibos") == "1,200 recibos"


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ([], ""),
        (["agua"], "agua"),
        (["agua", "drenaje"], "agua y drenaje"),
        (["agua", "drenaje", "IVA"], "agua, drenaje e IVA"),
        (["agua", "hielo"], "agua y hielo"),
    ],
)
def test_words_are_joined_as_spanish_does(words: list[str], written: str) -> None:
    assert es_mx.join_words(words) == written


def test_o_becomes_u_before_the_same_sound() -> None:
    assert es_mx.join_words(["uno", "otro"], conjunction="o") == "uno u otro"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "Cero pesos 00/100 M.N."),
        ("1", "Un peso 00/100 M.N."),
        ("21.5", "Veintiún pesos 50/100 M.N."),
        ("31", "Treinta y un pesos 00/100 M.N."),
        ("100", "Cien pesos 00/100 M.N."),
        ("101.01", "Ciento un pesos 01/100 M.N."),
        ("231.05", "Doscientos treinta y un pesos 05/100 M.N."),
        ("1000", "Mil pesos 00/100 M.N."),
        ("1499.26", "Mil cuatrocientos noventa y nueve pesos 26/100 M.N."),
        ("21000", "Veintiún mil pesos 00/100 M.N."),
        ("101000", "Ciento un mil pesos 00/100 M.N."),
        ("1000000", "Un millón de pesos 00/100 M.N."),
        ("1000001", "Un millón un pesos 00/100 M.N."),
        ("21000000", "Veintiún millones de pesos 00/100 M.N."),
        ("345678.90", "Trescientos cuarenta y cinco mil seiscientos setenta y ocho pesos 90/100 M.N."),
    ],
)
def test_an_amount_is_written_in_words(amount: str, written: str) -> None:
    assert es_mx.amount_in_words(Decimal(amount)) == written


@pytest.mark.parametrize("amount", ["-1", "0.005", "1000000000000"])
def test_an_amount_that_cannot_be_written_in_words_is_refused(amount: str) -> None:
    with pytest.raises(ValueError):
        es_mx.amount_in_words(Decimal(amount))
