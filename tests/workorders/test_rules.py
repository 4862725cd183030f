"""The states of an order are a graph without traps, and what a report lacks is told."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.workorders.rules.catalogue import FileFault, TypeDetails, fault_of, types_of
from cauce.workorders.rules.reports import Asked, WorkOrderReport, added_up, is_known_reason, missing_in
from cauce.workorders.rules.states import ENDED, ORDER_EDGES, PENDING
from cauce.workorders.rules.walking import Stop, metres_between, on_the_drawing, walking_order

STATES = sorted({state for edge in ORDER_EDGES for state in edge})
NEXT = {state: sorted(after for before, after in ORDER_EDGES if before == state) for state in STATES}
MOMENT = datetime(2026, 9, 21, 18, 0, tzinfo=UTC)
FIELDS = ["READING", "SEAL", "METER_SERIAL", "DIAMETER", "INITIAL_READING"]
codes = st.lists(st.sampled_from(FIELDS), unique=True)
quantities = st.decimals(min_value="0.01", max_value="999", places=2)
degrees = st.decimals(min_value="20.40", max_value="20.60", places=6)


@given(st.lists(st.integers(0, 20), max_size=30))
def test_however_an_order_goes_it_can_always_end(choices: list[int]) -> None:
    state = "ISSUED"
    for choice in choices:
        if NEXT[state]:
            state = NEXT[state][choice % len(NEXT[state])]
    reachable, frontier = {state}, [state]
    while frontier:
        new = set(NEXT[frontier.pop()]) - reachable
        reachable |= new
        frontier.extend(new)
    assert reachable & ENDED


def test_what_is_over_for_good_goes_nowhere() -> None:
    assert {state for state in STATES if not NEXT[state]} == {"CANCELLED", "MERGED", "RECALLED"}


@pytest.mark.parametrize("state", sorted(PENDING))
def test_whatever_is_pending_can_be_called_back(state: str) -> None:
    assert "RECALLED" in NEXT[state]


def test_nothing_is_closed_without_review() -> None:
    assert {before for before, after in ORDER_EDGES if after == "CLOSED"} == {"REVIEWED"}


@given(codes, st.booleans())
def test_a_bare_report_lacks_all_that_is_asked_and_a_full_one_nothing(fields: list[str], needs_photo: bool) -> None:
    asked = Asked(closing_fields=fields, needs_photo=needs_photo)
    bare = WorkOrderReport(is_done=True, finished_at=MOMENT)
    full = WorkOrderReport(
        is_done=True,
        reading=0,
        seal="S1",
        meter_serial="A1",
        diameter="1/2",
        initial_reading=0,
        photos=(1,),
        finished_at=MOMENT,
    )
    assert set(missing_in(bare, asked)) == {*fields, *(["PHOTO"] if needs_photo else [])}
    assert missing_in(full, asked) == ()
    assert missing_in(WorkOrderReport(is_done=False, reason="No hubo acceso", finished_at=MOMENT), asked) == ()


def test_an_account_without_meter_brings_no_reading() -> None:
    report = WorkOrderReport(is_done=True, finished_at=MOMENT)
    assert missing_in(report, Asked(closing_fields=["READING"], has_meter=False)) == ()


def test_a_reason_is_one_of_the_kinds_own() -> None:
    asked = Asked(reasons_not_done=["No hubo acceso"])
    assert is_known_reason("No hubo acceso ", asked)
    assert not is_known_reason("Me dio flojera", asked)
    assert not is_known_reason("", Asked())
    assert is_known_reason("Lo que sea", Asked())


@given(st.lists(st.tuples(st.sampled_from(["SELLO", "TEFLON"]), quantities)))
def test_materials_named_twice_are_added_up(materials: list[tuple[str, Decimal]]) -> None:
    assert sum(added_up(materials).values(), Decimal(0)) == sum((quantity for _, quantity in materials), Decimal(0))


def test_a_crew_walks_what_is_urgent_first_and_then_by_the_routes() -> None:
    stops = [Stop(1, 2, "", 0), Stop(2, 2, "02", 1), Stop(3, 2, "01", 9), Stop(4, 1, "09", 1), Stop(5, 2, "01", 2)]
    assert walking_order(stops) == [4, 5, 3, 2, 1]


@given(st.lists(st.tuples(degrees, degrees), min_size=1, max_size=12))
def test_every_place_falls_inside_the_drawing(places: list[tuple[Decimal, Decimal]]) -> None:
    stops = [Stop(number, 2, "", 0, north, -80 - north + east) for number, (north, east) in enumerate(places)]
    points = on_the_drawing(stops, 800, 500, 20)
    assert len(points) == len(stops)
    assert all(0 <= across <= 800 and 0 <= down <= 500 for across, down in points.values())


def test_distance_is_in_metres_and_none_without_coordinates() -> None:
    here = Stop(1, 2, "", 0, Decimal("20.48"), Decimal("-100.96"))
    there = Stop(2, 2, "", 0, Decimal("20.481"), Decimal("-100.96"))
    assert metres_between(here, there) == pytest.approx(111.3, abs=0.1)
    assert metres_between(here, Stop(3, 2, "", 0)) is None


def test_a_kind_that_changes_a_meter_must_ask_for_what_the_change_needs() -> None:
    told = {"name": "Cambio", "area": "Operación", "term_hours": 8, "effect": "METER_CHANGED"}
    assert "lectura inicial" in fault_of(TypeDetails(**told))
    assert not fault_of(TypeDetails(**told, closing_fields=("READING", "METER_SERIAL", "INITIAL_READING")))


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"nombre": "X", "area": "Y"}, "falta «plazo_horas»"),
        ({"nombre": "X", "area": "Y", "plazo_horas": 8, "color": 1}, "«color» no es un dato"),
        ({"nombre": "X", "area": "Y", "plazo_horas": "ocho"}, "número entero"),
        ({"nombre": "X", "area": "Y", "plazo_horas": 0}, "una hora hábil o más"),
        ({"nombre": "X", "area": "Y", "plazo_horas": 8, "al_cerrar": ["peso"]}, "«peso» no es ninguno de"),
        ({"nombre": "X", "area": "Y", "plazo_horas": 8, "efecto": "explota"}, "«explota» no es ninguno de"),
        ({"nombre": "X", "area": "Y", "plazo_horas": 8, "fotografia": "tal vez"}, "es sí (true) o no (false)"),
        ({"nombre": "X", "area": "Y", "plazo_horas": 8, "materiales": {"SELLO": "muchos"}}, "es un número"),
        ({"nombre": "X", "area": "Y", "plazo_horas": 8, "motivos_de_no_hecha": "flojera"}, "es una lista"),
    ],
)
def test_a_fault_of_the_file_names_the_code_and_what_is_wrong(told: dict[str, object], fault: str) -> None:
    with pytest.raises(FileFault, match="«FUGA»") as refused:
        types_of({"FUGA": told})
    assert fault in str(refused.value)
