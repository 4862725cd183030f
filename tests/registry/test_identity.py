"""RFC and CURP, digit by digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.mx import rfc as stdnum_rfc

from cauce.registry.rules import account_number, is_curp, is_rfc
from cauce.registry.rules.contact import is_email, is_phone


@pytest.mark.parametrize("text", ["MAB9307148T4", "ZUOE560111842"])
def test_a_right_rfc_of_a_person_or_a_company_is_taken(text: str) -> None:
    assert is_rfc(text)


@pytest.mark.parametrize(
    "text",
    [
        "ZUOE560111843",  # check digit
        "ZUOE561311842",  # month 13
        "ZUOE560230842",  # 30 February
        "zuoe560111842",
        "ZUOE-560111-842",
        "ZUOE560111",
        "Z4OE560111842",
        "ZUOE560111842 ",
        "",
    ],
)
def test_any_other_rfc_is_not(text: str) -> None:
    assert not is_rfc(text)


def test_an_rfc_may_be_of_the_leap_day_of_either_century() -> None:
    for stem in ("AAAA000229AB", "AAAA040229AB", "AAAA840229AB"):
        assert is_rfc(stem + stdnum_rfc.calc_check_digit(stem))


@given(
    st.from_regex(r"[A-ZÑ&]{3,4}(0[0-9]|[1-9][0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9A-Z]{2}", fullmatch=True)
)
def test_exactly_one_check_digit_makes_an_rfc_right(stem: str) -> None:
    assert sum(is_rfc(stem + digit) for digit in "0123456789A") == 1


@pytest.mark.parametrize("text", ["BOXW310820HNERXN09", "GUOA850425MMCTCN18"])
def test_a_right_curp_is_taken(text: str) -> None:
    assert is_curp(text)


@pytest.mark.parametrize(
    "text",
    [
        "BOXW310820HNERXN08",  # check digit
        "BOXW310230HNERXN09",  # 30 February
        "BOXW310820XNERXN09",  # sex
        "BOXW310820HZZRXN09",  # state
        "BOXW310820HNERXN0",
        "BOXW310820HNERXN099",
        "boxw310820hnerxn09",
        "",
    ],
)
def test_any_other_curp_is_not(text: str) -> None:
    assert not is_curp(text)


def test_the_distinguisher_of_a_curp_says_the_century_of_its_leap_day() -> None:
    # 1900 was not a leap year and 2000 was.
    right = [text for digit in "0123456789" if is_curp(text := f"AAAA000229HGTRXNA{digit}")]
    wrong = [text for digit in "0123456789" if is_curp(text := f"AAAA000229HGTRXN0{digit}")]

    assert (len(right), wrong) == (1, [])


@pytest.mark.parametrize("text", ["a@b.co", "nombre.apellido+x@sub.example.com", "ñ@ejemplo.mx"])
def test_an_email_is_taken(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "NO TIENE",
        "usuario.example.com",
        "contacto@",
        "@example.com",
        "a@@example.com",
        "persona@example",
        "a@b..com",
        "a@b.com.",
        "a@.com",
        "uno@example.com, dos@example.com",
        "nombre apellido@example.com",
        "a<b@example.com",
        "a;b@example.com",
        "(a)@example.com",
    ],
)
def test_any_other_email_is_not(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("4115557066", True),
        ("(411) 555-7066", True),
        ("411 555 70 66", True),
        ("5557066", False),
        ("+524115557066", False),
        ("411555706A", False),
        ("4115557066 y 4115557067", False),
    ],
)
def test_a_phone_has_ten_digits_whatever_its_punctuation(text: str, taken: bool) -> None:
    assert is_phone(text) is taken


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("114", "000114"),
        ("000114", "000114"),
        (" 014 382 ", "014382"),
        ("1234567890", "1234567890"),
        ("12345678901", None),
        ("12A", None),
        ("", None),
        ("١٢٣", None),
    ],
)
def test_an_account_number_is_completed_with_zeros(text: str, number: str | None) -> None:
    assert account_number(text) == number
