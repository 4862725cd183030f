"""A claimed payment against the bank's rows: how alike they are, and when an answer is due."""

from datetime import date, timedelta

# Working days that Contabilidad has to answer a claim.
ANSWER_WORKING_DAYS = 10
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


def answer_day(received_on: date) -> date:
    """The last day to answer a claim received on a day: Saturdays and Sundays do not count."""
    day, left = received_on, ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isascii() and character.isdigit()).lstrip("0")
