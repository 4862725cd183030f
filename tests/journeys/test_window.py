"""At the window with the keyboard alone: enter, find an account, understand its bill, print it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cauce.core import es_mx
from tests.backoffice.town import Town
from tests.journeys.pages import PATIENCE_MS, Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]


def test_a_person_finds_an_account_understands_its_bill_and_prints_it_without_a_mouse(
    site: Callable[..., Site], billed_town: Town
) -> None:
    window = site()
    page, keyboard = window.page, window.page.keyboard
    bill = billed_town.bill
    window.sign_in("prueba-coordinador")

    keyboard.press("F2")
    page.wait_for_url("**/ventanilla/", timeout=PATIENCE_MS)
    assert window.focused() == "Buscar cuenta"
    keyboard.type(bill.account.holder.name.split()[0].lower())
    page.wait_for_selector("[role=option]", timeout=PATIENCE_MS)
    wanted = page.locator(f"#cuenta-{bill.account_id}")
    for _ in range(page.locator("[role=option]").count()):
        if wanted.get_attribute("aria-selected") == "true":
            break
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    page.wait_for_url(f"**/cuentas/{bill.account_id}/", timeout=PATIENCE_MS)
    assert "meses vencidos" in page.inner_text("main") or "mes vencido" in page.inner_text("main")

    keyboard.press("Control+k")
    page.wait_for_selector("#paleta [role=option]", timeout=PATIENCE_MS)
    keyboard.type("por que este")
    expect(page.locator("#paleta [role=option]")).to_have_count(1, timeout=PATIENCE_MS)
    keyboard.press("Enter")
    page.wait_for_url(f"**/recibos/{bill.pk}/#prueba", timeout=PATIENCE_MS)
    said = page.inner_text("main")
    assert es_mx.format_money(bill.amount_due) in said
    assert es_mx.format_money(bill.lines.get(position=1).amount) in said
    assert "Cuota base" in said

    link = page.get_by_role("link", name="Imprimir el recibo")
    for _ in range(80):
        keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    assert window.focused() == "Imprimir el recibo"
    paper = page.request.get(f"{window.address}{link.get_attribute('href')}")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF")

    keyboard.press("Escape")
    page.wait_for_url(f"**/cuentas/{bill.account_id}/", timeout=PATIENCE_MS)


def test_a_number_typed_whole_opens_its_account_at_once(site: Callable[..., Site], billed_town: Town) -> None:
    window = site()
    window.sign_in("prueba-cajero")
    window.page.keyboard.press("/")
    window.page.keyboard.type(billed_town.account.number.lstrip("0"))
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/cuentas/{billed_town.account.pk}/", timeout=PATIENCE_MS)


def test_the_appearance_chosen_stays_with_the_person(site: Callable[..., Site]) -> None:
    window = site(scheme="light")
    window.sign_in("prueba-jefe")
    window.page.locator(".rail-person > summary").click()
    window.page.get_by_role("button", name="Oscura").click()
    window.page.wait_for_selector("html[data-bs-theme=dark]", timeout=PATIENCE_MS)
    other = site(scheme="light")
    other.sign_in("prueba-jefe")
    assert other.page.locator("html").get_attribute("data-bs-theme") == "dark"
