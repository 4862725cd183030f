"""The orders of change that an approved proposal gives."""

from datetime import date
from pathlib import Path

import pytest

from cauce.events.models import Event
from cauce.events.rules import reactions_to
from cauce.metering.models import MeterInstallation, ReplacementProposal
from cauce.metering.operations import approve_replacement, load_park_table, propose_replacement, remove_meter, take_park
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import Origin, WorkOrder
from cauce.workorders.operations import WorkOrderRefused, issue_replacement_orders
from cauce.workorders.tasks import issue_replacement_orders as issue_task
from tests.metering.accounts import make_account
from tests.workorders.orders import NOON

pytestmark = pytest.mark.django_db
OFFICE = Path(__file__).parents[2] / "office" / "cortazar" / "medidores.yaml"


def approve(account: Account, clerk: User, table: Path) -> ReplacementProposal:
    """Two meters whose change was approved under a table of the park."""
    other = make_account("000777", serial="X7")
    load_park_table(path=table, at=NOON, by=clerk)
    take_park(at=NOON, by=clerk)
    meters = [each.meter for each in MeterInstallation.objects.filter(account__in=[account, other])]
    made = propose_replacement(meters=meters, reason="Viejos", at=NOON, by=clerk, key="p")
    head = User.objects.create(username="jefa-de-medicion", full_name="Jefa")
    return approve_replacement(proposal=made, at=NOON, by=head)


@pytest.fixture
def approved(account: Account, clerk: User) -> ReplacementProposal:
    return approve(account, clerk, OFFICE)


def test_each_meter_gets_one_order_however_many_times_it_runs(approved, clerk):
    event = Event.objects.get(kind="REPLACEMENT_APPROVED")
    assert reactions_to(event.kind) == ("workorders.issue_replacement_orders",)
    issue_task(event.pk)
    issue_task(event.pk)
    orders = WorkOrder.objects.filter(origin_kind=Origin.METERS)
    assert orders.count() == 2
    assert {order.origin_id for order in orders} == set(approved.lines.values_list("pk", flat=True))
    assert {order.matter for order in orders} == {"Cambio de medidor, propuesta RM-000001"}


def test_a_meter_that_is_gone_gets_none(approved, clerk, account):
    installed = MeterInstallation.objects.get(account=account)
    remove_meter(installation=installed, removed_on=date(2026, 12, 1), final_value=9, at=NOON, by=clerk)
    assert len(issue_replacement_orders(proposal=approved, at=NOON, by=clerk)) == 1


def test_a_table_that_names_no_kind_of_order_says_so(account, clerk, tmp_path):
    table = tmp_path / "medidores.yaml"
    table.write_text(OFFICE.read_text("utf-8").replace("orden: MEDIDOR-CAMBIO", "orden: NO-HAY"), "utf-8")
    with pytest.raises(WorkOrderRefused, match="no hay tal tipo"):
        issue_replacement_orders(proposal=approve(account, clerk, table), at=NOON, by=clerk)
