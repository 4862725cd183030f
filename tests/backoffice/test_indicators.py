"""K1 on the screen: its formula, its figures, and the list behind each one."""

import re

from django.test import Client
from django.urls import reverse

from tests.backoffice.conftest import signed_in
from tests.backoffice.town import open_staff
from tests.reports.test_indicators import orders

__all__ = ["orders"]
PAGE = reverse("indicators:orders")
SEPTEMBER = {"desde_dia": "2026-09-01", "hasta_dia": "2026-09-30"}


def head() -> Client:
    """The head's browser."""
    return signed_in(open_staff()["jefe"])


def test_each_figure_opens_a_list_with_as_many_orders(orders):
    client = head()
    page = client.get(PAGE, SEPTEMBER).content.decode()
    assert "K1 = en tiempo ÷ (en tiempo + tarde) × 100" in page
    links = re.findall(r'<dd class="figure"><a href="([^"]+)">(\d+)</a>', page)
    assert len(links) == 6
    for url, count in links:
        listed = client.get(url.replace("&amp;", "&")).content.decode()
        assert listed.count(">OT-") == int(count)


def test_it_is_told_by_type_area_and_crew_and_goes_to_excel(orders):
    client = head()
    for cut, name in (("", "Tipo de orden"), ("area", "Área"), ("cuadrilla", "Cuadrilla")):
        assert f'<th scope="col">{name}</th>' in client.get(PAGE, SEPTEMBER | {"corte": cut}).content.decode()
    assert "Sin cuadrilla" in client.get(PAGE, SEPTEMBER | {"corte": "cuadrilla"}).content.decode()
    for name in ("orders_workbook", "behind_workbook"):
        assert client.get(reverse(f"indicators:{name}"), SEPTEMBER).content.startswith(b"PK")


def test_what_is_asked_wrong_shows_this_month(orders):
    asked = {"desde_dia": "nunca", "hasta_dia": "ayer", "tipo": "X", "area": "Y", "cuadrilla": "Z", "corte": "Q"}
    client = head()
    assert "Ninguna orden en esas fechas" in client.get(PAGE, asked).content.decode()
    assert client.get(reverse("indicators:behind"), {"cifra": "nada"}).status_code == 200
