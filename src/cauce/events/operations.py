"""Writing the history."""

from collections.abc import Mapping
from datetime import datetime

from procrastinate.contrib.django import app

from cauce.events.models import Event
from cauce.events.rules import EventKind, reactions_to
from cauce.users.models import User


def publish(
    kind: EventKind,
    *,
    subject_kind: str,
    subject_id: int,
    account_id: int | None = None,
    facts: Mapping[str, object] | None = None,
    at: datetime,
    by: User,
) -> Event:
    """Record that something happened and defer its reactions, in the caller's transaction.

    ``facts`` fills the kind's sentence and is kept as JSON. Not idempotent: the operation that calls it is.
    """
    given = dict(facts or {})
    event = Event.objects.create(
        kind=kind.code,
        sentence=kind.sentence(given),
        at=at,
        by=by,
        subject_kind=subject_kind,
        subject_id=subject_id,
        account_id=account_id,
        facts={name: value if isinstance(value, int | bool | None) else str(value) for name, value in given.items()},
    )
    for task_name in reactions_to(kind.code):
        app.configure_task(task_name).defer(event_id=event.pk)
    return event
