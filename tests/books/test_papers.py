"""A reprint is made of the sealed content alone: the same bytes here, again, and in another process."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import date

import pytest

from cauce.books.models import DayBook
from cauce.books.operations import approve_annex, close_day_book
from cauce.books.papers import annex_paper, book_sheet, day_book_paper
from cauce.books.rules import seal
from cauce.users.models import User
from tests.books.conftest import COUNTED, happen, moment
from tests.books.test_operations import a_proposal

FIRST = date(2026, 10, 14)
pytestmark = pytest.mark.django_db
PRINT = """
import sys, django
django.setup()
from hashlib import sha256
from datetime import date
from cauce.books.models import DayBook
from cauce.books.papers import day_book_paper
book = DayBook(day=date.fromisoformat(sys.argv[1]), content=sys.stdin.read(), sha256=sys.argv[2])
print(sha256(day_book_paper(book).pdf()).hexdigest())
"""


@pytest.fixture
def book(coordinator: User) -> DayBook:
    for minute in range(30):
        happen(coordinator, moment(14, 9, minute), f"asunto {minute}")
    happen(coordinator, moment(14, 10), "pago", kind=COUNTED)
    return close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)


def test_a_reprint_is_identical_byte_by_byte_in_another_process_too(book: DayBook, coordinator: User):
    first = hashlib.sha256(day_book_paper(book).pdf()).hexdigest()
    User.objects.update(full_name="Otro Nombre", position="Otro puesto")
    happen(coordinator, moment(14, 11), "después")
    again = day_book_paper(DayBook.objects.get()).pdf()
    assert hashlib.sha256(again).hexdigest() == first
    other = subprocess.run(
        [sys.executable, "-c", PRINT, f"{book.day}", book.sha256],
        input=book.content,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "TZ": "Asia/Tokyo"},
    )
    assert other.stdout.strip() == first


def test_the_paper_says_the_seal_and_the_entries_in_order(book: DayBook):
    sheet = book_sheet(json.loads(book.content), seal=book.sha256)
    entries, summary, sealed = sheet.parts
    assert [row[2] for row in entries.rows][:2] == ["OT-asunto 0", "OT-asunto 1"]
    assert summary.rows == [("Padrón", "30"), ("Pagos: comprobante de pago", "1")]
    assert sealed.paragraphs[0] == f"SHA-256 {seal('', book.content)}"


def test_an_annex_prints_the_same_each_time(book: DayBook, coordinator: User, head: User):
    annex = approve_annex(proposal=a_proposal(book, coordinator), at=moment(15, 10), by=head)
    first = annex_paper(annex).pdf()
    annex.refresh_from_db()
    assert annex_paper(annex).pdf() == first
