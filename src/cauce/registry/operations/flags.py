"""Attending the doubts of the padrón."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.events.operations import publish
from cauce.registry.events import FLAG_RESOLVED
from cauce.registry.models import PadronFlag
from cauce.registry.queries import colony_catalogue, stored_facts
from cauce.registry.rules.correction import is_answered
from cauce.users.models import User


class FlagAlreadyResolved(DomainError):
    """Somebody attended the flag before, in another way."""


class ResolutionMissing(DomainError):
    """Attending a flag says how."""


@transaction.atomic
def resolve_flag(*, flag: PadronFlag, resolution: str, at: datetime, by: User) -> PadronFlag:
    """Attend a flag that a person looked into: the value is right, or what was done about it.

    Idempotent: the same resolution by the same person changes nothing.

    :raises ResolutionMissing: without an explanation.
    :raises FlagAlreadyResolved: if it had been attended otherwise.
    """
    resolution = resolution.strip()
    if not resolution:
        raise ResolutionMissing("Escriba cómo se atendió el aviso: qué se verificó o qué se corrigió.")
    flag = PadronFlag.objects.select_for_update(no_key=True).get(pk=flag.pk)
    if flag.resolved_at is not None:
        if flag.resolution == resolution and flag.resolved_by_id == by.pk:
            return flag
        raise FlagAlreadyResolved(f"Otra persona ya atendió este aviso: «{flag.resolution}». Actualice la lista.")
    flag.resolved_at = at
    flag.resolved_by = by
    flag.resolution = resolution
    flag.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    publish(
        FLAG_RESOLVED,
        subject_kind="PadronFlag",
        subject_id=flag.pk,
        account_id=flag.account_id,
        facts={"code": flag.code, "account": flag.account.number, "resolution": resolution},
        at=at,
        by=by,
    )
    return flag


def settle_corrected_flags(*, account_ids: Collection[int], reason: str, at: datetime, by: User) -> int:
    """Attend the pending flags that what is stored now answers, within the transaction of the change that answers them.

    The change's own event tells it. Idempotent.

    :returns: how many flags were attended.
    """
    pending = list(PadronFlag.objects.pending().filter(account_id__in=account_ids))
    if not pending:
        return 0
    facts = stored_facts({flag.account_id for flag in pending})
    colonies = colony_catalogue()
    answered = [flag.pk for flag in pending if is_answered(flag.code, facts[flag.account_id], colonies)]
    return PadronFlag.objects.filter(pk__in=answered).update(
        resolved_at=at, resolved_by=by, resolution=f"Se corrigió el dato: {reason}"
    )
