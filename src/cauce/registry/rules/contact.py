"""Telephones and e-mail addresses as the padrón accepts them."""

import re
from typing import Final

PHONE_DIGITS: Final = 10

_PHONE = re.compile(r"[0-9]{10}")
_PHONE_PUNCTUATION = str.maketrans("", "", " -()")
_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>().]+(?:\.[^@\s,;<>().]+)+")


def bare_phone(text: str) -> str:
    """The telephone without spaces, hyphens or parentheses."""
    return text.translate(_PHONE_PUNCTUATION)


def is_phone(text: str) -> bool:
    """Whether ten digits are left once spaces, hyphens and parentheses are gone."""
    return _PHONE.fullmatch(bare_phone(text)) is not None


def is_email(text: str) -> bool:
    """One @ with text on both sides, no spaces nor , ; < > ( ), and a domain of two parts or more, none empty."""
    return _EMAIL.fullmatch(text) is not None
