"""One step of an adjustment, always held, written and told the same way."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cauce.billing.models import Adjustment, AdjustmentStep
from cauce.billing.operations.adjustments.refusals import AdjustmentNotReady
from cauce.core.es_mx import format_money
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.operations import lock_accounts
from cauce.users.models import User


def hold_adjustment(adjustment: Adjustment) -> Adjustment:
    """Lock the account and then the adjustment until the transaction ends, and give it as it is now.

    :raises AccountBusy: if another session is working on the account.
    """
    lock_accounts([adjustment.account_id])
    Adjustment.objects.select_for_update(no_key=True).get(pk=adjustment.pk)
    related = ("document", "account", "policy", "undoes__posting", "posting")
    return Adjustment.objects.select_related(*related).get(pk=adjustment.pk)


def demand_state(adjustment: Adjustment, *, expected: Sequence[str], act: str) -> None:
    """Refuse an act that its state does not admit; ``act`` is in infinitive.

    :raises AdjustmentNotReady: if it is in none of the ``expected`` states.
    """
    if adjustment.state not in expected:
        raise AdjustmentNotReady(
            f"El ajuste {adjustment.document.folio} está «{adjustment.get_state_display().lower()}» y así no se puede "
            f"{act}; actualice la página."
        )


def step_adjustment(
    adjustment: Adjustment,
    *,
    to: Adjustment.State | None = None,
    also: Sequence[str] = (),
    note: str = "",
    at: datetime,
    by: User,
) -> None:
    """Move an adjustment, that the caller holds, to another state (none for its first step), and write the step."""
    if to is not None:
        adjustment.state = to
        adjustment.save(update_fields=["state", *also])
    AdjustmentStep.objects.create(adjustment=adjustment, to_state=adjustment.state, note=note.strip(), at=at, by=by)


def tell_adjustment(
    adjustment: Adjustment, *, kind: EventKind, facts: Mapping[str, object], at: datetime, by: User
) -> None:
    """Publish what happened to an adjustment, with its folio and how much it changes."""
    publish(
        kind,
        subject_kind="Adjustment",
        subject_id=adjustment.pk,
        account_id=adjustment.account_id,
        facts={"folio": adjustment.document.folio, "amount": format_money(adjustment.difference), **facts},
        at=at,
        by=by,
    )
