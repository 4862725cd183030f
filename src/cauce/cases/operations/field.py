"""What a case sets off in the street: an order of work, or an aforo."""

from datetime import datetime

from django.db import transaction

from cauce.cases.events import CASE_INSPECTION_BOOKED, CASE_NOTED, CASE_ORDER_OPENED
from cauce.cases.models import Case, CaseInspection, CaseOrder, CaseStep, CaseType
from cauce.cases.operations.refusals import CaseElsewhere, CaseRefused
from cauce.cases.operations.steps import held_case, tell_case, write_step
from cauce.cases.rules.states import OPEN
from cauce.events.models import Event
from cauce.users.models import User
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
    at: datetime,
    by: User,
    key: str,
) -> HomeInspection:
    """Book the aforo that a case needs, in a half day that has a place. Idempotent by key.

    :raises CaseRefused: if its type opens no aforo, or the case has no account.
    :raises CaseElsewhere: if the case has ended.
    """
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
        party=case.party,
        at=at,
        by=by,
        key=key,
    )
    _, is_new = CaseInspection.objects.get_or_create(inspection=booked, defaults={"case": case})
    if is_new:
        tell_case(case, kind=CASE_INSPECTION_BOOKED, at=at, by=by, facts={"inspection": booked.document.folio})
    return booked


@transaction.atomic
def note_field_result(*, event: Event) -> Case | None:
    """Write on its case what an order or an aforo told, as the history says it; none when it came from no case.

    Idempotent: what was written of an event is not written again.
    """
    if event.subject_kind == "WorkOrder":
        found = Case.objects.filter(orders__order=event.subject_id).first()
    else:
        found = Case.objects.filter(inspections__inspection=event.subject_id).first()
    if found is None:
        return None
    case = held_case(found)
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
