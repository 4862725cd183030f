"""What paying a service sets off: the order that the payment pays for, and its way back when the payment is undone."""

from datetime import datetime

from django.db import transaction

from cauce.cashier.models import PaymentOrder, PaymentOrderLine, Receipt
from cauce.ledger.operations import lock_accounts
from cauce.users.models import User
from cauce.workorders.models import Origin, WorkOrder, WorkOrderType
from cauce.workorders.operations.orders import issue_work_order, recall_if_pending

_UNDONE = (WorkOrder.State.RECALLED, WorkOrder.State.CANCELLED)


@transaction.atomic
def issue_paid_orders(*, receipt: Receipt, at: datetime, by: User) -> list[WorkOrder]:
    """Issue the order of each service that a receipt paid at the desk, if some kind of order is paid by it.

    Idempotent: a line of a payment order has one order that stands, however many times it is paid and run.

    :raises AreaWithoutStaff: if nobody of the area could see one of them; none is issued.
    """
    order = _services_paid_by(receipt)
    if order is None:
        return []
    if order.account_id is not None:
        lock_accounts([order.account_id])
    if hasattr(Receipt.objects.select_related("cancellation").get(pk=receipt.pk), "cancellation"):
        return []
    lines = order.lines.order_by("pk")
    types = {type.concept: type for type in WorkOrderType.objects.filter(is_active=True).exclude(concept="")}
    issued = []
    for line in lines:
        type = types.get(line.concept)
        if type is None or (type.needs_account and order.account is None) or _stands(line):
            continue
        issued.append(
            issue_work_order(
                type=type,
                account=order.account,
                party=order.party,
                place="" if order.account is not None else f"Por confirmar con {order.party.name}"[:240],
                contact_name=order.party.name[:160],
                contact_phone=order.party.phone[:20],
                matter=f"Pagó {line.description}"[:160],
                detail=f"Orden de pago {order.document.folio}, comprobante {receipt.document.folio}.",
                origin_kind=Origin.PAYMENT,
                origin_id=order.pk,
                at=at,
                by=by,
                key=f"{_key(line)}{receipt.pk}",
            )
        )
    return issued


@transaction.atomic
def recall_unpaid_orders(*, receipt: Receipt, at: datetime, by: User) -> list[WorkOrder]:
    """Call back the orders of a receipt that was undone; those on which a crew had acted stay, and it is told.

    Idempotent.
    """
    order = _services_paid_by(receipt)
    if order is None:
        return []
    if order.account_id is not None:
        lock_accounts([order.account_id])
    reason = f"Se canceló el comprobante {receipt.document.folio} que la pagaba"
    paid = WorkOrder.objects.filter(origin_kind=Origin.PAYMENT, origin_id=order.pk, key__endswith=f":{receipt.pk}")
    return [recall_if_pending(order=one, reason=reason, at=at, by=by) for one in paid.order_by("pk")]


def _services_paid_by(receipt: Receipt) -> PaymentOrder | None:
    if receipt.directed_to_id is None:
        return None
    orders = PaymentOrder.objects.select_related("document", "account", "party")
    return orders.filter(pk=receipt.directed_to_id, kind=PaymentOrder.Kind.SERVICES).first()


def _key(line: PaymentOrderLine) -> str:
    return f"payment-order-line:{line.pk}:"


def _stands(line: PaymentOrderLine) -> bool:
    return WorkOrder.objects.filter(key__startswith=_key(line)).exclude(state__in=_UNDONE).exists()
