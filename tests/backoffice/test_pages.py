"""Every page of the staff with something in it: it answers, writes nothing and asks little of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cauce.users.roles import ROLES
from tests.backoffice.addresses import arguments_in, staff_addresses
from tests.backoffice.test_access import declared
from tests.backoffice.town import Town

QUERIES_A_PAGE = 30
QUERIES_OF_THE_ACCOUNT = 19
# Who is asking and what they may: the same at every page.
FRAME_TABLES = (
    'FROM "django_session"',
    "usersessions_usersession",
    'FROM "users_user" ',
    "auth_permission",
    "SAVEPOINT",
)
# What a GET may write: the session and when it was last seen.
OWN_TABLES = ("django_session", "usersessions_usersession")
# Files that somebody asks for first; until then there is nothing to answer with.
# Without an open session, or before the first print, they lead to where that is done; tests/backoffice/test_desk.py and
# test_sessions.py have them with it.
ASKS_FOR_SOMETHING_FIRST = {
    "desk:collect",
    "desk:of_person",
    "desk:receipt_pdf",
    "sessions:close_pdf",
    "sessions:count_pdf",
    "sessions:deposit_pdf",
    "sessions:difference_pdf",
    "sessions:withdrawal_pdf",
}
MADE_IN_THE_BACKGROUND = {
    "billing:bills_pdf",
    "collections:notices_pdf",
    "collections:record_file",
    "sessions:all_debts_pdf",
    "sessions:all_debts_workbook",
}
WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE")


@contextmanager
def watched() -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def writes(asked: list[str]) -> list[str]:
    """The statements that change a row of the business."""
    return [
        sql
        for sql in asked
        if sql.lstrip().upper().startswith(WRITES) and not any(table in sql for table in OWN_TABLES)
    ]


def test_every_page_answers_writes_nothing_and_asks_little(town: Town, clients: dict[str, Client]) -> None:
    matrix = declared()
    wrong = []
    for address in staff_addresses():
        if "GET" not in address.screen.methods or address.name in MADE_IN_THE_BACKGROUND:
            continue
        role = next(role.code for role in reversed(ROLES) if matrix[address.name][role.code])
        url = reverse(address.name, kwargs=arguments_in(town, address))
        with watched() as asked:
            response = clients[role].get(url)
        expected = 302 if address.name in ASKS_FOR_SOMETHING_FIRST else 200
        if response.status_code != expected or writes(asked) or len(asked) > QUERIES_A_PAGE:
            wrong.append((address.name, response.status_code, len(asked), writes(asked)))
    assert not wrong


def test_the_account_page_asks_few_questions(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("window:account", args=[town.account.pk])
    clients["coordinador"].get(url)
    with watched() as asked:
        response = clients["coordinador"].get(url)
    assert response.status_code == 200
    of_the_page = [sql for sql in asked if not any(table in sql for table in FRAME_TABLES)]
    assert len(of_the_page) <= QUERIES_OF_THE_ACCOUNT, "\n".join(of_the_page)


@pytest.mark.parametrize("name", ["registry:accounts", "imports:batches", "billing:runs", "metering:rounds"])
def test_an_empty_list_teaches_what_to_do(name: str, staff: dict[str, object]) -> None:
    from tests.backoffice.conftest import signed_in

    page = signed_in(staff["jefe"]).get(reverse(name)).content.decode()  # type: ignore[arg-type]
    assert 'class="empty"' in page
