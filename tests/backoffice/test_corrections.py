"""The screens that put payments right: found, explained, done with the password, refused with what was typed kept."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cauce.cashier.models import CashSession, Dishonour, Payment, Receipt, Refund, Tender, TenderCorrection
from cauce.cashier.operations import PaymentShare, open_desk, open_session, take_payment
from cauce.cashier.rules import Tendered
from cauce.core import clock
from cauce.events.models import Event
from cauce.ledger.queries import balance
from cauce.registry.models import Account, StaffLink
from cauce.registry.operations import declare_link
from tests.backoffice.town import PASSWORD, Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempts_before() -> None:
    """Failed passwords are counted in the cache."""
    cache.clear()


@pytest.fixture
def accounts(town: Town) -> list[Account]:
    return list(Account.objects.exclude(pk=town.account.pk).select_related("holder").order_by("pk")[10:14])


@pytest.fixture
def session(town: Town) -> CashSession:
    desk = open_desk(code="C9", name="Caja 9", series="C9")
    return open_session(desk=desk, cashier=town.staff["cajero"], at=clock.now())


@pytest.fixture
def payment(accounts: list[Account], session: CashSession) -> Payment:
    """$345.20 in one account: $145.20 in cash and the rest with a cheque."""
    return take_payment(
        shares=[PaymentShare(account=accounts[0], amount=Decimal("345.20"))],
        tenders=[
            Tendered(Tender.Method.CASH, Decimal("145.20")),
            Tendered(Tender.Method.CHEQUE, Decimal("200.00"), "0071", "Banco Demo"),
        ],
        session=session,
        at=clock.now(),
        by=session.cashier,
        key="p",
    )


def text_of(response) -> str:
    return unescape(response.content.decode())


def said(client: Client, response) -> str:
    """Follow the answer of an act to the page that tells it."""
    assert response.status_code == 302, text_of(response)
    return text_of(client.get(response["Location"]))


ACT = {"llave": "k", "reason": "Se tecleó mal", "password": PASSWORD}


@pytest.mark.parametrize(
    "asked", ["folio=C9-000001", "folio=1", "importe=200.00", "caja={desk}", "dia={day}", "cuenta={account}"]
)
def test_a_payment_is_found_by_any_of_its_data(payment, accounts, clients, asked: str):
    facts = {"desk": payment.desk_id, "day": payment.booked_on.isoformat(), "account": accounts[0].number.lstrip("0")}
    url = f"{reverse('corrections:payments')}?{asked.format(**facts)}"
    assert reverse("corrections:payment", args=[payment.pk]) in text_of(clients["supervisor-cajas"].get(url))
    for wrong in ("folio=ZZ-000009", "importe=1.11", "dia=2020-01-01", "cuenta=999999", "folio=x", "importe=x"):
        page = text_of(clients["supervisor-cajas"].get(f"{reverse('corrections:payments')}?{wrong}"))
        assert "Ningún pago con esos datos" in page


def test_the_page_says_what_can_be_done_and_why_something_cannot(payment, town, clients, session):
    url = reverse("corrections:payment", args=[payment.pk])
    of_supervisor = text_of(clients["supervisor-cajas"].get(url))
    assert reverse("corrections:reverse", args=[payment.pk]) in of_supervisor
    assert "lo hace Contabilidad" in of_supervisor
    assert "Salvo buen cobro" in of_supervisor
    of_coordinator = text_of(clients["coordinador"].get(url))
    assert "lo hace Jefe de Comercialización o Supervisor de cajas" in of_coordinator
    assert reverse("corrections:reverse", args=[payment.pk]) not in of_coordinator
    assert reverse("corrections:dishonour", args=[payment.tenders.get(method="CHEQUE").pk]) in text_of(
        clients["contabilidad"].get(url)
    )


def test_over_the_limit_the_page_says_who_can(accounts, session, clients):
    large = take_payment(
        shares=[PaymentShare(account=accounts[1], amount=Decimal("10000.10"))],
        tenders=[Tendered(Tender.Method.CARD, Decimal("10000.10"), "1")],
        session=session,
        at=clock.now(),
        by=session.cashier,
        key="large",
    )
    page = text_of(clients["supervisor-cajas"].get(reverse("corrections:payment", args=[large.pk])))
    assert "pasa de lo que su puesto autoriza" in page
    url = reverse("corrections:reverse", args=[large.pk])
    refused = clients["supervisor-cajas"].post(url, ACT)
    assert refused.status_code == 422
    assert "Jefe de Comercialización" in text_of(refused)
    assert "quedó cancelado" in said(clients["jefe"], clients["jefe"].post(url, ACT))


def test_a_payment_is_cancelled_with_the_password(payment, accounts, clients, session):
    owed = balance(accounts[0].pk) + Decimal("345.20")
    url = reverse("corrections:reverse", args=[payment.pk])
    client = clients["supervisor-cajas"]
    assert "Cancelar el pago de $345.20" in text_of(client.get(url))
    assert "quedó cancelado" in said(client, client.post(url, ACT | {"session": session.pk}))
    assert balance(accounts[0].pk) == owed
    again = client.post(url, ACT | {"session": session.pk})
    assert again.status_code == 302  # the same form sent twice is the same act
    assert Event.objects.filter(kind="PAYMENT_REVERSED").count() == 1


def test_a_wrong_password_does_nothing_and_keeps_what_was_typed(payment, accounts, clients, session, caplog):
    url = reverse("corrections:move", args=[payment.receipts.get().pk])
    sent = ACT | {"a": accounts[1].number, "password": "no es la mía"}
    for _ in range(5):
        refused = clients["supervisor-cajas"].post(url, sent)
        assert refused.status_code == 422
    page = text_of(refused)
    assert "La contraseña no es la suya" in page
    assert "Se tecleó mal" in page
    assert "no es la mía" not in page
    assert "Demasiados intentos" in text_of(clients["supervisor-cajas"].post(url, ACT | {"a": accounts[1].number}))
    assert "no es la mía" not in caplog.text
    assert Receipt.objects.filter(replaces__isnull=False).count() == 0


def test_a_receipt_is_moved_to_the_account_that_the_button_names(payment, accounts, clients):
    wrong, right = accounts[:2]
    url = reverse("corrections:move", args=[payment.receipts.get().pk])
    client = clients["supervisor-cajas"]
    assert "Su contraseña" not in text_of(client.get(url))
    assert "No hay ninguna cuenta" in text_of(client.get(f"{url}?a=999999"))
    named = f"Trasladar $345.20 de la cuenta {wrong.number} a la {right.number}"
    assert named in text_of(client.get(f"{url}?a={right.number.lstrip('0')}"))
    assert "ya está en esa cuenta" in text_of(client.post(url, ACT | {"a": wrong.number}))
    page = said(client, client.post(url, ACT | {"a": right.number, "llave": "k2"}))
    assert f"pasaron a la cuenta {right.number}" in page
    assert "sustituye a C9-000001" in page


def test_a_payment_is_moved_to_whose_order_it_is(payment, town, clients):
    url = reverse("corrections:move", args=[payment.receipts.get().pk])
    page = text_of(clients["jefe"].get(f"{url}?a={town.order.document.folio}"))
    assert f"a la {town.account.number}" in page


def test_the_attempt_on_ones_own_account_is_refused_and_kept(payment, accounts, town, clients):
    supervisor = town.staff["supervisor-cajas"]
    declare_link(
        user=supervisor,
        customer=accounts[1].holder,
        kind=StaffLink.Kind.RELATIVE,
        at=clock.now(),
        by=town.staff["jefe"],
    )
    url = reverse("corrections:move", args=[payment.receipts.get().pk])
    refused = clients["supervisor-cajas"].post(url, ACT | {"a": accounts[1].number})
    assert "Usted no puede actuar en asuntos de" in text_of(refused)
    kept = Event.objects.filter(kind="ACT_BARRED")
    assert {event.account_id for event in kept} == {accounts[0].pk, accounts[1].pk}
    assert f"trasladar $345.20 de la cuenta {accounts[0].number}" in kept[0].sentence


def test_the_method_is_corrected_once_the_right_one_is_chosen(payment, clients):
    cash = payment.tenders.get(method="CASH")
    url = reverse("corrections:method", args=[cash.pk])
    client = clients["supervisor-cajas"]
    assert "¿Con qué se pagó?" in text_of(client.get(url))
    assert "Corregir $145.20: de efectivo a tarjeta" in text_of(client.get(f"{url}?forma=CARD"))
    missing = client.post(url, ACT | {"forma": "CARD"})
    assert missing.status_code == 422
    page = said(client, client.post(url, ACT | {"forma": "CARD", "reference": "AUT 5"}))
    assert "quedó corregida a tarjeta" in page
    assert "se capturó efectivo" in page
    back = said(client, client.post(url, ACT | {"forma": "CASH", "llave": "k2"}))
    assert "quedó corregida a efectivo" in back
    assert TenderCorrection.objects.count() == 2


def test_after_the_close_the_page_warns_that_the_close_counted_the_cash(payment, clients, session):
    url = f"{reverse('corrections:method', args=[payment.tenders.get(method='CASH').pk])}?forma=CARD"
    assert "El turno ya cerró" not in text_of(clients["supervisor-cajas"].get(url))
    session.closed_at = clock.now()
    session.save(update_fields=["closed_at"])
    assert "El turno ya cerró" in text_of(clients["supervisor-cajas"].get(url))


def test_a_cheque_comes_back_with_its_letter(payment, clients):
    cheque = payment.tenders.get(method="CHEQUE")
    url = reverse("corrections:dishonour", args=[cheque.pk])
    client = clients["contabilidad"]
    form = text_of(client.get(url))
    assert "Registrar cheque devuelto por $200.00" in form
    assert "$248.80" in form
    early = client.post(url, ACT | {"bank_on": (clock.today() - timedelta(days=9)).isoformat()})
    assert "La fecha del banco va del" in text_of(early)
    sent = ACT | {"bank_on": clock.today().isoformat(), "llave": "k2"}
    page = said(client, client.post(url, sent))
    assert "Devuelto en parte" in page
    letter = client.get(reverse("corrections:dishonour_pdf", args=[cheque.pk]))
    assert letter.content.startswith(b"%PDF")
    assert Dishonour.objects.get().reason == "Se tecleó mal"
    assert (
        client.get(reverse("corrections:dishonour_pdf", args=[payment.tenders.get(method="CASH").pk])).status_code
        == 404
    )


def test_a_refund_goes_through_three_people(payment, accounts, clients, session):
    saver = accounts[2]
    excess = max(balance(saver.pk), Decimal(0)) + Decimal("3000.00")
    take_payment(
        shares=[PaymentShare(account=saver, amount=excess)],
        tenders=[Tendered(Tender.Method.CARD, excess, "1")],
        session=session,
        at=clock.now(),
        by=session.cashier,
        key="q",
    )
    coordinator, head, cashier = clients["coordinador"], clients["jefe"], clients["cajero"]
    url = reverse("corrections:new_refund", args=[saver.pk])
    assert "Pedir la devolución del saldo a favor" in text_of(
        coordinator.get(reverse("window:account", args=[saver.pk]))
    )
    asked = {"llave": "r", "party": saver.holder_id, "amount": "500.00", "reason": "Se va del domicilio"}
    too_much = coordinator.post(url, asked | {"amount": "999999.00"})
    assert "pida a lo más ese importe" in text_of(too_much)
    assert "999999.00" in text_of(too_much)
    assert "falta que la autoricen" in said(coordinator, coordinator.post(url, asked))
    refund = Refund.objects.get()
    page = reverse("corrections:refund", args=[refund.pk])
    assert "Devoluciones por autorizar" in text_of(head.get("/"))
    decide = reverse("corrections:decide_refund", args=[refund.pk])
    without = head.post(decide, {"decision": "autorizar", "password": "otra"})
    assert without.status_code == 422
    assert "La contraseña no es la suya" in text_of(without)
    assert (
        "escriba por qué se rechaza"
        in text_of(head.post(decide, {"decision": "rechazar", "password": PASSWORD})).lower()
    )
    assert "ya se puede pagar" in said(head, head.post(decide, {"decision": "autorizar", "password": PASSWORD}))
    assert "Pagar $500.00 de Caja 9" in text_of(cashier.get(page))
    assert head.get(reverse("corrections:refund_pdf", args=[refund.pk])).content.startswith(b"%PDF")
    pay = reverse("corrections:give_refund", args=[refund.pk])
    assert clients["contabilidad"].post(pay, {"llave": "x", "reference": ""}).status_code == 422
    assert "Se pagó la devolución" in said(cashier, cashier.post(pay, {"llave": "pay"}))
    assert cashier.post(pay, {"llave": "pay"}).status_code == 302
    assert head.get(reverse("corrections:refund_pdf", args=[refund.pk])).content.startswith(b"%PDF")
    refund.refresh_from_db()
    assert (refund.state, refund.session) == (Refund.State.PAID, session)


def test_an_authorised_refund_that_will_not_be_paid_is_refused(payment, accounts, clients, session):
    saver = accounts[2]
    excess = max(balance(saver.pk), Decimal(0)) + Decimal("3000.00")
    take_payment(
        shares=[PaymentShare(account=saver, amount=excess)],
        tenders=[Tendered(Tender.Method.CARD, excess, "1")],
        session=session,
        at=clock.now(),
        by=session.cashier,
        key="q",
    )
    coordinator, head = clients["coordinador"], clients["jefe"]
    asked = {"llave": "r", "party": saver.holder_id, "amount": "500.00", "reason": "Se va del domicilio"}
    coordinator.post(reverse("corrections:new_refund", args=[saver.pk]), asked)
    refund = Refund.objects.get()
    page = reverse("corrections:refund", args=[refund.pk])
    decide = reverse("corrections:decide_refund", args=[refund.pk])
    head.post(decide, {"decision": "autorizar", "password": PASSWORD})
    assert "Rechazarla: ya no se va a pagar" in text_of(head.get(page))
    assert "Rechazarla" not in text_of(coordinator.get(page))
    without = head.post(decide, {"decision": "rechazar", "password": PASSWORD})
    assert without.status_code == 422 and "escriba por qué se rechaza" in text_of(without).lower()
    why = {"decision": "rechazar", "password": PASSWORD, "note": "El usuario prefirió dejarlo a favor"}
    assert "rechazada" in said(head, head.post(decide, why))
    refund.refresh_from_db()
    assert refund.state == Refund.State.REFUSED
    assert "Rechazarla: ya no se va a pagar" not in text_of(head.get(page))


def test_an_account_without_money_in_favour_says_so(accounts, clients):
    debtor = next(account for account in accounts if balance(account.pk) >= 0)
    page = text_of(clients["coordinador"].get(reverse("corrections:new_refund", args=[debtor.pk])))
    assert "No hay saldo a favor" in page


def test_money_in_favour_is_applied_by_who_collects(payment, accounts, clients):
    response = clients["cajero"].post(reverse("corrections:apply_favour", args=[accounts[0].pk]), {"llave": "a"})
    assert response["Location"] == reverse("window:account", args=[accounts[0].pk])


def test_the_day_lists_what_was_put_right_and_takes_it_away(payment, accounts, clients, session):
    clients["supervisor-cajas"].post(
        reverse("corrections:move", args=[payment.receipts.get().pk]), ACT | {"a": accounts[1].number}
    )
    page = text_of(clients["jefe"].get(reverse("corrections:day")))
    assert f"Traslado a la cuenta {accounts[1].number}" in page
    assert "Se tecleó mal" in page
    assert "Nada se corrigió ese día" in text_of(clients["jefe"].get(f"{reverse('corrections:day')}?dia=2020-01-01"))
    for name in ("day_workbook", "payments_workbook", "refunds_workbook"):
        assert clients["jefe"].get(reverse(f"corrections:{name}")).content.startswith(b"PK")
