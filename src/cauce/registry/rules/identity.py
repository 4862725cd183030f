"""RFC and CURP: form, date and check digit.

The check digits are python-stdnum's; the forms are our own, because the library also forgives hyphens and lower case
and refuses the initials that SAT and RENAPO replace, which says nothing about whether somebody typed the key well.
"""

import re
from datetime import date
from typing import Final

from stdnum.mx import curp as stdnum_curp
from stdnum.mx import rfc as stdnum_rfc

_RFC = re.compile(r"[A-ZÑ&]{3,4}([0-9]{2})([0-9]{2})([0-9]{2})[0-9A-Z]{2}[0-9A]")
_CURP = re.compile(r"[A-Z]{4}([0-9]{2})([0-9]{2})([0-9]{2})[HM]([A-Z]{2})[A-Z]{3}([0-9A-Z])[0-9]")

STATES: Final = frozenset({
    "AS", "BC", "BS", "CC", "CH", "CL", "CM", "CS", "DF", "DG", "GR", "GT", "HG", "JC", "MC", "MN", "MS", "NE", "NL",
    "NT", "OC", "PL", "QR", "QT", "SL", "SP", "SR", "TC", "TL", "TS", "VZ", "YN", "ZS",
})  # fmt: skip
"""RENAPO's two letters of each state, and NE for who was born abroad."""


def is_rfc(text: str) -> bool:
    """Whether it is an RFC of a person (13) or a company (12) with a real date and the right check digit."""
    match = _RFC.fullmatch(text)
    if match is None:
        return False
    year, month, day = (int(part) for part in match.groups())
    # The RFC does not say the century: a date is real if it is in either.
    if not (_is_date(1900 + year, month, day) or _is_date(2000 + year, month, day)):
        return False
    return stdnum_rfc.calc_check_digit(text[:-1]) == text[-1]


def is_curp(text: str) -> bool:
    """Whether it is a CURP: 18 characters, real date, sex H or M, a state and the right check digit."""
    match = _CURP.fullmatch(text)
    if match is None:
        return False
    year, month, day, state, distinguisher = match.groups()
    # RENAPO: a digit for who was born before 2000, a letter from then on.
    century = 1900 if distinguisher.isdigit() else 2000
    if state not in STATES or not _is_date(century + int(year), int(month), int(day)):
        return False
    return stdnum_curp.calc_check_digit(text) == text[-1]


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
