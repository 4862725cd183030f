"""The libro de registros is closed in order, tells all that happened once, and never changes."""

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from cauce.books.models import AnnexProposal, BookAnnex, DayBook
from cauce.books.operations import (
    AnnexNotAllowed,
    BookRefused,
    approve_annex,
    close_day_book,
    propose_annex,
    refuse_annex,
    send_report,
)
from cauce.books.queries import day_book, days_to_close
from cauce.documents.models import Document
from cauce.documents.queries import file_content
from cauce.events.models import Event
from cauce.users.models import User
from tests.books.conftest import COUNTED, PRINTED, happen, moment

FIRST, SECOND = date(2026, 10, 14), date(2026, 10, 15)
pytestmark = pytest.mark.django_db


def told(day: date) -> list[str]:
    """What the book of a day tells, in its order."""
    return [entry["folio"].removeprefix("OT-") for entry in day_book(day).entries]


def test_a_book_tells_the_day_in_order_with_who_and_when(coordinator: User, head: User):
    happen(head, moment(14, 10), "segundo")
    happen(coordinator, moment(14, 9, 30), "primero")
    happen(coordinator, moment(13, 9), "de otro día")
    book = close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    first, second = day_book(FIRST).entries
    assert (first["at"], first["who"], first["what"]) == (
        "2026-10-14T09:30:00-06:00",
        "María Núñez",
        "Se atendió primero con el folio OT-primero",
    )
    assert (second["who"], second["heading"], second["late"]) == ("Lidia Ibarra", "Padrón", False)
    assert (book.number, book.entries, book.previous_sha256) == (1, 2, "")


def test_payments_enter_as_their_number_and_printing_does_not(coordinator: User):
    for number in range(3):
        happen(coordinator, moment(14, 9), f"pago {number}", kind=COUNTED)
    happen(coordinator, moment(14, 10), "papel", kind=PRINTED)
    close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    book = day_book(FIRST)
    assert book.entries == []
    assert [(count["count"], count["what"]) for count in book.counts] == [(3, "comprobantes de pago")]


def test_the_seal_is_of_the_seal_before_and_the_content(coordinator: User):
    happen(coordinator, moment(14, 9), "uno")
    first = close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    second = close_day_book(day=SECOND, at=moment(15, 17), by=coordinator)
    assert first.sha256 == sha256(f"\n{first.content}".encode()).hexdigest()
    assert second.sha256 == sha256(f"{first.sha256}\n{second.content}".encode()).hexdigest()
    assert (second.previous, second.number) == (first, 2)
    assert json.loads(second.content)["previous_hash"] == first.sha256


def test_what_is_written_late_enters_the_next_book_with_its_true_time(coordinator: User):
    happen(coordinator, moment(14, 9), "a tiempo")
    close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    happen(coordinator, moment(14, 18), "después del cierre")
    happen(coordinator, moment(12, 8), "capturado tarde")
    happen(coordinator, moment(15, 9), "del día")
    assert told(FIRST) == ["a tiempo"]
    assert told(SECOND) == ["capturado tarde", "después del cierre", "del día"]
    live = day_book(SECOND)
    close_day_book(day=SECOND, at=moment(15, 17), by=coordinator)
    assert day_book(SECOND).entries == live.entries
    assert [entry["late"] for entry in live.entries] == [True, True, False]
    assert live.entries[0]["at"] == "2026-10-12T08:00:00-06:00"


def test_the_first_book_takes_its_own_day_only(coordinator: User):
    happen(coordinator, moment(10, 9), "de antes")
    close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    close_day_book(day=SECOND, at=moment(15, 17), by=coordinator)
    assert told(FIRST) == told(SECOND) == []


def test_the_last_minute_of_a_day_is_of_that_day(coordinator: User):
    happen(coordinator, moment(14, 23, 59), "casi mañana")
    happen(coordinator, moment(15, 0), "ya es hoy")
    assert told(FIRST) == ["casi mañana"]
    assert told(SECOND) == ["ya es hoy"]


def test_a_day_to_come_is_not_closed(coordinator: User):
    with pytest.raises(BookRefused, match="todavía no llega"):
        close_day_book(day=SECOND, at=moment(14, 17), by=coordinator)


def test_days_are_closed_in_order_and_those_with_entries_are_not_skipped(coordinator: User):
    close_day_book(day=date(2026, 10, 12), at=moment(12, 17), by=coordinator)
    happen(coordinator, moment(14, 9), "del catorce")
    assert days_to_close(before=SECOND) == [FIRST]
    with pytest.raises(BookRefused, match="cierre primero el del 14 oct 2026"):
        close_day_book(day=SECOND, at=moment(15, 17), by=coordinator)
    close_day_book(day=FIRST, at=moment(15, 17), by=coordinator)
    assert close_day_book(day=SECOND, at=moment(15, 18), by=coordinator).number == 3
    with pytest.raises(BookRefused, match="Ya se cerró el libro del 15 oct 2026"):
        close_day_book(day=date(2026, 10, 13), at=moment(15, 18), by=coordinator)


