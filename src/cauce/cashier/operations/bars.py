"""Who may not do what at the desk, whatever their permissions say, and what nobody does without a reason."""

from datetime import date
from decimal import Decimal

from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money, join_words
from cauce.ledger.queries import collection_law
from cauce.users.models import User
from cauce.users.queries import posts_of
from cauce.users.roles import role_label


class OverLimit(DomainError):
    """The amount goes over what the person's post may authorise."""


class SamePerson(DomainError):
    """Two people are needed and it is the same one."""


class ReasonMissing(DomainError):
    """Nothing is put right, refused or thrown away without saying why."""

    def __init__(self, act: str) -> None:
        super().__init__(f"Escriba por qué {act}.")


def refuse_over_limit(*, act: str, amount: Decimal, on: date, by: User) -> None:
    """Refuse an act that the law in force on ``on`` leaves to a higher post, by its amount in pesos.

    System users, who act for the command line, have no post and no limit.

    :raises OverLimit: if none of the person's roles reaches the amount.
    """
    limits = collection_law(on).desk.limits.get(act)
    if limits is None or by.is_system:
        return
    roles = posts_of(by, on)
    own = [limits[role] for role in roles & limits.keys()]
    if any(limit is None or amount <= limit for limit in own):
        return
    able = [role for role, limit in limits.items() if limit is None or amount <= limit]
    who = join_words([role_label(role) for role in able], conjunction="o")
    raise OverLimit(
        f"{format_money(amount)} pasa de lo que su puesto autoriza para este acto; pida que lo haga: {who}."
    )


def refuse_same_person(*, first: User | int, by: User, message: str) -> None:
    """Refuse that ``by`` completes what ``first`` began.

    :raises SamePerson: with ``message`` if they are the same person.
    """
    if (first if isinstance(first, int) else first.pk) == by.pk:
        raise SamePerson(message)
