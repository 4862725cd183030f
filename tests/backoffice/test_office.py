"""The screens of Comunicación Social, of Informática and of the suplencias."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cauce.announcements.models import Announcement, OfferingRequest, SupplyTurn
from cauce.cases.models import SystemRequest
from cauce.core import clock
from cauce.users.models import Holiday, Substitution, User
from tests.backoffice.office_town import OfficeTown, office_town
from tests.backoffice.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(town: Town) -> OfficeTown:
    return office_town(town)


def announcement_form(**facts: object) -> dict[str, object]:
    now = timezone.localtime(clock.now())
    written: dict[str, object] = {
        "llave": "una",
        "kind": "NOTICE",
        "title": "Baja presión",
        "starts_at": f"{now:%Y-%m-%dT%H:%M}",
        "ends_at": f"{now + timedelta(hours=3):%Y-%m-%dT%H:%M}",
        "body": "Habrá poca presión.",
    }
    return written | facts


def test_an_announcement_is_prepared_reviewed_and_published(clients: dict[str, Client], office: OfficeTown) -> None:
    client = clients["comunicacion"]
    client.post(reverse("announcements:new_announcement"), announcement_form(is_for_everybody="on"))
    written = Announcement.objects.get(title="Baja presión")
    page = client.get(reverse("announcements:announcement", args=[written.pk])).content.decode()
    assert "Todas las cuentas" in page
    assert "Publicar" in page
    client.post(reverse("announcements:publish", args=[written.pk]))
    written.refresh_from_db()
    assert written.published_at is not None
    assert "Vigente" in client.get(reverse("announcements:announcements")).content.decode()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Diga para quién es"),
        ({"numbers": "999999"}, "999999"),
        ({"is_for_everybody": "on", "ends_at": "2020-01-01T10:00"}, "terminar después"),
        ({"is_for_everybody": "on", "body": ""}, "Escriba el texto"),
    ],
)
def test_a_wrong_announcement_keeps_what_was_typed(
    clients: dict[str, Client], facts: dict[str, object], said: str
) -> None:
    response = clients["comunicacion"].post(reverse("announcements:new_announcement"), announcement_form(**facts))
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "Baja presión" in page
    assert not Announcement.objects.exists()


def test_the_accounts_that_a_cut_reaches_are_a_workbook_without_phones_for_who_may_not_see_them(
    clients: dict[str, Client], office: OfficeTown, town: Town
) -> None:
    url = reverse("announcements:accounts_workbook", args=[office.announcement.pk])
    for role in ("comunicacion", "coordinador"):
        rows = (
            CalamineWorkbook.from_filelike(BytesIO(clients[role].get(url).content))
            .get_sheet_by_index(0)
            .to_python()[1:]
        )
        assert any(row[1] == town.account.number for row in rows)
        assert any(row[4] for row in rows) is (role == "coordinador")
    paper = clients["coordinador"].get(reverse("announcements:notice_pdf", args=[office.announcement.pk]))
    assert "No habrá agua en el Centro." in PdfReader(BytesIO(paper.content)).pages[0].extract_text()


def test_turns_of_supply_are_added_and_ended(clients: dict[str, Client], office: OfficeTown) -> None:
    client = clients["comunicacion"]
    turn = {"sector": office.turn.sector_id, "weekday": 2, "from_time": "06:00", "until_time": "05:00"}
    wrong = client.post(reverse("announcements:add_turn"), turn | {"valid_from": clock.today()})
    assert wrong.status_code == 422
    client.post(reverse("announcements:add_turn"), turn | {"until_time": "09:00", "valid_from": clock.today()})
    assert SupplyTurn.objects.filter(weekday=2).count() == 1
    client.post(reverse("announcements:end_turn", args=[office.turn.pk]))
    page = clients["cajero"].get(reverse("announcements:turns")).content.decode()
    assert "06:00–09:00" in page
    assert "06:00–10:00" not in page


def test_an_area_asks_for_leaflets_and_gets_them(clients: dict[str, Client], office: OfficeTown) -> None:
    page = reverse("announcements:ask", args=[office.offering.pk])
    assert clients["cajero"].post(page, {"quantity": 500}).status_code == 422
    clients["cajero"].post(page, {"quantity": 20, "note": "Cajas"})
    assert OfferingRequest.objects.filter(area__name="Cajas", quantity=20).exists()
    client = clients["comunicacion"]
    client.post(reverse("announcements:deliver", args=[office.asked.pk]))
    office.offering.refresh_from_db()
    assert office.offering.left == 150
    assert "Imprenta" in client.get(reverse("announcements:offering", args=[office.offering.pk])).content.decode()


def test_a_request_goes_to_informatics_and_comes_back_answered(clients: dict[str, Client], office: OfficeTown) -> None:
    found, client = office.request, clients["informatica"]
    accepted = {"effort": "HOURS", "priority": 1, "target_on": clock.today(), "note": ""}
    late = client.post(
        reverse("informatics:accept", args=[found.pk]), accepted | {"target_on": clock.today() - timedelta(days=1)}
    )
    assert late.status_code == 422
    client.post(reverse("informatics:accept", args=[found.pk]), accepted)
    client.post(reverse("informatics:start", args=[found.pk]))
    client.post(reverse("informatics:end", args=[found.pk]), {"answer": "Se cambió el cable"})
    found.refresh_from_db()
    assert found.state == SystemRequest.State.DONE
    page = clients["coordinador"].get(reverse("informatics:request", args=[found.pk])).content.decode()
    assert "Se cambió el cable" in page
    assert "Está hecha" not in page


def test_anybody_asks_and_is_told_the_folio(clients: dict[str, Client]) -> None:
    form = {
        "llave": "k",
        "nature": "NEED",
        "category": "HARDWARE",
        "priority": 2,
        "matter": "Una impresora",
        "detail": "Para la caja 2",
    }
    response = clients["cajero"].post(reverse("informatics:new_request"), form, follow=True)
    assert "INF-000001" in response.content.decode()


def test_the_month_of_informatics_is_a_page_a_paper_and_a_workbook(
    clients: dict[str, Client], office: OfficeTown
) -> None:
    client = clients["coordinador"]
    for name in ("month", "month_pdf", "month_workbook", "requests_workbook"):
        response = client.get(reverse(f"informatics:{name}"))
        assert response.status_code == 200
        assert response.content
    text = PdfReader(BytesIO(client.get(reverse("informatics:month_pdf")).content)).pages[0].extract_text()
    assert "INF-000001" in text


def test_the_head_hands_the_post_over_and_takes_it_back(clients: dict[str, Client], town: Town) -> None:
    today = clock.today()
    form = {
        "absent": town.staff["coordinador"].pk,
        "role": "coordinador",
        "substitute": town.staff["cajero"].pk,
        "document_number": "JUM/1",
        "reason": "Permiso",
        "valid_from": today,
        "last_day": today,
    }
    url = reverse("substitutions:new_substitution")
    refused = clients["jefe"].post(url, form)
    assert refused.status_code == 422
    assert "quien cobra no autoriza" in refused.content.decode()
    clients["jefe"].post(url, form | {"substitute": town.staff["facturacion"].pk})
    found = Substitution.objects.get()
    assert User.objects.get(pk=town.staff["facturacion"].pk).has_perm("workorders.open_agenda")
    clients["jefe"].post(reverse("substitutions:end", args=[found.pk]))
    found.refresh_from_db()
    assert found.ended_at is not None
    assert not User.objects.get(pk=town.staff["facturacion"].pk).has_perm("workorders.open_agenda")


def test_a_day_of_rest_is_added_but_not_a_sunday(clients: dict[str, Client]) -> None:
    client, url = clients["informatica"], reverse("substitutions:holidays")
    day = {"day": "2027-09-16", "name": "Independencia", "legal_basis": "LFT 74"}
    client.post(url, day)
    assert Holiday.objects.get().name == "Independencia"
    assert client.post(url, day | {"day": "2027-09-19"}).status_code == 422


def test_the_health_of_the_system_says_what_to_do(clients: dict[str, Client]) -> None:
    page = clients["informatica"].get(reverse("health:health")).content.decode()
    assert "&lt;" not in page
    for word in ("Trabajadores", "cauce worker", "Último respaldo", "PostgreSQL", "Disco"):
        assert word in page
