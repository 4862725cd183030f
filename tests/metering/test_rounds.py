"""Rounds: routes in order, shared among readers, taken out to the terminal, captured at the door and visited again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cauce.events.models import Event
from cauce.metering.models import Consumption, Reader, Reading, ReadingCapture, ReadingFinding, RouteAssignment
from cauce.metering.operations import (
    CaptureRefused,
    OwnReading,
    ReaderIsAway,
    ReaderRejected,
    accept_reading,
    assign_routes,
    capture_reading,
    close_round,
    import_readings,
    open_round,
    request_second_visit,
    save_reader,
)
from cauce.metering.queries import (
    lines_for_handheld,
    round_progress,
    route_loads,
    second_visits,
    walk_of_route,
)
from cauce.metering.tasks import find_anomalies_of_reading
from cauce.registry.models import Account, Route
from cauce.registry.operations import RouteChanged, move_in_route, resequence_route
from config.reactions import REACTIONS
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import AT, OCTOBER, SEPTEMBER, a_person, a_reading, a_round

pytestmark = pytest.mark.django_db
DOOR = datetime(2026, 9, 2, 15, 30, tzinfo=UTC)


@pytest.fixture
def boss():
    return a_person("jefa", "jefe")


@pytest.fixture
def reader():
    return Reader.objects.create(code="101", name="Luis", user=a_person("luis"))


@pytest.fixture
def houses():
    made = [make_account(f"00000{n}", serial=f"S{n}") for n in range(1, 6)]
    for house in made:
        add_opening(house, 100)
        add_history(house, {SEPTEMBER.replace(month=month): 20 for month in range(1, 9)})
    return made


def order_of(route: Route) -> list[str]:
    return list(Account.objects.filter(route=route).order_by("route_order", "pk").values_list("number", flat=True))


def captured(account: Account, reader: Reader, value: int | None = 120, **given) -> Reading:
    facts = {
        "reading_round": a_round(),
        "meter_serial": "S" + account.number[-1],
        "incident": "00",
        "taken_at": DOOR,
        "latitude": Decimal("20.482512"),
        "longitude": Decimal("-100.962211"),
        "photo": None,
        "at": AT,
        "by": reader.user,
        "key": f"key/{account.number}/{value}",
    }
    return capture_reading(account, value=value, reader=reader, **facts | given)


def test_a_route_is_ordered_whole_once_and_without_repeated_places(houses, boss):
    route = houses[0].route
    backwards = [house.pk for house in reversed(houses)]
    assert resequence_route(route, account_ids=backwards, reason="Obra", at=AT, by=boss) == 4
    assert order_of(route) == ["000005", "000004", "000003", "000002", "000001"]
    assert resequence_route(route, account_ids=backwards, reason="Obra", at=AT, by=boss) == 0
    assert Event.objects.filter(kind="ROUTE_RESEQUENCED").count() == 1


def test_repeated_places_are_numbered_anew(houses, boss):
    Account.objects.update(route_order=7)
    route = houses[0].route
    resequence_route(route, account_ids=[house.pk for house in houses], reason="", at=AT, by=boss)
    assert sorted(Account.objects.values_list("route_order", flat=True)) == [10, 20, 30, 40, 50]


def test_an_order_of_other_accounts_is_refused_and_nothing_moves(houses, boss):
    route, before = houses[0].route, order_of(houses[0].route)
    ids = [house.pk for house in houses]
    other = make_account("000009", serial="S9", cycle=2)
    for wrong in (ids[:4], [*ids, ids[0]], [*ids[:4], ids[0]], [*ids[:4], other.pk]):
        with pytest.raises(RouteChanged, match="vuelva a abrirla"):
            resequence_route(route, account_ids=wrong, reason="", at=AT, by=boss)
    assert order_of(route) == before


def test_an_account_goes_to_a_place_and_only_those_between_change(houses, boss):
    route = houses[0].route
    assert move_in_route(houses[3], place=2, reason="", at=AT, by=boss) == 3
    assert order_of(route) == ["000001", "000004", "000002", "000003", "000005"]
    assert move_in_route(houses[3], place=2, reason="", at=AT, by=boss) == 0
    move_in_route(houses[3], place=99, reason="", at=AT, by=boss)
    assert order_of(route)[-1] == "000004"


def test_a_route_is_proposed_in_the_order_of_a_real_walk(houses):
    for house, minute in zip((houses[2], houses[0], houses[4]), ("0900", "0905", "0910"), strict=True):
        Reading.objects.create(
            round=a_round(), account=house, line=1, meter_serial="S", value=120, taken_on=SEPTEMBER.replace(day=2),
            taken_time=minute, incident="00", status="OK", reader_code="101",
        )  # fmt: skip
    walk = walk_of_route(a_round(), houses[0].route)
    assert [(place.account.number, place.now, place.walked) for place in walk] == [
        ("000003", 3, 1),
        ("000004", 4, 2),
        ("000001", 1, 3),
        ("000002", 2, 4),
        ("000005", 5, 5),
    ]


def test_a_reader_has_one_code_and_one_user(reader, boss):
    with pytest.raises(ReaderRejected, match="tres letras"):
        save_reader(None, code="1", name="Ana", user=None, is_active=True, at=AT, by=boss)
    with pytest.raises(ReaderRejected, match="ya es de otro"):
        save_reader(None, code="101", name="Ana", user=None, is_active=True, at=AT, by=boss)
    with pytest.raises(ReaderRejected, match="ya es el usuario"):
        save_reader(None, code="102", name="Ana", user=reader.user, is_active=True, at=AT, by=boss)
    with pytest.raises(ReaderRejected, match="Escriba el nombre"):
        save_reader(None, code="102", name=" ", user=None, is_active=True, at=AT, by=boss)
    ana = save_reader(None, code="a02", name="Ana", user=None, is_active=True, at=AT, by=boss)
    assert ana.code == "A02"
    save_reader(ana, code="A02", name="Ana", user=None, is_active=True, at=AT, by=boss)
    assert Event.objects.filter(kind="READER_SAVED").count() == 1


def test_routes_are_shared_once_and_pass_to_another_reader(houses, reader, boss):
    route = houses[0].route
    other = Reader.objects.create(code="102", name="Ana")
    assert len(assign_routes(period=SEPTEMBER, readers={route.pk: reader}, at=AT, by=boss)) == 1
    assert assign_routes(period=SEPTEMBER, readers={route.pk: reader}, at=AT, by=boss) == []
    assign_routes(period=SEPTEMBER, readers={route.pk: other}, at=AT, by=boss)
    assert RouteAssignment.objects.get().reader == other
    assert Event.objects.filter(kind="ROUTES_ASSIGNED").count() == 2
    other.is_active = False
    other.save()
    with pytest.raises(ReaderIsAway, match="ya no lee"):
        assign_routes(period=OCTOBER, readers={route.pk: other}, at=AT, by=boss)


def test_a_load_is_told_by_last_months_walk(houses, reader, boss):
    for minute, house in enumerate(houses):
        Reading.objects.create(
            round=a_round(), account=house, line=1, meter_serial="S", value=120, taken_on=SEPTEMBER.replace(day=2),
            taken_time=f"09{minute * 3:02d}", incident="00", status="OK", reader_code="101",
        )  # fmt: skip
    assign_routes(period=OCTOBER, readers={houses[0].route_id: reader}, at=AT, by=boss)
    (load,) = route_loads(OCTOBER, 1)
    assert (load.reader, load.accounts, load.seconds) == ("101", 5, 5 * 180)


def test_the_file_of_the_terminal_is_exported_filled_and_imported(houses, reader, clerk, write_file, boss):
    assign_routes(period=SEPTEMBER, readers={houses[0].route_id: reader}, at=AT, by=boss)
    make_account("000009", serial="S9", cycle=2)
    lines = list(lines_for_handheld(SEPTEMBER, 1))
    assert [line[:6] for line in lines] == [house.number for house in houses]
    assert {line[39:42] for line in lines} == {"101"}
    assert list(lines_for_handheld(SEPTEMBER, 1, "999")) == []
    filled = [
        f"{line[:18]}{120 + place:>7}20260902{900 + place:04d}{line[37:]}" for place, line in enumerate(lines[:4])
    ]
    path = write_file("lecturas_202609_c1.txt", *filled, lines[4])
    outcome = import_readings(path=path, dry_run=False, at=AT, by=clerk)
    assert (outcome.taken, outcome.rejected, dict(outcome.by_code)) == (4, 1, {"FECHA_INVALIDA": 1})
    assert Reading.objects.filter(status="OK").count() == 4
    assert set(Consumption.objects.filter(period=SEPTEMBER).values_list("volume_m3", flat=True)) == {20, 21, 22, 23}


def test_progress_is_told_by_reader_and_hour(houses, reader, boss):
    assign_routes(period=SEPTEMBER, readers={houses[0].route_id: reader}, at=AT, by=boss)
    for minute, house in zip(("0900", "0910", "1005"), houses[:3], strict=True):
        Reading.objects.create(
            round=a_round(), account=house, line=1, meter_serial="S", value=120, taken_on=SEPTEMBER.replace(day=2),
            taken_time=minute, incident="00", status="OK", reader_code="101",
        )  # fmt: skip
    (progress,) = round_progress(a_round())
    assert (progress.code, progress.name, progress.expected, progress.left, progress.read) == ("101", "Luis", 5, 2, 3)
    assert [(hour.hour, hour.readings) for hour in progress.hours] == [(9, 2), (10, 1)]
    assert (progress.an_hour, progress.last_time, progress.percent) == (6, "1005", 60)


def test_second_visits_are_in_the_order_of_the_walk_with_why(houses, boss):
    clerk = a_person("revisora", "facturacion")
    asked = a_reading(houses[3], 300, serial="S4", previous_value=100)
    request_second_visit(
        account=houses[3], reading_round=a_round(), reading=asked, reason="Ver el medidor", at=AT, by=clerk
    )
    far = a_reading(houses[1], 121, "", serial="S2")
    ReadingFinding.objects.create(round=a_round(), account=houses[1], reading=far, code="LEJOS_DE_LA_CASA", found_at=AT)
    found = second_visits(a_round())
    assert [(visit.number, visit.code, visit.asked, visit.serial) for visit in found] == [
        ("000002", "LEJOS_DE_LA_CASA", "", "S2"),
        ("000004", "CONSUMO_ALTO", "Ver el medidor", "S4"),
    ]


def test_a_route_is_taken_off_its_reader_and_left_to_nobody(houses, reader, boss):
    route = houses[0].route
    assign_routes(period=SEPTEMBER, readers={route.pk: reader}, at=AT, by=boss)
    assert len(assign_routes(period=SEPTEMBER, readers={route.pk: None}, at=AT, by=boss)) == 1
    assert assign_routes(period=SEPTEMBER, readers={route.pk: None}, at=AT, by=boss) == []
    assert {load.reader for load in route_loads(SEPTEMBER, 1)} == {""}
    assert "a nadie" in Event.objects.filter(kind="ROUTES_ASSIGNED").latest("pk").sentence


def test_a_reading_captured_at_the_door_gets_its_findings_at_once(houses, reader):
    reading = captured(houses[0], reader, 160)
    event = Event.objects.get(kind="READING_CAPTURED")
    assert find_anomalies_of_reading(event.pk) == 1
    assert find_anomalies_of_reading(event.pk) == 0
    assert ReadingFinding.objects.get().code == "ALTO_POR_HISTORIA"
    assert ReadingFinding.objects.get().reading == reading
    assert "metering.find_anomalies_of_reading" in REACTIONS["READING_CAPTURED"]


def test_a_reading_captured_at_the_door_is_classed_as_the_files_and_happens_once(houses, reader):
    right = captured(houses[0], reader)
    assert (right.status, right.reader_code, right.taken_on, right.taken_time) == (
        "OK",
        "101",
        SEPTEMBER.replace(day=2),
        "0930",
    )
    assert right.captured_by == reader.user
    assert Consumption.objects.get(account=houses[0], period=SEPTEMBER).volume_m3 == 20
    assert captured(houses[0], reader) == right
    assert captured(houses[0], reader, key="otra") == right
    assert Reading.objects.count() == ReadingCapture.objects.count() == 1
    assert Event.objects.filter(kind="READING_CAPTURED").count() == 1
    high = captured(houses[1], reader, 900)
    assert (high.status, high.reason, high.proposed_m3) == ("REVIEW", "CONSUMO_ALTO", 800)
    inside = captured(houses[2], reader, None, incident="02")
    assert (inside.status, inside.reason) == ("REVIEW", "INCIDENTE_02")
    assert not Consumption.objects.filter(account__in=houses[1:3], period=SEPTEMBER).exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"taken_at": AT + timedelta(hours=1)}, "reloj del teléfono"),
        ({"taken_at": datetime(2026, 9, 20, 15, 0, tzinfo=UTC)}, "último día del ciclo"),
        ({"meter_serial": "S" * 13}, "no cabe en el archivo"),
        ({"value": -1}, "menor que cero"),
    ],
)
def test_what_cannot_be_is_not_captured(houses, reader, given, said):
    with pytest.raises(CaptureRefused, match=said):
        captured(houses[0], reader, **given)
    assert not Reading.objects.exists()


def test_another_figure_another_cycle_a_closed_month_and_who_is_away_are_refused(houses, reader, boss):
    captured(houses[0], reader)
    with pytest.raises(CaptureRefused, match="no se cambia sola"):
        captured(houses[0], reader, 150)
    other = make_account("000009", serial="S9", cycle=2)
    with pytest.raises(CaptureRefused, match="es del ciclo 2"):
        captured(other, reader)
    with pytest.raises(CaptureRefused, match="ya es de otra lectura"):
        captured(houses[1], reader, key="key/000001/120")
    reader.is_active = False
    with pytest.raises(CaptureRefused, match="ya no lee"):
        captured(houses[1], reader)
    reader.is_active = True
    close_round(period=SEPTEMBER, cycle=1, at=AT, by=boss)
    with pytest.raises(CaptureRefused, match="ya se aprobó para facturar"):
        captured(houses[1], reader)


def test_a_second_visit_waits_for_who_asked_for_it_and_leaves_the_list(houses, reader):
    clerk = a_person("revisora", "facturacion")
    first = captured(houses[0], reader, 900)
    request_second_visit(account=houses[0], reading_round=a_round(), reading=first, reason="Volver", at=AT, by=clerk)
    later = AT + timedelta(hours=2)
    again = captured(houses[0], reader, 118, at=later)
    assert (again.status, again.reason, again.line) == ("REVIEW", "LECTURA_REVISADA", 2)
    assert second_visits(a_round()) == []
    with pytest.raises(OwnReading):
        accept_reading(reading=again, reason="Bien", at=later, by=reader.user)
    accept_reading(reading=again, reason="Segunda visita", at=later, by=clerk)
    assert Consumption.objects.get(account=houses[0], period=SEPTEMBER).volume_m3 == 18
    assert set(Reading.objects.values_list("status", flat=True)) == {"DECIDED"}


def test_a_round_opened_for_the_telephones_takes_the_file_that_comes_later(houses, clerk, write_file):
    opened = open_round(period=SEPTEMBER, cycle=1, at=AT, by=clerk)
    assert open_round(period=SEPTEMBER, cycle=1, at=AT, by=clerk) == opened
    assert Event.objects.filter(kind="ROUND_OPENED").count() == 1
    path = write_file("lecturas_202609_c1.txt", f"000001{'S1':<12}{120:>7}20260902090000101{' ' * 21}")
    import_readings(path=path, dry_run=False, at=AT, by=clerk)
    opened.refresh_from_db()
    assert opened.file_name == "lecturas_202609_c1.txt"
    assert Reading.objects.get().round == opened
