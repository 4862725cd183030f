"""The auxiliar de pagarés on the screen: told, closed after the money, and taken away identical."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cauce.agreements.models import NoteAct
from cauce.books.models import AnnexProposal, BookAnnex, NoteRegister
from cauce.core.clock import local_day
from cauce.ledger.operations import close_day
from tests.backoffice.agreements_town import agreements_town
from tests.backoffice.books_town import a_proposal, books_town
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


def test_an_annex_is_proposed_by_one_and_sealed_after_the_register_by_another(
    register: NoteRegister, clients: dict[str, Client]
):
    client = clients["coordinador"]
    annexes = reverse("note_register:annexes", args=[register.number])
    assert annexes in client.get(reverse("note_register:registers")).content.decode()
    assert annexes in client.get(PAGE, {"dia": f"{register.day:%Y-%m-%d}"}).content.decode()
    url = reverse("note_register:propose", args=[register.number])
    assert "Proponer un anexo al auxiliar n.º 1" in client.get(url).content.decode()
    given = {"llave": "anexo-aux", "text": "Se firmó un pagaré a mano", "hour": "09:30", "reason": "No había sistema"}
    assert client.post(url, given | {"text": " "}).status_code == 422
    assert client.post(url, given).headers["Location"] == annexes
    proposal = AnnexProposal.objects.get(key="anexo-aux")
    approve = reverse("note_register:approve", args=[proposal.pk])
    assert client.post(approve).status_code == 403
    page = clients["jefe"].post(approve, follow=True).content.decode()
    annex = BookAnnex.objects.get(proposal=proposal)
    assert (annex.register, annex.number) == (register, 2) and annex.sha256 in page
    paper = client.get(reverse("note_register:annex_pdf", args=[proposal.pk]))
    assert paper.content.startswith(b"%PDF") and "auxiliar-1-anexo-2.pdf" in paper.headers["Content-Disposition"]


def test_the_annexes_of_a_libro_and_those_of_an_auxiliar_are_not_taken_for_each_other(
    town: Town, register: NoteRegister, clients: dict[str, Client]
):
    book = books_town(town)
    assert clients["jefe"].post(reverse("note_register:approve", args=[book.proposal.pk])).status_code == 404
    assert clients["jefe"].get(reverse("daybook:annex_pdf", args=[book.of_register.pk])).status_code == 404


def test_an_annex_that_is_not_added_to_an_auxiliar_says_why(
    town: Town, register: NoteRegister, clients: dict[str, Client]
):
    proposal = a_proposal(town, register, "no", hours=-24)
    assert "Auxiliar n.º 1" in clients["jefe"].get(reverse("today:home")).content.decode()
    url = reverse("note_register:refuse", args=[proposal.pk])
    assert clients["jefe"].post(url, {"note": " "}).status_code == 422
    page = clients["jefe"].post(url, {"note": "Ya está"}, follow=True).content.decode()
    assert "No aprobado" in page and "Anexos del auxiliar n.º 1" in page


def test_who_may_close_them_reads_on_the_first_page_which_are_left(
    town: Town, register: NoteRegister, clients: dict[str, Client]
):
    said = "Auxiliares de otros días por cerrar"
    home = reverse("today:home")
    assert said not in clients["coordinador"].get(home).content.decode()
    note, by = agreements_town(town).note, town.staff["coordinador"]
    NoteAct.objects.create(note=note, kind=NoteAct.Kind.KEPT, booked_on=local_day(AT), at=AT, by=by)
    page = clients["coordinador"].get(home).content.decode()
    assert said in page and "falta cerrar sus cajas" in page
    assert said not in clients["jefe"].get(home).content.decode()
