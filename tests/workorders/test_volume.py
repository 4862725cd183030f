"""The lists of orders are read by an index, however many orders there are."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from cauce.backoffice.workorders.listing import ORDERS
from cauce.documents.models import Document
from cauce.documents.operations import create_documents_in_bulk
from cauce.users.models import User
from cauce.workorders.models import WorkOrder, WorkOrderType
from cauce.workorders.queries import orders_of, orders_of_account
from tests.workorders.orders import NOON, TODAY

pytestmark = pytest.mark.django_db
MANY = 12_000


@pytest.fixture
def many(clerk: User) -> None:
    """Twelve thousand orders, one in forty still pending."""
    types = list(WorkOrderType.objects.select_related("area"))
    ids = create_documents_in_bulk(
        kind=Document.Kind.WORK_ORDER, series="OT", issued_on=[TODAY] * MANY, at=NOON, by=clerk
    )
    WorkOrder.objects.bulk_create(
        WorkOrder(
            document_id=pk,
            key=f"many/{pk}",
            type=types[pk % len(types)],
            area=types[pk % len(types)].area,
            place="Jilguero S/N",
            matter="Fuga",
            origin_kind="CASE",
            origin_id=pk,
            state="ISSUED" if pk % 40 == 0 else "CLOSED",
            issued_at=NOON,
            issued_by=clerk,
            due_at=NOON + timedelta(hours=pk % 500),
        )
        for pk in ids
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workorders_workorder, documents_document")


def plan_of(rows: QuerySet[WorkOrder]) -> str:
    return rows.explain()


def reads_all(plan: str) -> bool:
    return "Seq Scan on workorders_workorder" in plan


def pages() -> Iterator[QueryDict]:
    yield QueryDict("")
    yield QueryDict("estado=PENDIENTES&orden=vence")
    yield QueryDict("plazo=TARDE&orden=vence")
    yield QueryDict("cuenta=OT-000123")


def test_no_page_of_the_list_reads_every_order(many: None) -> None:
    for params in pages():
        asked = ORDERS.asked(params)
        assert not reads_all(plan_of(asked.in_order()[:51])), params


def test_the_orders_of_a_case_and_of_an_account_are_read_by_their_index(many: None) -> None:
    assert orders_of("CASE", WorkOrder.objects.latest("pk").pk)
    assert not reads_all(plan_of(WorkOrder.objects.filter(origin_kind="CASE", origin_id=5)))
    assert not reads_all(plan_of(WorkOrder.objects.filter(account_id=5).order_by("-pk")))
    assert orders_of_account(5) == []
