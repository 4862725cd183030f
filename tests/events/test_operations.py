"""The history: written once, in Spanish, and never changed."""

import pytest
from django.db import IntegrityError, connection, transaction

from cauce.core.clock import now
from cauce.events.models import Event
from cauce.events.operations import publish
from cauce.events.rules import EventKind, set_reactions
from cauce.users.models import User
from cauce.users.operations import CAPTURE_USER

TRIED = EventKind("TRIED", "Se probó {what}, {times} veces")


@pytest.fixture
def by(db: None) -> User:
    return User.objects.get(username=CAPTURE_USER)


def _publish(by: User) -> Event:
    return publish(
        TRIED,
        subject_kind="Account",
        subject_id=7,
        account_id=7,
        facts={"what": "el agua", "times": 2},
        at=now(),
        by=by,
    )


def test_an_event_tells_what_happened_in_one_sentence(by: User) -> None:
    event = _publish(by)
    assert event.sentence == "Se probó el agua, 2 veces"
    assert list(Event.objects.of_account(7)) == [event]


def test_a_missing_fact_is_a_bug(by: User) -> None:
    with pytest.raises(KeyError):
        publish(TRIED, subject_kind="Account", subject_id=7, facts={"what": "el agua"}, at=now(), by=by)


@pytest.mark.parametrize("statement", ["UPDATE events_event SET sentence = ''", "DELETE FROM events_event"])
def test_the_history_never_changes(by: User, statement: str) -> None:
    _publish(by)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_event_defers_its_reactions_in_its_own_transaction(by: User) -> None:
    set_reactions({TRIED.code: ("events.retry_stalled_jobs",)})
    try:
        event = _publish(by)
    finally:
        set_reactions({})
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs")
        jobs = cursor.fetchall()
    assert [(name, str(event.pk) in str(arguments)) for name, arguments in jobs] == [
        ("events.retry_stalled_jobs", True)
    ]


def test_the_history_is_never_emptied(db: None) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_event CASCADE")
