"""What a case sets off in the street: an order of work, or an aforo."""

from datetime import datetime

from django.db import transaction

from cauce.cases.events import CASE_INSPECTION_BOOKED, CASE_ORDER_OPENED
from cauce.cases.models import Case, CaseInspection, CaseOrder, CaseType
from cauce.cases.operations.refusals import CaseElsewhere, CaseRefused
from cauce.cases.operations.steps import held_case, tell_case
from cauce.cases.rules.states import OPEN
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
        tell_case(CASE_ORDER_OPENED, case, at=at, by=by, facts=facts)
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
        tell_case(CASE_INSPECTION_BOOKED, case, at=at, by=by, facts={"inspection": booked.document.folio})
    return booked


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
