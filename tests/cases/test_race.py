"""People who meet over the same case: real connections on a database of their own."""

import pytest
from django.conf import settings

from cauce.cases.models import Case, CaseType, PhoneMessage, RadioMessage, WindowTicket
from cauce.cases.operations import (
    CaseHeldByAnother,
    MessageTaken,
    RadioFacts,
    acknowledge_radio_message,
    call_next_ticket,
    leave_message,
    load_case_catalogue,
    open_case,
    record_radio_message,
    take_case,
    take_message,
    take_ticket,
)
from cauce.events.models import Event
from cauce.users.models import Area, User
from cauce.workorders.operations import load_order_catalogue
from tests.cashier.test_race import at_once
from tests.ledger.conftest import NOON

PEOPLE = 6
OFFICE = settings.BASE_DIR / "office" / "cortazar"
pytestmark = pytest.mark.commits


@pytest.fixture
def people(committed_database: str) -> list[User]:
    area = Area.objects.get(name="Comercialización")
    return [User.objects.create(username=f"p{n}", full_name=f"Persona {n}", area=area) for n in range(PEOPLE)]


def receive(by: User, key: str) -> Case:
    return open_case(
        type=CaseType.objects.get(pk="FUGA-CALLE"), channel="PHONE", told="Brota agua", place="Hidalgo S/N",
        at=NOON, by=by, key=key,
    )  # fmt: skip


@pytest.fixture
def leak(people: list[User]) -> Case:
    by = User.objects.get(username="cli-captura")
    load_order_catalogue(path=OFFICE / "ordenes.yaml", at=NOON, by=by)
    load_case_catalogue(path=OFFICE / "casos.yaml", at=NOON, by=by)
    return receive(people[0], "uno")


def test_of_many_who_take_a_case_one_has_it_and_the_others_are_told_who(leak: Case, people: list[User]) -> None:
    found = at_once(lambda number: take_case(case=leak, at=NOON, by=people[number]), PEOPLE)
    taken = [each for each in found if isinstance(each, Case)]
    refused = [each for each in found if isinstance(each, CaseHeldByAnother)]
    assert (len(taken), len(refused)) == (1, PEOPLE - 1)
    assert all(str(taken[0].holder) in str(each) for each in refused)
    assert leak.steps.filter(kind="TAKEN").count() == 1


def test_one_key_from_many_windows_is_one_case(leak: Case, people: list[User]) -> None:
    found = at_once(lambda number: receive(people[number], "dos"), PEOPLE)
    assert len({case.pk for case in found if isinstance(case, Case)}) == 1
    assert Case.objects.count() == 2
    assert leak.document.number + 1 == Case.objects.get(key="dos").document.number


def test_each_window_calls_another_turn(people: list[User]) -> None:
    given = at_once(lambda number: take_ticket(matter="Otro asunto", at=NOON), PEOPLE)
    assert sorted(ticket.number for ticket in given if isinstance(ticket, WindowTicket)) == list(range(1, PEOPLE + 1))
    called = at_once(lambda number: call_next_ticket(at=NOON, by=people[number]), PEOPLE)
    assert len({ticket.pk for ticket in called if isinstance(ticket, WindowTicket)}) == PEOPLE


def test_of_many_who_take_a_recado_one_has_it_and_the_others_are_told_who(people: list[User]) -> None:
    left = leave_message(text="Que le llamen", for_area=people[0].area, at=NOON, by=people[0])
    found = at_once(lambda number: take_message(message=left, at=NOON, by=people[number]), PEOPLE)
    taken = [each for each in found if isinstance(each, PhoneMessage)]
    refused = [each for each in found if isinstance(each, MessageTaken)]
    assert (len(taken), len(refused)) == (1, PEOPLE - 1)
    assert all(str(taken[0].taken_by) in str(each) for each in refused)


def test_of_many_who_know_of_a_message_the_first_stays(people: list[User]) -> None:
    told = RadioFacts(unit="C-1", matter=RadioMessage.Matter.LEAK, message="Fuga", heard_at=NOON)
    heard = record_radio_message(facts=told, at=NOON, by=people[0], key="radio")
    found = at_once(lambda number: acknowledge_radio_message(message=heard, at=NOON, by=people[number]), PEOPLE)
    assert len({each.acknowledged_by_id for each in found if isinstance(each, RadioMessage)}) == 1
    assert Event.objects.filter(kind="RADIO_ACKNOWLEDGED").count() == 1


def test_one_key_of_the_radio_from_many_windows_is_one_message(people: list[User]) -> None:
    told = RadioFacts(unit="C-1", matter=RadioMessage.Matter.LEAK, message="Fuga", heard_at=NOON)
    record_radio_message(facts=told, at=NOON, by=people[0], key="radio")
    at_once(lambda number: record_radio_message(facts=told, at=NOON, by=people[number], key="radio"), PEOPLE)
    assert RadioMessage.objects.count() == 1
