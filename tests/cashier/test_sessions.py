from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cauce.cashier.models import CashSession
from cauce.cashier.operations import (
    CashierElsewhere,
    DeskTaken,
    SessionLeftOpen,
    close_session,
    open_channel_session,
    open_desk,
    open_session,
)
from cauce.events.models import Event
from cauce.ledger.models import ClosedDay
from cauce.users.models import User

pytestmark = pytest.mark.django_db


def test_a_cashier_opens_one_session_a_day_at_a_desk(desk, cashier, at):
    first = open_session(desk=desk, cashier=cashier, at=at)
    assert open_session(desk=desk, cashier=cashier, at=at + timedelta(minutes=5)) == first
    assert (first.day, CashSession.objects.count()) == (date(2026, 9, 20), 1)
    assert Event.objects.get(kind="SESSION_OPENED").sentence == "Lucía Ferrer abrió turno en Ventanilla 1"


def test_a_desk_open_by_somebody_else_is_refused(session, desk, at):
    other = User.objects.create(username="otro")
    with pytest.raises(DeskTaken, match="Lucía Ferrer"):
        open_session(desk=desk, cashier=other, at=at)


def test_a_cashier_works_at_one_desk_at_a_time(session, cashier, at):
    second = open_desk(code="V2", name="Ventanilla 2", series="V2")
    with pytest.raises(CashierElsewhere, match="Ventanilla 1"):
        open_session(desk=second, cashier=cashier, at=at)


def test_yesterdays_session_must_be_closed_before_opening_todays(session, desk, cashier, at):
    tomorrow = at + timedelta(days=1)
    with pytest.raises(SessionLeftOpen, match="20 sep 2026"):
        open_session(desk=desk, cashier=cashier, at=tomorrow)
    close_session(session=session, at=tomorrow, by=cashier)
    assert open_session(desk=desk, cashier=cashier, at=tomorrow).day == date(2026, 9, 21)


def test_closing_twice_keeps_the_first_hour(session, cashier, at):
    first = close_session(session=session, at=at, by=cashier)
    assert close_session(session=session, at=at + timedelta(hours=1), by=cashier).closed_at == first.closed_at


def test_an_unattended_desk_rolls_over_to_the_new_day(session, desk, cashier, at):
    today = open_channel_session(desk=desk, cashier=cashier, at=at + timedelta(days=1))
    session.refresh_from_db()
    assert (session.closed_at, today.day) == (at + timedelta(days=1), date(2026, 9, 21))


def test_a_session_belongs_to_the_first_day_with_open_books(desk, cashier, at):
    ClosedDay.objects.create(day=date(2026, 9, 20), closed_at=at, closed_by=cashier)
    assert open_session(desk=desk, cashier=cashier, at=at).day == date(2026, 9, 21)


def test_the_database_refuses_two_open_sessions_of_one_desk_or_cashier(session, desk, cashier, at):
    other = User.objects.create(username="otro")
    second = open_desk(code="V2", name="Ventanilla 2", series="V2")
    for constraint, one_desk, who in (
        ("desk_has_one_open_session", desk, other),
        ("cashier_has_one_open_session", second, cashier),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            CashSession.objects.create(desk=one_desk, cashier=who, day=session.day, opened_at=at)
