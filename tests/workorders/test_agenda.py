"""Opening the agenda, booking, moving, missing and cancelling aforos."""

from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cauce.cashier.models import PaymentOrder
from cauce.events.models import Event
from cauce.registry.models import Account, Sector
from cauce.registry.operations import OwnAccount, declare_link
from cauce.tariffs.operations import load_law
from cauce.users.models import Holiday, User
from cauce.users.operations import declare_substitution, open_staff_account
from cauce.workorders.models import AgendaSlot, HomeInspection, InspectionMove
from cauce.workorders.operations import (
    AgendaPowerMissing,
    AgendaRefused,
    AlreadyBooked,
    InspectionElsewhere,
    InspectionRefused,
    PlaceTaken,
    book_inspection_again,
    cancel_inspection,
    change_agenda_slot,
    close_agenda_slot,
    mark_no_show,
    move_inspection,
    open_agenda,
    record_reminder,
    register_technician,
    reopen_agenda_slot,
)
from cauce.workorders.queries.agenda import (
    agenda_days,
    agenda_week,
    day_of_technician,
    fee_of,
    inspections_of,
    inspections_of_account,
    inspections_on,
    inspections_to_remind,
    load_of,
    next_free_places,
)
from tests.metering.accounts import make_account
from tests.workorders.agenda_town import (
    AFTERNOON,
    MORNING,
    NOON,
    TODAY,
    TOMORROW,
    booked,
    coordinator,
    head,
    make_staff,
    make_technician,
    opened,
)

FRIDAY = date(2026, 9, 25)
NEXT_MONDAY = date(2026, 9, 28)


@pytest.fixture(autouse=True)
def _staff(db: None) -> None:
    make_staff()


@pytest.fixture
def account() -> Account:
    return make_account()


def in_sector(account: Account, name: str) -> Sector:
    sector, _ = Sector.objects.get_or_create(name=name)
    route = account.route
    route.sector = sector
    route.save()
    return sector


def test_a_technician_is_registered_once_and_corrected():
    first = make_technician()
    again = register_technician(user=first.user, morning_places=5, at=NOON, by=coordinator())
    assert (again.pk, again.morning_places) == (first.pk, 5)
    assert Event.objects.filter(kind="TECHNICIAN_CHANGED").count() == 2


def test_a_technician_who_is_waited_for_is_not_taken_out_of_service(account: Account):
    technician = make_technician()
    booked(account, opened(technician))
    with pytest.raises(AgendaRefused, match="1 aforo agendado"):
        register_technician(user=technician.user, is_active=False, at=NOON, by=coordinator())


def test_the_agenda_is_opened_in_bulk_without_days_of_rest():
    Holiday.objects.create(day=date(2026, 9, 24), name="Día de prueba", legal_basis="Prueba")
    slots = open_agenda(
        technicians=[make_technician(), make_technician("mide2", places=1)],
        first=TOMORROW,
        last=NEXT_MONDAY,
        halves=[MORNING, AFTERNOON],
        at=NOON,
        by=coordinator(),
    )
    assert len(slots) == 2 * 2 * 4  # Tuesday, Wednesday, Friday and Monday
    assert {slot.places for slot in slots} == {1, 2}
    event = Event.objects.get(kind="AGENDA_OPENED")
    assert event.sentence == "Se abrió la agenda de aforos del 22 sep 2026 al 28 sep 2026: 16 medios días, 24 lugares"


def test_opening_again_leaves_what_was_open_as_it_is():
    technician = make_technician()
    slot = opened(technician)
    again = open_agenda(
        technicians=[technician],
        first=TOMORROW,
        last=FRIDAY,
        halves=[MORNING],
        places=9,
        weekdays=[1, 2],
        at=NOON,
        by=coordinator(),
    )
    assert [one.day for one in again] == [date(2026, 9, 23)]
    slot.refresh_from_db()
    assert slot.places == 2
    assert (
        open_agenda(
            technicians=[technician], first=TOMORROW, last=TOMORROW, halves=[MORNING], at=NOON, by=coordinator()
        )
        == []
    )


