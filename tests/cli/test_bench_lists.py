"""The desk that the bench of lists invents is one whose lists all answer."""

import pytest
from django.conf import settings
from django.test import Client

from cauce.cases.models import Call, Case, RadioMessage
from cauce.cases.operations import load_case_catalogue
from cauce.cli.bench.desk import fill_desk, user_name_of
from cauce.cli.bench.lists import screens
from cauce.cli.bench.town import fill_town
from cauce.core.clock import now, today
from cauce.core.periods import period_of
from cauce.users.models import User
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import load_order_catalogue
from cauce.workorders.rules.states import PENDING

CASES, ORDERS = 300, 900


@pytest.mark.django_db
def test_every_list_of_an_invented_desk_answers(client: Client) -> None:
    by = User.objects.get(username="cli-captura")
    office = settings.OFFICE_DIR / "cortazar"
    load_order_catalogue(path=office / "ordenes.yaml", at=now(), by=by)
    load_case_catalogue(path=office / "casos.yaml", at=now(), by=by)
    fill_town(200, period=period_of(today()))
    fill_desk(cases=CASES, orders=ORDERS, accounts=200, at=now())
    assert (Case.objects.count(), WorkOrder.objects.count(), Call.objects.count()) == (CASES, ORDERS, CASES)
    assert 0 < WorkOrder.objects.filter(state__in=PENDING).count() < ORDERS // 10
    assert RadioMessage.objects.exists()
    names = set()
    for screen in screens():
        names.add(screen.name)
        client.force_login(User.objects.get(username=user_name_of(screen.role)), settings.AUTHENTICATION_BACKENDS[0])
        for address in (screen.addresses[0], screen.addresses[-1]):
            assert client.get(address).status_code == 200, address
    assert len(names) > 20
