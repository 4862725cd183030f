"""Deciding an adjustment: authorised by the post that reaches it, refused with its reason, or taken back."""

from datetime import date, datetime

from django.db import transaction

from cauce.billing.events import ADJUSTMENT_AUTHORISED, ADJUSTMENT_REFUSED, ADJUSTMENT_WITHDRAWN
from cauce.billing.models import Adjustment
from cauce.billing.operations.adjustments.refusals import AdjustmentRefused
from cauce.billing.operations.adjustments.steps import demand_state, hold_adjustment, step_adjustment, tell_adjustment
from cauce.billing.rules.adjustments import reaches
from cauce.core.clock import local_day
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.users.queries import posts_of
from cauce.users.roles import role_label

State = Adjustment.State


@transaction.atomic
def authorise_adjustment(
    *,
    adjustment: Adjustment,
    note: str = "",
    resolution: str = "",
    resolved_on: date | None = None,
    at: datetime,
    by: User,
) -> Adjustment:
    """Authorise a proposed adjustment; above the Director General's limit, by the Consejo's resolution and its day.

    Idempotent for who authorised it.

    :raises AdjustmentNotReady: if it does not wait to be decided.
    :raises AdjustmentRefused: if who authorises proposed it, their post does not reach, or the resolution is missing.
    :raises OwnAccount: if who authorises is linked to the account.
    :raises AccountBusy: if another session is working on the account.
    """
    found = hold_adjustment(adjustment)
    if found.state == State.AUTHORISED and found.decided_by_id == by.pk:
        return found
    demand_state(found, expected=[State.PROPOSED], act="autorizar")
    _refuse_decider(found, by, local_day(at))
    if found.needs_board and (not resolution.strip() or resolved_on is None or resolved_on > local_day(at)):
        raise AdjustmentRefused(
            "Este ajuste pasa del límite del Director General: escriba el número del acuerdo del Consejo Directivo y "
            "su fecha, de hoy o anterior."
        )
    found.decided_at, found.decided_by, found.decision_note = at, by, note.strip()
    found.resolution, found.resolved_on = resolution.strip()[:120], resolved_on if resolution.strip() else None
    step_adjustment(
        found,
        to=State.AUTHORISED,
        also=["decided_at", "decided_by", "decision_note", "resolution", "resolved_on"],
        note=" ".join(filter(None, (found.resolution and f"Acuerdo {found.resolution}.", found.decision_note))),
        at=at,
        by=by,
    )
    facts = {"note": found.decision_note or "sin observaciones"}
    tell_adjustment(found, kind=ADJUSTMENT_AUTHORISED, facts=facts, at=at, by=by)
    return found


@transaction.atomic
def refuse_adjustment(*, adjustment: Adjustment, note: str, at: datetime, by: User) -> Adjustment:
    """Refuse a proposed adjustment, saying why: its bills are free again. Idempotent for who refused it.

    :raises AdjustmentNotReady: if it does not wait to be decided.
    :raises AdjustmentRefused: if who refuses proposed it, their post does not reach, or it does not say why.
    :raises OwnAccount: if who refuses is linked to the account.
    :raises AccountBusy: if another session is working on the account.
    """
    found = hold_adjustment(adjustment)
    if found.state == State.REFUSED and found.decided_by_id == by.pk:
        return found
    demand_state(found, expected=[State.PROPOSED], act="negar")
    _refuse_decider(found, by, local_day(at))
    if not note.strip():
        raise AdjustmentRefused("Escriba por qué se niega el ajuste.")
    found.decided_at, found.decided_by, found.decision_note = at, by, note.strip()
    also = ["decided_at", "decided_by", "decision_note"]
    step_adjustment(found, to=State.REFUSED, also=also, note=note, at=at, by=by)
    found.bills.update(is_open=False)
    tell_adjustment(found, kind=ADJUSTMENT_REFUSED, facts={"note": note.strip()}, at=at, by=by)
    return found


@transaction.atomic
def withdraw_adjustment(*, adjustment: Adjustment, note: str, at: datetime, by: User) -> Adjustment:
    """Take back an adjustment that was not applied, saying why: its bills are free again. Idempotent.

    :raises AdjustmentNotReady: if it was applied or refused.
    :raises AdjustmentRefused: if it does not say why.
    :raises AccountBusy: if another session is working on the account.
    """
    found = hold_adjustment(adjustment)
    if found.state == State.WITHDRAWN:
        return found
    demand_state(found, expected=[State.PROPOSED, State.AUTHORISED], act="retirar")
    if not note.strip():
        raise AdjustmentRefused("Escriba por qué se retira el ajuste.")
    step_adjustment(found, to=State.WITHDRAWN, note=note, at=at, by=by)
    found.bills.update(is_open=False)
    tell_adjustment(found, kind=ADJUSTMENT_WITHDRAWN, facts={"note": note.strip()}, at=at, by=by)
    return found


def _refuse_decider(adjustment: Adjustment, by: User, on: date) -> None:
    refuse_own_account(by=by, account_ids=[adjustment.account_id], party_ids=[adjustment.account.holder_id])
    if adjustment.proposed_by_id == by.pk:
        raise AdjustmentRefused("Quien propone el ajuste no lo resuelve; pida que lo resuelva otra persona.")
    if not by.is_system and not reaches(posts_of(by, on), adjustment.authoriser):
        raise AdjustmentRefused(f"Este ajuste lo resuelve: {role_label(adjustment.authoriser)}.")
