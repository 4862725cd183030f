"""Which policy of agreements is in force, and how far a person's posts reach in it."""

from datetime import date
from typing import NamedTuple

from cauce.agreements.models import AgreementPolicy
from cauce.agreements.rules import AgreementLimits, limits_of
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.users.models import User
from cauce.users.queries import posts_of


class NoPolicyInForce(DomainError):
    """No policy says who grants agreements."""

    def __init__(self, on: date) -> None:
        super().__init__(
            f"No hay política de convenios vigente el {format_date(on)}; cárguela con los datos de la oficina."
        )


class PolicyInForce(NamedTuple):
    """The version in force and its limits."""

    policy: AgreementPolicy
    limits: AgreementLimits


def policy_on(day: date) -> PolicyInForce:
    """The policy in force on a day: the last that began by then. One query.

    :raises NoPolicyInForce: if none had begun.
    """
    policy = AgreementPolicy.objects.filter(valid_from__lte=day).order_by("-valid_from", "-pk").first()
    if policy is None:
        raise NoPolicyInForce(day)
    return PolicyInForce(policy, limits_of(policy.rules))


def highest_post(user: User, limits: AgreementLimits, on: date) -> str | None:
    """The highest of a person's posts that the policy names; None if it names none of them.

    System users, who act for the command line, stand for the lowest post.
    """
    if user.is_system:
        return limits.posts[0]
    held = posts_of(user, on)
    return next((post for post in reversed(limits.posts) if post in held), None)
