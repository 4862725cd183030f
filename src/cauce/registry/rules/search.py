"""What somebody who types into the search box is looking for."""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from cauce.registry.rules.accounts import LONGEST_NUMBER, account_number
from cauce.registry.rules.text import words

SHORTEST_BEGINNING: Final = 2
"""Letters from which a word is taken as the beginning of another; a single one only matches itself."""
MOST_WORDS: Final = 8
SHORTEST_DELIVERY: Final = 4
SHORTEST_PHONE: Final = 7
LONGEST_PHONE: Final = 12

_NUMBER = re.compile(r"[(+]{0,2}[0-9][0-9 ()./-]*")
_PUNCTUATION = str.maketrans("", "", " ()+./-")


@dataclass(frozen=True, slots=True)
class WantedWords:
    """Words of a name or an address, in any order."""

    words: tuple[str, ...]

    @property
    def tsquery(self) -> str:
        """The words as PostgreSQL's text search takes them; only digits and letters, so nothing needs escaping."""
        return " & ".join(
            f"'{word.lower()}':*" if len(word) >= SHORTEST_BEGINNING else f"'{word.lower()}'" for word in self.words
        )


@dataclass(frozen=True, slots=True)
class WantedNumber:
    """Digits: of an account, of the delivery, of a telephone or of a house."""

    digits: str

    @property
    def account_number(self) -> str | None:
        """The account number that the digits are, with its zeros."""
        return account_number(self.digits) if len(self.digits) <= LONGEST_NUMBER else None

    @property
    def delivery_start(self) -> str | None:
        """The digits as the beginning of a delivery code, which starts with its route."""
        return self.digits if SHORTEST_DELIVERY <= len(self.digits) <= LONGEST_NUMBER else None

    @property
    def phone_end(self) -> str | None:
        """The digits as the end of a telephone: seven are what is dialled in town; a country code is left aside."""
        return self.digits[-10:] if SHORTEST_PHONE <= len(self.digits) <= LONGEST_PHONE else None

    @property
    def as_words(self) -> WantedWords:
        """The digits as a number of the address."""
        return WantedWords((self.digits,))


Wanted: TypeAlias = WantedWords | WantedNumber | None


def wanted_of(text: str) -> Wanted:
    """Tell a number, however punctuated, from words; None for what has neither letter nor digit."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return WantedNumber(text.translate(_PUNCTUATION))
    found = tuple(dict.fromkeys(words(text)))[:MOST_WORDS]
    return WantedWords(found) if found else None
