"""What waits of the work orders: to hand over, to acknowledge, to program, to review, and what is late."""

from collections.abc import Callable, Iterator

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.core import clock
from cauce.core.es_mx import count_of
from cauce.users.models import User
from cauce.workorders.models import DeliveryList, WorkOrder
from cauce.workorders.queries import late_orders


def _to_deliver(user: User) -> Iterator[Waiting]:
    waits = WorkOrder.objects.filter(state__in=("ISSUED", "REOPENED"), delivery__isnull=True)
    by_area = list(waits.order_by().values_list("area__name", "area").annotate(orders=Count("pk")).order_by("area"))
    address = reverse("workorders:deliver")
    lines = [
        Line(name, count_of(count, "orden", "órdenes"), f"{address}?area={pk}") for name, pk, count in by_area[:SHOWN]
    ]
    total = sum(count for *_, count in by_area)
    yield Waiting("Órdenes por entregar", "file-export", total, lines, address, "Entregarlas")


def _to_acknowledge(user: User) -> Iterator[Waiting]:
    waits = DeliveryList.objects.filter(acknowledged_at__isnull=True, area=user.area_id).exclude(delivered_by=user)
    rows = waits.select_related("document", "delivered_by").order_by("delivered_at")
    lines = [
        Line(f"Relación {row.document.folio}", str(row.delivered_by), reverse("workorders:delivery", args=[row.pk]))
        for row in rows[:SHOWN]
    ]
    yield Waiting(
        "Relaciones por acusar", "list-check", waits.count(), lines, reverse("workorders:deliveries"), "Ver relaciones"
    )


def _to_program(user: User) -> Iterator[Waiting]:
    waits = Q(state__in=("DELIVERED", "REOPENED")) | Q(state="ISSUED", priority=WorkOrder.Priority.URGENT)
    rows = WorkOrder.objects.filter(waits, area=user.area_id)
    yield Waiting(
        "Órdenes por programar", "calendar-event", rows.count(), _lines(rows.order_by("priority", "due_at", "pk")),
        reverse("workorders:board"), "Ir al programa",
    )  # fmt: skip


def _late(user: User) -> Iterator[Waiting]:
    rows = late_orders(clock.now()).filter(area=user.area_id)
    address = f"{reverse('workorders:orders')}?plazo=TARDE&area={user.area_id}"
    yield Waiting(
        "Órdenes vencidas de su área", "clock", rows.count(), _lines(rows.order_by("due_at", "pk")), address,
        "Ver las vencidas", is_late=True,
    )  # fmt: skip


def _to_review(user: User) -> Iterator[Waiting]:
    rows = WorkOrder.objects.filter(state__in=("DONE", "NOT_DONE"))
    yield Waiting(
        "Órdenes por revisar", "checks", rows.count(), _lines(rows.order_by("finished_at", "pk")),
        reverse("workorders:reviews"), "Revisarlas",
    )  # fmt: skip


def _lines(rows: QuerySet[WorkOrder]) -> list[Line]:
    return [
        Line(f"{order.document.folio}, {order.type}", order.place[:40], reverse("workorders:order", args=[order.pk]))
        for order in rows.select_related("document", "type")[:SHOWN]
    ]


STREET_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("workorders.program_workorder", _late),
    ("workorders.receive_workorder", _to_acknowledge),
    ("workorders.program_workorder", _to_program),
    ("workorders.deliver_workorder", _to_deliver),
    ("workorders.review_workorder", _to_review),
)
