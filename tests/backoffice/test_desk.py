"""The cash desk: found, checked, collected once, and its comprobante."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from cauce.cashier.models import CashSession, Payment, Receipt, Tender
from cauce.cashier.operations import (
    DebtChanged,
    PaymentShare,
    issue_payment_order,
    open_desk,
    open_session,
    take_payment,
)
from cauce.cashier.queries.desk import accounts_due
from cauce.cashier.rules import OrderLine, Tendered
from cauce.core import clock, es_mx
from cauce.documents.rules.references import payment_reference
from cauce.events.models import Event
from cauce.ledger.queries import balance, collection_law
from cauce.registry.models import Account, Hold, StaffLink
from cauce.registry.operations import declare_link, place_hold
from tests.backoffice.collections_town import collections_town
from tests.backoffice.town import Town

HTMX = {"HX-Request": "true"}


@pytest.fixture
def session(town: Town) -> CashSession:
    """The cashier's session, open now."""
    desk = open_desk(code="V1", name="Ventanilla 1", series="V1")
    return open_session(desk=desk, cashier=town.staff["cajero"], at=clock.now())


@pytest.fixture
def till(session: CashSession, clients: dict[str, Client]) -> Client:
    """The cashier's browser, with the session open."""
    return clients["cajero"]


def exact_of(account: Account) -> Decimal:
    today = clock.today()
    (due,) = accounts_due([account.pk], on=today, law=collection_law(today))
    return due.exact


def in_cash(amount: Decimal) -> Decimal:
    """As coins pay it."""
    return (amount * 10).quantize(Decimal(1), rounding="ROUND_HALF_UP") / 10


def owing(town: Town, count: int) -> list[Account]:
    """Accounts of the town that owe something, other than the main one."""
    today = clock.today()
    ids = list(Account.objects.exclude(pk=town.account.pk).order_by("pk").values_list("pk", flat=True))
    dues = accounts_due(ids, on=today, law=collection_law(today))
    return [due.account for due in dues if due.exact > 0][:count]


def page_of(client: Client, accounts: Sequence[Account] = (), orders: Sequence[int] = ()) -> str:
    query = {"cuentas": ".".join(str(one.pk) for one in accounts), "ordenes": ".".join(map(str, orders))}
    page: str = client.get(reverse("desk:collect"), {name: ids for name, ids in query.items() if ids}).content.decode()
    return page


def fields_in(page: str, action: str) -> dict[str, list[str]]:
    """The hidden and ticked fields of the form that goes to ``action``."""
    form = next(part for part in re.findall(r"<form.*?</form>", page, re.S) if f'action="{action}"' in part)
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") == "hidden" or " checked" in tag or "monto_" in given.get("name", ""):
            found.setdefault(given["name"], []).append(given.get("value", ""))
    return found


def ask(client: Client, page: str, **typed: str) -> str:
    """Fill the form of the page and ask for the check."""
    fields = fields_in(page, reverse("desk:check")) | {name: [value] for name, value in typed.items()}
    response = client.post(reverse("desk:check"), fields)
    assert response.status_code in (200, 422), response
    text: str = response.content.decode()
    return text


def confirm(client: Client, check: str, **headers: str) -> object:
    return client.post(reverse("desk:take"), fields_in(check, reverse("desk:take")), headers=headers)


def collect(client: Client, accounts: Sequence[Account] = (), orders: Sequence[int] = (), **typed: str) -> Payment:
    response = confirm(client, ask(client, page_of(client, accounts, orders), **typed))
    assert response.status_code == 302, re.findall(r'role="alert">.*', response.content.decode())
    return Payment.objects.order_by("-pk")[0]


def test_without_a_session_the_desk_says_so_and_collects_nothing(town: Town, clients: dict[str, Client]) -> None:
    assert "No tiene turno abierto" in clients["cajero"].get(reverse("desk:home")).content.decode()
    url = f"{reverse('desk:collect')}?cuentas={town.account.pk}"
    assert clients["cajero"].get(url).headers["Location"] == reverse("desk:home")


def test_a_session_of_another_day_is_closed_before_collecting(town: Town, clients: dict[str, Client]) -> None:
    desk = open_desk(code="V1", name="Ventanilla 1", series="V1")
    open_session(desk=desk, cashier=town.staff["cajero"], at=clock.now() - timedelta(days=1))
    page = clients["cajero"].get(reverse("desk:home")).content.decode()
    assert "sigue abierto" in page


