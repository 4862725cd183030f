"""The rules of the rounds: what is written is read back, walks lose nobody, and a suggestion never makes it worse."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.metering.rules import ReadingLine
from cauce.metering.rules.assignments import RouteLoad, loads_of, suggest
from cauce.metering.rules.handheld import LineDoesNotFit, format_line, line_to_fill
from cauce.metering.rules.reading_file import LINE_LENGTH, parse_line
from cauce.metering.rules.walks import WalkStep, walked_order
from cauce.registry.rules.routes import moved, orders_for

WORDS = st.text(alphabet="ABCDEFGH0123456789", min_size=0, max_size=12)
PLACES = st.one_of(st.just(" " * 10), st.decimals(-90, 90, places=6).map(lambda each: f"{each:>10.6f}"[:10]))


@given(
    account=st.integers(0, 999_999).map(lambda number: f"{number:06d}"),
    serial=WORDS,
    value=st.one_of(st.none(), st.integers(0, 9_999_999)),
    read_on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    minute=st.integers(0, 1439),
    incident=st.sampled_from(["00", "03", "09"]),
    reader=st.text(alphabet="ABC0123456789", min_size=0, max_size=3),
    latitude=PLACES,
)
def test_a_line_that_is_written_is_read_back_as_it_was(
    account, serial, value, read_on, minute, incident, reader, latitude
):
    text = "" if value is None else str(value)
    hour = f"{minute // 60:02d}{minute % 60:02d}"
    line = ReadingLine(account, serial, text, value, read_on, hour, incident, reader, latitude, " " * 11)
    written = format_line(line)
    assert len(written) == LINE_LENGTH
    assert parse_line(written) == line


def test_a_line_to_fill_says_no_figure_day_hour_or_place():
    line = parse_line(line_to_fill("000123", "A123", "101"))
    assert line is not None
    assert (line.account_number, line.serial, line.reader_code, line.incident) == ("000123", "A123", "101", "00")
    assert (line.value, line.read_on, line.read_time, line.latitude, line.longitude) == (None, None, "", None, None)


def test_a_serial_too_long_for_the_terminal_is_told_by_its_account():
    with pytest.raises(LineDoesNotFit, match="La cuenta 000123 no cabe"):
        line_to_fill("000123", "A" * 13, "101")


@given(
    present=st.lists(st.integers(1, 60), unique=True, max_size=20),
    minutes=st.lists(st.tuples(st.integers(1, 70), st.integers(0, 300)), max_size=25),
)
def test_a_walk_loses_and_repeats_no_account(present, minutes):
    ordered = walked_order(present, [WalkStep(*each) for each in minutes])
    assert sorted(ordered) == sorted(present)
    first = {}
    for account_id, minute in minutes:
        first[account_id] = min(minute, first.get(account_id, minute))
    read = [first[account_id] for account_id in ordered if account_id in first]
    assert read == sorted(read)


def test_a_meter_that_nobody_read_stays_behind_the_one_before_it():
    assert walked_order([1, 2, 3, 4], [WalkStep(3, 10), WalkStep(1, 20)]) == [3, 4, 1, 2]
    assert walked_order([9, 1, 2], [WalkStep(2, 1), WalkStep(1, 2)]) == [9, 2, 1]


@given(st.lists(st.integers(0, 50), max_size=30))
def test_the_places_of_a_route_are_never_repeated(present):
    orders = orders_for(present)
    assert len(orders) == len(present)
    assert sorted(set(orders)) == orders
    if len(set(present)) == len(present):
        assert orders == sorted(present)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=15, unique=True), st.data())
def test_an_account_is_taken_to_its_place_and_the_rest_keep_their_order(account_ids, data):
    account_id, place = data.draw(st.sampled_from(account_ids)), data.draw(st.integers(-2, 20))
    order = moved(account_ids, account_id, place)
    assert [each for each in order if each != account_id] == [each for each in account_ids if each != account_id]
    assert order.index(account_id) == min(max(place, 1), len(account_ids)) - 1


@given(
    st.lists(st.tuples(st.sampled_from(["101", "102", "103", ""]), st.integers(0, 40_000)), max_size=8),
)
def test_a_suggestion_brings_the_loads_closer_and_moves_what_is_there(given_routes):
    routes = [RouteLoad(n, f"{n:02d}", reader, 10, seconds) for n, (reader, seconds) in enumerate(given_routes)]
    readers = ["101", "102", "103"]
    found = suggest(routes, readers)
    if found is None:
        return
    takers = {move.route_id: move.taker for move in found.moves}
    after = [route._replace(reader=takers.get(route.route_id, route.reader)) for route in routes]
    seconds = [load.seconds for load in loads_of(after, readers)]
    assert max(seconds) - min(seconds) == found.after < found.before
    assert all(routes[move.route_id].reader == move.giver for move in found.moves)


def test_two_routes_are_swapped_when_that_is_what_levels_the_loads():
    routes = [
        RouteLoad(1, "01", "101", 10, 500),
        RouteLoad(2, "02", "101", 10, 400),
        RouteLoad(3, "03", "102", 10, 300),
        RouteLoad(4, "04", "102", 10, 400),
    ]
    found = suggest(routes, ["101", "102"])
    assert found is not None
    assert (found.before, found.after) == (200, 0)
    assert [(move.number, move.taker) for move in found.moves] in (
        [("02", "102"), ("03", "101")],
        [("01", "102"), ("04", "101")],
    )


def test_with_one_reader_there_is_nothing_to_suggest():
    assert suggest([RouteLoad(1, "01", "101", 10, 500)], ["101"]) is None
