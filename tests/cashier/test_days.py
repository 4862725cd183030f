from datetime import date, timedelta
from decimal import Decimal
from json import loads
from threading import Event as Signal

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from cauce.cashier.models import CashSession
from cauce.cashier.operations import (
    PaymentShare,
    SessionsUnfinished,
    close_cash_day,
    close_session,
    open_channel_session,
    open_desk,
    open_session,
    reverse_payment,
    review_session,
    take_payment,
)
from cauce.cashier.queries.days import cash_day
from cauce.cashier.rules import Tendered
from cauce.cli.cash_day import cash_day as cash_day_command
from cauce.ledger.models import ClosedDay
from cauce.ledger.operations import DayNotOver
from cauce.users.models import User
from tests.cashier.test_race import NOON, at_once

database = pytest.mark.django_db
TODAY = date(2026, 9, 20)


@pytest.fixture
def supervisor(db: None) -> User:
    return User.objects.create(username="cli-supervisa", full_name="Elena Mora", is_system=True)


@pytest.fixture
def collect(law, session, account, cashier, at):
    def collect(amount: str, key: str, method: str = "CASH", *, later: timedelta = timedelta(), where=session):
        return take_payment(
            shares=[PaymentShare(account=account, amount=Decimal(amount))],
            tenders=[Tendered(method, Decimal(amount))],
            session=where,
            at=at + later,
            by=where.cashier,
            key=key,
        )

    return collect


@pytest.fixture
def finish(session, cashier, supervisor, at):
    def finish(pieces: dict[str, int], *, reviewed: bool = True) -> None:
        declared = {"CARD": Decimal("40.00")}
        close = close_session(
            session=session, denominations=pieces, declared=declared, at=at, by=cashier, key=f"corte {session.pk}"
        )
        if reviewed:
            review_session(close=close, note="Revisado", at=at, by=supervisor)

    return finish


@database
def test_a_day_is_the_sum_of_what_moved_by_desk_and_method(collect, session, cashier, supervisor, at):
    collect("100.00", "one")
    collect("40.00", "two", "CARD")
    wrong = collect("30.00", "three")
    reverse_payment(payment=wrong, session=session, reason="Otra cuenta", at=at, by=supervisor, key="undo")
    other = User.objects.create(username="otro")
    second = open_desk(code="V2", name="Ventanilla 2", series="V2")
    collect("5.00", "four", where=open_session(desk=second, cashier=other, at=at))
    day = cash_day(TODAY)
    assert day.collected == {
        "CASH": {"Ventanilla 1": Decimal("100.00"), "Ventanilla 2": Decimal("5.00")},
        "CARD": {"Ventanilla 1": Decimal("40.00")},
    }
    assert (day.at_desks, day.bank, day.unidentified, day.total) == (Decimal("145.00"), 0, 0, Decimal("145.00"))
    assert day.closed is None


@database
def test_a_day_with_sessions_open_or_not_reviewed_does_not_close_and_says_which(collect, finish, supervisor, at):
    collect("40.00", "one", "CARD")
    with pytest.raises(SessionsUnfinished, match=r"Ventanilla 1 \(Lucía Ferrer, 20 sep 2026\) sigue abierta"):
        close_cash_day(day=TODAY, at=at, by=supervisor)
    finish({}, reviewed=False)
    with pytest.raises(SessionsUnfinished, match="falta revisar el corte de Ventanilla 1"):
        close_cash_day(day=TODAY, at=at, by=supervisor)
    assert not ClosedDay.objects.exists()


@database
def test_a_session_left_open_keeps_the_next_day_from_closing(session, supervisor, at):
    with pytest.raises(SessionsUnfinished, match="20 sep 2026\\) sigue abierta"):
        close_cash_day(day=date(2026, 9, 21), at=at + timedelta(days=1), by=supervisor)


@database
def test_a_closed_day_stays_as_it_was_and_what_comes_late_goes_to_the_next(
    collect, finish, supervisor, desk, cashier, at
):
    collect("40.00", "one", "CARD")
    finish({})
    closed = close_cash_day(day=TODAY, at=at, by=supervisor)
    before = cash_day(TODAY)
    assert close_cash_day(day=TODAY, at=at + timedelta(hours=1), by=supervisor) == closed
    late = open_session(desk=desk, cashier=cashier, at=at)
    assert late.day == date(2026, 9, 21)
    collect("7.00", "late", where=late)
    assert cash_day(TODAY).collected == before.collected
    assert cash_day(date(2026, 9, 21)).total == Decimal("7.00")


@database
def test_a_desk_without_cashier_is_ended_by_the_close_of_the_day(law, account, supervisor, at):
    channel = open_desk(code="LC", name="línea de comandos", series="LC", is_attended=False)
    session = open_channel_session(desk=channel, cashier=supervisor, at=at)
    close_cash_day(day=TODAY, at=at, by=supervisor)
    assert CashSession.objects.get(pk=session.pk).closed_at == at


@database
def test_a_day_to_come_is_not_closed(supervisor, at):
    with pytest.raises(DayNotOver):
        close_cash_day(day=TODAY + timedelta(days=1), at=at, by=supervisor)


@database
def test_the_command_tells_the_day_as_json(collect, finish, supervisor, at):
    collect("60.50", "one")
    collect("40.00", "two", "CARD")
    finish({"50": 1, "10": 1, "0.50": 1})
    close_cash_day(day=TODAY, at=at, by=supervisor)
    told = CliRunner().invoke(cash_day_command, ["2026-09-20", "--json"])
    assert told.exit_code == 0
    assert loads(told.output) == {
        "day": "2026-09-20",
        "closed": True,
        "collected": {"CARD": {"Ventanilla 1": "40.00"}, "CASH": {"Ventanilla 1": "60.50"}},
        "bank": "0.00",
        "unidentified": "0.00",
        "total": "100.50",
    }
    assert "Ventanilla 1" in CliRunner().invoke(cash_day_command, ["2026-09-20"]).output


@pytest.mark.commits
def test_a_session_opened_while_the_day_is_being_closed_keeps_it_open(committed_database):
    cashier = User.objects.create(username="cajera")
    clerk = User.objects.get(username="cli-captura")
    desk = open_desk(code="V1", name="Ventanilla 1", series="V1")
    opened = Signal()

    def work(number: int) -> object:
        if number == 0:
            opened.wait(10)
            return close_cash_day(day=TODAY, at=NOON, by=clerk)
        with transaction.atomic():
            session = open_session(desk=desk, cashier=cashier, at=NOON)
            opened.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")
        return session

    closed, session = at_once(work, 2)
    assert isinstance(closed, SessionsUnfinished), closed
    assert isinstance(session, CashSession)
    assert session.day == TODAY
    assert not ClosedDay.objects.exists()