def test_only_the_power_l1_opens_changes_and_closes():
    technician = make_technician()
    slot = opened(technician)
    with pytest.raises(AgendaPowerMissing):
        open_agenda(technicians=[technician], first=TODAY, last=FRIDAY, halves=[MORNING], at=NOON, by=head())
    with pytest.raises(AgendaPowerMissing):
        change_agenda_slot(slot=slot, places=9, sector=None, at=NOON, by=head())
    with pytest.raises(AgendaPowerMissing):
        close_agenda_slot(slot=slot, reason="Curso", at=NOON, by=head())
    with pytest.raises(AgendaPowerMissing):
        reopen_agenda_slot(slot=slot, at=NOON, by=head())
    with pytest.raises(AgendaPowerMissing):
        register_technician(user=technician.user, at=NOON, by=head())


def test_a_suplencia_opens_the_agenda_between_its_dates_and_not_before_or_after():
    technician = make_technician()
    substitute = open_staff_account(username="suple", full_name="Suple", role="facturacion", password="una frase larga")
    begins, ends = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    declare_substitution(
        absent=coordinator(),
        substitute=substitute,
        role="coordinador",
        document_number="JUM/1/2026",
        reason="Vacaciones",
        valid_from=begins,
        valid_until=ends,
        at=NOON,
        by=User.objects.get(username="cli-autoriza"),
    )
    for days, may in ((0, False), (1, True), (2, True), (3, False)):
        at, day = NOON + timedelta(days=days), TODAY + timedelta(days=days + 1)
        asked = {
            "technicians": [technician],
            "first": day,
            "last": day,
            "halves": [MORNING],
            "at": at,
            "by": substitute,
        }
        with nullcontext() if may else pytest.raises(AgendaPowerMissing):
            open_agenda(**asked)
    assert AgendaSlot.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (TODAY - timedelta(days=1), FRIDAY, "ya pasó"),
        (FRIDAY, TOMORROW, "después"),
        (TODAY, TODAY + timedelta(days=200), "92"),
        (date(2026, 9, 26), date(2026, 9, 27), "inhábiles"),
    ],
)
def test_days_that_cannot_be_opened_are_refused(first: date, last: date, said: str):
    technician = make_technician()
    with pytest.raises(AgendaRefused, match=said):
        open_agenda(technicians=[technician], first=first, last=last, halves=[MORNING], at=NOON, by=coordinator())
    assert not AgendaSlot.objects.exists()


def test_a_half_day_is_closed_when_nobody_is_waited_for(account: Account):
    technician = make_technician()
    slot, other = opened(technician), opened(technician, FRIDAY)
    inspection = booked(account, slot)
    with pytest.raises(AgendaRefused, match="1 aforo agendado"):
        close_agenda_slot(slot=slot, reason="Vehículo en taller", at=NOON, by=coordinator())
    move_inspection(inspection=inspection, slot=other, reason="Vehículo en taller", at=NOON, by=head())
    closed = close_agenda_slot(slot=slot, reason="Vehículo en taller", at=NOON, by=coordinator())
    assert close_agenda_slot(slot=slot, reason="Otra", at=NOON, by=coordinator()).closed_reason == "Vehículo en taller"
    assert load_of(closed).left == 0
    with pytest.raises(InspectionRefused, match="se cerró"):
        booked(make_account("000124", serial="B1"), closed)
    assert reopen_agenda_slot(slot=closed, at=NOON, by=coordinator()).closed_reason == ""


def test_closing_says_why():
    with pytest.raises(AgendaRefused, match="por qué"):
        close_agenda_slot(slot=opened(make_technician()), reason=" ", at=NOON, by=coordinator())


def test_places_are_not_left_below_those_taken(account: Account):
    slot = opened(make_technician())
    booked(account, slot)
    booked(make_account("000124", serial="B1"), slot)
    with pytest.raises(AgendaRefused, match="2 aforos"):
        change_agenda_slot(slot=slot, places=1, sector=None, at=NOON, by=coordinator())
    assert change_agenda_slot(slot=slot, places=3, sector=None, at=NOON, by=coordinator()).places == 3


