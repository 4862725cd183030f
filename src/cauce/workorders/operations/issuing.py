"""Many orders of one kind issued at once, for the same thing, in the accounts of a batch."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from cauce.core.clock import local_day
from cauce.documents.models import Document
from cauce.documents.operations import create_documents_in_bulk
from cauce.events.operations import Told, publish_each
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.users.queries import office_calendar, office_hours
from cauce.workorders.events import WORK_ORDER_ISSUED
from cauce.workorders.models import Origin, WorkOrder, WorkOrderStep, WorkOrderType
from cauce.workorders.operations.orders import SERIES
from cauce.workorders.operations.refusals import WorkOrderRefused
from cauce.workorders.operations.steps import refuse_without_staff, required


class AskedOrder(NamedTuple):
    """An order that is asked for with others: in which account, why, for what of its origin, and its key.

    The account comes with its holder, its route with the sector, and its premises.
    """

    account: Account
    detail: str
    origin_id: int
    key: str


@transaction.atomic
def issue_work_orders(
    *,
    type: WorkOrderType,
    asked: Sequence[AskedOrder],
    matter: str,
    origin_kind: str,
    at: datetime,
    by: User,
) -> dict[str, int]:
    """Order the same thing in each of many accounts, at the places of the padrón and with consecutive folios.

    What ``issue_work_order`` looks at is looked at here, and each order has its step and its event; all are issued or
    none. Idempotent by the key of each: those that exist stand as they are.

    :returns: the id of the order of each key.
    :raises WorkOrderRefused: if the kind is not in use, or it is not said what for.
    :raises AreaWithoutStaff: if nobody of its area could see them.
    :raises OwnAccount: if who issues them is linked to one of the accounts.
    """
    account_ids = [each.account.pk for each in asked]
    lock_accounts(account_ids)
    issued = dict(WorkOrder.objects.filter(key__in=[each.key for each in asked]).values_list("key", "pk"))
    missing = [each for each in asked if each.key not in issued]
    if not missing:
        return issued
    if not type.is_active:
        raise WorkOrderRefused(f"El tipo de orden «{type}» ya no se usa; elija otro.")
    refuse_own_account(by=by, account_ids=account_ids)
    refuse_without_staff(type.area)
    matter = required(matter, question="Escriba el asunto: qué hay que hacer y por qué.")
    days = [local_day(at)] * len(missing)
    ids = create_documents_in_bulk(kind=Document.Kind.WORK_ORDER, series=SERIES, issued_on=days, at=at, by=by)
    due_at = office_calendar().after_hours(at, type.term_hours, office_hours())
    orders = [
        WorkOrder(
            pk=document_id,
            key=each.key,
            type=type,
            area=type.area,
            matter=matter,
            detail=each.detail.strip(),
            priority=type.priority,
            origin_kind=Origin(origin_kind),
            origin_id=each.origin_id,
            issued_at=at,
            issued_by=by,
            due_at=due_at,
            **_place_of(each.account),
        )
        for document_id, each in zip(ids, missing, strict=True)
    ]
    WorkOrder.objects.bulk_create(orders)
    WorkOrderStep.objects.bulk_create(
        [WorkOrderStep(order=order, to_state=order.state, at=at, by=by) for order in orders]
    )
    _tell(orders, at=at, by=by)
    return issued | {order.key: order.pk for order in orders}


def _place_of(account: Account) -> dict[str, object]:
    premises = account.connection.premises
    return {
        "account": account,
        "contact_name": account.holder.name[:160],
        "contact_phone": account.holder.phone[:20],
        "place": required(premises.address, question="Escriba dónde es; si la calle no tiene número, ponga «S/N»."),
        "sector": account.route.sector,
        "route": account.route.number,
        "route_order": account.route_order,
        "latitude": premises.latitude,
        "longitude": premises.longitude,
    }


def _tell(orders: Sequence[WorkOrder], *, at: datetime, by: User) -> None:
    """Each one in the history of its account."""
    folios = {each.pk: each.folio for each in Document.objects.filter(pk__in=[order.pk for order in orders])}
    told = [
        Told(
            order.pk,
            order.account_id,
            {
                "folio": folios[order.pk],
                "area": str(order.area),
                "type": str(order.type),
                "matter": order.matter,
            },
        )
        for order in orders
    ]
    publish_each(WORK_ORDER_ISSUED, subject_kind="WorkOrder", told=told, at=at, by=by)
