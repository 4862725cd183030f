"""The portfolio on the screen: its figures open their accounts, and a contact is written with its promise."""

import json
import re
from collections import Counter
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cauce.collections.models import ArrearsLine, ArrearsSnapshot, CollectionContact, SavedSelection
from cauce.collections.queries.movement import movements
from cauce.core import clock
from cauce.registry.models import Route
from tests.backoffice.arrears_town import ArrearsTown, arrears_town
from tests.backoffice.conftest import signed_in
from tests.backoffice.town import Town


@pytest.fixture
def taken(town: Town) -> ArrearsTown:
    return arrears_town(town)


@pytest.fixture
def coordinator(town: Town):
    return signed_in(town.staff["coordinador"])


def test_before_the_first_portfolio_it_offers_to_take_it(town, coordinator):
    page = coordinator.get(reverse("arrears:portfolio")).content.decode()
    assert "no está calculada" in page
    answer = coordinator.post(reverse("arrears:take"), {"dia": f"{clock.today():%Y-%m-%d}"}, follow=True)
    assert "Cartera al" in answer.content.decode() and ArrearsSnapshot.objects.count() == 1
    tomorrow = clock.today() + timedelta(days=1)
    refused = coordinator.post(reverse("arrears:take"), {"dia": f"{tomorrow:%Y-%m-%d}"}, follow=True)
    assert "no se puede calcular todavía" in refused.content.decode()


def test_each_figure_opens_as_many_accounts(taken, coordinator):
    for cut in ("", "tarifa", "sector", "ruta", "estado", "causa", "meses", "medidor", "convenio"):
        page = coordinator.get(reverse("arrears:portfolio"), {"corte": cut}).content.decode()
        links = re.findall(r'<td data-label="Cuentas" class="num"><a href="([^"]+)">([\d,]+)</a>', page)
        assert links, cut
        for url, count in links[:8]:
            listed = coordinator.get(url.replace("&amp;", "&")).content.decode()
            assert listed.count('class="row-link folio"') == min(50, int(count.replace(",", ""))), (cut, url)


def test_the_whole_list_is_every_debtor_and_goes_to_excel(taken, coordinator):
    page = coordinator.get(reverse("arrears:accounts"), {"orden": "ruta"}).content.decode()
    assert f"{taken.snapshot.accounts} cuentas" in page
    assert coordinator.get(reverse("arrears:accounts_workbook")).content.startswith(b"PK")
    assert coordinator.get(reverse("arrears:portfolio_workbook"), {"corte": "causa"}).content.startswith(b"PK")


def test_the_points_are_those_whose_place_is_known(taken, coordinator):
    points = json.loads(coordinator.get(reverse("arrears:points")).content)["points"]
    placed = ArrearsLine.objects.filter(account__connection__premises__latitude__isnull=False).count()
    assert len(points) == placed > 0
    assert points[0][5].startswith("/cuentas/") or points[0][5].startswith("/")


@pytest.mark.parametrize("name", ["concentration", "movement", "meters", "map"])
def test_the_other_pages_tell_what_they_are_for(taken, coordinator, name):
    page = coordinator.get(reverse(f"arrears:{name}")).content.decode()
    wanted = {
        "concentration": "tienen el 80 % del adeudo",
        "movement": "Falta la cartera al",
        "meters": "Tarifas de los deudores",
        "map": "data-points=",
    }
    assert wanted[name] in page


def test_what_moved_is_told_once_both_days_are_taken(taken, coordinator):
    first = clock.today().replace(day=1)
    coordinator.post(reverse("arrears:take"), {"dia": f"{first:%Y-%m-%d}"})
    if first == clock.today():
        pytest.skip("today is compared with the month before")
    assert "De qué edad a qué edad" in coordinator.get(reverse("arrears:movement")).content.decode()


def test_what_moved_is_told_between_any_two_days_that_are_taken(taken, coordinator):
    today = clock.today()
    for back in (3, 9):
        coordinator.post(reverse("arrears:take"), {"dia": f"{today - timedelta(days=back):%Y-%m-%d}"})
    later = ArrearsSnapshot.objects.get(day=today)
    for back in (3, 9):
        since = today - timedelta(days=back)
        page = coordinator.get(reverse("arrears:movement"), {"desde": f"{since:%Y-%m-%d}"}).content.decode()
        assert "De qué edad a qué edad" in page and f'value="{since:%Y-%m-%d}" selected' in page
        moved = movements(later, since=since)
        ages = dict(ArrearsLine.objects.filter(snapshot__day=since).values_list("account", "age"))
        now = dict(ArrearsLine.objects.filter(snapshot=later).values_list("account", "age"))
        pairs = Counter((ages.get(account, ""), now.get(account, "")) for account in {*ages, *now})
        assert {(move.age_before, move.age_now): move.accounts for move in moved} == pairs
        assert sum(move.debt_now for move in moved) == later.debt


def test_a_day_whose_accounts_were_let_go_compares_with_nothing(taken, coordinator):
    since = clock.today() - timedelta(days=9)
    coordinator.post(reverse("arrears:take"), {"dia": f"{since:%Y-%m-%d}"})
    ArrearsSnapshot.objects.filter(day=since).update(has_lines=False)
    page = coordinator.get(reverse("arrears:movement"), {"desde": f"{since:%Y-%m-%d}"}).content.decode()
    assert "De qué edad a qué edad" not in page and "Falta la cartera al" in page


