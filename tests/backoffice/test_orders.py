"""Issuing órdenes de pago on the screens, following them, and the bar of declared links."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cauce.backoffice.orders.bars import barcode_of
from cauce.cashier.models import PaymentOrder
from cauce.cashier.operations import expire_payment_orders, issue_service_order
from cauce.events.models import Event
from cauce.ledger.queries import balance, party_balance
from cauce.registry.models import Customer, StaffLink
from cauce.registry.operations import declare_link
from cauce.users.models import User
from tests.backoffice.conftest import signed_in
from tests.backoffice.town import Town

NOW = datetime(2026, 9, 8, 18, 0, tzinfo=UTC)
TODAY = date(2026, 9, 8)


@pytest.fixture(autouse=True)
def september(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock of the screens stands still, two days after the town was billed."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    yield


def form_of(page: str) -> dict[str, list[str]]:
    """What the press of «Emitir» would send: the hidden fields of the confirmation."""
    confirmation = page.split('name="que"')[-1]
    fields: dict[str, list[str]] = {"que": [re.search(r'value="(\w+)"', confirmation)[1]]}  # type: ignore[index]
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', confirmation):
        fields.setdefault(name, []).append(value)
    return fields


def asked(client: Client, url: str, **params: object) -> str:
    return client.get(url, params).content.decode()


@pytest.fixture
def clerk(clients: dict[str, Client]) -> Client:
    return clients["coordinador"]


def account_url(town: Town) -> str:
    return reverse("orders:account_order", args=[town.account.pk])


def test_services_show_their_arithmetic_before_anything_is_issued(town: Town, clerk: Client) -> None:
    page = asked(clerk, account_url(town), que="servicios", c_C01="1", c_O10="10.5")
    assert "Emitir orden por $2,055.36" in page
    assert "10.5 × $23.92" in page
    assert PaymentOrder.objects.count() == 1  # the town's


def test_an_order_of_services_is_issued_once_however_many_times_it_is_sent(town: Town, clerk: Client) -> None:
    before = balance(town.account.pk)
    sent = form_of(asked(clerk, account_url(town), que="servicios", c_A04="1"))
    first, second = (clerk.post(account_url(town), sent) for _ in range(2))
    order = PaymentOrder.objects.exclude(pk=town.order.pk).get()
    assert first.headers["Location"] == second.headers["Location"] == reverse("orders:order", args=[order.pk])
    assert (order.total, order.expires_on) == (Decimal("267.86"), TODAY + timedelta(days=5))
    assert balance(town.account.pk) - before == order.total
    page = clerk.get(first.headers["Location"]).content.decode()
    assert "Escanéelo desde aquí" in page
    assert order.document.folio in page
    assert Event.objects.of_account(town.account.pk).filter(kind="PAYMENT_ORDER_ISSUED").count() == 2


def test_an_order_whose_total_was_tampered_with_or_changed_is_not_issued(town: Town, clerk: Client) -> None:
    sent = form_of(asked(clerk, account_url(town), que="servicios", c_A04="1"))
    response = clerk.post(account_url(town), sent | {"total": ["1.00"]})
    assert response.status_code == 422
    page = response.content.decode()
    assert "La cuenta cambió mientras usted la revisaba" in page
    assert "Emitir orden por $267.86" in page
    assert PaymentOrder.objects.count() == 1


@pytest.mark.parametrize(
    ("quantity", "said"), [("0", "mayor que cero"), ("-2", "mayor que cero"), ("x", "con números"), ("1.234", "dos")]
)
def test_a_wrong_quantity_is_said_and_kept(town: Town, clerk: Client, quantity: str, said: str) -> None:
    page = asked(clerk, account_url(town), que="servicios", c_A04=quantity)
    assert said in page
    assert "Emitir orden" not in page
    assert f'value="{quantity}"' in page


def test_a_debt_is_ordered_to_a_day_with_the_periods_that_are_ticked(town: Town, clerk: Client) -> None:
    all_of_it = asked(clerk, account_url(town), que="adeudo")
    sent = form_of(all_of_it)
    assert len(sent["periodo"]) > 1
    only_one = asked(
        clerk, account_url(town), que="adeudo", al="2026-09-10", cuales="elegidos", periodo=sent["periodo"][0]
    )
    chosen = form_of(only_one)
    assert chosen["periodo"] == sent["periodo"][:1]
    response = clerk.post(account_url(town), chosen)
    order = PaymentOrder.objects.get(kind="DEBT")
    assert response.headers["Location"] == reverse("orders:order", args=[order.pk])
    assert (order.as_of, order.expires_on) == (date(2026, 9, 10), date(2026, 9, 10))
    assert "Adeudo calculado al" in clerk.get(response.headers["Location"]).content.decode()


def test_a_debt_is_not_ordered_for_a_day_that_the_law_does_not_reach(town: Town, clerk: Client) -> None:
    for day in ("2026-09-07", "2026-09-14", "2030-01-01", "ayer"):
        page = asked(clerk, account_url(town), que="adeudo", al=day, cuales="todo")
        assert "Emitir orden" not in page, day
        assert "form-errors" in page, day


def test_an_advance_says_what_the_account_owes_first(town: Town, clerk: Client) -> None:
    page = asked(clerk, account_url(town), que="anticipo", importe="350")
    assert "el anticipo no los paga" in page
    clerk.post(account_url(town), form_of(page))
    assert PaymentOrder.objects.get(kind="ADVANCE").total == Decimal("350.00")


def test_a_person_without_account_is_registered_and_gets_an_order(town: Town, clerk: Client) -> None:
    person = {"name": "Pipero Sin Cuenta", "kind": "PERSON", "phone": "4111234567"}
    response = clerk.post(reverse("orders:register_person"), person)
    registered = Customer.objects.get(name="Pipero Sin Cuenta")
    url = reverse("orders:person_order", args=[registered.pk])
    assert response.headers["Location"] == url
    page = asked(clerk, url, que="adeudo", c_O10="10")
    assert "Adeudo a una fecha" not in page
    issued = clerk.post(url, form_of(page))
    order = PaymentOrder.objects.get(party=registered)
    assert issued.headers["Location"] == reverse("orders:order", args=[order.pk])
    assert party_balance(registered.pk) == order.total == Decimal("277.47")
    theirs = clerk.get(reverse("orders:person", args=[registered.pk])).content.decode()
    assert order.document.folio in theirs
    assert "Se registró a Pipero Sin Cuenta" in theirs
    assert "Pipero Sin Cuenta" in asked(clerk, reverse("orders:new_order"), q="pipero cuenta")


def test_a_person_with_a_wrong_rfc_is_not_registered_and_what_was_typed_stays(town: Town, clerk: Client) -> None:
    response = clerk.post(reverse("orders:register_person"), {"name": "Ana Mal", "kind": "PERSON", "rfc": "XX"})
    assert response.status_code == 422
    assert "Ana Mal" in response.content.decode()
    assert not Customer.objects.filter(name="Ana Mal").exists()


def test_an_account_is_found_to_order_for(town: Town, clerk: Client) -> None:
    page = asked(clerk, reverse("orders:new_order"), q=town.account.number)
    assert account_url(town) in page


def test_the_account_shows_its_waiting_orders_and_the_way_to_issue_another(
    town: Town, clients: dict[str, Client]
) -> None:
    url = reverse("window:account", args=[town.account.pk])
    page = clients["coordinador"].get(url).content.decode()
    assert "Órdenes por pagar en caja" in page
    assert f'href="{account_url(town)}" data-doing data-key="O"' in page
    assert account_url(town) not in clients["cajero"].get(url).content.decode()


def test_the_paper_carries_the_folio_and_says_when_it_is_printed_again(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("orders:order_pdf", args=[town.order.pk])
    assert "Reimpresión" not in text_of(clients["coordinador"].get(url).content)
    response = clients["cajero"].post(reverse("orders:reprint", args=[town.order.pk]))
    assert response.headers["Location"] == url
    again = text_of(clients["cajero"].get(url).content)
    assert town.order.document.folio in again
    assert "reimpresi" in again.lower()
    assert Event.objects.filter(kind="PAYMENT_ORDER_REPRINTED").count() == 1


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_an_order_is_cancelled_with_a_reason_and_the_statement_explains_itself(town: Town, clerk: Client) -> None:
    url = reverse("orders:cancel", args=[town.order.pk])
    refused = clerk.post(url, {"llave": "a", "motivo": ""})
    assert refused.status_code == 422
    assert "Escriba por qué se cancela" in refused.content.decode()
    assert clerk.post(url, {"llave": "a", "motivo": "Ya no la quiere"}).status_code == 302
    page = clerk.get(reverse("orders:order", args=[town.order.pk])).content.decode()
    assert "Ya no la quiere" in page
    assert "Escanéelo" not in page
    statement = clerk.get(reverse("window:account_statement", args=[town.account.pk])).content.decode()
    assert statement.count(town.order.document.folio) == 2
    assert "Cancelación" in statement
    paper = text_of(clerk.get(reverse("orders:order_pdf", args=[town.order.pk])).content)
    assert "Ya no la quiere" in paper.replace("\r\n", " ")


def test_an_expired_order_says_so_and_is_owed_no_more(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    later = NOW + timedelta(days=10)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    expire_payment_orders(at=later, by=town.staff["jefe"])
    clerk = signed_in(town.staff["coordinador"])
    page = clerk.get(reverse("orders:order", args=[town.order.pk])).content.decode()
    assert "sin pagarse" in page
    assert "Vencida" in asked(clerk, reverse("orders:orders"), estado="EXPIRED")
    assert town.order.document.folio not in asked(clerk, reverse("orders:orders"), estado="PENDING")


def test_the_list_filters_by_state_issuer_day_account_and_name(town: Town, clerk: Client) -> None:
    url, folio = reverse("orders:orders"), town.order.document.folio
    issuer, other = town.staff["coordinador"].pk, town.staff["jefe"].pk
    row = f"{folio}</a>"
    for kept in (
        {"estado": "PENDING"},
        {"dia": "2026-09-06"},
        {"cuenta": town.account.number},
        {"cuenta": town.account.number.lstrip("0")},
        {"cuenta": folio},
        {"cuenta": town.account.holder.name.lower()},
        {"tipo": "SERVICES"},
        {"emisor": issuer},
    ):
        assert row in asked(clerk, url, **kept), kept
    for left_out in ({"estado": "PAID"}, {"dia": "2026-09-05"}, {"cuenta": "999999"}, {"cuenta": "nadie así"}):
        assert row not in asked(clerk, url, **left_out), left_out
    assert row in asked(clerk, url, emisor=other)  # who issued none is no choice, and filters nothing


def test_the_workbook_keeps_text_as_text(town: Town, clerk: Client) -> None:
    person = Customer.objects.create(name="=HYPERLINK(1)", name_key="=HYPERLINK(1)")
    issue_service_order(
        party=person, account=None, services={"A02": Decimal(1)}, at=NOW, by=town.staff["jefe"], key="hostile"
    )
    content = clerk.get(reverse("orders:orders_workbook")).content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][4] == "=HYPERLINK(1)"
    assert rows[2][0] == town.order.document.folio
    assert b"<f>" not in content


def test_a_long_list_asks_few_questions(town: Town, clerk: Client) -> None:
    for number in range(60):
        issue_service_order(
            party=town.account.holder,
            account=town.account,
            services={"A02": Decimal(1)},
            at=NOW,
            by=town.staff["jefe"],
            key=f"order {number}",
        )
    clerk.get(reverse("orders:orders"))
    with CaptureQueriesContext(connection) as queries:
        page = clerk.get(reverse("orders:orders"), {"estado": "PENDING"}).content.decode()
    assert page.count("row-link") == 50
    assert len(queries) <= 15, "\n".join(query["sql"] for query in queries)
    last = re.search(r"desde=(\d+)", page)
    assert last is not None
    assert asked(clerk, reverse("orders:orders"), estado="PENDING", desde=last[1]).count("row-link") == 11


def link(member: User, customer: Customer, by: User) -> None:
    declare_link(user=member, customer=customer, kind=StaffLink.Kind.RELATIVE, at=NOW, by=by)


def test_a_clerk_does_not_order_for_a_relative_and_the_attempt_is_in_the_history(town: Town, clerk: Client) -> None:
    link(town.staff["coordinador"], town.account.holder, town.staff["jefe"])
    sent = form_of(asked(clerk, account_url(town), que="servicios", c_A04="1"))
    response = clerk.post(account_url(town), sent)
    assert response.status_code == 422
    assert "Usted no puede actuar en asuntos de" in response.content.decode()
    assert PaymentOrder.objects.count() == 1
    told = Event.objects.of_account(town.account.pk).filter(kind="ACT_BARRED").get()
    assert "emitir una orden de pago a la cuenta" in told.sentence
    history = clerk.get(reverse("window:account_history", args=[town.account.pk])).content.decode()
    assert "Se impidió a Prueba Coordinador Comercial" in history


def test_a_clerk_does_not_cancel_the_order_of_a_relative(town: Town, clerk: Client) -> None:
    link(town.staff["coordinador"], town.account.holder, town.staff["jefe"])
    response = clerk.post(reverse("orders:cancel", args=[town.order.pk]), {"llave": "x", "motivo": "No"})
    assert response.status_code == 422
    assert Event.objects.filter(kind="ACT_BARRED", account_id=town.account.pk).count() == 1


def test_a_barcode_on_the_screen_has_quiet_zones_and_reads_as_its_folio() -> None:
    code = barcode_of("OP-000123")
    starts = [int(start) for start in re.findall(r"M(\d+) 0h", code.path)]
    widths = [int(width) for width in re.findall(r" 0h(\d+)v1", code.path)]
    assert min(starts) == 10
    assert starts[-1] + widths[-1] == code.width - 10
    assert set(widths) <= {1, 2, 3, 4}
