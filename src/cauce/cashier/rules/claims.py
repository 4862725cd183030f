"""A claimed payment against the bank's rows: how alike they are, and when an answer is due."""

from collections.abc import Iterable
from datetime import date, timedelta

# Days between what the slip says and what the bank says within which a row may be the payment.
DAYS_APART = 10

_SATURDAY = 5
_LONG_REFERENCE = 6


def resemblance(one: str, other: str) -> int:
    """How alike two references are, from 0 to 100: all when they hold the same digits, else by those they end in."""
    first, second = _digits(one), _digits(other)
    if not first or not second:
        return 0
    shortest = min(len(first), len(second))
    if first == second or (shortest >= _LONG_REFERENCE and (first in second or second in first)):
        return 100
    common = 0
    while common < shortest and first[-1 - common] == second[-1 - common]:
        common += 1
    return 100 * common // max(len(first), len(second))


def is_same_reference(written: str, told: Iterable[str]) -> bool:
    """Whether what a person wrote of a deposit is one of the numbers that the bank's file tells of it.

    Spaces, signs, capitals and the zeros at the left do not count.

    >>> is_same_reference("aut 00123", ["00012326089", "AUT00123"])
    True
    """
    wanted = _bare(written)
    return bool(wanted) and any(_bare(number) == wanted for number in told)


def numbers_of(reference: str, identity: str, authorization: str = "") -> list[str]:
    """The numbers that a row of a file tells a deposit by: whole, and the parts of its identity."""
    return [reference, authorization, identity, *identity.split("/")]


def answer_day(received_on: date, business_days: int) -> date:
    """The last day to answer a claim received on a day, in so many business days: Saturdays and Sundays do not count.

    >>> answer_day(date(2026, 9, 18), 10)
    datetime.date(2026, 10, 2)
    """
    day, left = received_on, business_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper().lstrip("0")


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isascii() and character.isdigit()).lstrip("0")
