"""Authorising what is done to the service of debtors, and the orders that come of it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.collections.events import (
    REDUCTION_AUTHORISED,
    REDUCTION_ORDERED,
    REDUCTION_STOPPED,
    REDUCTIONS_AUTHORISED,
)
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.queries.reduction import ServiceFile, persons_of, service_file, service_files
from cauce.collections.rules.by_use import ORDER_TYPES, matter_of, reason_of
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of, format_account, format_money
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.operations import lock_accounts
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.workorders.models import Origin, WorkOrder, WorkOrderType
from cauce.workorders.operations import issue_work_order

MOST_AT_ONCE = 200
_NAMED_AT_MOST = 5


class ReductionBlocked(DomainError):
    """A step is missing, a term runs or something stops it."""


class WrongBatch(DomainError):
    """The relación is not one in which the service is authorised, or nobody approved it."""


@transaction.atomic
def authorise_reductions(*, acts: Sequence[LadderAct], at: datetime, by: User) -> CollectionBatch:
    """Authorise what the table by use lets be done to the service of the accounts of a relación, all or none.

    What keeps each one from it is looked at again now, with the accounts held. Their orders are issued afterwards, one
    by one. Idempotent for what was authorised before.

    :raises WrongBatch: if there is none, they are of several relaciones, or theirs waits for approval or has ended.
    :raises ReductionBlocked: naming which accounts cannot be and why.
    :raises OwnAccount: if who authorises is linked to one of them.
    """
    if not acts or len(acts) > MOST_AT_ONCE:
        raise WrongBatch(f"Marque de 1 a {MOST_AT_ONCE} cuentas de la relación para autorizarlas.")
    lock_accounts(sorted({act.account_id for act in acts}))
    batch = _batch_of(acts)
    held = _held(acts)
    refuse_own_account(by=by, account_ids=[act.account_id for act in held])
    waiting = [act for act in held if act.state == LadderAct.State.SELECTED]
    _refuse_not_waiting([act for act in held if act.state not in {"SELECTED", "AUTHORISED", "ISSUED", "DONE"}])
    files = service_files(waiting, day=local_day(at))
    _refuse_blocked([(act, files[act.pk]) for act in waiting if not files[act.pk].may])
    for act in waiting:
        file = files[act.pk]
        assert file.terms is not None
        act.state, act.authorised_at, act.authorised_by = LadderAct.State.AUTHORISED, at, by
        act.debt, act.months, act.blocks = file.overdue, file.months, []
        act.save(update_fields=["state", "authorised_at", "authorised_by", "debt", "months", "blocks"])
        what = matter_of(file.terms.action, file.overdue, file.months)
        _tell(REDUCTION_AUTHORISED, act, {"folio": batch.document.folio, "what": what}, at, by)
    if waiting:
        _tell_batch(batch, waiting, at, by)
    return batch


@transaction.atomic
def issue_reduction_order(*, act: LadderAct, at: datetime, by: User) -> WorkOrder | None:
    """Issue the order of an account that was authorised; its reason and how far it may go are printed on it.

    What stops it is looked at once more with the account held: who paid, agreed or was given a hold since it was
    authorised has no order, and the act is left called back. Idempotent: an act has one order; None if it was stopped.

    :raises ReductionBlocked: if it was not authorised.
    :raises WrongBatch: if the ladder has no rung of execution in use.
    :raises AreaWithoutStaff: if nobody of its area could see it.
    """
    lock_accounts([act.account_id])
    (act,) = _held([act])
    if act.state in {"ISSUED", "DONE", "RECALLED"}:
        return act.order
    if act.state != LadderAct.State.AUTHORISED:
        raise ReductionBlocked("La cuenta no está autorizada en la relación: autorícela antes de emitir su orden.")
    batch = _batch_of([act])
    file = service_file(act, day=local_day(at))
    if not file.may or file.terms is None:
        _stop(act, batch, " ".join(file.blocks), at, by)
        return None
    execution = execution_step()
    persons = persons_of(act.account_id)
    refused_below = max(file.threshold, execution.min_debt)
    order = issue_limiting_order(
        act=act,
        file=file,
        type=_type_for(file),
        refused_below=refused_below,
        persons=None if persons is None else persons.persons,
        at=at,
        by=by,
        key=f"ladder-act:{act.pk}",
    )
    write_execution(authorisation=act, step=execution, order=order, at=at)
    _close_authorisation(act, order, at)
    _tell(REDUCTION_ORDERED, act, {"order": order.document.folio, "folio": batch.document.folio}, at, by)
    return order


def issue_limiting_order(
    *,
    act: LadderAct,
    file: ServiceFile,
    type: WorkOrderType,
    refused_below: Decimal,
    persons: int | None,
    voucher: Document | None = None,
    at: datetime,
    by: User,
    key: str,
) -> WorkOrder:
    """Order that the service of an account is limited, with its reason, in the caller's transaction. Idempotent by key.

    ``voucher`` is the vale de agua that goes with it, where no reductor fits.

    :raises ReductionBlocked: if its use admits nothing.
    """
    if file.terms is None:
        raise ReductionBlocked("El uso de la cuenta no admite que se limite su servicio.")
    detail = reason_of(
        file.terms,
        debt=file.overdue,
        months=file.months,
        refused_below=refused_below,
        authorisation=act.batch.document.folio if act.batch else "",
        persons=persons,
        has_voucher=voucher is not None,
    )
    return issue_work_order(
        type=type,
        account=act.account,
        party=act.account.holder,
        contact_name=act.account.holder.name[:160],
        contact_phone=act.account.holder.phone[:20],
        matter=matter_of(file.terms.action, file.overdue, file.months)[:160],
        detail=detail if voucher is None else f"{detail} Vale {voucher.folio}.",
        origin_kind=Origin.COLLECTIONS,
        origin_id=act.pk,
        refused_below=refused_below,
        at=at,
        by=by,
        key=key,
    )


def execution_step() -> LadderStep:
    """The rung in use by which an authorisation is carried out.

    :raises WrongBatch: if there is none.
    """
    step = LadderStep.objects.filter(kind=LadderStep.Kind.EXECUTION, is_active=True).order_by("position").first()
    if step is None:
        raise WrongBatch("La escalera no tiene un peldaño de ejecución en uso: cárguelo antes de emitir órdenes.")
    return step


def write_execution(*, authorisation: LadderAct, step: LadderStep, order: WorkOrder, at: datetime) -> LadderAct:
    """Write the act of carrying out an authorisation, in the caller's transaction and with the account held.

    Idempotent by order.
    """
    known = LadderAct.objects.filter(order=order, step=step).first()
    if known is not None:
        return known
    return LadderAct.objects.create(
        batch=authorisation.batch,
        step=step,
        account=authorisation.account,
        state=LadderAct.State.ISSUED,
        debt=authorisation.debt,
        months=authorisation.months,
        place=authorisation.place,
        day_number=authorisation.day_number,
        order=order,
        authorised_at=authorisation.authorised_at,
        authorised_by=authorisation.authorised_by,
        issued_on=local_day(at),
    )


def _close_authorisation(act: LadderAct, order: WorkOrder, at: datetime) -> None:
    for state in (LadderAct.State.ISSUED, LadderAct.State.DONE):
        act.state = state
        act.order, act.issued_on, act.ended_on = order, local_day(at), local_day(at)
        act.save(update_fields=["state", "order", "issued_on", "ended_on"])


def _stop(act: LadderAct, batch: CollectionBatch, reason: str, at: datetime, by: User) -> None:
    """Leave an authorised act called back, with what stopped it."""
    act.state, act.note = LadderAct.State.RECALLED, reason[:240]
    act.save(update_fields=["state", "note"])
    _tell(REDUCTION_STOPPED, act, {"folio": batch.document.folio, "reason": reason}, at, by)


def _type_for(file: ServiceFile) -> WorkOrderType:
    assert file.terms is not None
    code = ORDER_TYPES[file.terms.action]
    return WorkOrderType.objects.select_related("area").get(code=code)


def _batch_of(acts: Sequence[LadderAct]) -> CollectionBatch:
    ids = {act.batch_id for act in acts}
    batch = CollectionBatch.objects.select_related("document", "step").filter(pk__in=ids).first()
    if len(ids) != 1 or batch is None:
        raise WrongBatch("Las cuentas deben ser de una misma relación de cobranza.")
    if batch.step.kind != LadderStep.Kind.AUTHORISATION:
        raise WrongBatch(f"La relación {batch.document.folio} es de «{batch.step}»: en ella no se autoriza nada.")
    if batch.state in {CollectionBatch.State.CLOSED, CollectionBatch.State.DISCARDED}:
        raise WrongBatch(
            f"La relación {batch.document.folio} está «{batch.get_state_display().lower()}» y ya no se mueve: haga "
            "otra con las cuentas que falten."
        )
    if batch.state not in {CollectionBatch.State.APPROVED, CollectionBatch.State.ISSUED}:
        raise WrongBatch(
            f"La relación {batch.document.folio} está «{batch.get_state_display().lower()}»: debe aprobarla antes otra "
            "persona."
        )
    return batch


def _held(acts: Sequence[LadderAct]) -> list[LadderAct]:
    """The acts as they are now, kept from others, with what their papers say."""
    ids = [act.pk for act in acts]
    list(LadderAct.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    rows = LadderAct.objects.select_related("step", "account__holder", "order__document", "batch__document")
    return list(rows.filter(pk__in=ids).order_by("place", "pk"))


def _refuse_not_waiting(acts: Sequence[LadderAct]) -> None:
    if acts:
        raise ReductionBlocked(
            f"La cuenta {format_account(acts[0].account.number)} está «{acts[0].get_state_display().lower()}» en la "
            "relación y ya no puede autorizarse: actualice la lista."
        )


def _refuse_blocked(blocked: Sequence[tuple[LadderAct, ServiceFile]]) -> None:
    if not blocked:
        return
    said = [f"{format_account(act.account.number)}: {' '.join(file.blocks)}" for act, file in blocked[:_NAMED_AT_MOST]]
    more = "" if len(blocked) <= _NAMED_AT_MOST else f" Y {len(blocked) - _NAMED_AT_MOST} más."
    raise ReductionBlocked(f"No se autorizó ninguna. {' '.join(said)}{more} Quítelas de lo marcado o sáquelas.")


def _tell_batch(batch: CollectionBatch, acts: Sequence[LadderAct], at: datetime, by: User) -> None:
    if batch.state == CollectionBatch.State.APPROVED:
        batch.state, batch.issued_at = CollectionBatch.State.ISSUED, at
        batch.save(update_fields=["state", "issued_at"])
    debt = sum((act.debt for act in acts), start=ZERO)
    publish(
        REDUCTIONS_AUTHORISED,
        subject_kind="CollectionBatch",
        subject_id=batch.pk,
        facts={
            "accounts": count_of(len(acts), "cuenta", "cuentas"),
            "folio": batch.document.folio,
            "debt": format_money(debt),
        },
        at=at,
        by=by,
    )


def _tell(kind: EventKind, act: LadderAct, facts: dict[str, object], at: datetime, by: User) -> None:
    publish(
        kind,
        subject_kind="LadderAct",
        subject_id=act.pk,
        account_id=act.account_id,
        facts=facts,
        at=at,
        by=by,
    )
