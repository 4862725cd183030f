"""Two windows that want the same place at the same time: one gets it and the other is told."""

import pytest

from cauce.core.errors import DomainError
from cauce.registry.models import Account
from cauce.workorders.models import HomeInspection
from cauce.workorders.operations import AlreadyBooked, PlaceTaken, close_agenda_slot
from tests.cashier.test_race import at_once
from tests.metering.accounts import make_account
from tests.workorders.agenda_town import FRIDAY, NOON, booked, coordinator, make_staff, make_technician, opened

pytestmark = pytest.mark.commits


@pytest.fixture
def accounts(committed_database: str) -> list[Account]:
    make_staff()
    return [make_account(f"0001{number:02d}", serial=f"S{number}") for number in range(8)]


def test_of_two_that_want_the_last_place_one_wins_and_the_other_is_told_the_next(accounts: list[Account]):
    technician = make_technician(places=1)
    slot = opened(technician)
    opened(technician, FRIDAY)

    results = at_once(lambda number: booked(accounts[number], slot, key=f"carrera/{number}"), 2)

    (won,) = [one for one in results if isinstance(one, HomeInspection)]
    (told,) = [one for one in results if isinstance(one, DomainError)]
    assert won.seat == 1
    assert isinstance(told, PlaceTaken)
    assert [place.slot.day for place in told.places] == [FRIDAY]
    assert HomeInspection.objects.filter(slot=slot).count() == 1


def test_eight_that_want_three_places_fill_them_without_sharing_one(accounts: list[Account]):
    slot = opened(make_technician(places=3))

    results = at_once(lambda number: booked(accounts[number], slot, key=f"carrera/{number}"), 8)

    assert sorted(one.seat for one in results if isinstance(one, HomeInspection)) == [1, 2, 3]
    assert sum(isinstance(one, PlaceTaken) for one in results) == 5


def test_one_account_booked_at_two_windows_has_one_aforo(accounts: list[Account]):
    technician = make_technician()
    slots = [opened(technician), opened(technician, FRIDAY)]

    results = at_once(lambda number: booked(accounts[0], slots[number], key=f"carrera/{number}"), 2)

    assert sum(isinstance(one, HomeInspection) for one in results) == 1
    assert sum(isinstance(one, AlreadyBooked) for one in results) == 1


def test_the_same_form_sent_twice_is_one_aforo(accounts: list[Account]):
    slot = opened(make_technician())

    results = at_once(lambda _: booked(accounts[0], slot, key="carrera/una"), 4)

    assert len({one.pk for one in results if isinstance(one, HomeInspection)}) == 1
    assert HomeInspection.objects.count() == 1


def test_a_half_day_is_never_closed_with_somebody_in_it(accounts: list[Account]):
    slot = opened(make_technician())
    by = coordinator()

    def act(number: int) -> object:
        if number:
            return booked(accounts[0], slot, key="carrera/cierre")
        return close_agenda_slot(slot=slot, reason="Curso", at=NOON, by=by)

    at_once(act, 2)

    slot.refresh_from_db()
    assert bool(slot.closed_reason) != HomeInspection.objects.filter(slot=slot, state="BOOKED").exists()
