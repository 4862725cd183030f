"""Many orders at once are as the ones issued one by one, all of them or none."""

import pytest

from cauce.events.models import Event
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.users.models import User
from cauce.workorders.models import Origin, WorkOrder, WorkOrderStep, WorkOrderType
from cauce.workorders.operations import (
    AreaWithoutStaff,
    AskedOrder,
    WorkOrderRefused,
    issue_work_order,
    issue_work_orders,
)
from tests.ledger.debts import make_account
from tests.workorders.orders import NOON

SAME = ("area_id", "place", "sector_id", "route", "route_order", "latitude", "matter", "priority", "due_at", "state")


@pytest.fixture
def kind(clerk):
    return WorkOrderType.objects.select_related("area").get(code="NOTIFICACION")


def ask(accounts, first=1):
    return [
        AskedOrder(account, "Visita", first + place, f"many/{account.pk}") for place, account in enumerate(accounts)
    ]


def issue(kind, asked, by):
    return issue_work_orders(type=kind, asked=asked, matter="Aviso", origin_kind=Origin.COLLECTIONS, at=NOON, by=by)


def test_each_one_is_as_if_it_had_been_issued_alone(kind, clerk):
    accounts = [make_account() for _ in range(3)]
    issued = issue(kind, ask(accounts), clerk)
    alone = issue_work_order(
        type=kind, account=accounts[0], matter="Aviso", origin_kind=Origin.COLLECTIONS, at=NOON, by=clerk, key="alone"
    )
    order = WorkOrder.objects.get(pk=issued[f"many/{accounts[0].pk}"])
    assert {name: getattr(order, name) for name in SAME} == {name: getattr(alone, name) for name in SAME}
    assert [WorkOrder.objects.get(pk=pk).document.number for pk in issued.values()] == [1, 2, 3]
    assert WorkOrderStep.objects.filter(order__in=issued.values(), from_state="", to_state="ISSUED").count() == 3
    told = Event.objects.filter(kind="WORK_ORDER_ISSUED", subject_id__in=issued.values())
    assert {event.account_id for event in told} == {account.pk for account in accounts}
    assert told.get(subject_id=order.pk).sentence.startswith("Se emitió la orden OT-000001")


def test_asked_again_they_are_the_same_and_only_what_is_missing_is_issued(kind, clerk):
    accounts = [make_account() for _ in range(2)]
    first = issue(kind, ask(accounts[:1]), clerk)
    both = issue(kind, ask(accounts), clerk)
    assert both.items() >= first.items() and issue(kind, ask(accounts), clerk) == both
    assert WorkOrder.objects.count() == 2


def test_one_that_may_not_be_leaves_none(kind, clerk):
    accounts = [make_account() for _ in range(2)]
    head = User.objects.create(username="jefa-o", full_name="Jefa")
    declare_link(user=clerk, customer=accounts[1].holder, kind=StaffLink.Kind.RELATIVE, note="Tía", at=NOON, by=head)
    with pytest.raises(OwnAccount):
        issue(kind, ask(accounts), clerk)
    User.objects.filter(area=kind.area).update(is_active=False)
    with pytest.raises(AreaWithoutStaff):
        issue(kind, ask(accounts[:1]), clerk)
    kind.is_active = False
    with pytest.raises(WorkOrderRefused, match="ya no se usa"):
        issue(kind, ask(accounts[:1]), clerk)
    assert not WorkOrder.objects.exists()
