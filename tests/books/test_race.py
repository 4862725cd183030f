"""Closing while others write and close: nothing is lost, and one of two people closes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event, Thread

import psycopg
import pytest
from django.db import connection, connections, transaction

from cauce.books.models import BookAnnex, DayBook
from cauce.books.operations import (
    AnnexNotAllowed,
    BookRefused,
    HistoryBusy,
    approve_annex,
    close_day_book,
    propose_annex,
    refuse_annex,
)
from cauce.books.queries import day_book
from cauce.core.errors import DomainError
from cauce.users.models import User
from cauce.users.operations import open_staff_account
from tests.architecture.source import ROOT
from tests.books.conftest import happen, moment
from tests.races import after_waiting

DAY = date(2026, 10, 14)
GRANTS = (ROOT / "docs" / "grants.sql").read_text(encoding="utf-8")
pytestmark = pytest.mark.commits


@pytest.fixture
def people(committed_database: str) -> list[User]:
    return [
        open_staff_account(
            username=f"p{number}", full_name=f"P {number}", role="coordinador", password="una frase larga"
        )
        for number in range(2)
    ]


def in_a_session(what):
    """Run ``what`` on a connection of its own."""

    def run():
        connections.close_all()
        connection.settings_dict["NAME"] = database
        try:
            return what()
        except DomainError as error:
            return error
        finally:
            connections.close_all()

    database = connection.settings_dict["NAME"]
    return run


def write_and_wait(by: User, written: Event, may_end: Event):
    """Write an event and hold its transaction open until told."""

    def write():
        with transaction.atomic():
            happen(by, moment(14, 10), "a medias")
            written.set()
            may_end.wait(20)

    return Thread(target=in_a_session(write))


def test_the_book_waits_for_an_event_that_is_being_written(people: list[User]):
    written, may_end = Event(), Event()
    writer = write_and_wait(people[1], written, may_end)
    writer.start()
    written.wait(20)
    with ThreadPoolExecutor(1) as pool:
        closing = pool.submit(in_a_session(lambda: close_day_book(day=DAY, at=moment(14, 17), by=people[0])))
        may_end.set()
        writer.join()
        assert isinstance(closing.result(), DayBook)
    assert [entry["folio"] for entry in day_book(DAY).entries] == ["OT-a medias"]


def test_a_history_that_stays_busy_says_so_and_closes_nothing(people: list[User]):
    written, may_end = Event(), Event()
    writer = write_and_wait(people[1], written, may_end)
    writer.start()
    written.wait(20)
    with pytest.raises(HistoryBusy, match="espere unos segundos"):
        close_day_book(day=DAY, at=moment(14, 17), by=people[0])
    may_end.set()
    writer.join()
    assert not DayBook.objects.exists()


def test_of_two_people_who_close_at_once_one_closes_and_the_other_is_told(people: list[User]):
    together = Barrier(2)

    def close(by: User):
        def run():
            together.wait()
            return close_day_book(day=DAY, at=moment(14, 17), by=by)

        return in_a_session(run)

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result() for future in [pool.submit(close(by)) for by in people]]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["BookRefused", "DayBook"]
    refused = next(outcome for outcome in outcomes if isinstance(outcome, BookRefused))
    assert "ya lo cerró" in refused.message
    assert DayBook.objects.count() == 1


def test_two_annexes_sealed_at_once_follow_one_another(people: list[User]):
    book = close_day_book(day=DAY, at=moment(14, 17), by=people[0])
    proposals = [
        propose_annex(
            book=book, text=f"A{n}", reason="r", happened_at=moment(14, 9), at=moment(15, 9), by=people[0], key=f"k{n}"
        )
        for n in range(4)
    ]
    together = Barrier(4)

    def approve(proposal):
        def run():
            together.wait()
            return approve_annex(proposal=proposal, at=moment(15, 10), by=people[1])

        return in_a_session(run)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda run: run(), [approve(proposal) for proposal in proposals]))
    annexes = list(BookAnnex.objects.order_by("number"))
    assert [annex.number for annex in annexes] == [1, 2, 3, 4]
    assert [annex.previous_sha256 for annex in annexes] == [book.sha256, *(annex.sha256 for annex in annexes[:-1])]


def test_an_annex_approved_and_refused_at_once_is_sealed_and_stays(people: list[User]):
    book = close_day_book(day=DAY, at=moment(14, 17), by=people[0])
    proposal = propose_annex(
        book=book, text="A", reason="r", happened_at=moment(14, 9), at=moment(15, 9), by=people[0], key="k"
    )
    outcome = after_waiting(
        lambda: approve_annex(proposal=proposal, at=moment(15, 10), by=people[1]),
        lambda: refuse_annex(proposal=proposal, note="No va", at=moment(15, 10), by=people[1]),
    )
    assert isinstance(outcome, AnnexNotAllowed)
    assert "ya está sellado" in outcome.message
    assert BookAnnex.objects.get().proposal_id == proposal.pk


def test_the_role_of_the_site_holds_the_history_without_the_right_to_change_it(committed_database: str):
    with psycopg.connect(committed_database) as session:
        # Roles belong to the whole server: made inside a transaction that is not kept.
        session.execute("CREATE ROLE cauce_app")
        session.execute(GRANTS)
        session.execute("SET ROLE cauce_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), session.transaction():
            session.execute("LOCK TABLE events_event IN SHARE ROW EXCLUSIVE MODE")
        session.execute("SELECT books_hold_history()")
        session.rollback()
