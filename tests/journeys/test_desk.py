"""At the cash desk with the keyboard alone: few keystrokes, several accounts with one sum, an answer that is lost."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cauce.cashier.models import CashSession, Payment
from cauce.cashier.operations import open_desk, open_session
from cauce.cashier.queries.desk import accounts_due
from cauce.core import clock, es_mx
from cauce.ledger.queries import balance, collection_law
from cauce.registry.models import Account
from tests.backoffice.town import PASSWORD, Town
from tests.journeys.pages import PATIENCE_MS, Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]

MOST_KEYSTROKES = 6


@pytest.fixture
def session(billed_town: Town) -> CashSession:
    """The cashier's session, open now."""
    desk = open_desk(code="V1", name="Ventanilla 1", series="V1")
    return open_session(desk=desk, cashier=billed_town.staff["cajero"], at=clock.now())


def owing(count: int) -> list[tuple[Account, Decimal]]:
    """Accounts of the town that owe something, with what settles them."""
    today = clock.today()
    ids = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    dues = accounts_due(ids, on=today, law=collection_law(today))
    return [(due.account, due.exact) for due in dues if due.exact > 0][:count]


def press(page: Page, keys: list[str]) -> int:
    """Press the keys one by one; how many they were."""
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def seat(window: Site) -> None:
    """Enter and go to the desk."""
    window.sign_in("prueba-cajero")
    window.page.keyboard.press("F9")
    window.page.wait_for_url("**/caja/", timeout=PATIENCE_MS)
    assert window.focused() == "A quién se le cobra"


def bring(window: Site, account: Account, *, lines: int = 1) -> None:
    """Type the number of an account, as a scanner does, and have it on the screen ready to be paid."""
    window.page.keyboard.type(account.number)
    window.page.keyboard.press("Enter")
    expect(window.page.locator("[data-line]")).to_have_count(lines, timeout=PATIENCE_MS)
    expect(window.page.locator("#efectivo")).to_be_focused(timeout=PATIENCE_MS)


def test_the_exact_amount_takes_at_most_six_keystrokes(site: Callable[..., Site], session: CashSession) -> None:
    window = site()
    page = window.page
    seat(window)
    barriers = window.barriers()
    (first, _), (second, other) = owing(2)

    bring(window, first)
    barriers += window.barriers()
    strokes = press(page, ["Enter"])
    button = page.locator("button.till-go")
    expect(button).to_be_focused(timeout=PATIENCE_MS)
    expect(button).to_contain_text("Cobrar $")
    barriers += window.barriers()
    strokes += press(page, ["Enter"])
    page.wait_for_url("**/caja/pagos/*/", timeout=PATIENCE_MS)
    assert strokes <= MOST_KEYSTROKES
    assert balance(first.pk) == Decimal("0.00")
    barriers += window.barriers()

    assert window.focused().startswith("Siguiente persona")
    page.keyboard.press("Enter")
    page.wait_for_url("**/caja/", timeout=PATIENCE_MS)
    bring(window, second)
    handed = str(int((other // 100 + 1) * 100))
    strokes = press(page, [*handed, "Enter"])
    expect(button).to_be_focused(timeout=PATIENCE_MS)
    strokes += press(page, ["Enter"])
    page.wait_for_url("**/caja/pagos/*/", timeout=PATIENCE_MS)
    assert strokes <= MOST_KEYSTROKES
    payment = Payment.objects.order_by("-pk")[0]
    change = Decimal(handed) - payment.amount - payment.rounding
    assert page.locator(".till-given .sum").inner_text() == es_mx.format_money(change)

    page.keyboard.press("F9")
    page.wait_for_url("**/caja/", timeout=PATIENCE_MS)
    page.keyboard.press("Control+k")
    expect(page.locator("#paleta [role=option]").first).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.type("mis cobros")
    page.keyboard.press("Enter")
    page.wait_for_url("**/caja/pagos/", timeout=PATIENCE_MS)
    assert page.locator("tbody tr").count() == 2
    barriers += window.barriers()
    assert not barriers, "\n".join(barriers)


def test_three_accounts_are_paid_with_one_sum_in_cash_and_by_card(
    site: Callable[..., Site], session: CashSession
) -> None:
    window = site()
    page = window.page
    seat(window)
    bought = owing(3)
    total = sum((exact for _, exact in bought), Decimal("0.00"))
    for lines, (account, _) in enumerate(bought, 1):
        if lines > 1:
            page.keyboard.press("+")
        bring(window, account, lines=lines)
    assert es_mx.format_money(total) in page.locator(".till-sums").inner_text()
    barriers = window.barriers()

    page.keyboard.type("50")
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.id") == "tarjeta_autorizacion"
    page.keyboard.type("884412")
    page.keyboard.press("Enter")
    expect(page.locator("button.till-go")).to_be_focused(timeout=PATIENCE_MS)
    check = page.inner_text("main")
    assert es_mx.format_money(total) in check
    assert es_mx.format_money(total - 50) in check
    barriers += window.barriers()
    page.keyboard.press("Enter")
    page.wait_for_url("**/caja/pagos/*/", timeout=PATIENCE_MS)
    assert "3 comprobantes" in page.inner_text("main")
    barriers += window.barriers()

    payment = Payment.objects.order_by("-pk")[0]
    assert payment.amount == total
    assert {tender.method: tender.amount for tender in payment.tenders.all()} == {
        "CASH": Decimal("50.00"),
        "CARD": total - 50,
    }
    assert [balance(account.pk) for account, _ in bought] == [Decimal("0.00")] * 3
    assert not barriers, "\n".join(barriers)


def test_a_smaller_sum_is_spread_on_the_screen_before_the_check(
    site: Callable[..., Site], session: CashSession
) -> None:
    window = site()
    page = window.page
    seat(window)
    bought = owing(2)
    for lines, (account, _) in enumerate(bought, 1):
        if lines > 1:
            page.keyboard.press("+")
        bring(window, account, lines=lines)
    page.keyboard.press("o")
    assert page.evaluate("document.activeElement.id") == "importe"
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Así se reparte")).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    expect(page.locator("button.till-go")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    expect(page.locator("#efectivo")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    expect(page.locator("button.till-go")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/caja/pagos/*/", timeout=PATIENCE_MS)
    assert Payment.objects.order_by("-pk")[0].amount == Decimal("60.00")


@pytest.mark.parametrize("arrives", [True, False])
def test_an_answer_that_never_comes_is_verified(
    arrives: bool, chromium: Browser, billed_town: Town, live_site: str, session: CashSession
) -> None:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="es-MX", reduced_motion="reduce")
    window = Site(context.new_page(), live_site, PASSWORD)
    page = window.page

    def lose(route: Route) -> None:
        if arrives:
            route.fetch(max_redirects=0)
        route.abort()

    # Before anything is asked for: while it begins to intercept, the browser lets what is under way through.
    page.route("**/caja/cobro/hecho/", lose)
    seat(window)
    bring(window, owing(1)[0][0])
    page.keyboard.press("Enter")
    expect(page.locator("button.till-go")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    expect(page.get_by_text("No llegó la respuesta")).to_be_visible(timeout=PATIENCE_MS)
    assert window.focused() == "Verificar"
    page.keyboard.press("Enter")
    page.wait_for_url("**/caja/verificar/*", timeout=PATIENCE_MS)
    said = page.inner_text("main")
    assert ("Sí se cobró" in said) is arrives
    assert ("No se ha cobrado" in said) is not arrives
    assert Payment.objects.filter(session=session).count() == int(arrives)
    context.close()
