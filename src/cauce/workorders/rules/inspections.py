"""The arithmetic of an aforo: the places of a half day, the test of a meter, and the consumption to be expected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from cauce.core.business_days import OfficeHours
from cauce.core.es_mx import format_quantity

# The services of the law name it: «Inspección de instalaciones en domicilio (aforo)».
CHARGED_AS: Final = "O05"
MORNING: Final = "MORNING"
AFTERNOON: Final = "AFTERNOON"
# When the crew's morning ends and its afternoon begins.
MIDDAY: Final = time(12)
DAYS_OF_A_MONTH: Final = 30
LITRES_OF_M3: Final = Decimal(1000)
LONGEST_OPENING_DAYS: Final = 92
MOST_OF_A_FIXTURE: Final = 99
MOST_PERSONS: Final = 500


@dataclass(frozen=True, slots=True)
class Fixture:
    """A kind of mueble or outlet of water, and the litres that one takes in a day of ordinary use."""

    code: str
    name: str
    litres_a_day: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """With what an act is worked out, and where each figure comes from: the utility's data, kept with each act."""

    litres_a_person: Decimal
    person_source: str
    tolerance_percent: Decimal
    smallest_test_litres: Decimal
    test_source: str
    fixtures: tuple[Fixture, ...]
    fixtures_source: str

    @property
    def fixture_names(self) -> Mapping[str, str]:
        """The name of each fixture, by its code."""
        return {fixture.code: fixture.name for fixture in self.fixtures}


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionReport:
    """What was seen in the house, as the act tells it; ``fixtures`` are counts by code."""

    received_by: str
    conclusion: str
    inspected_at: datetime
    reading: int | None = None
    meter_serial: str = ""
    persons: int | None = None
    fixtures: Mapping[str, int] | None = None
    leaks: str = ""
    test_litres: Decimal | None = None
    registered_litres: Decimal | None = None
    recommendations: str = ""
    was_signed: bool = True


@dataclass(frozen=True, slots=True)
class MeterTest:
    """How far a meter was from what was poured, in per cent of it: above zero it counts too much."""

    error_percent: Decimal
    tolerance_percent: Decimal

    @property
    def is_within_tolerance(self) -> bool:
        """Whether the meter may stay."""
        return abs(self.error_percent) <= self.tolerance_percent

    @property
    def verdict(self) -> str:
        """What the error means, as it is told."""
        if self.is_within_tolerance:
            return "registra bien"
        return "registra de más" if self.error_percent > 0 else "registra de menos"


@dataclass(frozen=True, slots=True)
class Expected:
    """A consumption to be expected in a month, how it was worked out step by step, and on what it rests."""

    volume_m3: Decimal
    steps: tuple[str, ...]
    source: str


def meter_test(test_litres: Decimal | None, registered_litres: Decimal | None, basis: Basis) -> MeterTest | None:
    """The error of a meter that registered so many litres when so many were poured; None without a whole test."""
    if test_litres is None or registered_litres is None or test_litres <= 0:
        return None
    error = (registered_litres - test_litres) / test_litres * 100
    return MeterTest(error.quantize(Decimal("0.1")), basis.tolerance_percent)


def expected_by_persons(persons: int | None, basis: Basis) -> Expected | None:
    """What so many persons use in a month; None if nobody counted them."""
    if not persons:
        return None
    volume = _cubic_metres(persons * basis.litres_a_person)
    litres = format_quantity(basis.litres_a_person)
    step = f"{persons} {_noun(persons)} × {litres} litros al día × {DAYS_OF_A_MONTH} días = {volume} m³ al mes"
    return Expected(volume, (step,), basis.person_source)


def expected_by_fixtures(fixtures: Mapping[str, int] | None, basis: Basis) -> Expected | None:
    """What so many fixtures take in a month of ordinary use; None when there are none that take water."""
    counted = [
        (fixture, (fixtures or {}).get(fixture.code, 0))
        for fixture in basis.fixtures
        if fixture.litres_a_day and (fixtures or {}).get(fixture.code, 0)
    ]
    if not counted:
        return None
    daily = sum((fixture.litres_a_day * count for fixture, count in counted), Decimal(0))
    volume = _cubic_metres(daily)
    steps = [_step(fixture, count) for fixture, count in counted]
    steps.append(f"{format_quantity(daily)} litros al día × {DAYS_OF_A_MONTH} días = {volume} m³ al mes")
    return Expected(volume, tuple(steps), basis.fixtures_source)


def free_seat(taken: Collection[int]) -> int:
    """The first place that nobody has.

    >>> free_seat({1, 2, 4})
    3
    """
    return next(seat for seat in range(1, len(taken) + 2) if seat not in taken)


def hours_of(half: str, office: OfficeHours) -> tuple[time, time]:
    """From when to when somebody is waited for at home in a half day."""
    return (office.opens, MIDDAY) if half == MORNING else (MIDDAY, office.closes)


def has_begun(day: date, half: str, at: datetime, office: OfficeHours) -> bool:
    """Whether a half day has begun."""
    return at >= datetime.combine(day, hours_of(half, office)[0], office.zone)


def is_over(day: date, half: str, at: datetime, office: OfficeHours) -> bool:
    """Whether a half day has ended."""
    return at >= datetime.combine(day, hours_of(half, office)[1], office.zone)


def fee_key(key: str) -> str:
    """The key under which the charge of an aforo happens once."""
    return f"{key}/cobro"


def _cubic_metres(daily_litres: Decimal) -> Decimal:
    return (daily_litres * DAYS_OF_A_MONTH / LITRES_OF_M3).quantize(Decimal("0.1"))


def _step(fixture: Fixture, count: int) -> str:
    each, all_of_them = format_quantity(fixture.litres_a_day), format_quantity(fixture.litres_a_day * count)
    return f"{fixture.name}: {count} × {each} = {all_of_them} litros al día"


def _noun(persons: int) -> str:
    return "persona" if persons == 1 else "personas"
