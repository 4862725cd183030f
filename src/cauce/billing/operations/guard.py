"""What is signed of a run: its padrón changes before the draft, and who is missing of it before the issue."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cauce.billing import events
from cauce.billing.models import BillingRun, ChangesAcknowledgement, GuardSignature
from cauce.billing.operations.errors import (
    AccountsMissing,
    ChangesNotAcknowledged,
    GuardChanged,
    RunNotReady,
    SamePersonApproves,
)
from cauce.billing.queries.changes import pending_changes
from cauce.billing.queries.guard import guard_signature, missing_of_run, unsigned
from cauce.core.es_mx import format_long_period
from cauce.events.operations import publish
from cauce.users.models import User

_COMPUTABLE = (BillingRun.State.DRAFT, BillingRun.State.COMPUTING, BillingRun.State.COMPUTED)


@transaction.atomic
def acknowledge_changes(
    run: BillingRun, *, until_event: int | None = None, at: datetime, by: User
) -> ChangesAcknowledgement | None:
    """Tell that who bills saw what changed of the cycle's padrón, up to the last event of the list that they saw.

    Without ``until_event``, all there is. What happens afterwards is still to be seen. Idempotent: with nothing to
    acknowledge nothing is written.

    :returns: the acknowledgement, or None when there was nothing.
    :raises RunNotReady: the run is approved, issued or discarded.
    """
    run = BillingRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if run.state not in _COMPUTABLE:
        raise RunNotReady(f"{run.standing} y ya no se calcula con cambios del padrón.")
    changes = pending_changes(run)
    if until_event is not None:
        changes = changes.filter(pk__lte=until_event)
    seen = list(changes.values_list("pk", flat=True))
    if not seen:
        return None
    acknowledged = ChangesAcknowledgement.objects.create(
        run=run,
        period=run.period,
        cycle=run.cycle,
        until_event=seen[-1],
        changes=len(seen),
        acknowledged_at=at,
        acknowledged_by=by,
    )
    publish(
        events.CHANGES_ACKNOWLEDGED,
        subject_kind="BillingRun",
        subject_id=run.pk,
        facts={**_cycle_facts(run), "changes": len(seen)},
        at=at,
        by=by,
    )
    return acknowledged


def refuse_unseen_changes(run: BillingRun) -> None:
    """Refuse to compute while something changed of the cycle's padrón that nobody acknowledged.

    :raises ChangesNotAcknowledged: saying how many.
    """
    if waiting := pending_changes(run).count():
        raise ChangesNotAcknowledged(waiting)


@transaction.atomic
def sign_guard(run: BillingRun, *, reason: str, accounts: Collection[int], at: datetime, by: User) -> GuardSignature:
    """Take on that these accounts (by id), exactly those missing now, are left without bill when the run is issued.

    Idempotent: the same set signed already gives back its signature. An account that goes missing afterwards is in no
    signature and stops the issue.

    :raises RunNotReady: the run is not computed or approved, nobody is missing, or there is no reason.
    :raises SamePersonApproves: whoever computed it does not sign it.
    :raises GuardChanged: those missing now are not the ones given.
    """
    run = BillingRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if run.state not in (BillingRun.State.COMPUTED, BillingRun.State.APPROVED):
        raise RunNotReady(f"{run.standing}: las que faltan se firman antes de emitir.")
    if run.created_by_id == by.pk:
        raise SamePersonApproves(
            "Quien calculó la corrida no firma las cuentas que faltan: pida que lo haga otra persona."
        )
    if not reason.strip():
        raise RunNotReady("Escriba por qué se emite sin las cuentas que faltan.")
    missing = sorted(account.id for account in missing_of_run(run))
    if not missing:
        raise RunNotReady("No falta ninguna cuenta: no hay nada que firmar.")
    if missing != sorted(set(accounts)):
        raise GuardChanged("Las cuentas que faltan cambiaron mientras las veía; revise la lista otra vez y firme.")
    signed = guard_signature(run)
    if signed is not None and signed.accounts == missing:
        return signed
    signature = GuardSignature.objects.create(
        run=run, accounts=missing, reason=reason.strip(), signed_at=at, signed_by=by
    )
    publish(
        events.GUARD_SIGNED,
        subject_kind="BillingRun",
        subject_id=run.pk,
        facts={**_cycle_facts(run), "accounts": len(missing), "reason": reason.strip()},
        at=at,
        by=by,
    )
    return signature


def refuse_missing_accounts(run: BillingRun) -> None:
    """Refuse to issue while an account is missing of the run and nobody signed for it.

    :raises AccountsMissing: naming the first ten and how many.
    """
    if missing := unsigned(run):
        raise AccountsMissing([account.number for account in missing])


def _cycle_facts(run: BillingRun) -> dict[str, object]:
    return {"period": format_long_period(run.period), "cycle": run.cycle}
