"""Handing a post over to a substitute and taking it back, told to the history."""

from datetime import date, datetime, timedelta

from django.db import transaction

from cauce.cases.events import POST_HANDED_OVER, POST_TAKEN_BACK
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.users.models import Substitution, User
from cauce.users.operations import declare_substitution, end_substitution
from cauce.users.roles import role_label


@transaction.atomic
def hand_over_post(
    *,
    absent: User,
    substitute: User,
    role: str,
    document_number: str,
    reason: str,
    valid_from: date,
    valid_until: date,
    at: datetime,
    by: User,
) -> Substitution:
    """Declare a suplencia and leave it in the history. Idempotent, as :func:`declare_substitution`.

    :raises UnknownRole: if there is no such post.
    :raises SubstitutionRefused: if the suplencia may not be.
    """
    declared = declare_substitution(
        absent=absent,
        substitute=substitute,
        role=role,
        document_number=document_number,
        reason=reason,
        valid_from=valid_from,
        valid_until=valid_until,
        at=at,
        by=by,
    )
    if declared.declared_at == at:
        _tell(POST_HANDED_OVER, declared, at, by)
    return declared


@transaction.atomic
def take_back_post(*, substitution: Substitution, at: datetime, by: User) -> Substitution:
    """End a suplencia before its date and leave it in the history. Idempotent."""
    ended = end_substitution(substitution=substitution, at=at, by=by)
    if ended.ended_at == at:
        _tell(POST_TAKEN_BACK, ended, at, by)
    return ended


def _tell(kind: EventKind, found: Substitution, at: datetime, by: User) -> None:
    publish(
        kind,
        subject_kind="Substitution",
        subject_id=found.pk,
        facts={
            "substitute": str(found.substitute),
            "absent": str(found.absent),
            "post": role_label(found.role),
            "first": format_date(found.valid_from),
            "last": format_date(found.valid_until - timedelta(days=1)),
            "document": found.document_number,
        },
        at=at,
        by=by,
    )
