"""The auxiliar de pagarés on the screen: told, closed after the money, and taken away identical."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cauce.books.models import NoteRegister
from cauce.core.clock import local_day
from cauce.ledger.operations import close_day
from tests.backoffice.books_town import books_town
from tests.backoffice.town import AT, Town

DAY = f"{local_day(AT):%Y-%m-%d}"
PAGE, CLOSE = reverse("note_register:day"), reverse("note_register:close")


@pytest.fixture
def register(town: Town) -> NoteRegister:
    return books_town(town).register


def test_it_is_closed_after_the_money_of_the_day(town: Town, clients: dict[str, Client]):
    client = clients["coordinador"]
    assert "siguen abiertas" in client.get(PAGE, {"dia": DAY}).content.decode()
    response = client.post(CLOSE, {"dia": DAY})
    assert response.status_code == 422 and "siguen abiertas" in response.content.decode()
    close_day(day=local_day(AT), at=AT, by=town.staff["supervisor-cajas"])
    assert "Cerrar y sellar" in client.get(CLOSE, {"dia": DAY}).content.decode()
    page = client.post(CLOSE, {"dia": DAY}, follow=True).content.decode()
    assert "Quedó cerrado y sellado el auxiliar 1" in page
    assert "Ya está cerrado" in client.get(CLOSE, {"dia": DAY}).content.decode()


def test_the_closed_ones_are_taken_away_identical(register: NoteRegister, clients: dict[str, Client]):
    client = clients["auditor"]
    assert "n.º 1" in client.get(reverse("note_register:registers")).content.decode()
    for name, begins in (("register_pdf", b"%PDF"), ("register_workbook", b"PK")):
        url = reverse(f"note_register:{name}", args=[register.number])
        first = client.get(url).content
        assert first.startswith(begins) and client.get(url).content == first
    for figure in ("paid", "overdue", "signed", "zzz"):
        asked = {"dia": f"{local_day(AT) - timedelta(days=1):%Y-%m-%d}", "cifra": figure}
        assert client.get(PAGE, asked).status_code == 200
    assert client.get(reverse("note_register:day_workbook"), {"dia": DAY}).content.startswith(b"PK")
