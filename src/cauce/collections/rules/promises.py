"""Whether what a debtor promised came."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

PENDING: Final = "PENDING"
KEPT: Final = "KEPT"
PARTLY: Final = "PARTLY"
BROKEN: Final = "BROKEN"
REPLACED: Final = "REPLACED"

PROMISE_EDGES = frozenset({(PENDING, KEPT), (PENDING, PARTLY), (PENDING, BROKEN), (PENDING, REPLACED)})

# What was paid in a store or a bank on the promised day reaches the books one or two days after.
GRACE_DAYS: Final = 3


def promise_outcome(*, promised: Decimal, paid: Decimal, promise_on: date, day: date) -> str:
    """What a promise of ``promised`` pesos by ``promise_on`` has come to on ``day``; ``paid`` is dated by that day.

    It is kept as soon as the money is there. Until the grace days are over nothing else is said of it.
    """
    if paid >= promised:
        return KEPT
    if day <= promise_on + timedelta(days=GRACE_DAYS):
        return PENDING
    return PARTLY if paid > 0 else BROKEN
