"""Giving the service back: the order, due the next business day, and what the law charges for it."""

from datetime import date, datetime

from django.db import transaction

from cauce.collections.events import RECONNECTION_OPENED
from cauce.collections.operations.law_charges import charge_once, law_price
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.events.operations import publish
from cauce.ledger.models import Reason
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account
from cauce.registry.queries import linked_customer
from cauce.users.models import User
from cauce.users.queries import office_calendar, office_hours
from cauce.workorders.models import Origin, WorkOrder, WorkOrderType
from cauce.workorders.operations import issue_work_order

RECONNECTION_TYPE = "RECONEXION-MEDIDOR"
CONCEPT = "REINSTALACION"
# A reconnection of these is nobody's promise any more: another may be opened.
_GONE = ("RECALLED", "CANCELLED", "MERGED", "CLOSED", "REVIEWED")


class NothingToReconnect(DomainError):
    """The service of the account is not limited."""


@transaction.atomic
def open_reconnection(
    *,
    account: Account,
    reduced_by: WorkOrder | None,
    cause: str,
    is_free: bool = False,
    at: datetime,
    by: User,
) -> WorkOrder:
    """Order the reconnection of an account, until the end of the next business day, and charge it the law's fee once.

    ``reduced_by`` is the order that limited the service, None when the padrón came with it limited. ``is_free`` when
    the service should not have been limited. Idempotent: while a reconnection is under way it is the one given, and a
    reduction charges its reconnection once, however many orders it takes.

    :raises NothingToReconnect: if no order limited it and the account is active or closed.
    :raises ServiceNotInLaw: if the law in force has no price for it.
    :raises AreaWithoutStaff: if nobody of the area could see the order.
    """
    lock_accounts([account.pk])
    account = Account.objects.select_related("holder").get(pk=account.pk)
    if reduced_by is None and account.state != Account.State.REDUCED:
        raise NothingToReconnect(
            f"La cuenta {account.number} está en «{account.get_state_display().lower()}»: no hay qué reconectar."
        )
    stem = f"reconnection:{account.pk}:{'padron' if reduced_by is None else reduced_by.pk}"
    earlier = WorkOrder.objects.filter(key__startswith=f"{stem}:").select_related("document", "type").order_by("pk")
    standing = earlier.exclude(state__in=_GONE).last()
    if standing is not None:
        return standing
    order = issue_work_order(
        type=WorkOrderType.objects.get(code=RECONNECTION_TYPE),
        account=account,
        party=account.holder,
        matter=f"Reconexión: {cause}"[:160],
        detail=_detail(reduced_by),
        priority=WorkOrder.Priority.URGENT,
        origin_kind=Origin.COLLECTIONS,
        origin_id=None if reduced_by is None else reduced_by.origin_id,
        due_at=end_of_next_business_day(at),
        at=at,
        by=_hand(by, account),
        key=f"{stem}:{earlier.count() + 1}",
    )
    fee = "sin cargo" if is_free else _charge_fee(account, order, stem, at, by)
    publish(
        RECONNECTION_OPENED,
        subject_kind="WorkOrder",
        subject_id=order.pk,
        account_id=account.pk,
        facts={"order": order.document.folio, "day": format_date(local_day(order.due_at)), "cause": cause, "fee": fee},
        at=at,
        by=by,
    )
    return order


def end_of_next_business_day(at: datetime) -> datetime:
    """When the office closes on the business day after ``at``."""
    hours = office_hours()
    return datetime.combine(office_calendar().after(local_day(at), 1), hours.closes, hours.zone)


def _charge_fee(account: Account, order: WorkOrder, stem: str, at: datetime, by: User) -> str:
    price = law_price(order.type.concept, on=local_day(at))
    charge_once(
        account=account,
        price=price,
        concept=CONCEPT,
        reason=Reason.SERVICE,
        document=order.document,
        due_on=fee_due_on(local_day(at)),
        operation="charge_reconnection",
        at=at,
        by=by,
        key=stem,
    )
    return format_money(price.total)


def fee_due_on(day: date) -> date:
    """Until when the reconnection may be paid without being in arrears: ten business days."""
    return office_calendar().after(day, 10)


def _detail(reduced_by: WorkOrder | None) -> str:
    if reduced_by is None:
        return "El servicio venía limitado por adeudo en el padrón."
    return f"La limitó la orden {reduced_by.document.folio}. Retire el reductor o abra la llave y vea que salga agua."


def _hand(by: User, account: Account) -> User:
    """Who orders it: a payment in the bank's file on an account of who loads it is put right by the system."""
    if linked_customer(by.pk, account_ids=[account.pk], party_ids=[]) is None:
        return by
    return User.objects.filter(is_system=True).order_by("pk").first() or by
