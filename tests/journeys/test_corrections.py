"""Putting payments right with the keyboard alone: one in the wrong account, and a cheque that the bank returned."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cauce.cashier.models import CashSession, Payment, Tender
from cauce.cashier.operations import PaymentShare, close_session, open_desk, open_session, take_payment
from cauce.cashier.queries.days import cash_day
from cauce.cashier.rules import Tendered
from cauce.core import clock
from cauce.core.clock import local_day
from cauce.core.es_mx import format_account
from cauce.ledger.operations import close_day
from cauce.ledger.queries import balance, collection_law, debt_summary
from cauce.registry.models import Account
from cauce.reports.queries import verify
from tests.backoffice.town import Town
from tests.journeys.pages import PATIENCE_MS, Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]


@dataclass(frozen=True, slots=True)
class Collected:
    """A payment of some days ago, in a session that is closed, of a day that is closed."""

    payment: Payment
    session: CashSession
    at: datetime


def collected(town: Town, account: Account, method: Tender.Method, amount: str, *, days_ago: int) -> Collected:
    """Take it and close its session and its day."""
    at = clock.now() - timedelta(days=days_ago)
    cashier = town.staff["cajero"]
    desk = open_desk(code="C7", name="Caja 7", series="C7")
    session = open_session(desk=desk, cashier=cashier, at=at)
    payment = take_payment(
        shares=[PaymentShare(account=account, amount=Decimal(amount))],
        tenders=[Tendered(method, Decimal(amount), "" if method == Tender.Method.CASH else "4411", "Banco Demo")],
        session=session,
        at=at,
        by=cashier,
        key="journey/payment",
    )
    is_cash = method == Tender.Method.CASH
    close_session(
        session=session,
        denominations={"200": 1, "100": 1, "20": 2, "5": 1} if is_cash else {},
        declared={} if is_cash else {method: Decimal(amount)},
        bag="B-77",
        at=at,
        by=cashier,
        key="journey/close",
    )
    close_day(day=local_day(at), at=at, by=town.staff["supervisor-cajas"])
    return Collected(payment, session, at)


def two_accounts(town: Town) -> tuple[Account, Account]:
    first, second = Account.objects.exclude(pk=town.account.pk).select_related("holder").order_by("pk")[8:10]
    return first, second


def owed_by(account: Account) -> Decimal:
    """What it owes today, surcharges to the day included, less what is in its favour."""
    today = clock.today()
    debt = debt_summary(account.pk, on=today, law=collection_law(today))
    return debt.total - debt.advance


def go_to(window: Site, what: str, path: str) -> None:
    """Choose something of the palette by its words."""
    window.page.keyboard.press("Control+k")
    window.page.wait_for_selector("#paleta [role=option]", timeout=PATIENCE_MS)
    window.page.keyboard.type(what)
    chosen = window.page.locator("#paleta [role=option][aria-selected=true]")
    expect(window.page.locator("#paleta [role=option]")).to_have_count(1, timeout=PATIENCE_MS)
    expect(chosen).to_contain_text(what, ignore_case=True, timeout=PATIENCE_MS)
    window.page.wait_for_load_state("networkidle", timeout=PATIENCE_MS)
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(path, timeout=PATIENCE_MS)


def tab_to(window: Site, label: str) -> None:
    """Press the tabulator until what has that label has the focus."""
    wanted = window.page.get_by_label(label, exact=True).first
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        window.page.keyboard.press("Tab")
    raise AssertionError(f"the tabulator does not reach «{label}»")


def find_payment(window: Site, label: str, text: str, found: Collected) -> None:
    """Search a payment by one of its data and open it."""
    go_to(window, "Pagos y correcciones", "**/correcciones/pagos/")
    tab_to(window, label)
    window.page.keyboard.type(text)
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/correcciones/pagos/?**", timeout=PATIENCE_MS)
    assert not window.barriers()
    link = window.page.get_by_role("link", name=found.payment.receipts.earliest("document_id").document.folio)
    for _ in range(80):
        if link.evaluate("element => element === document.activeElement"):
            break
        window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/correcciones/pagos/{found.payment.pk}/", timeout=PATIENCE_MS)


def confirm(window: Site, fields: dict[str, str], found: Collected) -> str:
    """Fill what is asked and send it from the password; what the payment's page says then."""
    for label, text in fields.items():
        tab_to(window, label)
        window.page.keyboard.type(text)
    assert not window.barriers()
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/correcciones/pagos/{found.payment.pk}/", timeout=PATIENCE_MS)
    assert not window.barriers()
    return window.page.inner_text("main")


