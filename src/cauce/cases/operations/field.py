"""What a case sets off in the street: an order of work, or an aforo."""

from datetime import datetime

from django.db import transaction

from cauce.cases.events import CASE_INSPECTION_BOOKED, CASE_NOTED, CASE_ORDER_OPENED
from cauce.cases.models import Case, CaseInspection, CaseOrder, CaseStep, CaseType
from cauce.cases.operations.refusals import CaseElsewhere, CaseRefused
from cauce.cases.operations.steps import held_case, needed, tell_case, write_step
from cauce.cases.rules.states import OPEN
from cauce.events.models import Event
from cauce.users.models import User
from cauce.workorders.events import WORK_ORDER_MERGED
from cauce.workorders.models import AgendaSlot, HomeInspection, Origin, WorkOrder, WorkOrderType
from cauce.workorders.operations import book_inspection, issue_work_order


@transaction.atomic
def open_order_of_case(
    *, case: Case, type: WorkOrderType | None = None, detail: str = "", at: datetime, by: User, key: str
) -> WorkOrder:
    """Issue the order that a case needs: of the type its own says, unless another is given. Idempotent by key.

    :raises CaseRefused: if no type of order is given and its type opens none.
    :raises CaseElsewhere: if the case has ended.
    """
    wanted = type or case.type.order_type
    if wanted is None:
        raise CaseRefused(f"«{case.type}» no abre por sí solo una orden: elija qué tipo de orden hace falta.")
    case = _open_one(case)
    order = issue_work_order(
        type=wanted,
        account=case.account,
        party=case.party,
        place=case.place,
        contact_name=case.reporter_name,
        contact_phone=case.reporter_phone,
        matter=case.matter,
        detail=detail.strip() or case.told,
        priority=case.priority,
        origin_kind=Origin.CASE,
        origin_id=case.pk,
        sector=case.sector,
        at=at,
        by=by,
        key=key,
    )
    _, is_new = CaseOrder.objects.get_or_create(order=order, defaults={"case": case})
    if is_new:
        facts = {"order": order.document.folio, "type": str(wanted)}
        tell_case(case, kind=CASE_ORDER_OPENED, at=at, by=by, facts=facts)
    return order


@transaction.atomic
def book_inspection_of_case(
    *,
    case: Case,
    slot: AgendaSlot,
    contact_name: str,
    contact_phone: str = "",
    over_capacity: bool = False,
    over_reason: str = "",
    is_charged: bool = False,
    at: datetime,
    by: User,
    key: str,
) -> HomeInspection:
    """Book the aforo that a case needs, in a half day that has a place, charged or not. Idempotent by key.

    With ``over_capacity`` it may go over what the half day holds, and ``over_reason`` stays written in the case.

    :raises CaseRefused: if its type opens no aforo, the case has no account, or it is not said why it goes over.
    :raises CaseElsewhere: if the case has ended.
    :raises AgendaPowerMissing: if it goes over what the half day holds and ``by`` does not program the aforos.
    """
    if over_capacity:
        over_reason = needed(over_reason, question="Escriba por qué se pasa del cupo de ese medio día.")
    if CaseType.Opens.INSPECTION not in case.type.opens:
        raise CaseRefused(f"«{case.type}» no lleva aforo; si hace falta ir, abra una orden de trabajo.")
    case = _open_one(case)
    if case.account is None:
        raise CaseRefused("Un aforo es de una cuenta: este caso no la tiene; abra una orden de trabajo.")
    booked = book_inspection(
        account=case.account,
        slot=slot,
        contact_name=contact_name,
        contact_phone=contact_phone,
        matter=case.matter,
        detail=case.told,
        origin_kind=Origin.CASE,
        origin_id=case.pk,
        over_capacity=over_capacity,
        is_charged=is_charged,
        party=case.party,
        at=at,
        by=by,
        key=key,
    )
    _, is_new = CaseInspection.objects.get_or_create(inspection=booked, defaults={"case": case})
    if is_new:
        tell_case(case, kind=CASE_INSPECTION_BOOKED, at=at, by=by, facts={"inspection": booked.document.folio})
        if booked.is_over_capacity:
            note = f"El aforo {booked.document.folio} pasa del cupo: {over_reason}"
            write_step(case, kind=CaseStep.Kind.NOTED, note=note, at=at, by=by)
    return booked


@transaction.atomic
def note_field_result(*, event: Event) -> list[Case]:
    """Write on its cases what an order or an aforo told, as the history says it; none when it came from no case.

    An order does what those merged into it had to do, so their cases are told too, but only of what came after they
    were merged: what is told late, or again, writes no more than it would have written in its moment. Idempotent: what
    was written of an event is not written again.
    """
    if event.subject_kind == "WorkOrder":
        found = Case.objects.filter(orders__order__in=[event.subject_id, *_merged_by_then(event)])
    else:
        found = Case.objects.filter(inspections__inspection=event.subject_id)
    return [_note_of_the_field(case, event) for case in found.order_by("pk")]


def _merged_by_then(event: Event) -> list[int]:
    """The orders that were part of the order of an event when it happened, as the history tells."""
    order = WorkOrder.objects.select_related("document").get(pk=event.subject_id)
    # What was in it may have followed it since into another order.
    now_in = [pk for pk in (order.pk, order.merged_into_id) if pk is not None]
    inside = WorkOrder.objects.filter(merged_into__in=now_in).exclude(pk=order.pk).values_list("pk", flat=True)
    merges = Event.objects.filter(
        kind=WORK_ORDER_MERGED.code, subject_kind="WorkOrder", subject_id__in=list(inside), pk__lt=event.pk
    )
    into = {merge.subject_id: merge.facts["into"] for merge in merges.order_by("pk")}
    return [pk for pk, folio in into.items() if folio == order.document.folio]


def _note_of_the_field(case: Case, event: Event) -> Case:
    case = held_case(case)
    known = case.steps.filter(kind=CaseStep.Kind.NOTED, at=event.at, note=event.sentence)
    if not known.exists():
        write_step(case, kind=CaseStep.Kind.NOTED, note=event.sentence, at=event.at, by=event.by)
        tell_case(case, kind=CASE_NOTED, at=event.at, by=event.by, facts={"note": event.sentence})
    return case


def _open_one(case: Case) -> Case:
    """The case, held with its account.

    :raises CaseElsewhere: if it has ended.
    """
    case = held_case(case, with_account=True)
    if case.state not in OPEN:
        raise CaseElsewhere(
            f"El caso {case.document.folio} ya está «{case.get_state_display().lower()}»: reábralo o abra otro."
        )
    return case
