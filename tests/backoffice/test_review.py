"""The review of readings on the screen: one decides with the keyboard, says why, and goes on to the next."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cauce.metering.models import Consumption, Reader, Reading, ReadingDecision, ReadingFinding
from cauce.registry.models import Account
from cauce.users.models import User
from tests.backoffice.conftest import signed_in
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import AT, SEPTEMBER, a_reading, a_round

pytestmark = pytest.mark.django_db
MOST_QUERIES = 60


@pytest.fixture
def houses() -> list[Account]:
    """Three high readings, one house that nobody read, and a right reading with a finding."""
    made = [make_account(f"00000{n}", serial=f"S{n}") for n in range(1, 6)]
    for house in made:
        add_opening(house, 100)
        add_history(house, {date(2026, month, 1): 20 for month in range(1, 9)})
    for number, house in enumerate(made[:3], start=1):
        a_reading(house, 300, serial=f"S{number}", previous_value=100, proposed_m3=200)
    right = a_reading(made[4], 121, "", serial="S5")
    ReadingFinding.objects.create(round=a_round(), account=made[4], reading=right, code="RECORRIDO_VELOZ", found_at=AT)
    return made


@pytest.fixture
def clerk(staff: dict[str, User]) -> Client:
    return signed_in(staff["facturacion"])


def case_of(house: Account) -> str:
    return f"READING-{Reading.objects.get(account=house).pk}"


def sent(client: Client, house: Account, act: str, **given: object):
    reading = Reading.objects.filter(account=house).first()
    address = reverse("metering:decide", args=[a_round().pk, house.pk]) + "?mes=2026-09"
    data = {
        "hacer": act,
        "reading": reading.pk if reading else "",
        "caso": case_of(house) if reading else "",
        "siguiente": "",
        "frase": "otro",
        "motivo": "Se comprobó",
    }
    return client.post(address, data | given)


def page_of(client: Client, query: str = "mes=2026-09") -> str:
    return client.get(reverse("metering:review") + "?" + query).content.decode()


def test_the_list_is_in_the_order_of_the_street_with_its_case_and_keys(houses, clerk):
    page = page_of(clerk)
    places = [page.index(f"READING-{Reading.objects.get(account=house).pk}") for house in houses[:3]]
    assert places == sorted(places)
    assert "Consumo alto" in page
    for key in "ACESPB":
        assert f'data-key="{key}"' in page
    assert 'data-step="down"' in page
    assert 'data-step="up"' not in page
    assert "24 meses" in page
    assert "sólo se lista" in page


def test_a_reading_is_accepted_and_the_next_case_comes(houses, clerk):
    following = case_of(houses[1])
    answer = sent(clerk, houses[0], "aceptar", siguiente=following)
    assert answer.status_code == 302
    assert f"caso={following}" in answer.headers["Location"]
    assert Consumption.objects.get(account=houses[0], period=SEPTEMBER).volume_m3 == 200
    assert ReadingDecision.objects.get().reason == "Se comprobó"
    again = sent(clerk, houses[0], "aceptar")
    assert again.status_code == 302
    assert ReadingDecision.objects.count() == 1


def test_a_ready_reason_is_enough_and_none_is_refused(houses, clerk):
    assert sent(clerk, houses[0], "aceptar", frase="El medidor dio la vuelta", motivo="").status_code == 302
    assert ReadingDecision.objects.get().reason == "El medidor dio la vuelta"
    answer = sent(clerk, houses[1], "aceptar", motivo="")
    assert answer.status_code == 422
    assert "Elija un motivo o escriba por qué se decide así." in answer.content.decode()


def test_a_figure_that_cannot_be_comes_back_with_what_was_typed(houses, clerk):
    answer = sent(clerk, houses[0], "corregir", value="5", motivo="Foto borrosa")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "menor que la anterior (100)" in page
    assert 'value="5"' in page
    assert 'value="Foto borrosa"' in page
    assert sent(clerk, houses[0], "corregir", value="doce").status_code == 422
    assert not ReadingDecision.objects.exists()
    assert sent(clerk, houses[0], "corregir", value="130").status_code == 302
    assert Consumption.objects.get(account=houses[0], period=SEPTEMBER).volume_m3 == 30


def test_it_is_estimated_only_by_the_rules_of_its_row(houses, clerk):
    page = page_of(clerk, "mes=2026-09&hacer=estimar")
    assert "Promedio de 6 meses: 20 m³" in page
    assert sent(clerk, houses[0], "estimar", rule="NOTHING").status_code == 422
    assert sent(clerk, houses[0], "estimar", rule="AVERAGE_6").status_code == 302
    assert Consumption.objects.get(account=houses[0], period=SEPTEMBER).volume_m3 == 20
    shown = clerk.get(reverse("window:account_readings", args=[houses[0].pk])).content.decode()
    assert "lectura estimada" in shown


def test_a_house_that_nobody_read_is_estimated_too_and_is_among_its_readings(houses, clerk):
    item = f"UNREAD-{houses[3].pk}"
    answer = sent(clerk, houses[3], "estimar", rule="AVERAGE_6", caso=item)
    assert answer.status_code == 302
    shown = clerk.get(reverse("window:account_readings", args=[houses[3].pk])).content.decode()
    assert "lectura estimada" in shown


def test_a_second_visit_and_parking_bill_nothing(houses, clerk):
    assert sent(clerk, houses[0], "visita").status_code == 302
    assert sent(clerk, houses[1], "apartar").status_code == 302
    assert set(ReadingDecision.objects.values_list("kind", flat=True)) == {"REVISIT", "PARKED"}
    assert not Consumption.objects.filter(period=SEPTEMBER).exists()
    assert "segunda visita" in page_of(clerk)


def test_a_finding_is_attended_with_its_note(houses, clerk):
    finding = ReadingFinding.objects.get()
    address = reverse("metering:settle", args=[finding.pk])
    refused = clerk.post(address, {"hacer": "atender", "frase": "otro", "motivo": ""})
    assert refused.status_code == 422
    assert clerk.post(address, {"hacer": "atender", "frase": "Se revisó y está bien", "motivo": ""}).status_code == 302
    finding.refresh_from_db()
    assert finding.note == "Se revisó y está bien"


def test_all_of_one_reason_are_decided_at_once_and_the_ones_that_cannot_are_told(houses, clerk):
    Reading.objects.filter(account=houses[2]).update(meter_serial="OTRO")
    panel = page_of(clerk, "mes=2026-09&hacer=lote")
    assert "Por lote: 3 lecturas" in panel
    answer = clerk.post(
        reverse("metering:decide_many") + "?mes=2026-09",
        {"hacer": "lote", "de": "CONSUMO_ALTO", "what": "ACCEPTED", "frase": "otro", "motivo": "Temporada"},
        follow=True,
    )
    page = answer.content.decode()
    assert "Se decidieron 2 cuentas." in page
    assert "se leyó el medidor «OTRO»" in page
    assert ReadingDecision.objects.filter(kind="ACCEPTED").count() == 2


def test_only_what_is_marked_is_decided_and_no_marks_is_refused(houses, clerk):
    address = reverse("metering:decide_many") + "?mes=2026-09"
    marked = [case_of(houses[0]), case_of(houses[2])]
    panel = page_of(clerk, f"mes=2026-09&hacer=lote&marcados={marked[0]}&marcados={marked[1]}")
    assert "Por lote: 2 lecturas" in panel
    assert "Quitar marcas" in panel
    data = {"hacer": "lote", "de": "", "what": "PARKED", "frase": "otro", "motivo": "Deshabitadas"}
    assert clerk.post(address, data | {"marcados": marked}).status_code == 302
    decided = set(ReadingDecision.objects.values_list("account", flat=True))
    assert decided == {houses[0].pk, houses[2].pk}
    answer = clerk.post(address, data)
    assert answer.status_code == 422
    assert "No hay ninguna lectura marcada" in answer.content.decode()


def test_who_read_or_captured_sees_why_it_cannot_be(houses, clerk, staff):
    Reading.objects.filter(account=houses[0]).update(captured_by=staff["facturacion"])
    page = page_of(clerk, f"mes=2026-09&caso={case_of(houses[0])}")
    assert "Usted capturó esta lectura: la decide otra persona." in page
    assert 'data-key="A"' not in page
    answer = sent(clerk, houses[0], "aceptar")
    assert answer.status_code == 422
    assert "la decide otra persona" in answer.content.decode()
    Reader.objects.create(code="101", name="Luis", user=staff["facturacion"])
    assert "Usted tomó esta lectura" in page_of(clerk, f"mes=2026-09&caso={case_of(houses[1])}")


def test_who_only_sees_is_told_who_decides(houses, staff):
    page = page_of(signed_in(staff["auditor"]))
    assert "La decide el Encargado de facturación." in page
    assert 'data-key="A"' not in page
    assert sent(signed_in(staff["coordinador"]), houses[0], "aceptar").status_code == 403


def test_the_head_opens_again_what_another_decided(houses, clerk, staff):
    sent(clerk, houses[0], "aceptar")
    decision = ReadingDecision.objects.get()
    address = reverse("metering:account_case", args=[a_round().pk, houses[0].pk])
    assert "La vuelve a abrir el Jefe" in clerk.get(address).content.decode()
    head = signed_in(staff["jefe"])
    assert 'data-key="V"' in head.get(address).content.decode()
    url = reverse("metering:reopen", args=[decision.pk])
    assert clerk.post(url, {"frase": "otro", "motivo": "No"}).status_code == 403
    assert head.post(url, {"frase": "otro", "motivo": ""}).status_code == 422
    assert head.post(url, {"frase": "Llegó la segunda visita", "motivo": ""}).status_code == 302
    assert ReadingDecision.objects.filter(kind="REOPENED", replaces=decision).exists()
    sent(head, houses[1], "aceptar")
    own = ReadingDecision.objects.get(account=houses[1])
    refused = head.post(reverse("metering:reopen", args=[own.pk]), {"frase": "otro", "motivo": "Mía"})
    assert refused.status_code == 422
    assert "la vuelve a abrir otra persona" in refused.content.decode()


def test_filters_leave_what_was_asked_for(houses, clerk):
    listed = page_of(clerk, "mes=2026-09&detiene=no")
    assert "FINDING-" in listed
    assert "READING-" not in listed
    assert "FINDING-" not in page_of(clerk, "mes=2026-09&detiene=si")
    assert "Ninguna lectura espera con esos filtros" in page_of(clerk, "mes=2026-09&ruta=9999")
    assert "UNREAD-" in page_of(clerk, "mes=2026-09&motivo=SIN_LINEA")
    assert "Ese mes no tiene ronda" in page_of(clerk, "mes=2020-01")
    assert clerk.get(reverse("metering:review") + "?mes=nada&desde=a~b").status_code == 200


def test_a_long_list_is_paged_by_key_with_the_same_queries(houses, clerk):
    page_of(clerk)
    with CaptureQueriesContext(connection) as few:
        page_of(clerk)
    for number in range(60):
        house = make_account(f"1000{number:02d}", serial=f"T{number}")
        a_reading(house, 300, serial=f"T{number}", previous_value=100, proposed_m3=200)
    with CaptureQueriesContext(connection) as many:
        page = page_of(clerk)
    assert len(many) == len(few) <= MOST_QUERIES
    assert page.count("review-item") == 50
    following = page.split("desde=", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert page_of(clerk, f"mes=2026-09&desde={following}").count("review-item") == 15


def test_it_is_taken_away_as_a_workbook_and_on_paper(houses, clerk):
    sheet = clerk.get(reverse("metering:review_list_workbook") + "?mes=2026-09")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="critica-2026-09.xlsx"'
    paper = clerk.get(reverse("metering:review_paper") + "?mes=2026-09")
    assert paper.content.startswith(b"%PDF")


def test_what_was_decided_is_listed_with_who_and_why(houses, clerk):
    sent(clerk, houses[0], "aceptar")
    page = clerk.get(reverse("metering:decided") + "?mes=2026-09&ciclo=&decision=").content.decode()
    assert "Se comprobó" in page
    assert "Lectura aceptada" in page
    sheet = clerk.get(reverse("metering:decided_workbook") + "?mes=2026-09")
    assert "lecturas-decididas-2026-09" in sheet.headers["Content-Disposition"]
