"""The invariants of the books and of the signatures notice what breaks them."""

import json
from datetime import date

import pytest

from cauce.books.models import DayBook
from cauce.books.operations import approve_annex, close_day_book, refuse_annex, send_report
from cauce.books.rules import canonical, seal
from cauce.documents.operations import sign_documents
from tests.books.conftest import COUNTED, PRINTED, coordinator, happen, head, moment
from tests.books.test_operations import a_proposal
from tests.reports.damage import broken, damage

__all__ = ["coordinator", "head"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def books(coordinator, head) -> None:
    """Three books, an entry written late, counts, an annex sealed and one refused, a report signed."""
    for day in (14, 15, 16):
        happen(coordinator, moment(day, 9), f"del {day}")
        happen(coordinator, moment(day, 10), "pago", kind=COUNTED)
        happen(coordinator, moment(day, 10), "papel", kind=PRINTED)
        if day == 15:
            happen(coordinator, moment(14, 20), "tarde")
            happen(coordinator, moment(13, 20), "pago tarde", kind=COUNTED)
        close_day_book(day=date(2026, 10, day), at=moment(day, 17), by=coordinator)
    first = DayBook.objects.get(number=1)
    approve_annex(proposal=a_proposal(first, coordinator, "a"), at=moment(17, 10), by=head)
    approve_annex(proposal=a_proposal(first, coordinator, "b"), at=moment(17, 10), by=head)
    refuse_annex(proposal=a_proposal(first, coordinator, "c"), note="No", at=moment(17, 10), by=head)
    asked = {"kind": "Parte", "title": "Parte", "day": first.day, "paper": lambda folio: b"%PDF-1.7", "role": "jefe"}
    request = send_report(**asked, at=moment(17, 9), by=coordinator, key="parte")
    sign_documents(requests=[request], at=moment(17, 10), by=head)


ORDER = "books_are_numbered_in_the_order_of_their_days"
SEALED = "books_are_sealed"
ANNEXES = "annexes_are_sealed_after_their_book"
HISTORY = "books_tell_the_history"
SIGNED = "signatures_are_of_two_people"
CHECKS = [
    (ORDER, "UPDATE books_daybook SET number = 4 WHERE number = 3"),
    (ORDER, "UPDATE books_daybook SET day = '2026-10-18' WHERE number = 2"),
    (ORDER, "UPDATE books_daybook SET previous_sha256 = repeat('0', 64) WHERE number = 3"),
    (ORDER, "UPDATE books_daybook SET previous_id = day WHERE number = 3"),
    (ORDER, "DELETE FROM books_daybook WHERE number = 2"),
    (SEALED, "UPDATE books_daybook SET content = replace(content, 'del 15', 'del 16') WHERE number = 2"),
    (SEALED, "UPDATE books_daybook SET sha256 = repeat('0', 64) WHERE number = 2"),
    (SEALED, "UPDATE books_daybook SET entries = 9 WHERE number = 1"),
    (ANNEXES, "UPDATE books_bookannex SET content = replace(content, 'atendió', 'cobró') WHERE number = 1"),
    (ANNEXES, "DELETE FROM books_bookannex WHERE number = 1"),
    (ANNEXES, "UPDATE books_annexproposal SET text = 'Otra cosa'"),
    (ANNEXES, "UPDATE books_annexproposal SET state = 'APPROVED'"),
    (HISTORY, "UPDATE events_event SET sentence = 'Otra cosa' WHERE kind = 'HOLD_PLACED'"),
    (HISTORY, "UPDATE events_event SET at = at + interval '1 day' WHERE kind = 'PAYMENT_TAKEN'"),
    (HISTORY, "UPDATE events_event SET kind = 'HOLD_LIFTED' WHERE kind = 'RECEIPT_PRINTED'"),
    (HISTORY, "DELETE FROM events_event WHERE sentence LIKE '%tarde%'"),
    (SIGNED, "UPDATE documents_signaturerequest SET decided_by_id = asked_by_id"),
    (SIGNED, "UPDATE documents_signaturerequest SET state = 'WAITING'"),
]


def test_nothing_is_broken_where_books_are_closed_and_papers_signed(books):
    assert DayBook.objects.count() == 3
    assert broken() == {}


@pytest.mark.parametrize(("check", "statement"), CHECKS)
def test_each_invariant_notices_what_breaks_it(books, check: str, statement: str):
    damage("ALTER TABLE documents_signaturerequest DROP CONSTRAINT signaturerequest_by_two_people", statement)
    assert check in broken()


def test_a_book_forged_with_a_good_seal_no_longer_tells_the_history(books):
    last = DayBook.objects.get(number=3)
    content = json.loads(last.content)
    del content["entries"][0]
    text = canonical(content)
    forged = text.replace("'", "''")
    damage(
        f"UPDATE books_daybook SET content = '{forged}', entries = {len(content['entries'])}, "
        f"sha256 = '{seal(last.previous_sha256, text)}' WHERE number = 3"
    )
    assert set(broken()) == {HISTORY}
