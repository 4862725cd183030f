"""What several papers of the desk have in common: people, bills and coins, cheques, vouchers, reprints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cauce.core.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """That a paper is printed again: which reprint it is (the first is 1), when, and by whom.

    `at`, as every moment of a sheet, is already in the utility's time zone.
    """

    number: int
    at: datetime
    by: str = ""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"the first reprint is number 1, not {self.number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs: name, and position or identification."""

    name: str
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """How many bills or coins of one value there are.

    :raises ValueError: the value is not positive or the pieces are fewer than none.
    """

    value: Decimal
    count: int

    def __post_init__(self) -> None:
        if self.value <= 0 or self.count < 0:
            raise ValueError(f"{self.count} pieces of {self.value} cannot be")

    @property
    def amount(self) -> Decimal:
        """What they are worth."""
        return self.value * self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """A sealed bag of money: its folio or seal, when it was closed, what it holds and who took it."""

    folio: str
    amount: Decimal
    closed_at: datetime | None = None
    taken_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCheque:
    """A cheque received: its number, bank, drawer and the receipt that it paid."""

    number: str
    bank: str
    amount: Decimal
    drawer: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVoucher:
    """A card's voucher: its authorisation, the terminal or bank, and the receipt that it paid."""

    authorisation: str
    amount: Decimal
    institution: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedContingency:
    """A contingency receipt captured later: its pre-printed folio, when it was received, what it became."""

    folio: str
    received_at: datetime
    captured_at: datetime
    receipt: str
    amount: Decimal


def worth(pieces: Iterable[Pieces]) -> Decimal:
    """What bills and coins are worth together."""
    return sum((piece.amount for piece in pieces), ZERO)
