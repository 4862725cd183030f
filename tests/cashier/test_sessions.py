from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cauce.cashier.models import CashCount, CashSession, SessionClose
from cauce.cashier.operations import (
    CashierElsewhere,
    CountUnreadable,
    DeskTaken,
    NothingCounted,
    NotYourSession,
    SamePerson,
    SessionClosed,
    SessionLeftOpen,
    count_drawer,
    end_channel_session,
    open_channel_session,
    open_desk,
    open_session,
    withdraw_cash,
)
from cauce.cashier.queries.sessions import CASH, expected_in
from cauce.events.models import Event
from cauce.ledger.models import ClosedDay, Transfer
from cauce.ledger.operations import KeyReused
from cauce.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(db: None) -> User:
    return User.objects.create(username="supervisora", full_name="Elena Mora")


def test_a_cashier_opens_one_session_a_day_at_a_desk(desk, cashier, at):
    first = open_session(desk=desk, cashier=cashier, at=at)
    assert open_session(desk=desk, cashier=cashier, at=at + timedelta(minutes=5)) == first
    assert (first.day, CashSession.objects.count()) == (date(2026, 9, 20), 1)
    assert Event.objects.get(kind="SESSION_OPENED").sentence == "Lucía Ferrer abrió turno en Ventanilla 1"


def test_the_float_is_what_was_counted_by_bills_and_coins(desk, cashier, at):
    session = open_session(desk=desk, cashier=cashier, denominations={"100": 4, "0.50": "3", "20": ""}, at=at)
    count = session.counts.get(kind=CashCount.Kind.OPENING)
    assert (session.opening_float, count.total, count.denominations) == (
        Decimal("401.50"),
        Decimal("401.50"),
        {"100": 4, "0.5": 3},
    )


@pytest.mark.parametrize("pieces", [{"300": 1}, {"100": "dos"}, {"100": -1}])
def test_a_float_that_cannot_be_is_refused(desk, cashier, at, pieces):
    with pytest.raises(CountUnreadable, match="Revise el conteo"):
        open_session(desk=desk, cashier=cashier, denominations=pieces, at=at)


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
    second = open_desk(code="V2", name="Ventanilla 2", series="V2")
    for where in (desk, second):
        with pytest.raises(SessionLeftOpen, match="20 sep 2026"):
            open_session(desk=where, cashier=cashier, at=tomorrow)
    end_channel_session(session=session, at=tomorrow, by=cashier)
    assert open_session(desk=desk, cashier=cashier, at=tomorrow).day == date(2026, 9, 21)


def test_the_database_never_opens_a_closed_session_again_nor_changes_what_it_was(session, cashier, at):
    end_channel_session(session=session, at=at, by=cashier)
    for change in ({"closed_at": None}, {"closed_at": at + timedelta(hours=1)}, {"day": date(2026, 9, 21)}):
        with pytest.raises(IntegrityError, match="closed once and for good"), transaction.atomic():
            CashSession.objects.filter(pk=session.pk).update(**change)


def test_the_database_never_changes_the_day_or_the_float_of_an_open_session(session):
    for change in ({"day": date(2026, 9, 21)}, {"opening_float": 1}):
        with pytest.raises(IntegrityError, match="closed once and for good"), transaction.atomic():
            CashSession.objects.filter(pk=session.pk).update(**change)


def test_ending_twice_keeps_the_first_hour(session, cashier, at):
    first = end_channel_session(session=session, at=at, by=cashier)
    assert end_channel_session(session=session, at=at + timedelta(hours=1), by=cashier).closed_at == first.closed_at
    assert SessionClose.objects.count() == 1


def test_an_unattended_desk_rolls_over_to_the_new_day_without_a_count(session, desk, cashier, at):
    today = open_channel_session(desk=desk, cashier=cashier, at=at + timedelta(days=1))
    session.refresh_from_db()
    assert (session.closed_at, today.day) == (at + timedelta(days=1), date(2026, 9, 21))
    assert session.close.count is None


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


def take_out(session, by, received_by, at, **changed):
    asked = {"bag": "B-7", "denominations": {"200": 2}, "key": "retiro 1"} | changed
    return withdraw_cash(session=session, received_by=received_by, at=at, by=by, **asked)


def test_a_withdrawal_leaves_the_drawer_once_with_its_two_people(session, cashier, supervisor, at):
    first = take_out(session, cashier, supervisor, at)
    assert take_out(session, cashier, supervisor, at) == first
    assert (first.document.folio, first.amount, first.by, first.received_by) == (
        "RT-V1-000001",
        Decimal("400.00"),
        cashier,
        supervisor,
    )
    assert expected_in(session)[CASH] == Decimal("-400.00")
    assert not Transfer.objects.exists()
    assert "entregó Lucía Ferrer, recibió Elena Mora" in Event.objects.get(kind="CASH_WITHDRAWN").sentence


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"bag": " "}, NothingCounted),
        ({"denominations": {}}, NothingCounted),
        ({"denominations": {"3": 1}}, CountUnreadable),
    ],
)
def test_a_withdrawal_that_says_nothing_is_refused(session, cashier, supervisor, at, changed, refusal):
    with pytest.raises(refusal):
        take_out(session, cashier, supervisor, at, **changed)


def test_a_withdrawal_takes_two_people_and_the_sessions_own_cashier(session, cashier, supervisor, at):
    with pytest.raises(SamePerson):
        take_out(session, cashier, cashier, at)
    with pytest.raises(NotYourSession, match="Lucía Ferrer"):
        take_out(session, supervisor, cashier, at)


def test_a_withdrawals_key_serves_for_one_withdrawal(session, cashier, supervisor, at):
    take_out(session, cashier, supervisor, at)
    with pytest.raises(KeyReused):
        take_out(session, cashier, supervisor, at, bag="B-8")


def test_nothing_leaves_a_closed_drawer(session, cashier, supervisor, at):
    end_channel_session(session=session, at=at, by=cashier)
    with pytest.raises(SessionClosed):
        take_out(session, cashier, supervisor, at)
    with pytest.raises(SessionClosed):
        count_drawer(session=session, denominations={}, at=at, by=supervisor, key="arqueo")


def test_a_surprise_count_says_what_was_expected_at_that_moment_and_moves_no_money(session, cashier, supervisor, at):
    def count(pieces, key="arqueo"):
        return count_drawer(
            session=session, denominations=pieces, note="Presente Ana Ruiz", at=at, by=supervisor, key=key
        )

    first = count({"50": 1})
    assert count({"50": 1}) == first
    assert (first.document.folio, first.expected, first.total) == ("AC-V1-000001", Decimal("0.00"), Decimal("50.00"))
    assert not Transfer.objects.exists()
    assert "sobraron $50.00" in Event.objects.get(kind="DRAWER_COUNTED").sentence
    with pytest.raises(KeyReused):
        count({"100": 1})


def test_a_cashier_does_not_count_their_own_drawer_by_surprise(session, cashier, at):
    with pytest.raises(SamePerson):
        count_drawer(session=session, denominations={}, at=at, by=cashier, key="arqueo")
