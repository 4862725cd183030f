"""The figures of the law and of the reading file's format that the rules below work with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ReadingParameters:
    """What the law in force says about reading: days of each cycle, digits of each brand, when a volume is high.

    ``cycle_days`` maps a cycle to its first and last day of the month; ``high_times`` is times the average;
    ``high_minimum_m3`` is the volume (m³) up to which nothing is called high; ``interval_days`` are the fewest and the
    most days between two readings that are one month.
    """

    cycle_days: Mapping[int, tuple[int, int]]
    digits_by_brand: Mapping[str, int]
    default_digits: int
    high_times: Decimal
    high_minimum_m3: int
    interval_days: tuple[int, int] = (20, 45)

    def digits_of(self, brand: str, recorded: int | None = None) -> int:
        """How many digits the register of a meter of ``brand`` has before it turns over to zero.

        The law's table by brand decides; for a brand it does not name, what was ``recorded`` for the meter.
        """
        return self.digits_by_brand.get(brand.strip().upper(), recorded or self.default_digits)

    def last_day(self, period: date, cycle: int) -> date | None:
        """The last reading day of ``cycle`` in ``period``; None when the law knows no such cycle."""
        days = self.cycle_days.get(cycle)
        return None if days is None else period.replace(day=days[1])


DEFAULT_PARAMETERS = ReadingParameters(
    cycle_days=MappingProxyType({1: (1, 5), 2: (11, 15), 3: (21, 25)}),
    digits_by_brand=MappingProxyType({}),
    default_digits=5,
    high_times=Decimal(3),
    high_minimum_m3=30,
)
"""What is used while no law is loaded for the period."""