def test_a_payment_in_the_wrong_account_is_moved_the_next_day(site: Callable[..., Site], billed_town: Town) -> None:
    wrong, right = two_accounts(billed_town)
    before = {account.pk: owed_by(account) for account in (wrong, right)}
    found = collected(billed_town, wrong, Tender.Method.CASH, "345.00", days_ago=1)
    yesterday = cash_day(local_day(found.at))
    close = repr(list(CashSession.objects.filter(pk=found.session.pk).values("closed_at", "close__expected")))
    window = site()
    window.sign_in("prueba-supervisor-cajas")
    folio = found.payment.receipts.get().document.folio
    find_payment(window, "Comprobante (opcional)", folio, found)
    assert not window.barriers()
    go_to(window, f"Trasladar {folio}", "**/trasladar/")
    assert window.page.get_by_label("Cuenta correcta").evaluate("element => element === document.activeElement")
    window.page.keyboard.type(right.number)
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/trasladar/?a={right.number}", timeout=PATIENCE_MS)
    act = f"Trasladar $345.00 de la cuenta {wrong.number} a la {right.number}"
    expect(window.page.get_by_role("button", name=act)).to_be_visible()
    tab_to(window, "Motivo")
    window.page.keyboard.type("Se tecleó la cuenta del vecino")
    tab_to(window, "Su contraseña")
    window.page.keyboard.type("no es ésta")
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_role("alert")).to_contain_text("La contraseña no es la suya")
    assert window.page.get_by_label("Motivo").input_value() == "Se tecleó la cuenta del vecino"
    said = confirm(window, {"Su contraseña": window.password}, found)
    assert f"pasaron a la cuenta {right.number}" in said
    for account, words in (
        (wrong, f"se trasladó a la cuenta {right.number}"),
        (right, f"trasladado de la cuenta {wrong.number}"),
    ):
        window.open(reverse("window:account_statement", args=[account.pk]))
        assert words in window.page.inner_text("main")
        window.open(reverse("window:account_history", args=[account.pk]))
        assert folio in window.page.inner_text("main")
    assert owed_by(wrong) == before[wrong.pk]
    assert owed_by(right) == before[right.pk] - Decimal("345.00")
    assert cash_day(local_day(found.at)) == yesterday
    again = repr(list(CashSession.objects.filter(pk=found.session.pk).values("closed_at", "close__expected")))
    assert again == close
    assert [check.name for check in verify() if check.broken] == []


def test_a_cheque_comes_back_after_eight_days(site: Callable[..., Site], billed_town: Town) -> None:
    account = billed_town.account
    owed = balance(account.pk)
    found = collected(billed_town, account, Tender.Method.CHEQUE, "400.00", days_ago=8)
    eight_days_ago = cash_day(local_day(found.at))
    window = site()
    window.sign_in("prueba-contabilidad")
    find_payment(window, "Importe (opcional)", "400.00", found)
    assert "Salvo buen cobro" in window.page.inner_text("main")
    go_to(window, "Registrar cheque devuelto", "**/devuelta/")
    assert "$80.00" in window.page.inner_text("main")
    said = confirm(window, {"Causa que da el banco": "Fondos insuficientes", "Su contraseña": window.password}, found)
    assert "Cheque devuelto CHD-000001" in said
    assert "Qué se apoyó en este pago" in said
    letter = window.page.get_by_role("link", name="Aviso CHD-000001")
    paper = window.page.request.get(f"{window.address}{letter.get_attribute('href')}")
    assert paper.body().startswith(b"%PDF")
    window.open(reverse("window:account_statement", args=[account.pk]))
    assert "Cheque devuelto o contracargo" in window.page.inner_text("main")
    window.open(reverse("window:account", args=[account.pk]))
    assert format_account(account.number) in window.page.inner_text("main")
    assert balance(account.pk) >= owed + Decimal("80.00") + Decimal("208.80")
    assert cash_day(local_day(found.at)) == eight_days_ago
    assert [check.name for check in verify() if check.broken] == []
