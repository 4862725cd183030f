"""Putting a payment right: the states of what takes more than one person, and what each part of it was paid with."""

from collections.abc import Sequence
from decimal import Decimal

from cauce.core.money import ZERO

# A refund: asked for, authorised or refused by another person, paid once; one whose money is gone is refused later.
REFUND_EDGES = frozenset(
    {("REQUESTED", "AUTHORISED"), ("REQUESTED", "REFUSED"), ("AUTHORISED", "PAID"), ("AUTHORISED", "REFUSED")}
)
# A claim of a payment that was not registered.
CLAIM_EDGES = frozenset({("OPEN", "FOUND"), ("OPEN", "REFUSED"), ("FOUND", "APPLIED")})
# What two people decide about a row of a bank's file.
RESOLUTION_EDGES = frozenset({("PROPOSED", "APPROVED"), ("PROPOSED", "REFUSED")})


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