def test_a_selection_is_kept_from_the_list_and_opens_it_again(taken, coordinator):
    asked = "meses=3&tarifa=001"
    coordinator.post(reverse("arrears:save_selection"), {"nombre": "Domésticas de tres", "pedido": asked})
    kept = SavedSelection.objects.get(name="Domésticas de tres")
    assert kept.filters == {"tariff_codes": ["001"], "min_months": 3, "max_months": 3}
    page = coordinator.get(reverse("arrears:selections")).content.decode()
    (url,) = re.findall(r'href="([^"]+)">Domésticas de tres<', page)
    assert parse_qs(url.replace("&amp;", "&").partition("?")[2]) == {"meses": ["3"], "tarifa": ["001"]}
    (url,) = re.findall(r'href="([^"]+)">Tres meses o más<', page)
    assert parse_qs(url.replace("&amp;", "&").partition("?")[2]) == {"meses_min": ["3"]}
    coordinator.post(reverse("arrears:withdraw_selection", args=[kept.pk]))
    assert "Domésticas de tres" not in coordinator.get(reverse("arrears:selections")).content.decode().replace(
        "Se quitó la selección «Domésticas de tres»", ""
    )
    assert (
        "no filtra nada"
        in coordinator.post(
            reverse("arrears:save_selection"), {"nombre": "Todo", "pedido": ""}, follow=True
        ).content.decode()
    )


def test_a_contact_is_written_from_the_account_and_a_bad_promise_keeps_what_was_typed(town, taken, coordinator):
    page = reverse("arrears:account_contacts", args=[town.account.pk])
    key = re.search(r'name="llave" value="([^"]+)"', coordinator.get(page).content.decode()).group(1)
    sent = {
        "llave": key,
        "medio": "VISIT",
        "con_quien": "RELATIVE",
        "nombre": "La hija",
        "resultado": "PROMISE",
        "promesa_dia": "",
        "promesa_importe": "80",
        "nota": "Paga con su quincena",
    }
    address = reverse("arrears:new_contact", args=[town.account.pk])
    refused = coordinator.post(address, sent)
    assert refused.status_code == 422
    assert "lleva el día y el importe" in refused.content.decode() and "La hija" in refused.content.decode()
    sent["promesa_dia"] = f"{clock.today() + timedelta(days=3):%Y-%m-%d}"
    coordinator.post(address, sent)
    coordinator.post(address, sent)
    assert CollectionContact.objects.filter(person_name="La hija").count() == 1
    listed = coordinator.get(reverse("arrears:contacts"), {"promesa": "PENDING"}).content.decode()
    assert "La hija" in listed and "Por cumplirse" in listed
    assert "Sustituida por otra" in coordinator.get(page).content.decode()
    assert coordinator.get(reverse("arrears:contacts_workbook")).content.startswith(b"PK")


def test_the_account_offers_it_to_who_collects_and_not_to_the_cashier(town, taken, coordinator):
    account = reverse("window:account", args=[town.account.pk])
    offered = reverse("arrears:account_contacts", args=[town.account.pk])
    assert offered in coordinator.get(account).content.decode()
    cashier = signed_in(town.staff["cajero"])
    assert offered not in cashier.get(account).content.decode()
    assert cashier.get(reverse("arrears:portfolio")).status_code == 403


def test_wrong_filters_let_everything_through_and_are_told(taken, coordinator):
    page = coordinator.get(reverse("arrears:accounts"), {"dia": "nunca", "sector": "X", "adeudo_min": "poco"})
    assert page.status_code == 200
    assert coordinator.get(reverse("arrears:portfolio"), {"dia": "ayer", "corte": "Z", "uso": "Q"}).status_code == 200


PAGES = {
    "portfolio": 16,
    "concentration": 15,
    "movement": 15,
    "meters": 17,
    "accounts": 22,
    "map": 14,
    "points": 14,
    "selections": 15,
    "contacts": 14,
}


@pytest.mark.parametrize(("name", "most"), PAGES.items())
def test_a_page_is_a_few_queries_and_weighs_the_same_with_many_routes(taken, coordinator, name, most):
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            answer = coordinator.get(reverse(f"arrears:{name}"))
        assert answer.status_code == 200
        return len(queries), answer.content.count(b"<option")

    asked()
    before = asked()
    Route.objects.bulk_create([Route(number=f"9{place:03}", cycle=1) for place in range(200)])
    assert asked() == before
    assert before[0] <= most


def test_the_accounts_of_a_route_are_asked_for_by_its_number(taken, coordinator):
    line = ArrearsLine.objects.select_related("route").order_by("pk")[0]
    address = reverse("arrears:accounts")
    page = coordinator.get(address, {"ruta": line.route.number}).content.decode()
    same = ArrearsLine.objects.filter(snapshot=taken.snapshot, route=line.route).count()
    assert page.count('class="row-link folio"') == min(50, same)
    Route.objects.create(number="0777", cycle=1)
    assert "Ninguna cuenta con esos filtros" in coordinator.get(address, {"ruta": "777"}).content.decode()
    wrong = coordinator.get(address, {"ruta": "zz9"}).content.decode()
    assert "No hay una ruta con ese número" in wrong


def test_what_the_figures_say_of_nobody_does_not_go_through_the_accounts(taken, coordinator):
    with CaptureQueriesContext(connection) as queries:
        page = coordinator.get(reverse("arrears:accounts"), {"causa": "RETURNED_CHEQUE", "estado": "CLOSED"})
    assert "Ninguna cuenta con esos filtros" in page.content.decode()
    assert not [query for query in queries if 'FROM "collections_arrearsline"' in query["sql"]]
