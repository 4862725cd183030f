"""Connections that hang from another: whose pipe comes out of whose."""

from datetime import datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.events.operations import publish
from cauce.registry.events import CONNECTION_HUNG, CONNECTION_LET_GO
from cauce.registry.models import Account, Connection
from cauce.registry.operations.links import refuse_own_account
from cauce.users.models import User


class BranchRefused(DomainError):
    """A connection cannot hang from that one."""


@transaction.atomic
def hang_connection(*, account: Account, parent: Account | None, reason: str, at: datetime, by: User) -> Connection:
    """Say that the connection of an account comes out of another's, whose meter measures both; None lets it go.

    From the next bill on the parent pays what its branches leave of its meter. Idempotent.

    :raises BranchRefused: without a reason, from itself, from one that hangs from it, or from a cancelled account.
    :raises OwnAccount: if who says it is linked to one of the accounts.
    """
    reason = reason.strip()
    if not reason:
        raise BranchRefused("Escriba cómo se supo: la orden, el plano o la visita.")
    accounts = [account] if parent is None else [account, parent]
    held = {
        each.pk: each
        for each in Account.objects.select_for_update(no_key=True)
        .filter(pk__in=[each.pk for each in accounts])
        .order_by("pk")
    }
    account = held[account.pk]
    parent = None if parent is None else held[parent.pk]
    # Two that are hung from each other at once would make a ring: one connection at a time.
    connections = {
        each.pk: each
        for each in Connection.objects.select_for_update(no_key=True)
        .filter(pk__in=[each.connection_id for each in held.values()])
        .order_by("pk")
    }
    connection = connections[account.connection_id]
    wanted = None if parent is None else parent.connection_id
    if connection.parent_id == wanted:
        return connection
    refuse_own_account(by=by, account_ids=sorted(held), party_ids=sorted({each.holder_id for each in held.values()}))
    if parent is not None:
        _refuse(account, parent)
    connection.parent_id = wanted
    connection.save(update_fields=["parent"])
    publish(
        CONNECTION_LET_GO if parent is None else CONNECTION_HUNG,
        subject_kind="Connection",
        subject_id=connection.pk,
        account_id=account.pk,
        facts={"account": account.number, "reason": reason} | ({} if parent is None else {"parent": parent.number}),
        at=at,
        by=by,
    )
    return connection


def _refuse(account: Account, parent: Account) -> None:
    if account.connection_id == parent.connection_id:
        raise BranchRefused(
            f"La cuenta {account.number} está en la misma toma que la {parent.number}: si comparten medidor, repártalo."
        )
    if Account.State.CLOSED in (account.state, parent.state):
        raise BranchRefused("Una cuenta cancelada no depende de otra ni la mide.")
    above: int | None = parent.connection_id
    while above is not None:
        if above == account.connection_id:
            raise BranchRefused(f"La toma de la cuenta {parent.number} ya sale de la {account.number}: no al revés.")
        above = Connection.objects.filter(pk=above).values_list("parent", flat=True).first()
