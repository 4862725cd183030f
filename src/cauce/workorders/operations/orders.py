"""The life of an order outside the street: issued, handed over, called back, merged, reviewed and closed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from cauce.core.clock import local_day
from cauce.documents.models import Document, StoredFile
from cauce.documents.operations import create_document
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account, Customer, Sector
from cauce.registry.operations import refuse_own_account
from cauce.users.models import Area, User
from cauce.users.queries import office_calendar, office_hours
from cauce.workorders.events import (
    WORK_ORDER_CANCELLED,
    WORK_ORDER_FILE_ADDED,
    WORK_ORDER_ISSUED,
    WORK_ORDER_MERGED,
    WORK_ORDER_REASSIGNED,
    WORK_ORDER_RECALLED,
    WORK_ORDER_RECALLED_LATE,
    WORK_ORDERS_MERGED,
)
from cauce.workorders.models import Origin, WorkOrder, WorkOrderFile, WorkOrderStep, WorkOrderType
from cauce.workorders.operations.refusals import OrderAlreadyActed, WorkOrderRefused, WrongState
from cauce.workorders.operations.steps import (
    hold,
    hold_all,
    named,
    refuse_unless_may,
    refuse_without_staff,
    required,
    take_step,
    tell,
)
from cauce.workorders.rules.states import PENDING

SERIES = "OT"


@transaction.atomic
def issue_work_order(
    *,
    type: WorkOrderType,
    account: Account | None,
    party: Customer | None = None,
    place: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    matter: str,
    detail: str = "",
    priority: int | None = None,
    origin_kind: str,
    origin_id: int | None = None,
    sector: Sector | None = None,
    refused_below: Decimal | None = None,
    due_at: datetime | None = None,
    at: datetime,
    by: User,
    key: str,
) -> WorkOrder:
    """Order something to be done in the street, with its folio and until when by its kind's working hours.

    Without ``place`` it is the account's; route, walking order, sector and coordinates come from the account. With
    ``refused_below`` it cannot be reported as done while the account's overdue debt is less than so many pesos;
    ``due_at`` is until when, if it is not by its kind's hours.
    Idempotent by key: the same key gives the first order.

    :raises WorkOrderRefused: if the kind is not in use, asks for an account, or it is not said where or what for.
    :raises AreaWithoutStaff: if nobody of its area could see it.
    :raises OwnAccount: if who issues it is linked to the account or the person.
    """
    if account is not None:
        lock_accounts([account.pk])
    first = WorkOrder.objects.select_related("document", "type", "area", "crew").filter(key=key).first()
    if first is not None:
        return first
    if not type.is_active:
        raise WorkOrderRefused(f"El tipo de orden «{type}» ya no se usa; elija otro.")
    if account is None and type.needs_account:
        raise WorkOrderRefused(f"«{type}» se hace en una cuenta: elija la cuenta antes de emitir la orden.")
    refuse_own_account(
        by=by,
        account_ids=[] if account is None else [account.pk],
        party_ids=[] if party is None else [party.pk],
    )
    refuse_without_staff(type.area)
    order = WorkOrder(
        key=key,
        type=type,
        area=type.area,
        account=account,
        party=party,
        contact_name=contact_name.strip(),
        contact_phone=contact_phone.strip(),
        matter=required(matter, question="Escriba el asunto: qué hay que hacer y por qué."),
        detail=detail.strip(),
        priority=WorkOrder.Priority(priority or type.priority),
        origin_kind=Origin(origin_kind),
        origin_id=origin_id,
        issued_at=at,
        issued_by=by,
        refused_below=refused_below,
        due_at=due_at or office_calendar().after_hours(at, type.term_hours, office_hours()),
    )
    _put_in_its_place(order, place, sector)
    try:
        with transaction.atomic():
            order.document = create_document(
                kind=Document.Kind.WORK_ORDER, series=SERIES, issued_on=local_day(at), at=at, by=by
            )
            order.save(force_insert=True)
    except IntegrityError:
        # Another session with the same key got here first; its folio is the one that stands.
        return WorkOrder.objects.select_related("document", "type", "area", "crew").get(key=key)
    WorkOrderStep.objects.create(order=order, to_state=order.state, at=at, by=by)
    tell(
        order,
        kind=WORK_ORDER_ISSUED,
        at=at,
        by=by,
        facts={"area": str(order.area), "type": str(type), "matter": order.matter},
    )
    return order


@transaction.atomic
def cancel_work_order(*, order: WorkOrder, reason: str, at: datetime, by: User) -> WorkOrder:
    """Say that nobody will go any more, because it should not have been issued or is not needed. Idempotent.

    :raises WorkOrderRefused: if it does not say why.
    :raises WrongState: if a crew is out for it, or it was done.
    :raises OwnAccount: if who cancels it is linked to its account.
    """
    reason = required(reason, question="Escriba por qué se cancela la orden.")
    order = hold(order)
    if order.state == WorkOrder.State.CANCELLED:
        return order
    refuse_unless_may(order, to_state=WorkOrder.State.CANCELLED, what="cancelar")
    _refuse_own(order, by)
    take_step(order, to_state=WorkOrder.State.CANCELLED, note=reason, at=at, by=by)
    tell(order, kind=WORK_ORDER_CANCELLED, at=at, by=by, facts={"reason": reason})
    return order


@transaction.atomic
def recall_work_order(*, order: WorkOrder, reason: str, at: datetime, by: User) -> WorkOrder:
    """Call an order back from wherever it is, also from a crew that is out: its cause is gone. Idempotent.

    :raises WorkOrderRefused: if it does not say why.
    :raises OrderAlreadyActed: if the crew had been there.
    """
    reason = required(reason, question="Escriba por qué se retira la orden.")
    order = hold(order)
    if order.state == WorkOrder.State.RECALLED:
        return order
    if order.state not in PENDING:
        raise OrderAlreadyActed(
            f"La orden {order.document.folio} ya está «{order.get_state_display().lower()}»: no alcanzó a retirarse. "
            "Si lo hecho debe deshacerse, emita otra orden."
        )
    take_step(order, to_state=WorkOrder.State.RECALLED, note=reason, at=at, by=by)
    tell(order, kind=WORK_ORDER_RECALLED, at=at, by=by, facts={"reason": reason})
    return order


@transaction.atomic
def recall_if_pending(*, order: WorkOrder, reason: str, at: datetime, by: User) -> WorkOrder:
    """Call an order back if nobody has acted on it; when somebody had, leave in the history that it was too late.

    Idempotent: an order called back stays so, and that it was too late is told once for each reason.
    """
    order = hold(order)
    if order.state in PENDING:
        return recall_work_order(order=order, reason=reason, at=at, by=by)
    was_told = order.steps.filter(from_state=order.state, to_state=order.state, note=reason).exists()
    if (
        order.state not in {WorkOrder.State.RECALLED, WorkOrder.State.CANCELLED, WorkOrder.State.MERGED}
        and not was_told
    ):
        take_step(order, to_state=order.state, note=reason, at=at, by=by)
        facts = {"state": order.get_state_display().lower(), "reason": reason}
        tell(order, kind=WORK_ORDER_RECALLED_LATE, at=at, by=by, facts=facts)
    return order


@transaction.atomic
def reassign_work_order(*, order: WorkOrder, area: Area, reason: str, at: datetime, by: User) -> WorkOrder:
    """Give an order to another area, which has yet to receive it; it leaves any programme it was in. Idempotent.

    :raises WorkOrderRefused: if it does not say why.
    :raises WrongState: if a crew is out for it or it has ended.
    :raises AreaWithoutStaff: if nobody of the area could see it.
    """
    reason = required(reason, question="Escriba por qué pasa a otra área.")
    order = hold(order)
    if order.area_id == area.pk:
        return order
    if order.state not in PENDING - {"IN_FIELD"}:
        raise WrongState(
            f"La orden {order.document.folio} está «{order.get_state_display().lower()}»: sólo pasa a otra área la que "
            "aún no sale a campo."
        )
    refuse_without_staff(area)
    before = str(order.area)
    order.area, order.delivery = area, None
    order.crew, order.programmed_on, order.place_in_day = None, None, None
    after = WorkOrder.State.DELIVERED if order.state == WorkOrder.State.PROGRAMMED else WorkOrder.State(order.state)
    take_step(
        order,
        to_state=after,
        note=f"{before} → {area}: {reason}",
        at=at,
        by=by,
        also=("area", "delivery", "crew", "programmed_on", "place_in_day"),
    )
    tell(order, kind=WORK_ORDER_REASSIGNED, at=at, by=by, facts={"before": before, "area": str(area), "reason": reason})
    return order


@transaction.atomic
def merge_work_orders(
    *, into: WorkOrder, orders: Sequence[WorkOrder], reason: str, at: datetime, by: User
) -> WorkOrder:
    """Do several orders in one visit: those of ``orders`` end as part of ``into``. Idempotent for those already in it.

    What had been merged into one of them follows it; each one's history says into which it went.

    :raises WorkOrderRefused: if it does not say why, an order is merged with itself, or is of another area.
    :raises WrongState: if one of them is out in the street or has ended.
    """
    reason = required(reason, question="Escriba por qué se unen: misma fuga, mismo domicilio…")
    if into.pk in {order.pk for order in orders}:
        raise WorkOrderRefused("Una orden no se une consigo misma: quítela de la lista.")
    kept, *others = hold_all([into, *orders]) if orders else hold_all([])
    if kept.state not in PENDING:
        raise WrongState(f"La orden {kept.document.folio} ya no está pendiente: elija otra a la cual unirlas.")
    merged = [order for order in others if order.merged_into_id != kept.pk]
    inside = WorkOrder.objects.filter(merged_into__in=merged).select_related("document", "crew")
    followers = list(inside.order_by("pk"))
    for order in merged:
        refuse_unless_may(order, to_state=WorkOrder.State.MERGED, what="unir a otra")
        if order.area_id != kept.area_id:
            raise WorkOrderRefused(
                f"La orden {order.document.folio} es de «{order.area}» y la {kept.document.folio} de «{kept.area}»: "
                "pásela antes a la misma área."
            )
        order.merged_into = kept
        note = f"Se unió a {kept.document.folio}: {reason}"
        take_step(order, to_state=WorkOrder.State.MERGED, note=note, at=at, by=by, also=("merged_into",))
    for order in followers:
        order.merged_into = kept
        note = f"La orden a la que se unió pasó a {kept.document.folio}"
        take_step(order, to_state=WorkOrder.State.MERGED, note=note, at=at, by=by, also=("merged_into",))
    if merged:
        _tell_merged(kept, merged, followers, reason, at, by)
    return kept


@transaction.atomic
def add_order_file(*, order: WorkOrder, file: StoredFile, label: str, at: datetime, by: User) -> WorkOrderFile:
    """Keep a photograph or a paper with its order. Idempotent by file.

    A photograph of an order that waited for it lets it be reviewed.

    :raises WorkOrderRefused: if it does not say what it is.
    """
    label = required(label, question="Escriba qué es el archivo: fotografía de la fuga, croquis…")
    order = hold(order)
    known = order.files.filter(file=file).first()
    if known is not None:
        return known
    added = WorkOrderFile.objects.create(order=order, file=file, label=label[:80], at=at, by=by)
    if order.lacks_photo and file.content_type.startswith("image/"):
        order.lacks_photo = False
        note = "Llegó la fotografía que faltaba"
        take_step(order, to_state=order.state, note=note, at=at, by=by, also=("lacks_photo",))
    tell(order, kind=WORK_ORDER_FILE_ADDED, at=at, by=by, facts={"label": label[:80]})
    return added


def _tell_merged(
    kept: WorkOrder,
    merged: Sequence[WorkOrder],
    followers: Sequence[WorkOrder],
    reason: str,
    at: datetime,
    by: User,
) -> None:
    """Both histories say it: that of the order that stays, and that of each one that ends."""
    note = f"Se le unieron {named(merged)}: {reason}"
    take_step(kept, to_state=kept.state, note=note, at=at, by=by)
    tell(kept, kind=WORK_ORDERS_MERGED, at=at, by=by, facts={"orders": named(merged), "reason": reason})
    for order in (*merged, *followers):
        tell(order, kind=WORK_ORDER_MERGED, at=at, by=by, facts={"into": kept.document.folio, "reason": reason})


def _refuse_own(order: WorkOrder, by: User) -> None:
    if order.account_id is not None:
        refuse_own_account(by=by, account_ids=[order.account_id])


def _put_in_its_place(order: WorkOrder, place: str, sector: Sector | None) -> None:
    order.place, order.sector = place.strip(), sector
    if order.account_id is not None:
        account = Account.objects.select_related("route__sector", "connection__premises").get(pk=order.account_id)
        premises = account.connection.premises
        order.place = order.place or premises.address
        order.sector = sector or account.route.sector
        order.route, order.route_order = account.route.number, account.route_order
        order.latitude, order.longitude = premises.latitude, premises.longitude
    required(order.place, question="Escriba dónde es; si la calle no tiene número, ponga «S/N».")
