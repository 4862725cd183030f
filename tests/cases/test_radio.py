"""The radio at the level of its operations: what is heard is written once, issues an order or ends one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cauce.cases.models import RadioMessage
from cauce.cases.operations import (
    RadioFacts,
    RadioIncomplete,
    acknowledge_radio_message,
    record_radio_as_order,
    record_radio_message,
    report_order_by_radio,
)
from cauce.events.models import Event
from cauce.users.models import Area, User
from cauce.workorders.models import Crew, WorkOrder, WorkOrderResult, WorkOrderType
from cauce.workorders.operations import ReportRefused
from cauce.workorders.rules.reports import WorkOrderReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(at: datetime) -> RadioFacts:
    return RadioFacts(
        unit=" c-1 ", matter=RadioMessage.Matter.LEAK, message="Fuga grande", place="Jilguero S/N", heard_at=at
    )


@pytest.fixture
def crew(db: None) -> Crew:
    area = Area.objects.get(name="Operación")
    User.objects.create(username="operador", full_name="Omar Ruiz", area=area)
    return Crew.objects.create(name="Cuadrilla 1", area=area, radio="C-1")


@pytest.fixture
def leak(crew: Crew) -> WorkOrderType:
    return WorkOrderType.objects.create(
        code="FUGA", name="Fuga", area=crew.area, term_hours=8, needs_account=False, reasons_not_done=["No se encontró"]
    )


def test_a_message_is_written_once_and_knows_its_crew(facts: RadioFacts, crew: Crew, laura: User, at: datetime) -> None:
    first = record_radio_message(facts=facts, at=at, by=laura, key="k")
    assert record_radio_message(facts=replace(facts, message="Otra"), at=at, by=laura, key="k") == first
    assert (first.unit, first.crew, first.heard_at) == ("C-1", crew, at)
    assert "Fuga grande" in Event.objects.get(subject_kind="RadioMessage").sentence


@pytest.mark.parametrize(
    ("told", "said"),
    [({"unit": " "}, "qué unidad"), ({"message": " "}, "Escriba el mensaje")],
)
def test_a_message_that_lacks_something_is_not_written(
    facts: RadioFacts, laura: User, at: datetime, told: dict[str, str], said: str
) -> None:
    with pytest.raises(RadioIncomplete, match=said):
        record_radio_message(facts=replace(facts, **told), at=at, by=laura, key="k")  # type: ignore[arg-type]
    with pytest.raises(RadioIncomplete, match="aún no llega"):
        record_radio_message(facts=facts, at=at - timedelta(minutes=1), by=laura, key="k")
    assert not RadioMessage.objects.exists()


def test_a_leak_becomes_one_order_and_without_a_place_none(
    facts: RadioFacts, leak: WorkOrderType, laura: User, at: datetime
) -> None:
    with pytest.raises(RadioIncomplete, match="Escriba el lugar"):
        record_radio_as_order(facts=replace(facts, place=" "), type=leak, at=at, by=laura, key="k")
    for _ in range(2):
        heard = record_radio_as_order(facts=facts, type=leak, at=at, by=laura, key="k")
    order = WorkOrder.objects.get()
    assert (heard.order, order.origin_kind, order.origin_id) == (order, "RADIO", heard.pk)
    assert order.matter == "Fuga: Fuga grande"


def test_what_is_dictated_ends_the_order_once_and_a_refusal_leaves_nothing(
    facts: RadioFacts, leak: WorkOrderType, laura: User, at: datetime
) -> None:
    order = record_radio_as_order(facts=facts, type=leak, at=at, by=laura, key="k").order
    assert order is not None
    later = at + timedelta(hours=1)
    told = replace(facts, message="No la vemos", heard_at=later)
    wrong = WorkOrderReport(is_done=False, reason="", means=WorkOrderResult.Means.RADIO, finished_at=later)
    with pytest.raises(ReportRefused):
        report_order_by_radio(facts=told, order=order, report=wrong, at=later, by=laura, key="r")
    assert RadioMessage.objects.count() == 1
    for _ in range(2):
        right = replace(wrong, reason="No se encontró")
        heard = report_order_by_radio(facts=told, order=order, report=right, at=later, by=laura, key="r")
    result = WorkOrderResult.objects.get()
    assert (heard.order, result.order, result.reason) == (order, order, "No se encontró")
    order.refresh_from_db()
    assert order.state == "NOT_DONE"


def test_the_first_to_know_stays(facts: RadioFacts, laura: User, jorge: User, at: datetime) -> None:
    heard = record_radio_message(facts=facts, at=at, by=laura, key="k")
    for person in (laura, jorge):
        known = acknowledge_radio_message(message=heard, at=at, by=person)
    assert known.acknowledged_by == laura
    assert Event.objects.filter(kind="RADIO_ACKNOWLEDGED").count() == 1
