"""Putting a payment right: the states of what takes more than one person, and what each part of it was paid with.

And what the law adds to what came back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cauce.core.money import ZERO, round_to_cents
from cauce.tariffs.rules.values import DishonourRule

# A refund: asked for, authorised or refused by another person, paid once; one whose money is gone is refused later.
REFUND_EDGES = frozenset(
    {("REQUESTED", "AUTHORISED"), ("REQUESTED", "REFUSED"), ("AUTHORISED", "PAID"), ("AUTHORISED", "REFUSED")}
)
# A claim of a payment that was not registered; one whose payment was cancelled has its money found again.
CLAIM_EDGES = frozenset({("OPEN", "FOUND"), ("OPEN", "REFUSED"), ("FOUND", "APPLIED"), ("APPLIED", "FOUND")})
# What two people decide about a row of a bank's file.
RESOLUTION_EDGES = frozenset({("PROPOSED", "APPROVED"), ("PROPOSED", "REFUSED")})


@dataclass(frozen=True, slots=True, kw_only=True)
class DishonourCharges:
    """What the law adds to the debt, in pesos."""

    compensation: Decimal = ZERO
    commission: Decimal = ZERO
    vat: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.compensation + self.commission + self.vat


def charges_of(amount: Decimal, rule: DishonourRule | None) -> DishonourCharges:
    """What a rule adds to a tender of ``amount`` pesos that came back; nothing where the law says nothing.

    >>> rule = DishonourRule(compensation_percent=Decimal(20), commission=Decimal(100), vat_percent=Decimal(16))
    >>> charges_of(Decimal("333.33"), rule).total
    Decimal('182.67')
    """
    if rule is None:
        return DishonourCharges()
    return DishonourCharges(
        compensation=round_to_cents(amount * rule.compensation_percent / 100),
        commission=round_to_cents(rule.commission),
        vat=round_to_cents(rule.commission * rule.vat_percent / 100),
    )


def portions(tenders: Sequence[Decimal], amounts: Sequence[Decimal], place: int) -> list[Decimal]:
    """How much of each of ``amounts`` was paid by the tender at ``place``, tenders being spent in their order (pesos).

    >>> portions([Decimal("60.00"), Decimal("50.00")], [Decimal("80.00"), Decimal("30.00")], 1)
    [Decimal('20.00'), Decimal('30.00')]
    """
    begins = sum(tenders[:place], ZERO)
    ends = begins + tenders[place]
    found = []
    start = ZERO
    for amount in amounts:
        found.append(max(min(start + amount, ends) - max(start, begins), ZERO))
        start += amount
    return found
