"""``cauce daybook`` tells a day: the same bytes each time once it is closed."""

import json
from datetime import date
from hashlib import sha256

import pytest
from click.testing import CliRunner, Result

from cauce.books.operations import approve_annex, close_day_book
from cauce.cli.main import cauce
from cauce.users.models import User
from tests.books.conftest import coordinator, happen, head, moment
from tests.books.test_operations import a_proposal

__all__ = ["coordinator", "head"]
pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 10, 14), date(2026, 10, 15)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cauce, ["daybook", *arguments])


def test_a_closed_day_gives_the_same_bytes_each_time_and_its_seal_can_be_checked(coordinator: User, head: User):
    happen(coordinator, moment(14, 9), "uno")
    first = close_day_book(day=FIRST, at=moment(14, 17), by=coordinator)
    happen(coordinator, moment(15, 9), "dos")
    close_day_book(day=SECOND, at=moment(15, 17), by=coordinator)
    printed = run("2026-10-15", "--json").stdout
    approve_annex(proposal=a_proposal(first, coordinator), at=moment(16, 9), by=head)
    happen(coordinator, moment(15, 10), "tarde")
    assert run("2026-10-15", "--json").stdout == printed
    book = json.loads(printed)
    assert book["closed"] is True and book["previous_hash"] == first.sha256
    assert book["hash"] == sha256(f"{first.sha256}\n{book['content']}".encode()).hexdigest()
    assert json.loads(book["content"])["entries"] == book["entries"]
    assert [entry["folio"] for entry in book["entries"]] == ["OT-dos"]


def test_an_open_day_is_told_as_it_stands(coordinator: User):
    happen(coordinator, moment(14, 9), "uno")
    book = json.loads(run("2026-10-14", "--json").stdout)
    assert (book["closed"], book["hash"], book["previous_hash"], len(book["entries"])) == (False, "", "", 1)
    assert "sin cerrar" in run("2026-10-14").stdout


def test_what_is_not_a_day_is_wrong_use():
    assert run("ayer", "--json").exit_code == 2
