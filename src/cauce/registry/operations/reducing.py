"""Reducing the service of an account and giving it back, as an order did it in the street."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.registry.events import SERVICE_RECONNECTED, SERVICE_REDUCED
from cauce.registry.models import Account, Hold
from cauce.users.models import User


class ServiceStaysAsItIs(DomainError):
    """The account is in no state from which its service changes so, or a hold stops it."""


@transaction.atomic
def reduce_account(*, account: Account, on: date, reason: str, at: datetime, by: User) -> Account:
    """Leave an active account with its service limited. Idempotent: one that is already limited stays.

    :raises ServiceStaysAsItIs: if a hold in force on ``on`` stops it, or the account is suspended or closed.
    """
    found = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if found.state == Account.State.REDUCED:
        return found
    if found.state != Account.State.ACTIVE:
        raise ServiceStaysAsItIs(
            f"La cuenta {found.number} está en «{found.get_state_display().lower()}»: sólo se reduce el servicio de "
            "una cuenta activa."
        )
    hold = Hold.objects.open_on(on).filter(account=found, stops_reduction=True).order_by("pk").first()
    if hold is not None:
        raise ServiceStaysAsItIs(
            f"La cuenta {found.number} tiene una retención por {hold.get_kind_display().lower()} que detiene la "
            "reducción: retire la orden; si el servicio ya se redujo, emita una de reconexión."
        )
    return _change(found, Account.State.REDUCED, SERVICE_REDUCED, reason, at, by)


@transaction.atomic
def reconnect_account(*, account: Account, reason: str, at: datetime, by: User) -> Account:
    """Give a limited or suspended account its service back. Idempotent: an active one stays.

    :raises ServiceStaysAsItIs: if the account is closed.
    """
    found = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if found.state == Account.State.ACTIVE:
        return found
    if found.state == Account.State.CLOSED:
        raise ServiceStaysAsItIs(
            f"La cuenta {found.number} está cancelada: para darle servicio hace falta un contrato nuevo."
        )
    return _change(found, Account.State.ACTIVE, SERVICE_RECONNECTED, reason, at, by)


def _change(account: Account, state: Account.State, kind: EventKind, reason: str, at: datetime, by: User) -> Account:
    account.state = state
    account.save(update_fields=["state"])
    publish(
        kind,
        subject_kind="Account",
        subject_id=account.pk,
        account_id=account.pk,
        facts={"account": account.number, "reason": reason},
        at=at,
        by=by,
    )
    return account
