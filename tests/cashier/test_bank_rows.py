"""What each row of a bank's file is, by the utility's format: never a zero for what cannot be read."""

from datetime import date, time
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from cauce.cashier.rules.bank_layout import Layout, read_layouts
from cauce.cashier.rules.bank_rows import (
    APPLIED,
    BankRow,
    Code,
    RowClass,
    RowReader,
    _is_luhn,
    judge_account,
    likely_accounts,
    refuse_shape,
    repeated_authorization,
    wrong_columns,
)
from tests.cashier.test_bank_layout import LEGACY, shipped

DAY = date(2026, 10, 15)
FIELDS = ("15/10/2026", "08:38", "1379", "03270926094", "DEPÓSITO EN EFECTIVO", "266.61", "124040")


def layout(code: str = "legado") -> Layout:
    return shipped()[code]


def line(*, at: int | None = None, text: str = "") -> str:
    return ";".join(text if place == at else field for place, field in enumerate(FIELDS))


@cache
def reader(code: str = "legado") -> RowReader:
    return RowReader(layout(code))


def read(text: str, code: str = "legado") -> BankRow:
    row = reader(code).read(text)
    assert row is not None
    return row


def refusal(text: str) -> str | None:
    row = reader().read(text)
    if row is None:
        return wrong_columns(layout()).code
    verdict = refuse_shape(row, layout(), last_day=DAY)
    return None if verdict is None else verdict.code


def test_a_clean_row_is_read_whole():
    row = read(line())
    assert row.moved_on == DAY
    assert row.moved_at == time(8, 38)
    assert row.amount == Decimal("266.61")
    assert row.account_number == "032709"
    assert row.identity == "124040"
    assert refusal(line()) is None


@pytest.mark.parametrize("text", ["1,234.50", "1234.50", " 1234.5 ", "+1,234.50", "1234.5\t"])
def test_thousands_and_spaces_are_read(text: str):
    assert read(line(at=5, text=text)).amount == Decimal("1234.50")


NO_AMOUNTS = """45O.00|N/D|| |0.00|0|-0.00|1.005|1e3|NaN|Infinity|٤٥.00|$45.00|12,34.50|1,2345.00|45.00-|(45.00)|4 5.00
45,00|--45|.|-|,|1234567890123.00|1.234,50"""
NO_REFERENCES = """0327092609|032709260944|03270926095|0327092609O||3270926094|०३२७०९२६०९४|"03270926094"|000003270926094
0327 0926094|-3270926094"""


@pytest.mark.parametrize("text", NO_AMOUNTS.replace("\n", "|").split("|"))
def test_an_amount_that_is_no_number_of_pesos_is_refused_and_never_zero(text: str):
    assert refusal(line(at=5, text=text)) == Code.AMOUNT
    assert read(line(at=5, text=text)).amount in (None, Decimal(0))


@pytest.mark.parametrize("reference", NO_REFERENCES.replace("\n", "|").split("|"))
def test_a_reference_that_is_not_eleven_digits_with_its_check_digit_is_refused(reference: str):
    assert refusal(line(at=3, text=reference)) == Code.CHECK_DIGIT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2026", Code.DATE),
        ("2026-10-15", Code.DATE),
        ("15/10/26", Code.DATE),
        ("", Code.DATE),
        ("16/10/2026", Code.FUTURE),
        ("15/10/2062", Code.FUTURE),
        ("14/10/2026", None),
        ("29/02/2024", None),
    ],
)
def test_a_day_that_does_not_exist_or_has_not_come_is_refused(text: str, code: str | None):
    assert refusal(line(at=0, text=text)) == code


@pytest.mark.parametrize("text", ["15/10/2026;08:38;1379;0327", line() + ";", "basura", "\ufeff", '"'])
def test_a_torn_line_is_refused_for_its_columns(text: str):
    assert refusal(text) == Code.COLUMNS
    assert "7 columnas" in wrong_columns(layout()).sentence


def test_the_first_rule_of_the_format_wins():
    both = line(at=5, text="N/D").replace("03270926094", "1")
    assert refusal(both) == Code.AMOUNT
    assert refusal(line(at=5, text="-266.61").replace("03270926094", "1")) == Code.CHECK_DIGIT


def test_an_hour_that_does_not_exist_stops_nothing():
    assert refusal(line(at=1, text="25:99")) is None
    assert read(line(at=1, text="25:99")).moved_at is None


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_a_blank_line_is_not_a_row(text: str):
    assert not RowReader(layout()).is_row(text)
    assert RowReader(layout()).is_row(line())


def judged(
    amount: str = "100.00",
    *,
    authorization: str = "124040",
    is_known: bool = True,
    is_closed: bool = False,
    owed: str | None = "100.00",
) -> tuple[RowClass, str]:
    row = read(line(at=5, text=amount).replace("124040", authorization))
    verdict = judge_account(
        row, layout(), is_known=is_known, is_closed=is_closed, owed=None if owed is None else Decimal(owed)
    )
    return verdict.row_class, verdict.code


