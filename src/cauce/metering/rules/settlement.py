"""Estimates run ahead of the meter; the readings that follow take them off, so that no m³ is paid twice or lost."""

from typing import NamedTuple


class Settlement(NamedTuple):
    """What a month comes to (whole m³): measured since the last real reading, taken off, billed, and still ahead.

    ``measured_m3`` is None for an estimate: nothing was read.
    """

    measured_m3: int | None
    settled_m3: int
    volume_m3: int
    ahead_m3: int


def settle(measured_m3: int, ahead_m3: int) -> Settlement:
    """Bill what was measured less what was billed ahead; what the meter has not reached yet stays ahead."""
    settled = min(measured_m3, ahead_m3)
    return Settlement(measured_m3, settled, measured_m3 - settled, ahead_m3 - settled)


def run_ahead(estimated_m3: int, ahead_m3: int) -> Settlement:
    """Bill an estimate: the meter has to reach it yet."""
    return Settlement(None, 0, estimated_m3, ahead_m3 + estimated_m3)


def start_over(estimated_m3: int) -> Settlement:
    """Bill an estimate of what went through before the first reading there is: nothing can ever settle it."""
    return Settlement(estimated_m3, 0, estimated_m3, 0)
