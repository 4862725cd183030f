"""A meter's register and what it measured until it was removed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RemovedMeter:
    """The figures (m³) between which a removed meter worked, and the digits of its register."""

    initial_value: int
    final_value: int
    digits: int


def rolled_over_volume(value: int, previous_value: int, digits: int) -> int:
    """The volume (m³) if the register went past its last figure, 10^digits − 1, and began again at zero."""
    turn: int = 10**digits
    return value + turn - previous_value


def measured_volume(value: int, previous_value: int, digits: int) -> int:
    """The volume (m³) between two figures of one register, which may have turned over once."""
    return value - previous_value if value >= previous_value else rolled_over_volume(value, previous_value, digits)


def carried_volume(previous_value: int, removed: Sequence[RemovedMeter]) -> int | None:
    """What the meters removed since the last reading measured (m³), oldest first; None if their figures contradict.

    ``previous_value`` was read on the first of them; the others are counted from their initial figures.
    """
    total = 0
    start = previous_value
    for index, meter in enumerate(removed):
        if index > 0:
            start = meter.initial_value
        volume = measured_volume(meter.final_value, start, meter.digits)
        if volume < 0:
            return None
        total += volume
    return total