def test_a_day_is_closed_once(coordinator: User, head: User):
    book = close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    happen(coordinator, moment(14, 17, 30), "tarde")
    assert close_day_book(day=FIRST, at=moment(14, 18), by=coordinator) == book
    with pytest.raises(BookRefused, match="ya lo cerró María Núñez el 14 oct 2026, 17:00"):
        close_day_book(day=FIRST, at=moment(14, 18), by=head)
    assert DayBook.objects.count() == Event.objects.filter(kind="BOOK_CLOSED").count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE books_daybook SET content = content || ' '",
        "DELETE FROM books_daybook",
        "UPDATE books_bookannex SET content = ''",
        "DELETE FROM books_annexproposal",
        "UPDATE books_annexproposal SET state = 'PROPOSED'",
    ],
)
def test_a_closed_book_and_its_annexes_cannot_be_changed_by_sql(coordinator: User, head: User, statement: str):
    book = close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    approve_annex(proposal=a_proposal(book, coordinator), at=moment(15, 10), by=head)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def a_proposal(book: DayBook, by: User, key: str = "k") -> AnnexProposal:
    """Something to add to a book."""
    return propose_annex(
        book=book,
        text="Se atendió a una persona sin cuenta",
        reason="No había sistema",
        happened_at=moment(14, 12),
        at=moment(15, 9),
        by=by,
        key=key,
    )


def test_an_annex_is_sealed_after_the_book_by_two_people(coordinator: User, head: User):
    book = close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    one, other = a_proposal(book, coordinator, "a"), a_proposal(book, coordinator, "b")
    assert a_proposal(book, coordinator, "a") == one
    with pytest.raises(AnnexNotAllowed, match="no lo resuelve"):
        approve_annex(proposal=one, at=moment(15, 10), by=coordinator)
    first = approve_annex(proposal=one, at=moment(15, 10), by=head)
    assert approve_annex(proposal=one, at=moment(15, 11), by=head) == first
    second = approve_annex(proposal=other, at=moment(15, 10), by=head)
    assert (first.number, second.number) == (1, 2)
    assert (first.previous_sha256, second.previous_sha256) == (book.sha256, first.sha256)
    assert second.sha256 == sha256(f"{first.sha256}\n{second.content}".encode()).hexdigest()
    assert json.loads(first.content)["at"] == "2026-10-14T12:00:00-06:00"
    assert day_book(FIRST).entries == []
    book.refresh_from_db()
    assert book.sha256 == sha256(f"\n{book.content}".encode()).hexdigest()


def test_an_annex_that_is_not_approved_says_why_and_adds_nothing(coordinator: User, head: User):
    book = close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    proposal = a_proposal(book, coordinator)
    with pytest.raises(AnnexNotAllowed, match="por qué"):
        refuse_annex(proposal=proposal, note=" ", at=moment(15, 10), by=head)
    refused = refuse_annex(proposal=proposal, note="Ya está asentado", at=moment(15, 10), by=head)
    assert (
        refuse_annex(proposal=proposal, note="Otra vez", at=moment(15, 11), by=head).decision_note == "Ya está asentado"
    )
    assert refused.state == AnnexProposal.State.REFUSED and not BookAnnex.objects.exists()
    with pytest.raises(AnnexNotAllowed, match="no se aprobó"):
        approve_annex(proposal=proposal, at=moment(15, 11), by=head)


@pytest.mark.parametrize(
    ("text", "happened", "message"),
    [(" ", moment(14, 12), "qué se agrega"), ("Algo", moment(13, 12), "el día del libro")],
)
def test_an_annex_says_what_and_is_of_the_day_of_the_book(coordinator: User, text: str, happened, message: str):
    book = close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    with pytest.raises(AnnexNotAllowed, match=message):
        propose_annex(book=book, text=text, reason="x", happened_at=happened, at=moment(15, 9), by=coordinator, key="k")


def test_a_report_gets_its_folio_and_waits_for_the_head_once(coordinator: User):
    asked = {"kind": "Parte", "title": "Parte del 14", "day": FIRST, "role": "jefe"}
    asked["paper"] = lambda folio: f"%PDF-1.7 {folio}".encode()
    request = send_report(**asked, at=moment(14, 17), by=coordinator, key="parte")
    assert send_report(**asked, at=moment(14, 17), by=coordinator, key="parte") == request
    assert request.document.folio == "INFM-000001" and request.role == "jefe"
    assert file_content(request.file) == b"%PDF-1.7 INFM-000001"
    assert Document.objects.filter(series="INFM").count() == 1


def test_a_busy_day_costs_the_same_queries_as_a_quiet_one(coordinator: User, django_assert_max_num_queries):
    for number in range(40):
        happen(coordinator, moment(14, 9) + timedelta(minutes=number), f"n{number}")
    with django_assert_max_num_queries(16):
        close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
