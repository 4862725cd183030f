"""Who is what to an account. The holder changes by its own procedure."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.registry.events import ROLE_ASSIGNED, ROLE_ENDED
from cauce.registry.models import Account, AccountRole, Customer
from cauce.registry.operations.accounts import refresh_search_text
from cauce.users.models import User


class HolderChangesByProcedure(DomainError):
    """The holder is not changed as the other roles are."""


class RoleAlreadyEnded(DomainError):
    """The person does not have that role any more."""


class RoleDatesDisagree(DomainError):
    """The role would end on or before the day it starts."""


@transaction.atomic
def assign_role(
    *, account: Account, customer: Customer, role: AccountRole.Role, valid_from: date, at: datetime, by: User
) -> AccountRole:
    """Make a person owner, tenant, payer, fiscal receiver, beneficiary or contact of an account.

    Idempotent: who already has the role in force keeps it.

    :raises HolderChangesByProcedure: for the holder.
    """
    _refuse_holder(role)
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    current = AccountRole.objects.filter(account=account, customer=customer, role=role, valid_until=None).first()
    if current is not None:
        return current
    assigned = AccountRole.objects.create(account=account, customer=customer, role=role, valid_from=valid_from)
    refresh_search_text(account_ids=[account.pk])
    publish(
        ROLE_ASSIGNED,
        subject_kind="AccountRole",
        subject_id=assigned.pk,
        account_id=account.pk,
        facts={
            "customer": customer.name,
            "role": assigned.get_role_display().lower(),
            "account": account.number,
            "valid_from": format_date(valid_from),
        },
        at=at,
        by=by,
    )
    return assigned


@transaction.atomic
def end_role(*, assigned: AccountRole, on: date, reason: str, at: datetime, by: User) -> AccountRole:
    """End a role on a day, which is the first one without it. Idempotent for the same day.

    :raises HolderChangesByProcedure: for the holder.
    :raises RoleAlreadyEnded: if it had ended on another day.
    :raises RoleDatesDisagree: if it would end on or before the day it started.
    """
    assigned = AccountRole.objects.select_for_update(no_key=True).get(pk=assigned.pk)
    _refuse_holder(AccountRole.Role(assigned.role))
    if assigned.valid_until == on:
        return assigned
    if assigned.valid_until is not None:
        raise RoleAlreadyEnded(f"Ese papel ya había terminado el {format_date(assigned.valid_until)}.")
    if on <= assigned.valid_from:
        raise RoleDatesDisagree(f"El papel empezó el {format_date(assigned.valid_from)}: elija un día posterior.")
    assigned.valid_until = on
    assigned.save(update_fields=["valid_until"])
    refresh_search_text(account_ids=[assigned.account_id])
    publish(
        ROLE_ENDED,
        subject_kind="AccountRole",
        subject_id=assigned.pk,
        account_id=assigned.account_id,
        facts={
            "customer": assigned.customer.name,
            "role": assigned.get_role_display().lower(),
            "account": assigned.account.number,
            "valid_until": format_date(on),
            "reason": reason,
        },
        at=at,
        by=by,
    )
    return assigned


def _refuse_holder(role: AccountRole.Role) -> None:
    if role == AccountRole.Role.HOLDER:
        raise HolderChangesByProcedure(
            "El titular cambia con su trámite, que revisa documentos y adeudo: ábralo desde la página de la cuenta."
        )
