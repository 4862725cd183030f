"""The vale de agua of a home whose connection takes no reductor, and the order that goes with it."""

from datetime import date, datetime, timedelta

from django.db import transaction

from cauce.collections.events import WATER_VOUCHER_DELIVERED, WATER_VOUCHER_ISSUED
from cauce.collections.models import LadderAct, LadderStep, WaterVoucher
from cauce.collections.operations.reduction import (
    ReductionBlocked,
    execution_step,
    issue_limiting_order,
    write_execution,
)
from cauce.collections.queries.reduction import service_file
from cauce.collections.rules.by_use import NO_ROOM_FOR_REDUCTOR, REDUCTION, VOUCHER_ORDER_TYPE
from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_quantity
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.operations import lock_accounts
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.workorders.models import WorkOrderType

SERIES = "VA"
MOST_DAYS = 31
MOST_PERSONS = 40


@transaction.atomic
def issue_water_voucher(*, act: LadderAct, persons: int, days: int, at: datetime, by: User, key: str) -> WaterVoucher:
    """Give a home its minimum of water by voucher, and order its connection limited, where no reductor fits.

    ``act`` is the execution that could not be done for that reason. Idempotent by key.

    :raises ReductionBlocked: if the crew did not say that no reductor fits, the days or people are out of bounds, or
        something stops it now.
    :raises OwnAccount: if who issues it is linked to the account.
    """
    lock_accounts([act.account_id])
    first = WaterVoucher.objects.select_related("document").filter(key=key).first()
    if first is not None:
        return first
    act = LadderAct.objects.select_related("step", "account__holder", "batch__document", "order").get(pk=act.pk)
    _refuse_unless_no_room(act)
    refuse_own_account(by=by, account_ids=[act.account_id])
    if not 1 <= persons <= MOST_PERSONS or not 1 <= days <= MOST_DAYS:
        raise ReductionBlocked(f"El vale es para 1 a {MOST_PERSONS} personas y de 1 a {MOST_DAYS} días.")
    file = service_file(act, day=local_day(at))
    # The authorisation serves; the rung's own terms were met by the order that could not be done.
    if file.terms is None or file.terms.action != REDUCTION or file.overdue < file.threshold:
        raise ReductionBlocked("La cuenta ya no debe lo que se pide o su uso no se reduce: no hace falta el vale.")
    document = create_document(kind=Document.Kind.LEGAL_RECORD, series=SERIES, issued_on=local_day(at), at=at, by=by)
    refused_below = file.threshold if act.order is None else act.order.refused_below or file.threshold
    order = issue_limiting_order(
        act=act,
        file=file,
        type=WorkOrderType.objects.select_related("area").get(code=VOUCHER_ORDER_TYPE),
        refused_below=refused_below,
        persons=persons,
        voucher=document,
        at=at,
        by=by,
        key=f"water-voucher:{key}"[:120],
    )
    execution = write_execution(authorisation=act, step=execution_step(), order=order, at=at)
    today = local_day(at)
    voucher = WaterVoucher.objects.create(
        document=document,
        key=key,
        account=act.account,
        act=execution,
        persons=persons,
        litres_per_person_day=file.terms.litres_per_person_day,
        valid_from=today,
        valid_until=today + timedelta(days=days),
        issued_at=at,
        issued_by=by,
    )
    publish(
        WATER_VOUCHER_ISSUED,
        subject_kind="WaterVoucher",
        subject_id=voucher.pk,
        account_id=act.account_id,
        facts={
            "folio": document.folio,
            "litres": format_quantity(voucher.litres_a_day),
            "first": format_date(voucher.valid_from),
            "last": format_date(voucher.valid_until - timedelta(days=1)),
        },
        at=at,
        by=by,
    )
    return voucher


@transaction.atomic
def deliver_water_voucher(*, voucher: WaterVoucher, received_by: str, on: date, at: datetime, by: User) -> WaterVoucher:
    """Write who received a voucher and when. Idempotent: what was written first stays.

    :raises ReductionBlocked: if it does not say who, or the day is yet to come or before it was issued.
    """
    if not received_by.strip():
        raise ReductionBlocked("Escriba quién recibió el vale.")
    WaterVoucher.objects.select_for_update(no_key=True).get(pk=voucher.pk)
    voucher = WaterVoucher.objects.select_related("document").get(pk=voucher.pk)
    if voucher.delivered_on is not None:
        return voucher
    if not voucher.valid_from <= on <= local_day(at):
        raise ReductionBlocked(f"El vale se emitió el {format_date(voucher.valid_from)}: corrija el día de la entrega.")
    voucher.delivered_on, voucher.received_by, voucher.delivered_by = on, received_by.strip()[:160], by
    voucher.save(update_fields=["delivered_on", "received_by", "delivered_by"])
    publish(
        WATER_VOUCHER_DELIVERED,
        subject_kind="WaterVoucher",
        subject_id=voucher.pk,
        account_id=voucher.account_id,
        facts={"folio": voucher.document.folio, "to": voucher.received_by},
        at=at,
        by=by,
    )
    return voucher


def _refuse_unless_no_room(act: LadderAct) -> None:
    if act.step.kind != LadderStep.Kind.EXECUTION or act.state != LadderAct.State.NOT_DONE:
        raise ReductionBlocked("El vale de agua se da cuando la cuadrilla reportó que la orden no se pudo hacer.")
    if act.note != NO_ROOM_FOR_REDUCTOR:
        raise ReductionBlocked(
            f"La cuadrilla no reportó «{NO_ROOM_FOR_REDUCTOR}» sino «{act.note}»: intente la orden de nuevo."
        )
