"""Writing the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from procrastinate.contrib.django import app

from cauce.events.models import Event
from cauce.events.rules import EventKind, reactions_to
from cauce.users.models import User


class Told(NamedTuple):
    """What is told of one thing among many to which the same happened."""

    subject_id: int
    account_id: int | None
    facts: Mapping[str, object]


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
    event = _event(kind, subject_kind, Told(subject_id, account_id, facts or {}), at, by)
    event.save(force_insert=True)
    for task_name in reactions_to(kind.code):
        app.configure_task(task_name).defer(event_id=event.pk)
    return event


def publish_each(kind: EventKind, *, subject_kind: str, told: Sequence[Told], at: datetime, by: User) -> None:
    """Record that the same happened to each of many things, and defer its reactions, as ``publish`` does with one.

    Two statements, and one more for each reaction, whatever their number. Not idempotent.
    """
    events = Event.objects.bulk_create([_event(kind, subject_kind, each, at, by) for each in told])
    asked: list[dict[str, Any]] = [{"event_id": event.pk} for event in events]
    for task_name in reactions_to(kind.code):
        app.configure_task(task_name).batch_defer(*asked)


def _event(kind: EventKind, subject_kind: str, told: Told, at: datetime, by: User) -> Event:
    given = dict(told.facts)
    return Event(
        kind=kind.code,
        sentence=kind.sentence(given),
        at=at,
        by=by,
        subject_kind=subject_kind,
        subject_id=told.subject_id,
        account_id=told.account_id,
        facts={name: value if isinstance(value, int | bool | None) else str(value) for name, value in given.items()},
    )
