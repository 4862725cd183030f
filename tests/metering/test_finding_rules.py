"""What is odd about a reading: against its history and season, its meter's past and the walk of who read."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.periods import add_months
from cauce.metering.rules import (
    DEFAULT_ANOMALIES,
    PastRound,
    Place,
    ReadAccount,
    Step,
    far_from_house,
    find,
    metres_between,
    place_of,
    times_in_a_row,
    too_fast,
)

OCTOBER = date(2026, 10, 1)
HOUSE = Place(Decimal("20.482000"), Decimal("-100.961000"))


def account(m3: int | None, volumes: list[int], **facts) -> ReadAccount:
    months = {add_months(OCTOBER, index - len(volumes)): volume for index, volume in enumerate(volumes)}
    given_facts = {
        "period": OCTOBER,
        "value": 500,
        "previous_value": 480,
        "measured_m3": m3,
        "reason": "",
        "days": 30,
        "past": (),
        "volumes": months,
    }
    return ReadAccount(**(given_facts | facts))


def codes(subject: ReadAccount) -> list[str]:
    return [found.code for found in find(subject, DEFAULT_ANOMALIES, longest_days=45)]


STEADY = [20, 21, 19, 20, 22, 20, 21, 20]


@pytest.mark.parametrize(
    ("m3", "expected"),
    [(20, []), (30, []), (31, ["ALTO_POR_HISTORIA"]), (9, ["BAJO_POR_HISTORIA"]), (101, ["POSIBLE_REVENTADA"])],
)
def test_a_volume_is_judged_by_the_median_and_the_deviation_of_its_own_months(m3, expected):
    assert codes(account(m3, STEADY)) == expected


def test_one_wild_month_does_not_move_what_is_expected():
    assert codes(account(31, [*STEADY, 400])) == ["ALTO_POR_HISTORIA"]


def test_what_the_same_season_of_last_year_used_is_not_high():
    summer = [20] * 9 + [60, 62, 61] + [20] * 9
    months = {add_months(OCTOBER, index - 22): volume for index, volume in enumerate(summer)}
    assert months[add_months(OCTOBER, -12)] == 62
    assert codes(account(55, [])._replace(volumes=months)) == []
    assert codes(account(95, [])._replace(volumes=months)) == ["ALTO_POR_HISTORIA"]


def test_two_months_in_one_reading_are_told_as_such_and_not_as_high():
    assert codes(account(42, STEADY, days=61)) == ["DOS_MESES_EN_UNA"]


def test_a_few_months_are_no_history():
    assert codes(account(59, [5, 5, 5])) == []


def test_the_same_figure_as_the_month_before_is_a_finding():
    assert codes(account(0, [], value=480)) == ["IGUAL_A_LA_ANTERIOR"]


def test_a_meter_that_stays_stopped_is_told_with_how_many_times():
    stopped = account(0, [], reason="CONSUMO_CERO", past=[PastRound(480, "INCIDENTE_03"), PastRound(480, "")])
    found = find(stopped, DEFAULT_ANOMALIES, longest_days=45)
    assert [(each.code, each.times) for each in found] == [("PARADO_VARIAS_VECES", 2)]


def test_going_back_twice_and_not_being_read_twice_are_findings():
    back = account(None, [], reason="LECTURA_RETROCEDE", past=[PastRound(490, "INCIDENTE_04")])
    assert codes(back) == ["RETROCEDE_VARIAS_VECES"]
    unread = account(None, [], value=None, reason="SIN_LINEA", past=[PastRound(None, "INCIDENTE_02")])
    assert codes(unread) == ["SIN_LEER_VARIAS_VECES"]


@given(st.lists(st.sampled_from(["INCIDENTE_02", ""]), max_size=12))
def test_times_in_a_row_end_at_the_first_round_without_it(reasons):
    times = times_in_a_row("INCIDENTE_02", [PastRound(None, reason) for reason in reasons])
    run = reasons.index("") if "" in reasons else len(reasons)
    assert times == 1 + run


def test_a_reading_far_from_the_house_is_a_finding():
    near = Place(Decimal("20.482500"), Decimal("-100.961000"))
    far = Place(Decimal("20.492000"), Decimal("-100.961000"))
    assert far_from_house(near, HOUSE, DEFAULT_ANOMALIES) is None
    assert far_from_house(far, HOUSE, DEFAULT_ANOMALIES).facts == {"metros": 1112}
    assert far_from_house(None, HOUSE, DEFAULT_ANOMALIES) is None


def test_a_terminal_without_signal_says_nowhere():
    nowhere = place_of(Decimal("0.000000"), Decimal("0.000000"))
    assert nowhere is place_of(None, None) is None
    assert far_from_house(nowhere, HOUSE, DEFAULT_ANOMALIES) is None
    assert place_of(HOUSE.latitude, HOUSE.longitude) == HOUSE


DEGREES = st.decimals(min_value="20.3", max_value="20.7", places=6)


@given(DEGREES, DEGREES)
def test_distances_are_the_same_both_ways(one, other):
    here, there = Place(one, Decimal("-100.9")), Place(other, Decimal("-100.8"))
    assert metres_between(here, there) == metres_between(there, here)
    assert metres_between(here, here) == 0


def step(reading: int, minute: int, latitude: str = "20.482000", *, reader: str = "101", route: int = 1) -> Step:
    return Step(reading, reading, reader, route, OCTOBER, minute, Place(Decimal(latitude), Decimal("-100.961000")))


def test_nobody_walks_a_kilometre_in_a_minute():
    found = too_fast([step(1, 600), step(2, 601, "20.491000"), step(3, 610, "20.491000")], DEFAULT_ANOMALIES)
    assert set(found) == {2}


def test_another_route_or_reader_is_another_walk():
    walk = [step(1, 600), step(2, 601, "20.491000", reader="102"), step(3, 602, route=2)]
    assert too_fast(walk, DEFAULT_ANOMALIES) == {}


def test_nobody_reads_nine_meters_in_a_minute():
    assert set(too_fast([step(number, 600) for number in range(9)], DEFAULT_ANOMALIES)) == {8}
