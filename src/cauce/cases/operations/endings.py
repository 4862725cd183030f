"""How a case ends: resolved and closed, opened again, found to be another one, or given up by who asked."""

from datetime import datetime

from django.db import transaction

from cauce.cases.events import (
    CASE_CLOSED,
    CASE_DUPLICATED,
    CASE_REOPENED,
    CASE_RESOLVED,
    CASE_WITHDRAWN,
)
from cauce.cases.models import Case, CaseStep
from cauce.cases.operations.cases import original_of
from cauce.cases.operations.holding import free_account_of, hold_account_for
from cauce.cases.operations.refusals import CaseElsewhere, CaseRefused
from cauce.cases.operations.steps import (
    held_case,
    held_cases,
    move_case,
    needed,
    refuse_stranger,
    tell_case,
    write_step,
)
from cauce.cases.rules.states import OPEN
from cauce.cases.rules.terms import due_day
from cauce.core.clock import local_day
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.users.queries import office_calendar


@transaction.atomic
def resolve_case(*, case: Case, outcome: str, resolution: str, at: datetime, by: User) -> Case:
    """Decide a case and say how it is answered. Idempotent: the same answer of the same person changes nothing.

    :raises CaseRefused: if it does not say in which sense, or what is answered.
    :raises CaseElsewhere: if it was not accepted yet, waits for the customer, or has ended.
    :raises CaseHeldByAnother: if somebody else has it.
    :raises CaseOfAnotherArea: if it is in another area.
    :raises OwnAccount: if who decides it is linked to its account or its person.
    """
    resolution = needed(resolution, question="Escriba la respuesta que se da al usuario.")
    if outcome not in Case.Outcome.values:
        raise CaseRefused("Elija en qué sentido se resuelve: procede, procede en parte, no procede o se informó.")
    case = held_case(case)
    if (case.state, case.resolution, case.resolved_by_id) == (Case.State.RESOLVED, resolution, by.pk):
        return case
    refuse_stranger(case, at=at, by=by)
    _refuse_own(case, by)
    case.outcome, case.resolution, case.resolved_at, case.resolved_by = outcome, resolution, at, by
    case.holder = case.holder or by
    move_case(case, state=Case.State.RESOLVED, also=["outcome", "resolution", "resolved_at", "resolved_by", "holder"])
    write_step(case, kind=CaseStep.Kind.RESOLVED, note=resolution, at=at, by=by)
    facts = {"outcome": case.get_outcome_display().lower(), "resolution": resolution}
    tell_case(case, kind=CASE_RESOLVED, at=at, by=by, facts=facts)
    return case


@transaction.atomic
def close_case(*, case: Case, satisfaction: int | None = None, note: str = "", at: datetime, by: User) -> Case:
    """Close a resolved case, with how satisfied the customer was if they said it; its hold is lifted. Idempotent.

    :raises CaseRefused: if the satisfaction is not from 1 to 5.
    :raises CaseElsewhere: if it is not resolved.
    """
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise CaseRefused("La satisfacción va de 1 (nada) a 5 (mucho); si el usuario no la dijo, déjela vacía.")
    case = held_case(case, with_account=True)
    if case.state == Case.State.CLOSED:
        return case
    case.closed_at, case.satisfaction = at, satisfaction
    move_case(case, state=Case.State.CLOSED, also=["closed_at", "satisfaction"])
    write_step(case, kind=CaseStep.Kind.CLOSED, note=note, at=at, by=by)
    free_account_of(case, at=at, by=by)
    tell_case(case, kind=CASE_CLOSED, at=at, by=by)
    return case


