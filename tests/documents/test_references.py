from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.documents.rules import InvalidReferenceError, PaymentReference, parse_reference, payment_reference

ACCOUNTS = st.text(alphabet="0123456789", min_size=6, max_size=10)
PERIODS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)).map(lambda day: day.replace(day=1))


def test_a_reference_is_the_account_the_period_and_a_luhn_digit() -> None:
    assert payment_reference("000114", date(2026, 9, 1)) == "00011426095"


@given(ACCOUNTS, PERIODS)
def test_a_reference_reads_back_as_its_account_and_period(account: str, period: date) -> None:
    reference = payment_reference(account, period)
    assert len(reference) == len(account) + 5
    assert parse_reference(reference) == PaymentReference(account=account, period=period)


@given(ACCOUNTS, PERIODS, st.data())
def test_a_reference_with_one_wrong_digit_is_refused(account: str, period: date, data: st.DataObject) -> None:
    reference = payment_reference(account, period)
    position = data.draw(st.integers(0, len(reference) - 1))
    digit = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != reference[position]]))
    with pytest.raises(InvalidReferenceError):
        parse_reference(f"{reference[:position]}{digit}{reference[position + 1 :]}")


@pytest.mark.parametrize("text", ["", "0001142609", "000114261305", "00011426O95", "٠٠٠١١٤٢٦٠٩٥", "0" * 16])
def test_what_is_not_a_reference_is_refused(text: str) -> None:
    with pytest.raises(InvalidReferenceError):
        parse_reference(text)


@pytest.mark.parametrize("account", ["", "12345", "12345678901", "12345A", "S/N"])
def test_what_is_not_an_account_has_no_reference(account: str) -> None:
    with pytest.raises(ValueError, match="6 to 10 digits"):
        payment_reference(account, date(2026, 9, 1))
