"""Meters that serve more than one account: one shared in parts, and one that measures others further on."""

from collections.abc import Sequence


def share_volume(volume_m3: int, parts: Sequence[int]) -> list[int]:
    """Divide whole m³ in proportion to whole ``parts``; they add up to the volume.

    What is left over by rounding down goes one by one to the largest remainders, the first of equals first.

    :raises ValueError: if the volume is negative, there are no parts or one is not positive.
    """
    if volume_m3 < 0 or not parts or any(part < 1 for part in parts):
        raise ValueError("share_volume needs a volume that is not negative and parts that are positive")
    whole = sum(parts)
    shares = [volume_m3 * part // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: (-(volume_m3 * parts[place] % whole), place))
    for place in by_remainder[: volume_m3 - sum(shares)]:
        shares[place] += 1
    return shares


def remainder_m3(total_m3: int, children_m3: int) -> int:
    """What the parent meter leaves for its own account once its children are taken off; never less than nothing."""
    return max(0, total_m3 - children_m3)