def test_a_booking_takes_a_folio_and_is_told_in_the_history_of_the_account(account: Account):
    inspection = booked(account, opened(make_technician()))
    assert inspection.document.folio == "AF-000001"
    assert (inspection.seat, inspection.state) == (1, "BOOKED")
    event = Event.objects.get(kind="INSPECTION_BOOKED")
    assert event.account_id == account.pk
    assert "martes 22 de septiembre en la mañana con Ana Ruiz: Consumo alto" in event.sentence


def test_the_same_key_books_once(account: Account):
    slot = opened(make_technician())
    first = booked(account, slot, key="aforo/uno")
    assert booked(account, slot, key="aforo/uno").pk == first.pk
    assert HomeInspection.objects.count() == 1


def test_a_full_half_day_says_which_places_follow(account: Account):
    technician = make_technician(places=1)
    slot = opened(technician)
    opened(technician, FRIDAY)
    booked(account, slot)
    with pytest.raises(PlaceTaken, match="Ese lugar se acaba de ocupar") as refused:
        booked(make_account("000124", serial="B1"), slot)
    assert [place.slot.day for place in refused.value.places] == [FRIDAY]
    assert "viernes 25 de septiembre" in refused.value.message


def test_only_the_power_l1_goes_over_what_a_half_day_holds(account: Account):
    slot = opened(make_technician(places=1))
    booked(account, slot)
    other = make_account("000124", serial="B1")
    with pytest.raises(AgendaPowerMissing, match="pasar del cupo"):
        booked(other, slot, over_capacity=True)
    inspection = booked(other, slot, over_capacity=True, by=coordinator())
    assert (inspection.seat, inspection.is_over_capacity) == (2, True)
    assert Event.objects.filter(kind="INSPECTION_BOOKED_OVER").count() == 1
    assert load_of(slot).is_over_capacity


def test_a_day_of_rest_declared_after_opening_is_refused(account: Account):
    slot = opened(make_technician())
    Holiday.objects.create(day=TOMORROW, name="Duelo", legal_basis="Prueba")
    with pytest.raises(InspectionRefused, match="inhábil"):
        booked(account, slot)
    assert next_free_places(after=NOON) == []


@pytest.mark.parametrize("hours", [20, 48])
def test_a_past_half_day_is_refused(account: Account, hours: int):
    slot = opened(make_technician())
    # At noon of the morning's own day it is over too.
    with pytest.raises(InspectionRefused, match="ya pasó"):
        booked(account, slot, at=NOON + timedelta(hours=hours + 4))


def test_an_account_has_one_aforo_ahead(account: Account):
    technician = make_technician()
    booked(account, opened(technician))
    with pytest.raises(AlreadyBooked, match="AF-000001"):
        booked(account, opened(technician, FRIDAY))


def test_nobody_books_for_their_own_account(account: Account):
    slot = opened(make_technician())
    declare_link(
        user=head(),
        customer=account.holder,
        kind="SELF",
        note="",
        at=NOON,
        by=User.objects.get(username="cli-autoriza"),
    )
    with pytest.raises(OwnAccount):
        booked(account, slot)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"contact_name": " "}, "quién recibirá"),
        ({"matter": ""}, "motivo"),
        ({"contact_phone": "12"}, "diez dígitos"),
    ],
)
def test_a_booking_says_who_receives_and_what_for(account: Account, told: dict[str, str], said: str):
    with pytest.raises(InspectionRefused, match=said):
        booked(account, opened(make_technician()), **told)
    assert not HomeInspection.objects.exists()


def test_a_cancelled_account_is_refused():
    slot = opened(make_technician())
    with pytest.raises(InspectionRefused, match="cancelada"):
        booked(make_account("000124", serial="B1", state=Account.State.CLOSED), slot)