@transaction.atomic
def reopen_case(*, case: Case, reason: str, at: datetime, by: User) -> Case:
    """Attend again a case that was resolved or closed: it has a new term from today, and counts as reopened.

    It goes back to who had it, if they are still there.

    :raises CaseRefused: if it does not say why.
    :raises CaseElsewhere: if it is neither resolved nor closed.
    :raises OwnAccount: if who reopens it is linked to its account or its person.
    """
    reason = needed(reason, question="Escriba por qué se reabre: qué no quedó o qué dice ahora el usuario.")
    case = held_case(case, with_account=True)
    if case.state not in (Case.State.RESOLVED, Case.State.CLOSED):
        raise CaseElsewhere(
            f"El caso {case.document.folio} está «{case.get_state_display().lower()}»: sólo se reabre lo resuelto."
        )
    _refuse_own(case, by)
    case.outcome, case.resolution, case.resolved_at, case.resolved_by = "", "", None, None
    case.closed_at, case.satisfaction = None, None
    case.times_reopened += 1
    case.due_on = due_day(local_day(at), case.type.term_days, office_calendar())
    if case.holder is not None and not case.holder.is_active:
        case.holder = None
    cleared = ["outcome", "resolution", "resolved_at", "resolved_by", "closed_at", "satisfaction"]
    move_case(case, state=Case.State.IN_PROGRESS, also=[*cleared, "times_reopened", "due_on", "holder"])
    write_step(case, kind=CaseStep.Kind.REOPENED, note=reason, holder=case.holder, at=at, by=by)
    hold_account_for(case, at=at, by=by)
    tell_case(case, kind=CASE_REOPENED, at=at, by=by, facts={"note": reason})
    return case


@transaction.atomic
def mark_duplicate(*, case: Case, original: Case, note: str = "", at: datetime, by: User) -> Case:
    """Say that a case is the same as another, which goes on with the contacts of both. Idempotent.

    :raises CaseRefused: if both are the same case, or each would stand for the other.
    :raises CaseElsewhere: if it has ended, or the other was withdrawn.
    """
    original = original_of(original)
    if original.pk == original_of(case).pk and case.state == Case.State.DUPLICATE:
        return case
    if original.pk == case.pk:
        raise CaseRefused("Un caso no es duplicado de sí mismo: escriba el folio del otro.")
    case, original = held_cases([case, original])
    if original.state == Case.State.WITHDRAWN:
        raise CaseElsewhere(
            f"El usuario desistió del caso {original.document.folio}: siga con el {case.document.folio}."
        )
    if case.state not in OPEN:
        raise CaseElsewhere(
            f"El caso {case.document.folio} ya está «{case.get_state_display().lower()}»: no puede ser duplicado."
        )
    case.duplicate_of = original
    move_case(case, state=Case.State.DUPLICATE, also=["duplicate_of"])
    write_step(case, kind=CaseStep.Kind.DUPLICATE, note=note, at=at, by=by)
    original.times_repeated += 1 + case.times_repeated
    original.save(update_fields=["times_repeated"])
    said = f"El caso {case.document.folio} es el mismo. {note}".strip()
    write_step(original, kind=CaseStep.Kind.REPEATED, note=said, channel=case.channel, at=at, by=by)
    free_account_of(case, at=at, by=by)
    facts = {"original": original.document.folio, "note": note.strip()}
    tell_case(case, kind=CASE_DUPLICATED, at=at, by=by, facts=facts)
    return case


@transaction.atomic
def withdraw_case(*, case: Case, reason: str, at: datetime, by: User) -> Case:
    """Leave a case because who asked no longer wants it; its hold is lifted. Idempotent.

    :raises CaseRefused: if it does not say why.
    :raises CaseElsewhere: if it has ended.
    """
    reason = needed(reason, question="Escriba por qué desiste el usuario y cómo lo dijo.")
    case = held_case(case, with_account=True)
    if case.state == Case.State.WITHDRAWN:
        return case
    move_case(case, state=Case.State.WITHDRAWN)
    write_step(case, kind=CaseStep.Kind.WITHDRAWN, note=reason, at=at, by=by)
    free_account_of(case, at=at, by=by)
    tell_case(case, kind=CASE_WITHDRAWN, at=at, by=by, facts={"note": reason})
    return case


def _refuse_own(case: Case, by: User) -> None:
    refuse_own_account(
        by=by,
        account_ids=[] if case.account_id is None else [case.account_id],
        party_ids=[] if case.party_id is None else [case.party_id],
    )
