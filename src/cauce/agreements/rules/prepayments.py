"""Months paid ahead (anualidad): what each is expected to cost, and what the law lets go of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cauce.core.money import ZERO, round_to_cents

PREPAYMENT_EDGES = frozenset(
    {
        ("OFFERED", "IN_FORCE"),
        ("OFFERED", "EXPIRED"),
        ("OFFERED", "CANCELLED"),
        ("IN_FORCE", "ENDED"),
        ("IN_FORCE", "CANCELLED"),
    }
)
LIVE_PREPAYMENTS = frozenset({"OFFERED", "IN_FORCE"})
_DAYS_TO_PAY = 5


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """A month paid ahead, in pesos: what it is expected to cost and what is let go of that."""

    period: date
    gross: Decimal
    discount: Decimal

    @property
    def net(self) -> Decimal:
        """What is paid for it."""
        return self.gross - self.discount


def plan_months(expected: Iterable[tuple[date, Decimal]], percent: Decimal) -> tuple[PlannedMonth, ...]:
    """Each month with its discount, rounded once."""
    return tuple(PlannedMonth(period, gross, _share(gross, percent)) for period, gross in expected)


def month_discount(*, billed: Decimal, planned: PlannedMonth, percent: Decimal, in_favour: Decimal) -> Decimal:
    """What is let go of a month's bill: the percentage of what was paid ahead of it, never of more than was billed.

    Only what was really paid ahead bears it: with less in favour than the month's net, there is none.
    """
    bearing = min(billed, planned.gross)
    discount = planned.discount if bearing == planned.gross else _share(bearing, percent)
    return discount if in_favour >= bearing - discount else ZERO


def pay_until(offered_on: date) -> date:
    """The last day to pay what is offered: five days later, and never past the month."""
    last_of_month = (offered_on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return min(offered_on + timedelta(days=_DAYS_TO_PAY), last_of_month)


def _share(amount: Decimal, percent: Decimal) -> Decimal:
    return round_to_cents(amount * percent / 100)
