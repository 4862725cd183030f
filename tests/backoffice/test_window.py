"""The window: finding accounts, their page, the bill and its paper."""

import pytest
from django.test import Client
from django.urls import reverse

from cauce.core import es_mx
from cauce.ledger.queries import balance
from tests.backoffice.town import Town

HTMX = {"HX-Request": "true"}


def found(client: Client, text: str) -> str:
    return client.get(reverse("window:search"), {"q": text}, headers=HTMX).content.decode()


def test_an_account_is_found_by_number_name_meter_and_folio(town: Town, clients: dict[str, Client]) -> None:
    account, bill = town.account, town.bill
    for text in (
        account.number,
        account.number.lstrip("0"),
        account.holder.name,
        bill.meter_serial,
        bill.document.folio,
    ):
        assert f"cuenta-{account.pk}" in found(clients["coordinador"], text), text


def test_an_account_is_found_by_the_barcode_of_its_bill(town: Town, clients: dict[str, Client]) -> None:
    reference = f"{town.account.number}26090"
    assert f"cuenta-{town.account.pk}" in found(clients["coordinador"], reference)


def test_a_single_answer_opens_at_once(town: Town, clients: dict[str, Client]) -> None:
    response = clients["cajero"].get(reverse("window:search"), {"q": town.account.number})
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("window:account", args=[town.account.pk])


def test_a_search_without_answer_says_what_to_try(town: Town, clients: dict[str, Client]) -> None:
    assert "Ninguna cuenta responde" in found(clients["cajero"], "zzzz qqqq")


def test_hostile_text_is_shown_as_text(town: Town, clients: dict[str, Client]) -> None:
    page = found(clients["cajero"], "<script>alert(1)</script>")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_account_page_says_what_is_owed_and_what_can_be_done(town: Town, clients: dict[str, Client]) -> None:
    page = clients["coordinador"].get(reverse("window:account", args=[town.account.pk])).content.decode()
    assert "Qué se puede hacer ahora" in page
    assert "Imprimir el último recibo" in page
    assert "No procede:" in page
    assert "Reporte 12/2026" in page


def test_a_phone_is_shown_by_halves_to_who_may_not_see_it_whole(town: Town, clients: dict[str, Client]) -> None:
    holder = town.account.holder
    holder.phone = "4115551234"
    holder.save()
    url = reverse("window:account", args=[town.account.pk])
    assert "411 ··· ··34" in clients["cajero"].get(url).content.decode()
    assert "411 555 1234" in clients["coordinador"].get(url).content.decode()


def test_who_may_not_see_debts_sees_the_account_without_them(town: Town, clients: dict[str, Client]) -> None:
    page = clients["comunicacion"].get(reverse("window:account", args=[town.account.pk])).content.decode()
    assert town.account.holder.name in page
    assert "Adeudo al" not in page
    assert "$" not in found(clients["comunicacion"], town.account.number)


def test_the_statement_ends_in_the_balance(town: Town, clients: dict[str, Client]) -> None:
    page = clients["cajero"].get(reverse("window:account_statement", args=[town.account.pk])).content.decode()
    assert es_mx.format_money(balance(town.account.pk)) in page


def test_a_statement_as_of_a_day_leaves_out_what_came_after(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("window:account_statement", args=[town.account.pk])
    page = clients["cajero"].get(url, {"al": "2026-08-31"}).content.decode()
    assert town.bill.document.folio not in page


def test_a_bill_explains_each_figure(town: Town, clients: dict[str, Client]) -> None:
    page = clients["cajero"].get(reverse("window:bill", args=[town.bill.pk])).content.decode()
    assert es_mx.format_money(town.bill.amount_due) in page
    assert "¿Por qué este importe?" in page
    assert "demostración, no oficial" in page


@pytest.mark.parametrize("name", ["window:bill_pdf", "window:statement_pdf"])
def test_papers_are_pdf_and_are_not_kept_by_the_browser(name: str, town: Town, clients: dict[str, Client]) -> None:
    pk = town.bill.pk if name == "window:bill_pdf" else town.account.pk
    response = clients["cajero"].get(reverse(name, args=[pk]))
    assert response.content.startswith(b"%PDF")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_account_that_does_not_exist_is_told_in_spanish(town: Town, clients: dict[str, Client]) -> None:
    response = clients["cajero"].get(reverse("window:account", args=[999_999]))
    assert response.status_code == 404
    assert "No se encontró" in response.content.decode()


def test_the_palette_offers_only_what_one_may_do(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("window:palette")
    assert "Importar un archivo" in clients["facturacion"].get(url, {"q": "importar"}, headers=HTMX).content.decode()
    assert "Importar un archivo" not in clients["cajero"].get(url, {"q": "importar"}, headers=HTMX).content.decode()
    assert (
        town.account.holder.name
        in clients["cajero"].get(url, {"q": town.account.number}, headers=HTMX).content.decode()
    )