def test_the_account_decides_what_a_good_row_is():
    assert judged() == (RowClass.APPLIED, "")
    assert judged("100.01") == (RowClass.APPLIED, Code.ADVANCE)
    assert judged("0.01", owed="0.00") == (RowClass.APPLIED, Code.ADVANCE)
    assert judged("0.01", owed="-5.00") == (RowClass.APPLIED, Code.ADVANCE)
    assert judged(owed=None) == (RowClass.APPLIED, "")
    assert judged(is_known=False) == (RowClass.REJECTED, Code.UNKNOWN_ACCOUNT)
    assert judged("-5.00", is_known=False) == (RowClass.REJECTED, Code.UNKNOWN_ACCOUNT)
    assert judged("-5.00", is_closed=True) == (RowClass.REVIEW, Code.REVERSAL)
    assert judged(is_closed=True) == (RowClass.REVIEW, Code.CLOSED_ACCOUNT)
    assert judged(authorization="") == (RowClass.REVIEW, Code.WITHOUT_AUTHORIZATION)


def test_every_refusal_ends_with_what_to_do():
    row = read(line())
    sentences = [
        wrong_columns(layout()).sentence,
        wrong_columns(layout("tienda")).sentence,
        repeated_authorization(row, layout(), where="renglón 3").sentence,
        judge_account(row, layout(), is_known=False, is_closed=False).sentence,
    ]
    assert all(sentence.endswith((".", "?")) for sentence in sentences)
    assert judge_account(row, layout(), is_known=True, is_closed=False) == APPLIED


def store_row(**changes: str) -> str:
    fields = {
        "kind": "D",
        "day": "20261015",
        "hour": "083800",
        "store": "00417",
        "folio": "000000000001",
        "reference": "03270926094    ",
        "amount": "000000026661",
        "movement": "A",
    }
    return "".join({**fields, **changes}.values())


def test_a_fixed_width_row_is_cut_by_its_places():
    row = read(store_row(), "tienda")
    assert (row.moved_on, row.branch, row.amount) == (DAY, "00417", Decimal("266.61"))
    assert row.account_number == "032709"
    assert row.identity == "20261015/00417/000000000001"
    assert read(store_row(movement="C"), "tienda").amount == Decimal("-266.61")
    assert RowReader(layout("tienda")).read(store_row()[:-1]) is None
    assert not RowReader(layout("tienda")).is_row("T000001000000026661")


def test_the_account_of_a_longer_reference_keeps_its_own_length():
    reference = "12345678902609"
    whole = reference + luhn.calc_check_digit(reference)
    assert read(store_row(reference=whole), "tienda").account_number == "1234567890"


def test_quotes_are_one_more_character_unless_the_layout_says_otherwise():
    quoted = line(at=4, text='"A;B"')
    assert RowReader(layout()).read(quoted) is None
    (with_quotes,) = read_layouts([("legado.yaml", LEGACY.replace("quotes: false", "quotes: true"))])
    row = RowReader(with_quotes).read(quoted)
    assert row is not None
    assert row.description == "A;B"
    assert RowReader(with_quotes).read(line(at=4, text='"A')) is None


def test_two_rows_that_say_the_same_have_one_fingerprint():
    assert read(line()).fingerprint == read(line(at=5, text=" 266.61 ")).fingerprint
    assert read(line()).fingerprint != read(line(at=5, text="266.62")).fingerprint


def test_the_accounts_that_a_wrong_reference_may_have_meant_are_one_slip_away():
    likely = likely_accounts("03270926095")
    assert likely["032709"] == "la cuenta que dice la referencia"
    assert {len(number) for number in likely} == {6}
    assert all(sum(a != b for a, b in zip(number, "032709", strict=True)) <= 2 for number in likely)
    assert likely_accounts("02370926094")["032709"] == "dos dígitos cambiados de lugar"
    assert likely_accounts("N/D") == {}


@given(st.text(alphabet="0123456789", min_size=1, max_size=15))
def test_the_check_digit_is_the_one_of_the_standard(digits: str):
    assert _is_luhn(digits) == luhn.is_valid(digits)


@given(st.decimals(min_value=Decimal("-9999999999.99"), max_value=Decimal("9999999999.99"), places=2))
def test_any_amount_written_with_or_without_thousands_is_read_back(amount: Decimal):
    for written in (f"{amount:.2f}", f"{amount:,.2f}"):
        assert read(line(at=5, text=written)).amount == amount


@given(st.text(max_size=80).filter(lambda text: "\n" not in text and "\r" not in text))
def test_no_text_breaks_the_reader(text: str):
    for code in ("legado", "tienda"):
        row = reader(code).read(text)
        assert row is None or refuse_shape(row, layout(code), last_day=DAY) is not None or row.amount


@given(st.text(alphabet="0123456789.,-+O N/D", max_size=14))
def test_what_is_read_as_pesos_says_those_pesos(text: str):
    amount = read(line(at=5, text=text)).amount
    if amount is not None:
        assert amount == Decimal(text.strip().replace(",", ""))


@given(st.integers(0, 999_999), st.integers(0, 99), st.integers(1, 12), st.integers(0, 10), st.integers(1, 9))
def test_one_changed_digit_is_always_noticed(account: int, year: int, month: int, place: int, shift: int):
    body = f"{account:06d}{year:02d}{month:02d}"
    reference = body + luhn.calc_check_digit(body)
    assert read(line(at=3, text=reference)).account_number == f"{account:06d}"
    wrong = f"{reference[:place]}{(int(reference[place]) + shift) % 10}{reference[place + 1 :]}"
    assert refusal(line(at=3, text=wrong)) == Code.CHECK_DIGIT