def test_the_coordinator_has_no_desk(town: Town, clients: dict[str, Client]) -> None:
    for name in ("desk:home", "desk:collect", "desk:payments"):
        assert clients["coordinador"].get(reverse(name)).status_code == 403
    for name in ("desk:check", "desk:take"):
        assert clients["coordinador"].post(reverse(name)).status_code == 403


def test_a_scan_opens_what_it_names(town: Town, till: Client) -> None:
    account, url = town.account, f"{reverse('desk:collect')}?cuentas={town.account.pk}"
    reference = payment_reference(account.number, town.bill.period)
    for text in (account.number, account.number.lstrip("0"), town.bill.document.folio, reference):
        assert till.get(reverse("desk:home"), {"q": text}).headers["Location"] == url, text
    wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    assert "no es la referencia de un recibo" in till.get(reverse("desk:home"), {"q": wrong}).content.decode()
    paid = town.payment.receipts.get().document.folio
    found = till.get(reverse("desk:home"), {"q": paid})
    assert found.headers["Location"] == reverse("desk:receipt", args=[town.payment.pk])


def test_the_code_of_a_notice_opens_its_account_and_says_what_was_read(town: Town, till: Client) -> None:
    act = collections_town(town).act
    assert act.document is not None
    response = till.get(reverse("desk:home"), {"q": act.document.folio})
    assert response.headers["Location"] == f"{reverse('desk:collect')}?cuentas={act.account_id}"
    page = till.get(response.headers["Location"]).content.decode()
    assert f"Se leyó el aviso {act.document.folio}" in page


def test_a_name_or_a_meter_gives_accounts_to_choose_from(town: Town, till: Client) -> None:
    for text in (town.account.holder.name, town.bill.meter_serial):
        page = till.get(reverse("desk:home"), {"q": text}, headers=HTMX).content.decode()
        assert f"hallazgo-{town.account.pk}" in page, text


def test_the_exact_amount_is_collected_in_cash_and_leaves_nothing_owed(town: Town, till: Client) -> None:
    exact = exact_of(town.account)
    page = page_of(till, [town.account])
    assert es_mx.format_money(exact) in page
    assert "Reporte 12/2026" in page
    check = ask(till, page)
    assert f"Cobrar {es_mx.format_money(in_cash(exact))}" in check
    response = confirm(till, check)
    payment = Payment.objects.get(session__isnull=False)
    assert response.headers["Location"] == reverse("desk:receipt", args=[payment.pk])
    assert (payment.amount, payment.rounding) == (exact, in_cash(exact) - exact)
    assert balance(town.account.pk) == Decimal("0.00")


