"""What a round of readings finds opens its orders once, each account one of each kind."""

import pytest
from django.conf import settings

from cauce.events.models import Event
from cauce.metering.operations import find_anomalies, load_anomaly_table
from cauce.metering.tasks import find_anomalies as task_of_round
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import Origin, WorkOrder
from cauce.workorders.tasks import issue_finding_orders
from config.reactions import REACTIONS
from tests.metering.reviewing import AT, a_reading, a_round

pytestmark = pytest.mark.django_db


def test_what_is_found_in_a_round_opens_its_order_once(account: Account, clerk: User) -> None:
    load_anomaly_table(path=settings.OFFICE_DIR / "cortazar" / "anomalias.yaml", at=AT, by=clerk)
    a_reading(account, None, "INCIDENTE_04")
    assert find_anomalies(reading_round=a_round(), at=AT, by=clerk).orders == 1
    told = Event.objects.get(kind="FINDINGS_NEED_ORDERS")
    assert REACTIONS["FINDINGS_NEED_ORDERS"] == (issue_finding_orders.name,)
    assert REACTIONS["READINGS_TAKEN"] == (task_of_round.name,)
    for _ in range(2):
        issue_finding_orders(told.pk)
    order = WorkOrder.objects.get()
    assert (order.type.code, order.account, order.origin_kind) == ("MEDIDOR-CAMBIO", account, Origin.READING)
    assert order.matter.startswith("Incidencia: medidor invertido, lectura de septiembre")
