"""Handing orders over to an area by a list, which somebody else acknowledges."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import count_of
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.users.models import User
from cauce.workorders.events import DELIVERY_ACKNOWLEDGED, WORK_ORDERS_DELIVERED
from cauce.workorders.models import DeliveryList, WorkOrder
from cauce.workorders.operations.refusals import WorkOrderRefused, WrongState
from cauce.workorders.operations.signatures import ask_head
from cauce.workorders.operations.steps import hold_all, named, refuse_without_staff, take_step
from cauce.workorders.rules.states import PENDING

SERIES = "REL"
DeliveryPaper = Callable[[DeliveryList], bytes]


@transaction.atomic
def deliver_orders(
    *, orders: Sequence[WorkOrder], paper: DeliveryPaper | None = None, at: datetime, by: User
) -> DeliveryList:
    """Hand orders of one area over to it by a numbered list, which somebody of the area is to acknowledge.

    ``paper`` prints the list as PDF once it has its folio, and its signature is asked of the head. An urgent order
    that was already programmed keeps its place in the programme. Idempotent: the orders of a list, all
    of them again, give that list.

    :raises WorkOrderRefused: if there is none, or they are of more than one area.
    :raises WrongState: if one of them is not waiting to be handed over.
    :raises AreaWithoutStaff: if nobody of the area could see them.
    """
    held = hold_all(orders)
    area = held[0].area
    if any(order.area_id != area.pk for order in held):
        raise WorkOrderRefused("Las órdenes elegidas son de áreas distintas: haga una relación para cada área.")
    lists = {order.delivery_id for order in held}
    if len(lists) == 1 and None not in lists:
        known = DeliveryList.objects.select_related("document", "area").get(pk=lists.pop())
        if known.orders.count() == len(held):
            return known
    for order in held:
        if order.delivery_id is not None or order.state not in PENDING:
            raise WrongState(
                f"La orden {order.document.folio} ya se entregó o ya no está pendiente: quítela de la selección."
            )
    refuse_without_staff(area)
    document = create_document(kind=Document.Kind.DELIVERY_LIST, series=SERIES, issued_on=local_day(at), at=at, by=by)
    delivery = DeliveryList.objects.create(document=document, area=area, delivered_at=at, delivered_by=by)
    for order in held:
        order.delivery = delivery
        waits = order.state in {WorkOrder.State.ISSUED, WorkOrder.State.REOPENED}
        after = WorkOrder.State.DELIVERED if waits else order.state
        take_step(order, to_state=after, note=f"Relación {document.folio}", at=at, by=by, also=("delivery",))
    publish(
        WORK_ORDERS_DELIVERED,
        subject_kind="DeliveryList",
        subject_id=delivery.pk,
        facts={"area": str(area), "folio": document.folio, "orders": named(held)},
        at=at,
        by=by,
    )
    if paper is not None:
        ask_head(
            document=document,
            title=f"{document.folio}: {count_of(len(held), 'orden', 'órdenes')} para «{area}»",
            subject_kind="DeliveryList",
            subject_id=delivery.pk,
            content=paper(delivery),
            at=at,
            by=by,
        )
    return delivery


@transaction.atomic
def acknowledge_delivery(*, delivery: DeliveryList, at: datetime, by: User) -> DeliveryList:
    """Say that the orders of a list were received. Idempotent: the first acknowledgement stands.

    :raises WorkOrderRefused: if who acknowledges is who handed them over, or is not of the area.
    """
    found = DeliveryList.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if found.acknowledged_at is not None:
        return found
    if found.delivered_by_id == by.pk:
        raise WorkOrderRefused("Quien entrega las órdenes no puede acusar su recibo: lo hace alguien del área.")
    if by.area_id != found.area_id:
        raise WorkOrderRefused(f"La relación {found.document.folio} es de «{found.area}»: acusa recibo alguien de ahí.")
    found.acknowledged_at, found.acknowledged_by = at, by
    found.save(update_fields=["acknowledged_at", "acknowledged_by"])
    orders = list(found.orders.select_related("document").order_by("pk"))
    publish(
        DELIVERY_ACKNOWLEDGED,
        subject_kind="DeliveryList",
        subject_id=found.pk,
        facts={"who": str(by), "folio": found.document.folio, "orders": named(orders)},
        at=at,
        by=by,
    )
    return found
