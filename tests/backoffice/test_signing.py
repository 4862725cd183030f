"""The tray «Para firma»: read in the page, signed one or many with the password, returned with a note."""

from django.test import Client
from django.urls import reverse

from cauce.documents.models import SignatureRequest
from cauce.documents.operations import request_signature
from cauce.registry.models import StaffLink
from cauce.registry.operations import declare_link
from tests.backoffice.books_town import a_signature
from tests.backoffice.town import AT, PASSWORD, Town

TRAY, SIGN, HISTORY = reverse("signing:tray"), reverse("signing:sign"), reverse("signing:history")


def state_of(request: SignatureRequest) -> str:
    return SignatureRequest.objects.get(pk=request.pk).state


def test_the_tray_shows_what_waits_for_the_post(town: Town, clients: dict[str, Client]):
    assert "Nada espera su firma" in clients["jefe"].get(TRAY).content.decode()
    request = a_signature(town)
    page = clients["jefe"].get(TRAY).content.decode()
    assert request.title in page and "Prueba Coordinador Comercial" in page and "INFM-000001" in page
    assert "Nada espera su firma" in clients["director"].get(TRAY).content.decode()


def test_many_are_signed_with_the_password(town: Town, clients: dict[str, Client]):
    one, other = a_signature(town, "a"), a_signature(town, "b")
    given = {"item": [one.pk, other.pk]}
    response = clients["jefe"].post(SIGN, given | {"password": "otra"})
    page = response.content.decode()
    assert response.status_code == 422 and "La contraseña no es la suya" in page and page.count(" checked") == 2
    assert state_of(one) == "WAITING"
    page = clients["jefe"].post(SIGN, given | {"password": PASSWORD}, follow=True).content.decode()
    assert "2 documentos firmados" in page and {state_of(one), state_of(other)} == {"SIGNED"}


def test_nothing_marked_and_what_is_no_longer_there_are_said(town: Town, clients: dict[str, Client]):
    request = a_signature(town)
    response = clients["jefe"].post(SIGN, {"password": PASSWORD})
    assert response.status_code == 422 and "Marque por lo menos un documento" in response.content.decode()
    clients["jefe"].post(SIGN, {"item": request.pk, "password": PASSWORD})
    response = clients["jefe"].post(SIGN, {"item": request.pk, "password": PASSWORD})
    assert response.status_code == 422 and "ya no espera su firma" in response.content.decode()


def test_a_paper_is_read_in_the_page_before_it_is_signed(town: Town, clients: dict[str, Client]):
    request = a_signature(town)
    url = reverse("signing:request", args=[request.pk])
    page = clients["jefe"].get(url).content.decode()
    picture = reverse("signing:page", args=[request.pk, 1])
    assert picture in page and request.file.sha256 in page and "Firmar este documento" in page
    assert clients["jefe"].get(picture).content.startswith(b"\x89PNG")
    assert clients["jefe"].get(reverse("signing:page", args=[request.pk, 9])).status_code == 404
    assert clients["jefe"].get(reverse("signing:file", args=[request.pk])).content.startswith(b"%PDF")
    wrong = clients["jefe"].post(SIGN, {"item": request.pk, "una": request.pk, "password": "otra"})
    assert wrong.status_code == 422 and "Firmar este documento" in wrong.content.decode()
    assert "Retirar de la firma" in clients["coordinador"].get(url).content.decode()
    assert clients["cajero"].get(url).status_code == 404


def test_it_is_returned_with_a_note(town: Town, clients: dict[str, Client]):
    request = a_signature(town)
    url = reverse("signing:give_back", args=[request.pk])
    assert clients["jefe"].post(url, {"note": " "}).status_code == 422
    clients["jefe"].post(url, {"note": "Falta un dato"})
    assert state_of(request) == "RETURNED"
    page = clients["coordinador"].get(HISTORY, {"estado": "RETURNED"}).content.decode()
    assert "Falta un dato" in page
    assert clients["coordinador"].get(reverse("signing:history_workbook")).content.startswith(b"PK")


def test_who_asked_takes_it_back_and_nobody_else(town: Town, clients: dict[str, Client]):
    request = a_signature(town)
    url = reverse("signing:withdraw", args=[request.pk])
    assert "Sólo quien pidió" in clients["jefe"].post(url, follow=True).content.decode()
    assert state_of(request) == "WAITING"
    clients["coordinador"].post(url)
    assert state_of(request) == "WITHDRAWN"


def test_nobody_signs_about_their_own_account(town: Town, clients: dict[str, Client]):
    declare_link(
        user=town.staff["jefe"],
        customer=town.account.holder,
        kind=StaffLink.Kind.RELATIVE,
        at=AT,
        by=town.staff["director"],
    )
    request = request_signature(
        kind="Respuesta por escrito",
        title="Respuesta",
        subject_kind="WrittenAnswer",
        subject_id=1,
        account_id=town.account.pk,
        file=a_signature(town).file,
        role="jefe",
        at=AT,
        by=town.staff["coordinador"],
        key="propia",
    )
    response = clients["jefe"].post(SIGN, {"item": request.pk, "password": PASSWORD})
    assert response.status_code == 422 and "no puede actuar en asuntos" in response.content.decode()
    assert state_of(request) == "WAITING"
