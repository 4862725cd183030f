"""The arithmetic of an aforo."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.business_days import OfficeHours
from cauce.workorders.rules.inspections import (
    AFTERNOON,
    MORNING,
    Basis,
    Fixture,
    expected_by_fixtures,
    expected_by_persons,
    free_seat,
    has_begun,
    hours_of,
    is_over,
    meter_test,
)

OFFICE = OfficeHours(time(8), time(16), ZoneInfo("America/Mexico_City"))
BASIS = Basis(
    litres_a_person=Decimal("150.00"),
    person_source="Manual",
    tolerance_percent=Decimal("5.00"),
    smallest_test_litres=Decimal(10),
    test_source="Norma",
    fixtures=(
        Fixture("EXCUSADO", "Excusados", Decimal(90)),
        Fixture("REGADERA", "Regaderas", Decimal(140)),
        Fixture("TINACO", "Tinacos", Decimal(0)),
        Fixture("CISTERNA", "Cisternas", Decimal(0)),
    ),
    fixtures_source="Uso ordinario",
)
LITRES = st.decimals(min_value=10, max_value=1000, places=2)


@given(LITRES)
def test_a_meter_that_registers_what_was_poured_has_no_error(litres: Decimal):
    test = meter_test(litres, litres, BASIS)
    assert test is not None
    assert (test.error_percent, test.verdict) == (0, "registra bien")


@given(LITRES, LITRES)
def test_the_sign_of_the_error_says_whether_the_meter_counts_too_much(poured: Decimal, registered: Decimal):
    test = meter_test(poured, registered, BASIS)
    assert test is not None
    assert (test.error_percent > 0) <= (registered > poured)
    assert test.is_within_tolerance == (abs(test.error_percent) <= BASIS.tolerance_percent)


def test_half_a_test_is_no_test():
    assert meter_test(Decimal(20), None, BASIS) is None
    assert meter_test(None, Decimal(20), BASIS) is None


@pytest.mark.parametrize(("registered", "verdict"), [("21.5", "registra de más"), ("18", "registra de menos")])
def test_an_error_beyond_the_tolerance_is_named(registered: str, verdict: str):
    test = meter_test(Decimal(20), Decimal(registered), BASIS)
    assert test is not None
    assert test.verdict == verdict


def test_what_persons_use_is_explained():
    expected = expected_by_persons(4, BASIS)
    assert expected is not None
    assert expected.volume_m3 == Decimal("18.0")
    assert expected.steps == ("4 personas × 150 litros al día × 30 días = 18.0 m³ al mes",)
    assert expected_by_persons(None, BASIS) is None


@given(st.dictionaries(st.sampled_from([fixture.code for fixture in BASIS.fixtures]), st.integers(0, 20)))
def test_more_fixtures_never_take_less(fixtures: dict[str, int]):
    few = expected_by_fixtures(fixtures, BASIS)
    many = expected_by_fixtures({**fixtures, "REGADERA": fixtures.get("REGADERA", 0) + 1}, BASIS)
    assert many is not None
    assert few is None or many.volume_m3 >= few.volume_m3


def test_a_tank_takes_no_water_by_itself():
    assert expected_by_fixtures({"TINACO": 2, "CISTERNA": 1}, BASIS) is None


@given(st.sets(st.integers(1, 30)))
def test_a_free_place_is_one_that_nobody_has_and_none_before_it(taken: set[int]):
    seat = free_seat(taken)
    assert seat not in taken
    assert set(range(1, seat)) <= taken


def test_a_half_day_begins_and_ends_at_its_hours():
    day = date(2026, 9, 22)
    assert hours_of(MORNING, OFFICE) == (time(8), time(12))
    assert hours_of(AFTERNOON, OFFICE) == (time(12), time(16))
    eleven = datetime(2026, 9, 22, 11, tzinfo=OFFICE.zone)
    assert has_begun(day, MORNING, eleven, OFFICE)
    assert not is_over(day, MORNING, eleven, OFFICE)
    assert not has_begun(day, AFTERNOON, eleven, OFFICE)
    assert is_over(day, MORNING, eleven.replace(hour=12), OFFICE)
