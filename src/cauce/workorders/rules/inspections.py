"""The arithmetic of an aforo: the places of a half day, the test of a meter, and the consumption to be expected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from cauce.core.business_days import OfficeHours

# The services of the law name it: «Inspección de instalaciones en domicilio (aforo)».
CHARGED_AS: Final = "O05"
MORNING: Final = "MORNING"
AFTERNOON: Final = "AFTERNOON"
# When the crew's morning ends and its afternoon begins.
MIDDAY: Final = time(12)
# A test with a bucket is made at a low flow, in which NOM-012-SCFI lets a meter be 5 % off.
METER_TOLERANCE_PERCENT: Final = Decimal(5)
SMALLEST_TEST_LITRES: Final = Decimal(10)
# What a person uses at home in a day in a temperate town, as the manuals of CONAGUA give it.
LITRES_A_PERSON: Final = Decimal(150)
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


FIXTURES: Final = (
    Fixture("EXCUSADO", "Excusados", Decimal(90)),
    Fixture("REGADERA", "Regaderas", Decimal(140)),
    Fixture("LAVABO", "Lavabos", Decimal(30)),
    Fixture("FREGADERO", "Fregaderos", Decimal(50)),
    Fixture("LAVADERO", "Lavaderos", Decimal(60)),
    Fixture("LAVADORA", "Lavadoras", Decimal(80)),
    Fixture("JARDIN", "Llaves de jardín", Decimal(50)),
    Fixture("COCHERA", "Llaves de cochera", Decimal(30)),
    Fixture("TINACO", "Tinacos", Decimal(0)),
    Fixture("CISTERNA", "Cisternas", Decimal(0)),
    Fixture("ALBERCA", "Albercas", Decimal(300)),
)
FIXTURE_NAMES: Final[Mapping[str, str]] = {fixture.code: fixture.name for fixture in FIXTURES}


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

    @property
    def is_within_tolerance(self) -> bool:
        """Whether the meter may stay."""
        return abs(self.error_percent) <= METER_TOLERANCE_PERCENT

    @property
    def verdict(self) -> str:
        """What the error means, as it is told."""
        if self.is_within_tolerance:
            return "registra bien"
        return "registra de más" if self.error_percent > 0 else "registra de menos"


@dataclass(frozen=True, slots=True)
class Expected:
    """A consumption to be expected in a month, and how it was worked out, step by step."""

    volume_m3: Decimal
    steps: tuple[str, ...]


def meter_test(test_litres: Decimal | None, registered_litres: Decimal | None) -> MeterTest | None:
    """The error of a meter that registered so many litres when so many were poured; None without a whole test.

    >>> meter_test(Decimal(20), Decimal("21.5")).error_percent
    Decimal('7.5')
    """
    if test_litres is None or registered_litres is None or test_litres <= 0:
        return None
    error = (registered_litres - test_litres) / test_litres * 100
    return MeterTest(error.quantize(Decimal("0.1")))


def expected_by_persons(persons: int | None) -> Expected | None:
    """What so many persons use in a month; None if nobody counted them.

    >>> expected_by_persons(4).volume_m3
    Decimal('18.0')
    """
    if not persons:
        return None
    volume = _cubic_metres(persons * LITRES_A_PERSON)
    step = f"{persons} {_noun(persons)} × {LITRES_A_PERSON} litros al día × {DAYS_OF_A_MONTH} días = {volume} m³ al mes"
    return Expected(volume, (step,))


def expected_by_fixtures(fixtures: Mapping[str, int] | None) -> Expected | None:
    """What so many fixtures take in a month of ordinary use; None when there are none that take water."""
    counted = [
        (fixture, (fixtures or {}).get(fixture.code, 0))
        for fixture in FIXTURES
        if fixture.litres_a_day and (fixtures or {}).get(fixture.code, 0)
    ]
    if not counted:
        return None
    daily = sum((fixture.litres_a_day * count for fixture, count in counted), Decimal(0))
    volume = _cubic_metres(daily)
    steps = [
        f"{fixture.name}: {count} × {fixture.litres_a_day} = {fixture.litres_a_day * count} litros al día"
        for fixture, count in counted
    ]
    return Expected(volume, (*steps, f"{daily} litros al día × {DAYS_OF_A_MONTH} días = {volume} m³ al mes"))


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


def _noun(persons: int) -> str:
    return "persona" if persons == 1 else "personas"
