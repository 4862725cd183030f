"""Money on its way to the bank: what its fee may be, and which line of the bank's statement answers to which money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby

from cauce.core.money import ZERO

# A deposit or a day's cards take some days; what comes later is looked for by a person.
LONGEST_WAIT_DAYS = 7

DEPOSITS, CARDS, CHEQUES, TRANSFERS = "DEPOSITS", "CARDS", "CHEQUES", "TRANSFERS"


@dataclass(frozen=True, slots=True)
class BankLine:
    """A credit of the bank's statement; ``amount`` in pesos."""

    on: date
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A deposit or a tender that has not reached the bank: ``id`` names it among those of its ``kind``."""

    kind: str
    id: int
    day: date
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The money that a line of the statement answers to; without items, nothing does."""

    line: BankLine
    items: tuple[OnItsWay, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of its items."""
        return self.items[0].kind if self.items else ""

    @property
    def expected(self) -> Decimal:
        """Pesos that were on their way."""
        return sum((item.amount for item in self.items), ZERO)

    @property
    def fee(self) -> Decimal:
        """Pesos that the bank kept."""
        return self.expected - self.line.amount if self.items else ZERO


def is_reasonable_fee(fee: Decimal, expected: Decimal, most_percent: Decimal) -> bool:
    """Whether a bank may have kept ``fee`` of ``expected`` pesos; beyond ``most_percent`` it is a difference."""
    return fee == 0 or (fee > 0 and fee * 100 <= abs(expected) * most_percent)


def propose(lines: Sequence[BankLine], items: Iterable[OnItsWay], *, most_fee_percent: Decimal) -> list[Proposal]:
    """Say which money each line answers to, in the order of the lines; no line or item answers twice.

    First one thing for the same amount (the one whose reference the line repeats, else the oldest), then a whole day of
    one kind for the same amount, and last a whole day of cards less a fee of ``most_fee_percent`` at most. The line
    comes from the day of the money to :data:`LONGEST_WAIT_DAYS` days after it.
    """
    free = {(item.kind, item.id): item for item in sorted(items, key=lambda item: (item.day, item.kind, item.id))}
    found: dict[int, tuple[OnItsWay, ...]] = {}
    for choose in (_one_thing, _a_whole_day, partial(_a_day_of_cards, most_percent=most_fee_percent)):
        for place, line in enumerate(lines):
            chosen = () if place in found else choose(line, list(free.values()))
            if chosen:
                found[place] = chosen
                for item in chosen:
                    del free[item.kind, item.id]
    return [Proposal(line, found.get(place, ())) for place, line in enumerate(lines)]


def _could_answer(line: BankLine, item: OnItsWay) -> bool:
    return 0 <= (line.on - item.day).days <= LONGEST_WAIT_DAYS


def _one_thing(line: BankLine, items: Sequence[OnItsWay]) -> tuple[OnItsWay, ...]:
    same = [item for item in items if item.amount == line.amount and _could_answer(line, item)]
    named = [item for item in same if item.reference and item.reference in line.reference]
    return tuple((named or same)[:1])


def _days(line: BankLine, items: Sequence[OnItsWay]) -> list[tuple[OnItsWay, ...]]:
    in_time = sorted(
        (item for item in items if _could_answer(line, item)), key=lambda item: (item.kind, item.day, item.id)
    )
    return [tuple(group) for _, group in groupby(in_time, key=lambda item: (item.kind, item.day))]


def _a_whole_day(line: BankLine, items: Sequence[OnItsWay]) -> tuple[OnItsWay, ...]:
    return next((day for day in _days(line, items) if _worth(day) == line.amount), ())


def _a_day_of_cards(line: BankLine, items: Sequence[OnItsWay], *, most_percent: Decimal) -> tuple[OnItsWay, ...]:
    days = [
        day
        for day in _days(line, items)
        if day[0].kind == CARDS and is_reasonable_fee(_worth(day) - line.amount, _worth(day), most_percent)
    ]
    return min(days, key=_worth, default=())


def _worth(items: Sequence[OnItsWay]) -> Decimal:
    return sum((item.amount for item in items), ZERO)
