"""The telephone by its operations: a call is written once, becomes what it asked for, and keeps promises."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cauce.cases.models import Call, Case, CaseType, PhoneMessage
from cauce.cases.operations import (
    CallFacts,
    CallHasInspection,
    CallIncomplete,
    MessageTaken,
    book_inspection_of_call,
    leave_message,
    record_call,
    record_call_as_case,
    record_call_as_order,
    take_message,
)
from cauce.events.models import Event
from cauce.registry.models import Account
from cauce.users.models import Area, User
from cauce.workorders.models import WorkOrder, WorkOrderType
from cauce.workorders.operations import AlreadyBooked, PlaceTaken
from tests.metering.accounts import make_account
from tests.workorders.agenda_town import NOON as AGENDA_NOON
from tests.workorders.agenda_town import booked, head, make_staff, make_technician, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(account: Account, at: datetime) -> CallFacts:
    return CallFacts(
        started_at=at - timedelta(minutes=4),
        phone="(411) 155-70 66",
        caller_name="Elena Zúñiga",
        account=account,
        matter="Recibo muy alto",
        notes="Dice que viven dos personas.",
        outcome=Call.Outcome.INFORMED,
    )


@pytest.fixture
def leak(db: None) -> WorkOrderType:
    area = Area.objects.get(name="Operación")
    User.objects.create(username="operador", full_name="Omar Ruiz", area=area)
    return WorkOrderType.objects.create(code="FUGA", name="Fuga", area=area, term_hours=8, needs_account=False)


def test_a_call_is_written_once_with_its_digits_and_its_event(facts: CallFacts, laura: User, at: datetime) -> None:
    first = record_call(facts=facts, at=at, by=laura, key="k")
    again = record_call(facts=replace(facts, matter="Otra cosa"), at=at, by=laura, key="k")
    assert first == again
    assert (first.phone_key, first.ended_at, first.attended_by) == ("4111557066", at, laura)
    event = Event.objects.get(subject_kind="Call")
    assert (event.subject_id, event.account_id) == (first.pk, first.account_id)
    assert "Elena Zúñiga" in event.sentence


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"matter": " "}, "asunto"),
        ({"outcome": Call.Outcome.TRANSFERRED}, "extensión"),
        ({"outcome": Call.Outcome.CALL_BACK}, "para cuándo"),
    ],
)
def test_a_call_that_lacks_something_is_not_written(
    facts: CallFacts, laura: User, at: datetime, told: dict[str, object], said: str
) -> None:
    with pytest.raises(CallIncomplete, match=said):
        record_call(facts=replace(facts, **told), at=at, by=laura, key="k")  # type: ignore[arg-type]
    with pytest.raises(CallIncomplete, match="ya pasó"):
        record_call(facts=replace(facts, call_back_at=at), at=at, by=laura, key="k")
    assert not Call.objects.exists()


def test_a_promise_is_kept_by_the_first_call_that_returns_it(facts: CallFacts, laura: User, at: datetime) -> None:
    promise = replace(facts, outcome=Call.Outcome.CALL_BACK, call_back_at=at + timedelta(hours=2))
    promised = record_call(facts=promise, at=at, by=laura, key="promesa")
    later = at + timedelta(hours=1)
    for number, moment in enumerate((later, later + timedelta(hours=1))):
        kept = replace(facts, started_at=moment, direction=Call.Direction.OUT, returns=promised)
        record_call(facts=kept, at=moment, by=laura, key=f"cumple/{number}")
    promised.refresh_from_db()
    assert promised.called_back_at == later
    assert Event.objects.filter(kind="CALL_RETURNED").count() == 1


def test_a_call_becomes_one_case_with_what_was_typed(
    facts: CallFacts, high_bill: CaseType, laura: User, at: datetime
) -> None:
    for _ in range(2):
        call = record_call_as_case(facts=facts, type=high_bill, at=at, by=laura, key="k")
    case = Case.objects.get()
    assert (call.case, call.outcome, case.told) == (case, "CASE", "Dice que viven dos personas.")
    assert (case.reporter_name, case.reporter_phone, case.channel) == ("Elena Zúñiga", "(411) 155-70 66", "PHONE")


def test_a_call_whose_case_is_refused_leaves_nothing(
    facts: CallFacts, high_bill: CaseType, laura: User, at: datetime
) -> None:
    CaseType.objects.filter(pk=high_bill.pk).update(is_active=False)
    high_bill.refresh_from_db()
    with pytest.raises(Exception, match="ya no se usa"):
        record_call_as_case(facts=facts, type=high_bill, at=at, by=laura, key="k")
    assert not Call.objects.exists()


def test_a_call_becomes_one_order_of_the_place_that_was_said(
    facts: CallFacts, leak: WorkOrderType, laura: User, at: datetime
) -> None:
    told = replace(facts, account=None)
    for _ in range(2):
        call = record_call_as_order(facts=told, type=leak, place="Jilguero S/N", at=at, by=laura, key="k")
    order = WorkOrder.objects.get()
    assert (call.order, order.origin_kind, order.origin_id) == (order, "CALL", call.pk)
    with pytest.raises(Exception, match=r"[Dd]ónde"):
        record_call_as_order(facts=told, type=leak, at=at, by=laura, key="otra")
    assert Call.objects.count() == 1


def test_a_recado_is_taken_once(facts: CallFacts, laura: User, jorge: User, irma: User, at: datetime) -> None:
    call = record_call(facts=facts, at=at, by=laura, key="k")
    left = leave_message(text=" Que le llamen ", for_area=laura.area, call=call, at=at, by=irma)
    assert (left.text, left.call) == ("Que le llamen", call)
    taken = take_message(message=left, at=at, by=jorge)
    assert take_message(message=left, at=at + timedelta(hours=1), by=jorge).taken_at == taken.taken_at == at
    with pytest.raises(MessageTaken, match="Jorge"):
        take_message(message=left, at=at, by=laura)
    assert Event.objects.filter(kind="MESSAGE_TAKEN").count() == 1


def test_a_recado_for_somebody_is_only_theirs(laura: User, irma: User, at: datetime) -> None:
    left = leave_message(text="Que le llamen", for_user=laura, at=at, by=irma)
    with pytest.raises(MessageTaken, match="es para Laura"):
        take_message(message=left, at=at, by=irma)
    left.refresh_from_db()
    assert left.taken_by is None


def test_a_recado_says_what_and_for_whom_could_take_it(laura: User, jorge: User, at: datetime) -> None:
    empty = Area.objects.create(name="Área vacía")
    User.objects.filter(pk=jorge.pk).update(is_active=False)
    jorge.refresh_from_db()
    for told, said in (
        ({"text": " ", "for_user": laura}, "Escriba el recado"),
        ({"text": "Hola"}, "para quién"),
        ({"text": "Hola", "for_user": jorge}, "ya no entra"),
        ({"text": "Hola", "for_area": empty}, "no hay personal"),
    ):
        with pytest.raises(CallIncomplete, match=said):
            leave_message(**told, at=at, by=laura)  # type: ignore[arg-type]
    assert not PhoneMessage.objects.exists()


@pytest.fixture
def agreed(account: Account) -> Call:
    make_staff()
    moment = AGENDA_NOON
    told = CallFacts(
        started_at=moment, account=account, caller_name="Elena", matter="Consumo alto", outcome=Call.Outcome.INSPECTION
    )
    return record_call(facts=told, at=moment, by=head(), key="llamada")


def test_an_aforo_agreed_in_a_call_is_written_in_the_call(agreed: Call, account: Account) -> None:
    slot = opened(make_technician())
    for _ in range(2):
        made = book_inspection_of_call(
            call=agreed, account=account, slot=slot, contact_name="Elena", at=AGENDA_NOON, by=head(), key="a"
        )
    agreed.refresh_from_db()
    assert (agreed.inspection, made.matter) == (made, "Consumo alto")
    assert (made.origin_kind, made.origin_id, made.slot) == ("CALL", agreed.pk, slot)


def test_a_call_books_one_aforo_and_a_refused_one_leaves_it_without(agreed: Call, account: Account) -> None:
    slot = opened(make_technician(places=1))
    other = make_account("000124", serial="B1")
    booked(other, slot)
    with pytest.raises(PlaceTaken):
        book_inspection_of_call(
            call=agreed, account=account, slot=slot, contact_name="Elena", at=AGENDA_NOON, by=head(), key="a"
        )
    agreed.refresh_from_db()
    assert agreed.inspection is None
    free = opened(make_technician("mide2"))
    told = {"call": agreed, "slot": free, "contact_name": "Elena", "at": AGENDA_NOON, "by": head()}
    book_inspection_of_call(account=account, key="b", **told)  # type: ignore[arg-type]
    with pytest.raises(AlreadyBooked):
        book_inspection_of_call(account=account, key="c", **told)  # type: ignore[arg-type]
    with pytest.raises(CallHasInspection, match="AF-"):
        book_inspection_of_call(account=make_account("000125", serial="B2"), key="d", **told)  # type: ignore[arg-type]
