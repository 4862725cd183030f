"""What is asked of Informática goes from hand to hand by its states, and says how it ended."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from cauce.cases.models import SystemRequest
from cauce.cases.operations import (
    SystemRequestElsewhere,
    SystemRequestIncomplete,
    accept_system_request,
    ask_informatics,
    end_system_request,
    put_off_system_request,
    start_system_request,
)
from cauce.events.models import Event
from cauce.users.models import Area, User
from tests.ledger.conftest import at

__all__ = ["at"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def asker(db: None) -> User:
    area = Area.objects.get(name="Comercialización")
    return User.objects.create(username="laura", full_name="Laura Rangel", area=area)


@pytest.fixture
def informatics(db: None) -> User:
    return User.objects.create(username="monica", full_name="Mónica Uribe")


@pytest.fixture
def asked(asker: User, at: datetime) -> SystemRequest:
    return ask(asker, at)


def ask(asker: User, at: datetime, **facts: object) -> SystemRequest:
    given: dict[str, object] = {
        "nature": SystemRequest.Nature.FAULT,
        "category": SystemRequest.Category.TELEPHONY,
        "matter": "No suena la extensión 12",
        "detail": "Desde ayer",
        "at": at,
        "by": asker,
        "key": "k",
    }
    return ask_informatics(**(given | facts))  # type: ignore[arg-type]


def test_a_request_is_asked_accepted_begun_put_off_and_done(
    asked: SystemRequest, informatics: User, at: datetime
) -> None:
    accept_system_request(request=asked, effort="HOURS", priority=1, target_on=date(2026, 9, 22), at=at, by=informatics)
    start_system_request(request=asked, at=at, by=informatics)
    put_off_system_request(request=asked, note="Falta la pieza", at=at, by=informatics)
    start_system_request(request=asked, at=at, by=informatics)
    done = end_system_request(request=asked, is_done=True, answer="Se cambió", at=at, by=informatics)
    assert (done.state, done.answer, done.attended_by, done.priority) == ("DONE", "Se cambió", informatics, 1)
    states = list(done.steps.order_by("pk").values_list("to_state", flat=True))
    assert states == ["ASKED", "ACCEPTED", "IN_PROGRESS", "ACCEPTED", "IN_PROGRESS", "DONE"]
    assert Event.objects.filter(subject_kind="SystemRequest", subject_id=done.pk).count() == len(states)
    assert start_system_request(request=asked, note="Volvió a fallar", at=at, by=informatics).ended_at is None


def test_asked_twice_it_is_one(asked: SystemRequest, asker: User, at: datetime) -> None:
    assert ask(asker, at) == asked
    assert asked.document.folio == "INF-000001"


def test_what_does_not_follow_is_refused(asked: SystemRequest, informatics: User, at: datetime) -> None:
    with pytest.raises(SystemRequestElsewhere, match="pedida"):
        start_system_request(request=asked, at=at, by=informatics)
    with pytest.raises(SystemRequestElsewhere):
        end_system_request(request=asked, is_done=True, answer="Listo", at=at, by=informatics)
    end_system_request(request=asked, is_done=False, answer="No hay presupuesto", at=at, by=informatics)
    with pytest.raises(SystemRequestElsewhere, match="no se hará"):
        accept_system_request(request=asked, effort="DAYS", priority=2, target_on=None, at=at, by=informatics)
    with pytest.raises(DatabaseError), transaction.atomic():
        SystemRequest.objects.filter(pk=asked.pk).update(state="DONE")


@pytest.mark.parametrize("facts", [{"matter": " "}, {"detail": ""}])
def test_a_request_says_what_is_asked(asker: User, at: datetime, facts: dict[str, object]) -> None:
    with pytest.raises(SystemRequestIncomplete):
        ask(asker, at, **facts)


def test_what_is_incomplete_is_refused(asked: SystemRequest, informatics: User, at: datetime) -> None:
    for effort, target in (("", None), ("DAYS", at.date() - timedelta(days=1))):
        with pytest.raises(SystemRequestIncomplete):
            accept_system_request(request=asked, effort=effort, priority=2, target_on=target, at=at, by=informatics)
    for act in (
        lambda: end_system_request(request=asked, is_done=True, answer=" ", at=at, by=informatics),
        lambda: put_off_system_request(request=asked, note="", at=at, by=informatics),
        lambda: ask(informatics, at, key="sin-area"),
    ):
        with pytest.raises(SystemRequestIncomplete):
            act()
