"""The libro de registros on the screen: read, closed, printed identical, and added to by two people."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cauce.books.models import AnnexProposal, BookAnnex, DayBook
from cauce.core import clock
from cauce.core.clock import local_day
from cauce.events.models import Event
from cauce.registry.models import StaffLink
from cauce.registry.operations import declare_link
from tests.backoffice.books_town import BooksTown, a_proposal, books_town
from tests.backoffice.town import AT, Town

DAY = f"{local_day(AT):%Y-%m-%d}"
PAGE = reverse("daybook:day")
CLOSE = reverse("daybook:close")


@pytest.fixture
def books(town: Town) -> BooksTown:
    return books_town(town)


def test_the_page_tells_the_day_with_folio_account_and_who(town: Town, clients: dict[str, Client]):
    page = clients["coordinador"].get(PAGE, {"dia": DAY}).content.decode()
    assert "Se emitió la orden de pago" in page and town.order.document.folio in page
    assert "Prueba Coordinador Comercial" in page and "1</td>" in page
    assert f"{CLOSE}?dia={DAY}" in page


def test_the_filters_leave_a_heading_or_a_word(town: Town, clients: dict[str, Client]):
    client = clients["coordinador"]
    page = client.get(PAGE, {"dia": DAY, "rubro": "Órdenes de pago"}).content.decode()
    assert "Se emitió la orden de pago" in page and "Se puso una retención" not in page
    page = client.get(PAGE, {"dia": DAY, "palabra": "retencion"}).content.decode()
    assert "Se puso una retención" in page and "Se emitió la orden de pago" not in page
    assert "Ningún asiento pasa" in client.get(PAGE, {"dia": DAY, "palabra": "zzz"}).content.decode()
    assert 'scope="rowgroup"' in client.get(PAGE, {"dia": DAY, "vista": "rubro"}).content.decode()
    assert client.get(reverse("daybook:day_workbook"), {"dia": DAY}).content.startswith(b"PK")


def test_a_wrong_page_or_day_shows_the_first_and_today(town: Town, clients: dict[str, Client]):
    client = clients["auditor"]
    assert client.get(PAGE, {"dia": "nunca", "desde": "99999999999"}).status_code == 200
    assert client.get(PAGE, {"dia": DAY, "desde": "100000"}).status_code == 200


def test_the_coordinator_checks_and_closes_it(town: Town, clients: dict[str, Client]):
    client = clients["coordinador"]
    check = client.get(CLOSE, {"dia": DAY}).content.decode()
    assert "Será el libro n.º 1" in check and "Cerrar y sellar" in check
    response = client.post(CLOSE, {"dia": DAY}, follow=True)
    book = DayBook.objects.get()
    page = response.content.decode()
    assert "Quedó cerrado y sellado el libro 1" in page and book.sha256 in page
    assert book.closed_by == town.staff["coordinador"]
    assert "Ya está cerrado" in client.get(CLOSE, {"dia": DAY}).content.decode()


def test_a_day_to_come_and_one_out_of_order_are_refused_in_words(books: BooksTown, clients: dict[str, Client]):
    client = clients["coordinador"]
    tomorrow = clock.today() + timedelta(days=1)
    response = client.post(CLOSE, {"dia": f"{tomorrow:%Y-%m-%d}"})
    assert response.status_code == 422 and "todavía no llega" in response.content.decode()
    before = local_day(AT) - timedelta(days=1)
    response = client.post(CLOSE, {"dia": f"{before:%Y-%m-%d}"})
    assert response.status_code == 422 and "se cierran en orden" in response.content.decode()
    assert client.post(CLOSE, {"dia": "nunca"}).status_code == 302


def test_the_printed_book_is_the_same_bytes_each_time(books: BooksTown, clients: dict[str, Client]):
    url = reverse("daybook:book_pdf", args=[books.book.number])
    first = hashlib.sha256(clients["coordinador"].get(url).content).hexdigest()
    assert hashlib.sha256(clients["auditor"].get(url).content).hexdigest() == first
    page = clients["auditor"].get(reverse("daybook:books")).content.decode()
    assert "n.º 1" in page and books.book.sha256[:12] in page
    assert clients["auditor"].get(reverse("daybook:books_workbook")).content.startswith(b"PK")
    later = {"desde_dia": "2030-01-01", "hasta_dia": ""}
    assert "Ninguno en esas fechas" in clients["auditor"].get(reverse("daybook:books"), later).content.decode()


def test_an_annex_is_proposed_by_one_and_sealed_by_another(books: BooksTown, clients: dict[str, Client]):
    client = clients["coordinador"]
    url = reverse("daybook:propose", args=[books.book.number])
    given = {"llave": "anexo", "text": "Se entregó un oficio", "hour": "09:30", "reason": "Se olvidó"}
    assert client.post(url, given | {"text": " "}).status_code == 422
    assert client.post(url, given).status_code == client.post(url, given).status_code == 302
    proposal = AnnexProposal.objects.get(key="anexo")
    approve = reverse("daybook:approve", args=[proposal.pk])
    assert client.post(approve).status_code == 403
    page = clients["jefe"].post(approve, follow=True).content.decode()
    assert "Quedó sellado como anexo 2" in page and BookAnnex.objects.get(number=2).sha256 in page
    assert client.get(reverse("daybook:annex_pdf", args=[proposal.pk])).content.startswith(b"%PDF")


def test_an_annex_that_is_not_added_says_why(town: Town, books: BooksTown, clients: dict[str, Client]):
    proposal = a_proposal(town, books.book, "otro")
    url = reverse("daybook:refuse", args=[proposal.pk])
    response = clients["jefe"].post(url, {"note": " "})
    assert response.status_code == 422 and "por qué no se agrega" in response.content.decode()
    page = clients["jefe"].post(url, {"note": "Ya está asentado"}, follow=True).content.decode()
    assert "No aprobado" in page and "Ya está asentado" in page
    assert clients["jefe"].get(reverse("daybook:annex_pdf", args=[proposal.pk])).status_code == 404


def test_reading_the_book_writes_nothing(books: BooksTown, clients: dict[str, Client]):
    before = Event.objects.count()
    clients["jefe"].get(PAGE, {"dia": DAY})
    clients["jefe"].get(reverse("daybook:annexes", args=[books.book.number]))
    assert Event.objects.count() == before


def test_the_first_page_says_what_waits_of_the_books(town: Town, books: BooksTown, clients: dict[str, Client]):
    a_proposal(town, books.book, "espera")
    page = clients["jefe"].get(reverse("today:home")).content.decode()
    assert "Para firma" in page and "Anexos por resolver" in page
    declare_link(
        user=town.staff["cajero"],
        customer=town.account.holder,
        kind=StaffLink.Kind.RELATIVE,
        at=AT + timedelta(days=1),
        by=town.staff["jefe"],
    )
    assert "Libros de otros días por cerrar" in clients["coordinador"].get(reverse("today:home")).content.decode()
