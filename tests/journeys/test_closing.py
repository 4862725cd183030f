"""A power cut and a drawer fifty pesos short, with the keyboard alone: captured, closed, owed, reviewed, day closed."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from cauce.cashier.models import ContingencyReceipt, SessionClose
from cauce.cashier.operations import open_desk, print_contingency_block
from cauce.ledger.models import ClosedDay, Transfer
from cauce.ledger.queries import party_balance
from cauce.registry.models import StaffLink
from cauce.reports.queries import verify
from tests.backoffice.town import Town
from tests.journeys.pages import PATIENCE_MS, Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]

TABS = 60


@pytest.fixture
def desk(billed_town: Town) -> None:
    """A desk with its block of paper receipts, printed three days ago."""
    supervisor = billed_town.staff["supervisor-cajas"]
    desk = open_desk(code="C1", name="Caja 1", series="C1")
    print_contingency_block(desk=desk, count=8, at=timezone.now() - timedelta(days=3), by=supervisor)


def go_to(page: Page, words: str) -> None:
    """Choose a place of the palette by what it is called."""
    page.keyboard.press("Control+k")
    page.wait_for_selector("#paleta [role=option]", timeout=PATIENCE_MS)
    page.keyboard.type(words)
    expect(page.locator("#paleta [role=option]")).to_have_count(1, timeout=PATIENCE_MS)
    page.keyboard.press("Enter")


def reach(page: Page, wanted: Locator) -> None:
    """Go to something with the tabulator, as who has no mouse."""
    for _ in range(TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


def count(page: Page, pieces: dict[str, str]) -> None:
    """Go down the bills and coins with Enter, writing those that there are."""
    for value in ("1000", "500", "200", "100", "50", "20", "10", "5", "2", "1", "0.50", "0.20", "0.10"):
        if value in pieces:
            page.keyboard.type(pieces[value])
        page.keyboard.press("Enter")


def test_a_power_cut_and_a_drawer_fifty_pesos_short(site: Callable[..., Site], billed_town: Town, desk: None) -> None:
    window = site()
    page, keyboard = window.page, window.page.keyboard
    found: list[str] = []
    window.sign_in("prueba-cajero")

    go_to(page, "mi turno abrir")
    page.wait_for_url("**/turnos/", timeout=PATIENCE_MS)
    reach(page, page.get_by_role("main").get_by_role("link", name="Abrir turno"))
    keyboard.press("Enter")
    page.wait_for_url("**/turnos/abrir/", timeout=PATIENCE_MS)
    assert window.focused() in ("", "$1,000")
    count(page, {"100": "2", "50": "2"})
    expect(page.locator("[data-count-total]")).to_have_text("$300.00", timeout=PATIENCE_MS)
    found += window.barriers()
    assert window.focused() == "Abrir turno"
    keyboard.press("Enter")
    page.wait_for_url("**/turnos/", timeout=PATIENCE_MS)
    assert "fondo de $300.00" in page.inner_text("main")

    yesterday = timezone.localtime() - timedelta(days=1)
    account = billed_town.account
    go_to(page, "apagon")
    page.wait_for_url("**/contingencia/capturar/", timeout=PATIENCE_MS)
    found += window.barriers()
    for row in range(4):
        reach(page, page.locator(f"[name=form-{row}-account]"))
        keyboard.type(account.number)
        keyboard.press("Tab")
        keyboard.type("100")
        for _ in range(3):
            keyboard.press("Tab")
        keyboard.type(f"{yesterday:%d/%m/%Y}")
        keyboard.press("Tab")
        keyboard.type(f"1{row}:15")
    keyboard.press("Enter")
    expect(page.locator(".notice-good")).to_have_count(4, timeout=PATIENCE_MS)
    assert "CT-C1-000001" in page.inner_text("main")
    assert {told.payment.receipts.get().effective_on for told in ContingencyReceipt.objects.all()} == {yesterday.date()}

    keyboard.press("Escape")
    page.wait_for_url("**/turnos/", timeout=PATIENCE_MS)
    assert "400.00" not in page.content()
    keyboard.press("F8")
    page.wait_for_url("**/turnos/corte/", timeout=PATIENCE_MS)
    count(page, {"200": "2", "100": "2", "50": "1"})
    for _ in range(3):
        keyboard.press("Enter")
    expect(page.locator("[data-count-total]")).to_have_text("$650.00", timeout=PATIENCE_MS)
    assert "700.00" not in page.content()
    found += window.barriers()
    reach(page, page.get_by_role("button", name="Continuar"))
    keyboard.press("Enter")
    expect(page.get_by_role("button", name="Cerrar el turno")).to_be_focused(timeout=PATIENCE_MS)
    assert "$650.00" in page.inner_text("main")
    assert "700.00" not in page.content()
    found += window.barriers()
    keyboard.press("Enter")
    page.wait_for_selector("#resultado", timeout=PATIENCE_MS)
    said = page.inner_text("main")
    assert "Faltante de efectivo" in said
    assert "−$50.00" in said
    close = SessionClose.objects.get()
    with page.expect_popup() as opened:
        page.get_by_role("button", name=f"Corte {close.document}").click()
    opened.value.wait_for_url("**/corte.pdf", timeout=PATIENCE_MS)
    opened.value.close()
    paper = page.request.get(f"{window.address}{reverse('sessions:close_pdf', args=[close.pk])}")
    assert paper.body().startswith(b"%PDF")
    found += window.barriers()
    own = StaffLink.objects.get(user=billed_town.staff["cajero"], kind="SELF").customer
    assert party_balance(own.pk) == Decimal("50.00")
    assert Transfer.objects.get(reason="SHORTAGE").document == close.difference_document

    supervisor = site()
    page, keyboard = supervisor.page, supervisor.page.keyboard
    supervisor.sign_in("prueba-supervisor-cajas")
    go_to(page, "turnos de caja")
    page.wait_for_url("**/turnos/todos/", timeout=PATIENCE_MS)
    found += supervisor.barriers()
    reach(page, page.locator("main a.row-link").first)
    keyboard.press("Enter")
    page.wait_for_selector("#resultado", timeout=PATIENCE_MS)
    reach(page, page.get_by_label("Observaciones"))
    keyboard.type("Se contó dos veces; lo repone hoy.")
    reach(page, page.get_by_role("button", name="Revisado"))
    keyboard.press("Enter")
    expect(page.locator(".notice-good")).to_contain_text("quedó revisado", timeout=PATIENCE_MS)
    go_to(page, "consolidado")
    page.wait_for_url("**/turnos/dia/", timeout=PATIENCE_MS)
    assert "$400.00" in page.inner_text("main")
    found += supervisor.barriers()
    reach(page, page.get_by_role("button", name="Cerrar el día"))
    keyboard.press("Enter")
    expect(page.locator(".notice-good").first).to_contain_text("quedó cerrado", timeout=PATIENCE_MS)
    assert ClosedDay.objects.get().day == timezone.localdate()
    assert not [check.name for check in verify() if check.broken]
    assert not found, "\n".join(found)
