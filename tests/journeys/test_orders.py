"""A clerk orders with the keyboard alone: the account, its key, a quantity, and the order with its code."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cauce.cashier.models import PaymentOrder
from tests.backoffice.town import Town
from tests.journeys.pages import PATIENCE_MS, Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]


def test_a_service_is_ordered_from_the_account_without_the_mouse(site: Callable[..., Site], billed_town: Town) -> None:
    window = site()
    page = window.page
    window.sign_in("prueba-coordinador")
    window.open(reverse("window:account", args=[billed_town.account.pk]))
    page.keyboard.press("o")
    page.wait_for_url("**/ordenes-de-pago/nueva/cuenta/**", timeout=PATIENCE_MS)
    page.get_by_label("Agua para pipas, por m3").focus()
    page.keyboard.type("10.5")
    expect(page.get_by_role("button", name="Emitir orden por $291.35")).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("F8")
    page.wait_for_url("**/ordenes-de-pago/*/", timeout=PATIENCE_MS)
    order = PaymentOrder.objects.exclude(pk=billed_town.order.pk).get()
    assert order.total == Decimal("291.35")
    expect(page.get_by_role("img", name=f"Código de barras {order.document.folio}")).to_be_visible()
    assert not window.barriers()
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/cuentas/{billed_town.account.pk}/", timeout=PATIENCE_MS)
    expect(page.get_by_role("link", name=order.document.folio).first).to_be_visible()


def test_the_debt_of_each_period_follows_the_day_and_the_ticks(site: Callable[..., Site], billed_town: Town) -> None:
    window = site()
    page = window.page
    window.sign_in("prueba-coordinador")
    window.open(reverse("orders:account_order", args=[billed_town.account.pk]) + "?que=adeudo")
    issue = page.get_by_role("button", name="Emitir orden por")
    whole = issue.inner_text()
    first = page.get_by_role("checkbox").first
    first.focus()
    page.keyboard.press("Space")
    expect(issue).not_to_have_text(whole, timeout=PATIENCE_MS)
    expect(page.get_by_role("checkbox").first).not_to_be_checked()
    assert "input" in page.evaluate("document.activeElement.tagName").lower()
    page.get_by_role("link", name="Todo", exact=True).click()
    expect(page.get_by_role("button", name="Emitir orden por")).to_have_text(whole, timeout=PATIENCE_MS)