def test_a_charged_aforo_takes_its_payment_order_once(account: Account):
    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=NOON,
        by=User.objects.get(username="cli-captura"),
        approved_by=User.objects.get(username="cli-autoriza"),
    )
    slot = opened(make_technician())
    inspection = booked(account, slot, key="aforo/pagado", is_charged=True)
    booked(account, slot, key="aforo/pagado", is_charged=True)
    order = fee_of(inspection)
    assert order is not None
    assert PaymentOrder.objects.count() == 1
    assert (order.party_id, order.total) == (account.holder_id, Decimal("202.84"))


def test_an_aforo_is_moved_with_its_reason_and_its_history(account: Account):
    technician = make_technician(places=1)
    slot, other = opened(technician), opened(technician, FRIDAY)
    inspection = booked(account, slot)
    moved = move_inspection(inspection=inspection, slot=other, reason="Lo pidió la usuaria", at=NOON, by=head())
    assert move_inspection(inspection=inspection, slot=other, reason="Otra vez", at=NOON, by=head()).pk == moved.pk
    assert (moved.slot_id, moved.times_moved) == (other.pk, 1)
    move = InspectionMove.objects.get()
    assert (move.from_slot_id, move.to_slot_id, move.reason) == (slot.pk, other.pk, "Lo pidió la usuaria")
    assert booked(make_account("000124", serial="B1"), slot).seat == 1


def test_moving_says_why(account: Account):
    technician = make_technician()
    inspection = booked(account, opened(technician))
    with pytest.raises(InspectionRefused, match="por qué"):
        move_inspection(inspection=inspection, slot=opened(technician, FRIDAY), reason="", at=NOON, by=head())


def test_nobody_is_moved_to_a_full_half_day(account: Account):
    technician = make_technician(places=1)
    inspection, full = booked(account, opened(technician)), opened(technician, FRIDAY)
    booked(make_account("000124", serial="B1"), full)
    with pytest.raises(PlaceTaken):
        move_inspection(inspection=inspection, slot=full, reason="Cambio", at=NOON, by=head())
    inspection.refresh_from_db()
    assert inspection.slot.day == TOMORROW
    assert not InspectionMove.objects.exists()


def test_nobody_found_frees_the_place_and_is_booked_again_with_the_same_folio(account: Account):
    technician = make_technician(places=1)
    slot = opened(technician)
    inspection = booked(account, slot)
    with pytest.raises(InspectionRefused, match="Aún no llega"):
        mark_no_show(inspection=inspection, at=NOON, by=head())
    went = NOON + timedelta(hours=21)
    missed = mark_no_show(inspection=inspection, note="Portón cerrado", at=went, by=head())
    assert mark_no_show(inspection=inspection, at=went, by=head()).state == missed.state == "NO_SHOW"
    again = book_inspection_again(inspection=missed, slot=opened(technician, FRIDAY), at=went, by=head())
    assert (again.document.folio, again.state, again.times_moved) == ("AF-000001", "BOOKED", 1)
    assert [event.kind for event in Event.objects.filter(subject_kind="HomeInspection").order_by("pk")] == [
        "INSPECTION_BOOKED",
        "INSPECTION_MISSED",
        "INSPECTION_BOOKED_AGAIN",
    ]


def test_a_cancelled_aforo_frees_its_place_and_is_not_moved(account: Account):
    technician = make_technician(places=1)
    slot = opened(technician)
    inspection = booked(account, slot)
    with pytest.raises(InspectionRefused, match="por qué"):
        cancel_inspection(inspection=inspection, reason="", at=NOON, by=head())
    cancel_inspection(inspection=inspection, reason="Ya no lo quiere", at=NOON, by=head())
    cancel_inspection(inspection=inspection, reason="Ya no lo quiere", at=NOON, by=head())
    assert load_of(slot).left == 1
    with pytest.raises(InspectionElsewhere, match="cancelado"):
        move_inspection(inspection=inspection, slot=opened(technician, FRIDAY), reason="X", at=NOON, by=head())
    with pytest.raises(InspectionElsewhere):
        book_inspection_again(inspection=inspection, slot=slot, at=NOON, by=head())


