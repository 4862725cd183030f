"""What the benchmarks say of many times."""

from collections.abc import Sequence
from decimal import Decimal


def percentile(ordered: Sequence[Decimal], percent: int) -> Decimal:
    """The value below which so many of the hundred are."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
