"""The case that something of the tariffs becomes, found again by its key."""

from collections.abc import Collection
from datetime import datetime

from cauce.cases.models import Case, CaseType, Channel
from cauce.cases.operations import open_case
from cauce.core.errors import DomainError
from cauce.registry.models import Account
from cauce.users.models import User

CASE_TYPE = "REVISION-TARIFA"


class NoCaseType(DomainError):
    """The office has no type of case for this."""


def case_of_key(key: str, *, account: Account, told: str, at: datetime, by: User) -> Case:
    """Open the case of ``key``, once: asked for again it is the first."""
    type = CaseType.objects.filter(code=CASE_TYPE).first()
    if type is None:
        raise NoCaseType(f"Falta el tipo de caso {CASE_TYPE}; pida a Informática que cargue los datos de la oficina.")
    return open_case(type=type, channel=Channel.LETTER, account=account, told=told, at=at, by=by, key=key)


def cases_by_key(keys: Collection[str]) -> dict[str, Case]:
    """The cases that were opened by these keys."""
    return {case.key: case for case in Case.objects.select_related("document").filter(key__in=keys)}
