"""The payment reference: the number under a bill's barcode, which banks and stores send back.

It is the account, the bill's period as AAMM and one Luhn digit over all of them. The account keeps its own length
(6 to 10 digits), so a reference has 11 to 15 digits and is read from its end: nothing is padded, and two accounts
that differ only in leading zeros never share one.
"""

import re
from dataclasses import dataclass
from datetime import date

from stdnum import luhn

_ACCOUNT = re.compile(r"[0-9]{6,10}")
_REFERENCE = re.compile(r"([0-9]{6,10})([0-9]{2})(0[1-9]|1[0-2])[0-9]")


class InvalidReferenceError(ValueError):
    """The text is not a payment reference: wrong length, wrong month or wrong check digit."""


@dataclass(frozen=True, slots=True)
class PaymentReference:
    """What a payment reference says: an account number (text) and a period (first day of its month)."""

    account: str
    period: date


def payment_reference(account: str, period: date) -> str:
    """Write the reference that pays a bill: `('000114', 2026-09-01)` gives `00011426095`.

    :raises ValueError: the account is not of 6 to 10 digits.
    """
    if not _ACCOUNT.fullmatch(account):
        raise ValueError(f"an account number has 6 to 10 digits, not {account!r}")
    body = f"{account}{period:%y%m}"
    return f"{body}{luhn.calc_check_digit(body)}"


def parse_reference(text: str) -> PaymentReference:
    """Read a payment reference; its year is of this century.

    :raises InvalidReferenceError: the text is not one.
    """
    found = _REFERENCE.fullmatch(text)
    if found is None or not luhn.is_valid(text):
        raise InvalidReferenceError(text)
    account, year, month = found.groups()
    return PaymentReference(account=account, period=date(2000 + int(year), int(month), 1))
