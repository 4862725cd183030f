"""Pesos to the centavo: one rounding and one way of splitting, for the whole product."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_to_cents(amount: Decimal) -> Decimal:
    """Round ``amount`` (pesos) to two decimals, half up (away from zero), as the law of income does."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide ``amount`` (pesos, whole cents, not negative) in proportion to ``weights``; the parts add up to it.

    Cents left over by rounding down go one by one to the largest remainders, the first of equals first, so that
    no part exceeds its exact share by a whole cent.

    :raises ValueError: if there are no weights, one is negative, all are zero, or the amount has fractions of a cent.
    """
    total = sum(weights, Decimal(0))
    if not weights or total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("split needs weights that are not negative and not all zero")
    if amount < 0 or amount != amount.quantize(CENT):
        raise ValueError("split needs an amount in whole cents that is not negative")
    exact = [amount * weight / total for weight in weights]
    parts = [share.quantize(CENT, rounding=ROUND_DOWN) for share in exact]
    missing = int((amount - sum(parts, Decimal(0))) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[:missing]:
        parts[index] += CENT
    return parts


def split_whole(units: int, parts: int) -> list[int]:
    """Divide ``units`` (whole things, such as m³) in ``parts`` as even as can be; the first take what is left over.

    :raises ValueError: if ``units`` is negative or ``parts`` is not positive.
    """
    if units < 0 or parts < 1:
        raise ValueError("split_whole needs units >= 0 and at least one part")
    share, left = divmod(units, parts)
    return [share + 1] * left + [share] * (parts - left)
