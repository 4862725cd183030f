"""Who has a case: taken, sent to an area, accepted or returned, and stopped while the customer is awaited."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cauce.cases.events import CASE_ACCEPTED, CASE_PAUSED, CASE_RESUMED, CASE_RETURNED, CASE_ROUTED, CASE_TAKEN
from cauce.cases.models import Case, CaseStep
from cauce.cases.operations.refusals import CaseElsewhere, CaseRefused
from cauce.cases.operations.steps import (
    held_case,
    held_cases,
    move_case,
    needed,
    refuse_idle_area,
    refuse_stranger,
    refuse_unless_follows,
    tell_case,
    write_step,
)
from cauce.cases.rules.terms import moved_due_day
from cauce.core.clock import local_day
from cauce.core.es_mx import format_date
from cauce.users.models import Area, User
from cauce.users.queries import office_calendar


@transaction.atomic
def take_case(*, case: Case, at: datetime, by: User) -> Case:
    """Take a case of one's own area, to attend it; one that was routed to it is accepted. Idempotent.

    Of two people who take the same case at once one has it, and the other is told who.

    :raises CaseHeldByAnother: if somebody else has it.
    :raises CaseOfAnotherArea: if it is in another area.
    :raises CaseElsewhere: if it is not waiting for anybody.
    """
    case = held_case(case)
    if case.state == Case.State.IN_PROGRESS and case.holder_id == by.pk:
        return case
    refuse_stranger(case, at=at, by=by)
    if case.state == Case.State.ROUTED:
        return _accepted(case, at=at, by=by)
    case.holder = by
    if case.state == Case.State.IN_PROGRESS:
        case.save(update_fields=["holder"])
    else:
        if case.state == Case.State.WAITING:
            raise CaseElsewhere(f"El caso {case.document.folio} espera al usuario: reanúdelo antes de tomarlo.")
        if case.state != Case.State.RECEIVED:
            refuse_unless_follows(case, state=Case.State.RECEIVED)
        move_case(case, state=Case.State.IN_PROGRESS, also=["holder"])
    write_step(case, kind=CaseStep.Kind.TAKEN, holder=by, at=at, by=by)
    tell_case(case, kind=CASE_TAKEN, at=at, by=by, facts={"who": str(by)})
    return case


@transaction.atomic
def route_case(*, case: Case, area: Area, note: str, holder: User | None = None, at: datetime, by: User) -> Case:
    """Send a case to an area, or to one person of it, saying what is asked of them.

    Idempotent: sent again to where it already waits, nothing changes.

    :raises CaseRefused: if there is no note, it is already there, or the person is not of the area.
    :raises IdleArea: if nobody of the area could see it.
    :raises CaseElsewhere: if it waits for the customer or has ended.
    """
    note = needed(note, question="Escriba qué se pide al área: quien reciba el caso lo va a leer.")
    case = held_case(case)
    holder_id = None if holder is None else holder.pk
    if case.state == Case.State.ROUTED and (case.area_id, case.holder_id) == (area.pk, holder_id):
        return case
    refuse_unless_follows(case, state=Case.State.ROUTED)
    if case.area_id == area.pk and (holder is None or holder.pk == case.holder_id):
        raise CaseRefused(f"El caso {case.document.folio} ya está en «{area}»: tómelo o elija otra área o persona.")
    if holder is not None and (holder.area_id != area.pk or not holder.is_active):
        raise CaseRefused(f"{holder} no es de «{area}» o ya no tiene cuenta activa; elija a otra persona.")
    refuse_idle_area(area)
    before = case.area
    case.area, case.holder = area, holder
    move_case(case, state=Case.State.ROUTED, also=["area", "holder"])
    write_step(case, kind=CaseStep.Kind.ROUTED, note=note, from_area=before, to_area=area, holder=holder, at=at, by=by)
    whom = str(area) if holder is None else f"{area} ({holder})"
    tell_case(case, kind=CASE_ROUTED, at=at, by=by, facts={"before": str(before), "area": whom, "note": note})
    return case


@transaction.atomic
def route_cases(*, cases: Sequence[Case], area: Area, note: str, at: datetime, by: User) -> list[Case]:
    """Send many cases to an area at once: all of them or none, an event each. Idempotent as :func:`route_case`.

    :raises CaseRefused: if none was chosen, there is no note, or one cannot go, which is named.
    """
    return [
        route_case(case=case, area=area, note=note, at=at, by=by)
        for case in sorted(held_cases(cases), key=lambda case: case.pk)
    ]


@transaction.atomic
def accept_case(*, case: Case, at: datetime, by: User) -> Case:
    """Accept a case that was routed to one's area. Idempotent.

    :raises CaseElsewhere: if it was not routed.
    :raises CaseOfAnotherArea: if it was routed to another area.
    :raises CaseHeldByAnother: if it was routed to another person, or somebody accepted it before.
    """
    case = held_case(case)
    if case.state == Case.State.IN_PROGRESS and case.holder_id == by.pk:
        return case
    refuse_stranger(case, at=at, by=by)
    if case.state != Case.State.ROUTED:
        raise CaseElsewhere(
            f"El caso {case.document.folio} está «{case.get_state_display().lower()}»: no hay qué aceptar."
        )
    return _accepted(case, at=at, by=by)


@transaction.atomic
def return_case(*, case: Case, reason: str, at: datetime, by: User) -> Case:
    """Give a routed case back to the area and the person that sent it, saying why.

    :raises CaseRefused: if it does not say why.
    :raises CaseElsewhere: if it was accepted before, or was not routed.
    :raises CaseOfAnotherArea: if it was routed to another area.
    """
    reason = needed(reason, question="Escriba por qué se devuelve: quien lo mandó tiene que saber qué falta.")
    case = held_case(case)
    refuse_stranger(case, at=at, by=by)
    if case.state != Case.State.ROUTED:
        raise CaseElsewhere(
            f"El caso {case.document.folio} está «{case.get_state_display().lower()}»: sólo se devuelve lo que aún no "
            "se acepta. Si ya lo atendió, canalícelo de vuelta con una nota."
        )
    sent = case.steps.filter(kind=CaseStep.Kind.ROUTED).select_related("from_area", "by").order_by("-pk")[0]
    before = case.area
    assert sent.from_area is not None
    case.area = sent.from_area
    case.holder = sent.by if sent.by.is_active and sent.by.area_id == sent.from_area_id else None
    move_case(case, state=Case.State.RECEIVED, also=["area", "holder"])
    write_step(
        case,
        kind=CaseStep.Kind.RETURNED,
        note=reason,
        from_area=before,
        to_area=case.area,
        holder=case.holder,
        at=at,
        by=by,
    )
    tell_case(
        case, kind=CASE_RETURNED, at=at, by=by, facts={"before": str(before), "area": str(case.area), "note": reason}
    )
    return case


@transaction.atomic
def pause_case(*, case: Case, note: str, at: datetime, by: User) -> Case:
    """Stop the term of a case while the customer brings or answers something. Idempotent for one that waits.

    :raises CaseRefused: if it does not say what is awaited.
    :raises CaseElsewhere: if nobody is attending it.
    """
    note = needed(note, question="Escriba qué se espera del usuario: un documento, una llamada, que esté en casa…")
    case = held_case(case)
    if case.state == Case.State.WAITING:
        return case
    refuse_stranger(case, at=at, by=by)
    case.waiting_since = local_day(at)
    move_case(case, state=Case.State.WAITING, also=["waiting_since"])
    write_step(case, kind=CaseStep.Kind.PAUSED, note=note, at=at, by=by)
    tell_case(case, kind=CASE_PAUSED, at=at, by=by, facts={"note": note})
    return case


@transaction.atomic
def resume_case(*, case: Case, note: str = "", at: datetime, by: User) -> Case:
    """Go on with a case that waited: its last day moves by the business days it was stopped. Idempotent.

    :raises CaseElsewhere: if it was not waiting.
    :raises CaseHeldByAnother: if somebody else has it.
    :raises CaseOfAnotherArea: if it is in another area.
    """
    case = held_case(case)
    if case.state == Case.State.IN_PROGRESS:
        return case
    refuse_stranger(case, at=at, by=by)
    if case.state != Case.State.WAITING or case.waiting_since is None:
        raise CaseElsewhere(f"El caso {case.document.folio} no está en espera: actualice la página.")
    case.due_on = moved_due_day(case.due_on, case.waiting_since, local_day(at), office_calendar())
    case.waiting_since = None
    move_case(case, state=Case.State.IN_PROGRESS, also=["due_on", "waiting_since"])
    write_step(case, kind=CaseStep.Kind.RESUMED, note=note, at=at, by=by)
    tell_case(case, kind=CASE_RESUMED, at=at, by=by, facts={"due": format_date(case.due_on), "note": note.strip()})
    return case


def _accepted(case: Case, *, at: datetime, by: User) -> Case:
    case.holder = by
    move_case(case, state=Case.State.IN_PROGRESS, also=["holder"])
    write_step(case, kind=CaseStep.Kind.ACCEPTED, to_area=case.area, holder=by, at=at, by=by)
    tell_case(case, kind=CASE_ACCEPTED, at=at, by=by, facts={"area": str(case.area)})
    return case
