"""Placing and lifting holds."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.events.operations import publish
from cauce.registry.events import HOLD_LIFTED, HOLD_PLACED
from cauce.registry.models import Account, Hold
from cauce.users.models import User


class HoldReasonMissing(DomainError):
    """A hold says why it is placed, and why it is lifted."""


class HoldDatesDisagree(DomainError):
    """The hold would end before it starts."""


class HoldStopsNothing(DomainError):
    """A hold that stops no act is a note."""


class HoldAlreadyLifted(DomainError):
    """The hold is not in force any more."""


@transaction.atomic
def place_hold(
    *,
    account: Account,
    kind: Hold.Kind,
    reason: str,
    valid_from: date,
    at: datetime,
    by: User,
    valid_until: date | None = None,
    stops_reduction: bool = True,
    stops_surcharges: bool = False,
    stops_billing: bool = False,
) -> Hold:
    """Stop acts on an account from ``valid_from`` until ``valid_until`` (exclusive; open if there is none).

    Idempotent: one that is just the same and in force is returned.

    :raises HoldReasonMissing: without reason.
    :raises HoldStopsNothing: if it stops no act.
    :raises HoldDatesDisagree: if it would end before it starts.
    """
    reason = reason.strip()
    if not reason:
        raise HoldReasonMissing("Escriba el motivo de la retención: quien atienda la cuenta lo va a necesitar.")
    if not (stops_reduction or stops_surcharges or stops_billing):
        raise HoldStopsNothing("Elija qué detiene la retención: la reducción, los recargos o la facturación.")
    if valid_until is not None and valid_until <= valid_from:
        raise HoldDatesDisagree("La retención debe terminar después del día en que empieza. Corrija las fechas.")
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    terms = {
        "account": account,
        "kind": kind,
        "reason": reason,
        "stops_reduction": stops_reduction,
        "stops_surcharges": stops_surcharges,
        "stops_billing": stops_billing,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    same = Hold.objects.filter(**terms, lifted_by=None).first()
    if same is not None:
        return same
    hold = Hold.objects.create(**terms, placed_by=by)
    publish(
        HOLD_PLACED,
        subject_kind="Hold",
        subject_id=hold.pk,
        account_id=account.pk,
        facts={"kind": Hold.Kind(kind).label.lower(), "account": account.number, "reason": reason},
        at=at,
        by=by,
    )
    return hold


@transaction.atomic
def lift_hold(*, hold: Hold, on: date, reason: str, at: datetime, by: User) -> Hold:
    """End a hold on a day, which is the first one without it. Idempotent for the same day.

    :raises HoldReasonMissing: without reason.
    :raises HoldAlreadyLifted: if it had been lifted or had ended before.
    """
    reason = reason.strip()
    if not reason:
        raise HoldReasonMissing("Escriba por qué se levanta la retención.")
    hold = Hold.objects.select_for_update(no_key=True).get(pk=hold.pk)
    ends_on = max(on, hold.valid_from)
    if hold.lifted_by_id is not None and hold.valid_until == ends_on:
        return hold
    if hold.lifted_by_id is not None or (hold.valid_until is not None and hold.valid_until <= on):
        raise HoldAlreadyLifted("Esa retención ya no está vigente. Actualice la página.")
    hold.valid_until = ends_on
    hold.lifted_by = by
    hold.save(update_fields=["valid_until", "lifted_by"])
    publish(
        HOLD_LIFTED,
        subject_kind="Hold",
        subject_id=hold.pk,
        account_id=hold.account_id,
        facts={"kind": hold.get_kind_display().lower(), "account": hold.account.number, "reason": reason},
        at=at,
        by=by,
    )
    return hold
