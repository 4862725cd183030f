"""The rounds on the screen: routes in order, who walks them, the terminal's file, how it goes and where to go back."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from cauce.metering.models import Reader, Reading, RouteAssignment
from cauce.metering.operations import request_second_visit
from cauce.registry.models import Account
from cauce.users.models import User
from tests.backoffice.conftest import signed_in
from tests.metering.accounts import make_account
from tests.metering.reviewing import AT, SEPTEMBER, a_reading, a_round

pytestmark = pytest.mark.django_db
DOOR = datetime(2026, 9, 2, 15, 30, tzinfo=UTC)


@pytest.fixture
def houses() -> list[Account]:
    """Four houses of a route, three of them read in another order than theirs."""
    made = [make_account(f"00000{n}", serial=f"S{n}") for n in range(1, 5)]
    for house, minute in ((made[2], "0900"), (made[0], "0905"), (made[1], "1010")):
        Reading.objects.create(
            round=a_round(), account=house, line=1, meter_serial="S", value=120, taken_on=SEPTEMBER.replace(day=2),
            taken_time=minute, incident="00", status="OK", reader_code="101",
        )  # fmt: skip
    return made


@pytest.fixture
def head(staff: dict[str, User]) -> Client:
    return signed_in(staff["jefe"])


@pytest.fixture
def readers() -> list[Reader]:
    return [Reader.objects.create(code="101", name="Luis"), Reader.objects.create(code="102", name="Ana")]


def order_of(house: Account) -> list[str]:
    accounts = Account.objects.filter(route=house.route).order_by("route_order", "pk")
    return list(accounts.values_list("number", flat=True))


def test_an_account_is_taken_to_its_place_and_a_place_that_is_none_is_refused(houses, head):
    address = reverse("metering:move", args=[houses[0].route_id])
    answer = head.post(address, {"cuenta": houses[3].pk, "lugar": "2"})
    assert f"movida={houses[3].pk}" in answer.headers["Location"]
    assert order_of(houses[0]) == ["000001", "000004", "000002", "000003"]
    refused = head.post(address, {"cuenta": houses[3].pk, "lugar": "dos"})
    assert refused.status_code == 422
    assert "El lugar es un número" in refused.content.decode()
    assert 'value="dos"' in refused.content.decode()
    other = make_account("000009", serial="S9", cycle=2)
    gone = head.post(address, {"cuenta": other.pk, "lugar": "1"})
    assert "ya no está en la ruta" in gone.content.decode()


def test_the_page_of_a_route_moves_by_drag_and_by_keyboard_only_for_who_may(houses, head, staff):
    address = reverse("metering:route", args=[houses[0].route_id])
    page = head.get(address).content.decode()
    assert "data-order-list" in page
    assert 'aria-label="Bajar' in page
    seen = signed_in(staff["auditor"]).get(address).content.decode()
    assert "data-order>" not in seen
    assert "Subir" not in seen


def test_a_real_walk_is_shown_and_left_only_as_it_was_shown(houses, head):
    route_id = houses[0].route_id
    page = head.get(reverse("metering:walk", args=[route_id])).content.decode()
    shown = page.split('name="huella" value="', 1)[1].split('"', 1)[0]
    accept = reverse("metering:accept_walk", args=[route_id])
    refused = head.post(accept, {"huella": "otra", "motivo": "Recorrido"})
    assert refused.status_code == 422
    assert "mire otra vez la propuesta" in refused.content.decode()
    assert order_of(houses[0]) == ["000001", "000002", "000003", "000004"]
    assert head.post(accept, {"huella": shown, "motivo": "Recorrido"}).status_code == 302
    assert order_of(houses[0]) == ["000003", "000004", "000001", "000002"]
    assert "ya está en el orden" in head.get(reverse("metering:walk", args=[route_id])).content.decode()


def test_routes_are_shared_and_a_better_share_is_suggested(houses, head, readers, staff):
    other = make_account("000009", serial="S9")
    other.route = type(other.route).objects.create(number="02", cycle=1)
    other.save()
    routes = [houses[0].route_id, other.route_id]
    address = reverse("metering:assign")
    data = {"mes": "2026-09", "ciclo": "1", **{f"ruta-{pk}": "101" for pk in routes}}
    assert head.post(address, data).status_code == 302
    assert set(RouteAssignment.objects.values_list("reader__code", flat=True)) == {"101"}
    page = head.get(reverse("metering:assignments") + "?mes=2026-09&ciclo=1").content.decode()
    assert "Quedaría más parejo" in page
    assert "La ruta 02 pasa de Luis a Ana." in page or "La ruta 01 pasa de Luis a Ana." in page
    assert signed_in(staff["facturacion"]).post(address, data).status_code == 403
    readers[1].is_active = False
    readers[1].save()
    answer = head.post(address, data | {f"ruta-{routes[0]}": "102"}, follow=True)
    assert "ya no lee" in answer.content.decode()


def test_the_terminals_file_is_downloaded_by_cycle_and_by_reader(houses, head, readers):
    address = reverse("metering:handheld_file")
    answer = head.get(address + "?mes=2026-09&ciclo=1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lecturas_202609_c1.txt"'
    lines = answer.content.decode().split("\r\n")
    assert [line[:6] for line in lines[:-1]] == ["000001", "000002", "000003", "000004"]
    assert {len(line) for line in lines[:-1]} == {63}
    none = head.get(address + "?mes=2026-09&ciclo=1&lecturista=102", follow=True)
    assert "No hay cuentas que leer así" in none.content.decode()


def test_progress_says_what_is_left_to_each_reader(houses, head, readers, staff):
    address = reverse("metering:progress", args=[a_round().pk])
    page = head.get(address).content.decode()
    assert "Sin asignar" in page
    head.post(reverse("metering:assign"), {"mes": "2026-09", "ciclo": "1", f"ruta-{houses[0].route_id}": "101"})
    page = head.get(address).content.decode()
    assert "Luis" in page
    assert "10:10" in page
    assert signed_in(staff["cajero"]).get(address).status_code == 403


def test_second_visits_are_printed_and_taken_away(houses, head, staff):
    asked = a_reading(houses[3], 300, serial="S4", previous_value=100)
    request_second_visit(
        account=houses[3], reading_round=a_round(), reading=asked, reason="Ver la serie", at=AT,
        by=staff["facturacion"],
    )  # fmt: skip
    page = head.get(reverse("metering:visits", args=[a_round().pk])).content.decode()
    assert "Ver la serie" in page
    paper = head.get(reverse("metering:visits_paper", args=[a_round().pk]))
    assert paper.content.startswith(b"%PDF")
    sheet = head.get(reverse("metering:visits_workbook", args=[a_round().pk]))
    assert "segundas-visitas-2026-09-ciclo-1" in sheet.headers["Content-Disposition"]


def test_readers_are_kept_with_their_user(head, readers, staff):
    page = head.get(reverse("metering:readers")).content.decode()
    assert "Luis" in page
    new = reverse("metering:new_reader")
    refused = head.post(new, {"code": "101", "name": "Otra", "is_active": "on"})
    assert refused.status_code == 422
    assert "ya es de otro lecturista" in refused.content.decode()
    user = staff["tecnico"]
    answer = head.post(new, {"code": "T01", "name": "Técnico", "user": user.pk, "is_active": "on"})
    assert answer.status_code == 302
    kept = Reader.objects.get(code="T01")
    assert kept.user == user
    edit = reverse("metering:reader", args=[kept.pk])
    assert head.post(edit, {"name": "Técnico Uno", "user": user.pk}).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.is_active) == ("Técnico Uno", False)
    assert signed_in(staff["facturacion"]).get(edit).status_code == 403


def test_the_table_of_anomalies_says_what_each_lets_be_billed(head):
    page = head.get(reverse("metering:anomalies")).content.decode()
    assert "Consumo alto" in page
    assert "No hay una tabla cargada" in page
    assert "promedio de 6 meses" in page
