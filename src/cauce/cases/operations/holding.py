"""The hold that a case puts on its account while it is not answered."""

from datetime import datetime

from cauce.cases.models import Case
from cauce.core.clock import local_day
from cauce.registry.models import Hold
from cauce.registry.operations import lift_hold, place_hold
from cauce.users.models import User


def hold_account_for(case: Case, *, at: datetime, by: User) -> Hold | None:
    """Stop the reduction of the account of a case whose type says so. Idempotent: one in force is kept."""
    if case.account is None or not case.type.hold_kind:
        return None
    return place_hold(
        account=case.account,
        kind=Hold.Kind(case.type.hold_kind),
        reason=_reason(case),
        valid_from=local_day(at),
        at=at,
        by=by,
    )


def free_account_of(case: Case, *, at: datetime, by: User) -> None:
    """Lift the hold that a case had put, now that it is answered. Idempotent: when there is none, nothing is done."""
    if case.account is None or not case.type.hold_kind:
        return
    day = local_day(at)
    for hold in case.account.holds.filter(reason=_reason(case), lifted_by__isnull=True):
        lift_hold(hold=hold, on=day, reason=f"Terminó el caso {case.document.folio}", at=at, by=by)


def _reason(case: Case) -> str:
    return f"Caso {case.document.folio}: {case.type.name}"