def test_the_change_is_said_large_and_the_rounding_as_its_own_line(town: Town, till: Client) -> None:
    exact = exact_of(town.account)
    handed = (exact // 1000 + 1) * 1000
    check = ask(till, page_of(till, [town.account]), efectivo=f"{handed:,.2f}")
    change = es_mx.format_money(handed - in_cash(exact))
    assert change in check
    if in_cash(exact) != exact:
        assert "Redondeo" in check
    payment = Payment.objects.get(pk=till.get(confirm(till, check).headers["Location"]).context["payment"].pk)
    page = till.get(reverse("desk:receipt", args=[payment.pk])).content.decode()
    assert f'<strong class="sum">{change}</strong>' in page
    assert "Siguiente persona" in page


def test_sent_twice_reloaded_or_gone_back_to_it_is_one_payment(town: Town, till: Client) -> None:
    page = page_of(till, [town.account])
    check = ask(till, page)
    first = confirm(till, check)
    assert confirm(till, check).headers["Location"] == first.headers["Location"]
    again = till.post(reverse("desk:check"), fields_in(page, reverse("desk:check")))
    assert again.headers["Location"] == first.headers["Location"]
    assert Payment.objects.filter(session__isnull=False).count() == 1


def test_the_same_key_with_another_amount_is_told_and_not_collected(town: Town, till: Client) -> None:
    check = ask(till, page_of(till, [town.account]))
    confirm(till, check)
    fields = fields_in(check, reverse("desk:take"))
    fields["parte"] = [f"c{town.account.pk}:1.00:"]
    told = till.post(reverse("desk:take"), fields, headers=HTMX).content.decode()
    assert "ya se registró con otros datos" in told
    assert "Ver lo que se cobró" in told
    assert Payment.objects.filter(session__isnull=False).count() == 1


def test_htmx_is_sent_to_the_comprobante(town: Town, till: Client) -> None:
    response = confirm(till, ask(till, page_of(till, [town.account])), **HTMX)
    payment = Payment.objects.get(session__isnull=False)
    assert response.headers["HX-Redirect"] == reverse("desk:receipt", args=[payment.pk])


def test_what_moved_meanwhile_stops_the_payment(town: Town, session: CashSession, till: Client) -> None:
    check = ask(till, page_of(till, [town.account]))
    take_payment(
        shares=[PaymentShare(account=town.account, amount=Decimal("10.00"))],
        tenders=[Tendered(Tender.Method.CASH, Decimal("10.00"))],
        session=session,
        at=clock.now(),
        by=session.cashier,
        key="another",
    )
    told = confirm(till, check, **HTMX).content.decode()
    assert DebtChanged().message in told
    assert Payment.objects.filter(session=session).count() == 1


def test_an_unknown_outcome_is_found_out_by_its_key(town: Town, till: Client) -> None:
    check = ask(till, page_of(till, [town.account]))
    key = fields_in(check, reverse("desk:take"))["llave"][0]
    assert f"{reverse('desk:verify')}?llave={key}" in check
    assert "No se ha cobrado" in till.get(reverse("desk:verify"), {"llave": key}).content.decode()
    confirm(till, check)
    assert "Sí se cobró" in till.get(reverse("desk:verify"), {"llave": key}).content.decode()


def test_money_that_is_short_is_explained_and_nothing_typed_is_lost(town: Town, till: Client) -> None:
    page = ask(till, page_of(till, [town.account]), efectivo="1.00", tarjeta_banco="Banorte")
    assert "faltan" in page
    assert 'value="1.00"' in page
    assert 'value="Banorte"' in page
    page = ask(till, page, tarjeta="5.00", efectivo="")
    assert "escriba la autorización" in page
    page = ask(till, page, tarjeta="", efectivo="diez")
    assert "escriba un importe" in page
    assert not Payment.objects.filter(session__isnull=False).exists()


def test_the_check_gives_back_what_was_typed_to_be_put_right(town: Town, till: Client) -> None:
    check = ask(till, page_of(till, [town.account]), efectivo="99999")
    page = till.post(reverse("desk:collect"), fields_in(check, reverse("desk:collect"))).content.decode()
    assert 'value="99999"' in page


def test_a_part_an_advance_and_what_is_overdue_are_collected_as_asked(town: Town, till: Client) -> None:
    exact = exact_of(town.account)
    assert collect(till, [town.account], que="otro", importe="20").amount == Decimal("20.00")
    payment = collect(till, [town.account], que="anticipo", importe="100")
    assert payment.amount == exact - 20 + 100
    assert payment.receipts.get().advance == Decimal("100.00")
    assert balance(town.account.pk) == Decimal("-100.00")
    page = page_of(till, [town.account])
    assert "No debe nada" in page
    assert "No hay nada que cobrar" in ask(till, page, que="todo")


def test_money_directed_to_a_bill_settles_that_bill_only(town: Town, till: Client) -> None:
    today = clock.today()
    (due,) = accounts_due([town.account.pk], on=today, law=collection_law(today))
    bill = due.bills[0]
    payment = collect(till, [town.account], que=f"d{bill.document.pk}")
    receipt = payment.receipts.get()
    assert (receipt.directed_to, receipt.amount) == (bill.document, bill.amount)
    assert "ya no tiene nada por pagar" in ask(till, page_of(till, [town.account]), que=f"d{bill.document.pk}")


def test_several_methods_pay_together_and_the_card_takes_what_is_left(town: Town, till: Client) -> None:
    exact = exact_of(town.account)
    payment = collect(
        till,
        [town.account],
        efectivo="10",
        tarjeta_autorizacion="884412",
        tarjeta_digitos="1234",
        cheque="5.00",
        cheque_numero="77",
        cheque_banco="BBVA",
    )
    tenders = {tender.method: tender for tender in payment.tenders.all()}
    assert tenders["CASH"].amount == Decimal("10.00")
    assert tenders["CARD"].amount == exact - 15
    assert (tenders["CARD"].reference, tenders["CARD"].institution) == ("884412", "****1234")
    assert tenders["CHEQUE"].reference == "77"
    page = till.get(reverse("desk:receipt", args=[payment.pk])).content.decode()
    assert "salvo buen cobro" in page


def test_one_sum_pays_several_accounts_with_one_comprobante_each(town: Town, till: Client) -> None:
    accounts = [town.account, *owing(town, 2)]
    total = sum((exact_of(account) for account in accounts), Decimal("0.00"))
    payment = collect(till, accounts)
    assert payment.amount == total
    assert [receipt.account for receipt in payment.receipts.order_by("document_id")] == accounts
    assert [balance(account.pk) for account in accounts] == [Decimal("0.00")] * 3
    page = till.get(reverse("desk:receipt", args=[payment.pk])).content.decode()
    assert "3 comprobantes" in page


def test_a_smaller_sum_is_shown_spread_and_editable_before_the_check(town: Town, till: Client) -> None:
    accounts = [town.account, *owing(town, 2)]
    total = sum((exact_of(account) for account in accounts), Decimal("0.00"))
    sum_given = (total / 2).quantize(Decimal("0.01"))
    page = ask(till, page_of(till, accounts), que="otro", importe=str(sum_given))
    assert "Así se reparte" in page
    fields = fields_in(page, reverse("desk:check"))
    parts = [Decimal(fields[f"monto_c{account.pk}"][0]) for account in accounts]
    assert sum(parts) == sum_given
    assert fields["que"] == ["cada"]
    payment = Payment.objects.get(pk=till.get(confirm(till, ask(till, page)).headers["Location"]).context["payment"].pk)
    assert payment.amount == sum_given
    given = {receipt.account_id: receipt.amount for receipt in payment.receipts.all()}
    assert given == {account.pk: part for account, part in zip(accounts, parts, strict=True) if part > 0}


def test_an_account_without_its_tick_is_not_paid(town: Town, till: Client) -> None:
    accounts = [town.account, *owing(town, 1)]
    page = page_of(till, accounts)
    assert "Marque al menos una cuenta" in ask(till, page.replace(" checked", "", 0), paga="")
    payment = collect(till, accounts, paga=f"c{accounts[1].pk}")
    assert payment.receipts.get().account == accounts[1]


def test_a_bill_scanned_in_the_box_of_the_cash_joins_the_payment(town: Town, till: Client) -> None:
    (other,) = owing(town, 1)
    fields = fields_in(page_of(till, [town.account]), reverse("desk:check"))
    fields["efectivo"] = [payment_reference(other.number, town.bill.period)]
    response = till.post(reverse("desk:check"), fields)
    assert response.headers["Location"].endswith(f"cuentas={town.account.pk}.{other.pk}")


def test_all_the_accounts_of_a_person_are_paid_together(town: Town, till: Client) -> None:
    (other,) = owing(town, 1)
    Account.objects.filter(pk=other.pk).update(holder=town.account.holder)
    assert "Todas las de este titular (2)" in page_of(till, [town.account])
    url = reverse("desk:of_person", args=[town.account.holder_id])
    page = till.get(url, follow=True).content.decode()
    assert "2 en un solo pago" in page


def an_order(town: Town, account: Account | None, *, key: str, days_ago: int = 0) -> int:
    at = clock.now() - timedelta(days=days_ago)
    line = OrderLine(
        concept="PIPA",
        description="Agua en pipa",
        quantity=Decimal(1),
        unit_price=Decimal("500.00"),
        vat_percent=Decimal(16),
    )
    return issue_payment_order(
        party=town.account.holder,
        account=account,
        lines=[line],
        expires_on=clock.local_day(at),
        at=at,
        by=town.staff["coordinador"],
        key=key,
    ).pk


def test_an_order_is_scanned_and_collected_exactly(town: Town, till: Client) -> None:
    for account, key in ((town.account, "with"), (None, "without")):
        order = an_order(town, account, key=key)
        folio = Receipt._meta.get_field("document").related_model.objects.get(pk=order).folio
        found = till.get(reverse("desk:home"), {"q": folio})
        assert found.headers["Location"] == f"{reverse('desk:collect')}?ordenes={order}"
        payment = collect(till, orders=[order])
        receipt = payment.receipts.get()
        assert (receipt.amount, receipt.directed_to_id, receipt.account) == (Decimal("580.00"), order, account)
        page = till.get(reverse("desk:receipt", args=[payment.pk])).content.decode()
        assert f"Orden de pago {folio}" in page
        assert "ya se pagó" in page_of(till, orders=[order])


def test_an_expired_order_says_what_to_do_and_is_not_collected(town: Town, till: Client) -> None:
    order = an_order(town, town.account, key="late", days_ago=1)
    page = page_of(till, orders=[order])
    assert "venció el" in page
    assert "pida en ventanilla una nueva" in page
    assert "Marque al menos una" in ask(till, page)


def test_an_order_and_its_own_account_are_not_paid_together(town: Town, till: Client) -> None:
    order = an_order(town, town.account, key="clash")
    assert "Deje una de las dos" in ask(till, page_of(till, [town.account], [order]))


def test_a_claimed_payment_is_told_before_collecting(town: Town, till: Client) -> None:
    place_hold(
        account=town.account,
        kind=Hold.Kind.PAYMENT_TRACED,
        reason="Ficha del 3 de octubre",
        valid_from=clock.today(),
        at=clock.now(),
        by=town.staff["jefe"],
    )
    assert "dice que ya pagó" in page_of(till, [town.account])


def test_nobody_collects_their_own_account_and_the_attempt_is_told(town: Town, till: Client) -> None:
    declare_link(
        user=town.staff["cajero"],
        customer=town.account.holder,
        kind=StaffLink.Kind.RELATIVE,
        at=clock.now(),
        by=town.staff["jefe"],
    )
    page = ask(till, page_of(till, [town.account]))
    assert "No se cobró" in page or "declar" in page
    assert Event.objects.filter(kind="ACT_BARRED", account_id=town.account.pk).exists()
    assert not Payment.objects.filter(session__isnull=False).exists()


def text_of(client: Client, payment: Payment, paper: str) -> str:
    response = client.post(reverse("desk:print", args=[payment.pk]), {"formato": paper}, follow=True)
    assert response.headers["Content-Type"] == "application/pdf"
    return "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


@pytest.mark.parametrize("paper", ["80mm", "carta"])
def test_the_first_print_is_the_original_and_the_next_are_marked(paper: str, town: Town, till: Client) -> None:
    payment = collect(till, [town.account])
    url = reverse("desk:receipt_pdf", args=[payment.pk])
    assert till.get(url).status_code == 302
    first = text_of(till, payment, paper)
    assert payment.receipts.get().document.folio in first.replace(" ", "")
    assert "REIMPRESI" not in first.upper()
    assert "REIMPRESI" in text_of(till, payment, paper).upper()
    sentences = Event.objects.filter(kind="RECEIPT_PRINTED").order_by("pk").values_list("sentence", flat=True)
    assert [sentence.rpartition("(")[2] for sentence in sentences] == ["original)", "reimpresión 1)"]


def test_the_comprobantes_of_a_shared_payment_come_in_one_file(town: Town, till: Client) -> None:
    payment = collect(till, [town.account, *owing(town, 2)])
    text = text_of(till, payment, "80mm").replace(" ", "")
    assert all(receipt.document.folio in text for receipt in payment.receipts.select_related("document"))


def test_my_payments_are_found_by_folio_account_name_and_amount(town: Town, till: Client) -> None:
    payment = collect(till, [town.account])
    receipt = payment.receipts.get()
    url = reverse("desk:payments")
    texts = (receipt.document.folio, town.account.number, town.account.holder.name, f"{payment.amount}", "")
    for text in texts:
        assert receipt.document.folio in till.get(url, {"q": text}).content.decode(), text
    assert "Ningún cobro responde" in till.get(url, {"q": "zzz"}).content.decode()


def test_looking_and_collecting_take_few_queries_whatever_the_accounts(
    town: Town, till: Client, django_assert_max_num_queries: object
) -> None:
    accounts = [town.account, *owing(town, 4)]
    page_of(till, [town.account])  # what a process reads once: the law and whether it is official
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        one = page_of(till, [town.account])
    with django_assert_max_num_queries(19):  # type: ignore[operator]
        page_of(till, accounts)
    with django_assert_max_num_queries(21):  # type: ignore[operator]
        check = ask(till, one)
    with django_assert_max_num_queries(39):  # type: ignore[operator]
        response = confirm(till, check)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        till.get(response.headers["Location"])
