"""Money in transit on the screens: what is on its way, matched, proposed and undone."""

from decimal import Decimal

from django.test import Client
from django.urls import reverse

from cauce.cashier.models import ClearingMatch
from cauce.cashier.queries.clearing import in_transit
from tests.backoffice.claims_town import CARDS, a_card, a_match, claims_town
from tests.backoffice.town import AT, PASSWORD, Town

HOME = "clearing:home"


def test_each_book_says_what_it_holds_and_why(town: Town, clients: dict[str, Client]):
    claims_town(town)
    a_card(town, "waits")
    page = clients["contabilidad"].get(reverse(HOME)).content.decode()
    assert "Tarjetas por abonar" in page and "$150.00" in page
    assert "sin explicación" not in page
    page = clients["contabilidad"].get(reverse("clearing:unidentified")).content.decode()
    assert "Vale por aplicar" in page and "TRF 77" in page


def test_what_is_marked_reaches_the_bank(town: Town, clients: dict[str, Client]):
    tender = a_card(town)
    page = clients["contabilidad"].get(reverse("clearing:items"), {"clase": "CARDS"}).content.decode()
    assert f'value="{tender}"' in page
    given = _given(item=tender, received="147.00", fee="3.00")
    response = clients["contabilidad"].post(reverse("clearing:match"), given, follow=True)
    done = ClearingMatch.objects.get()
    assert done.document.folio in response.content.decode()
    assert (done.received, done.fee) == (Decimal("147.00"), Decimal("3.00"))
    again = clients["contabilidad"].post(reverse("clearing:match"), given)
    assert again.status_code == 302 and ClearingMatch.objects.count() == 1


def test_all_that_the_list_shows_may_be_matched_at_once(town: Town, clients: dict[str, Client]):
    a_card(town, "one")
    a_card(town, "two")
    given = _given(todas="1", received="300.00")
    assert clients["contabilidad"].post(reverse("clearing:match"), given).status_code == 302
    assert in_transit(CARDS) == []


def test_a_difference_without_a_reason_keeps_what_was_marked(town: Town, clients: dict[str, Client]):
    tender = a_card(town)
    response = clients["contabilidad"].post(reverse("clearing:match"), _given(item=tender, received="100.00"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "difiere" in page and "checked" in page and 'value="100.00"' in page


def test_pasted_lines_are_offered_what_they_answer_to(town: Town, clients: dict[str, Client]):
    a_card(town)
    url = reverse("clearing:propose")
    assert clients["contabilidad"].post(url, {"text": " "}).status_code == 422
    text = f"Fecha;Referencia;Importe\n{AT:%d/%m/%Y};TPV;147.00\n{AT:%d/%m/%Y};X;9999.00\nmal"
    page = clients["contabilidad"].post(url, {"text": text}).content.decode()
    assert "1 de 2 con respuesta" in page and "Renglón 4" in page
    assert 'name="fee" value="3.00"' in page


def test_undoing_a_match_asks_for_the_password_and_why(town: Town, clients: dict[str, Client]):
    match = a_match(town)
    url = reverse("clearing:reverse", args=[match.pk])
    client = clients["contabilidad"]
    assert client.get(url).status_code == 200
    given = {"llave": "u", "reason": "Era de otra terminal"}
    assert client.post(url, given).status_code == 422
    assert client.post(url, given | {"password": PASSWORD, "reason": " "}).status_code == 422
    assert client.post(url, given | {"password": PASSWORD}).status_code == 302
    assert "Deshecha" in client.get(reverse("clearing:match_page", args=[match.pk])).content.decode()
    assert len(in_transit(CARDS)) == 1


def test_the_lists_go_to_excel(town: Town, clients: dict[str, Client]):
    claims_town(town)
    for name in ("items_workbook", "matches_workbook", "unidentified_workbook"):
        assert clients["auditor"].get(reverse(f"clearing:{name}")).content.startswith(b"PK")


def _given(**chosen: object) -> dict[str, object]:
    return {"llave": "m1", "kind": "CARDS", "clase": "CARDS", "bank_on": f"{AT:%Y-%m-%d}"} | chosen