def test_who_was_reminded_leaves_the_list_until_the_day_changes(account: Account):
    technician = make_technician()
    slot, other = opened(technician), opened(technician, FRIDAY)
    inspection = booked(account, slot)
    assert [one.pk for one in inspections_to_remind(TOMORROW)] == [inspection.pk]
    record_reminder(inspection=inspection, means="PHONE", outcome="Ahí estará", at=NOON, by=head())
    assert inspections_to_remind(TOMORROW) == []
    later = NOON + timedelta(hours=1)
    move_inspection(inspection=inspection, slot=other, reason="Lo pidió", at=later, by=head())
    assert [one.pk for one in inspections_to_remind(FRIDAY)] == [inspection.pk]


def test_the_database_refuses_two_in_one_place(account: Account):
    slot = opened(make_technician())
    booked(account, slot)
    second = booked(make_account("000124", serial="B1"), slot)
    with pytest.raises(IntegrityError), transaction.atomic():
        HomeInspection.objects.filter(pk=second.pk).update(seat=1)


def test_free_places_spare_the_technician_a_trip(account: Account):
    technician, other = make_technician(), make_technician("mide2")
    north, south = in_sector(account, "Norte"), Sector.objects.create(name="Sur")
    far = opened(technician, sector=south)
    near = opened(other, FRIDAY, sector=north)
    open_one = opened(technician, FRIDAY, AFTERNOON)
    late = opened(technician, date(2026, 10, 19), sector=north)
    places = next_free_places(after=NOON, sector_id=north.pk)
    assert [place.slot.pk for place in places] == [near.pk, open_one.pk, far.pk, late.pk]
    assert [place.is_of_the_sector for place in places] == [True, True, False, True]
    assert [place.slot.pk for place in next_free_places(after=NOON, limit=1)] == [far.pk]


def test_the_first_house_says_where_a_half_day_is_spent(account: Account):
    slot = opened(make_technician())
    north = in_sector(account, "Norte")
    booked(account, slot)
    (place,) = next_free_places(after=NOON, sector_id=Sector.objects.create(name="Sur").pk)
    assert (place.sector, place.is_of_the_sector, place.left) == (north, False, 1)


def test_a_half_day_that_is_over_today_is_not_offered():
    technician = make_technician()
    opened(technician, TODAY, AFTERNOON)
    assert len(next_free_places(after=NOON)) == 1
    assert next_free_places(after=NOON + timedelta(hours=6)) == []


def test_the_week_shows_each_technician_with_what_is_left(account: Account):
    technician = make_technician()
    make_technician("mide2")
    booked(account, opened(technician))
    days = agenda_days(TODAY, FRIDAY)
    assert [(day.taken, day.left) for day in days] == [(0, 0), (1, 1), (0, 0), (0, 0), (0, 0)]
    week = agenda_week(days)
    assert [str(row.technician) for row in week] == ["Ana Ruiz", "Beto Sosa"]
    load = week[0].cells[2][2]
    assert load is not None
    assert (load.taken, load.left) == (1, 1)
    assert all(cell[2] is None for cell in week[1].cells)


def test_the_lists_of_a_day_an_account_and_an_origin_tell_the_same(account: Account):
    technician = make_technician()
    inspection = booked(account, opened(technician), origin_kind="CASE", origin_id=7)
    for found in (
        day_of_technician(technician, TOMORROW),
        inspections_on(TOMORROW),
        inspections_of_account(account.pk),
        inspections_of("CASE", 7),
    ):
        assert [one.pk for one in found] == [inspection.pk]


def test_free_places_are_found_in_few_queries(account: Account):
    technician = make_technician()
    open_agenda(
        technicians=[technician],
        first=TOMORROW,
        last=TOMORROW + timedelta(days=60),
        halves=[MORNING, AFTERNOON],
        at=NOON,
        by=coordinator(),
    )
    with CaptureQueriesContext(connection) as queries:
        assert len(next_free_places(after=NOON, sector_id=None)) == 6
    assert len(queries) <= 3
