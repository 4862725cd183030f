"""A debtor agrees at the window with the keyboard alone, and one who owes too much is sent to the head."""

import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cauce.agreements.models import PaymentAgreement, PromissoryNote
from cauce.cashier.operations import open_desk, open_session
from cauce.core import clock
from tests.backoffice.agreements_town import a_debtor, load_policy
from tests.backoffice.town import Town
from tests.journeys.pages import PATIENCE_MS, Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]
State = PaymentAgreement.State
TWO_MINUTES_S = 120


def papers_of(window: Site, path: str) -> None:
    """Ask for a paper as the browser does."""
    answer = window.page.request.get(f"{window.address}{path}")
    assert answer.ok and answer.body().startswith(b"%PDF")


def test_a_debtor_of_three_months_agrees_pays_the_down_payment_and_leaves_with_the_papers(
    site: Callable[..., Site], billed_town: Town
) -> None:
    load_policy(billed_town)
    debtor = a_debtor(billed_town, 3)
    open_session(
        desk=open_desk(code="V1", name="Ventanilla 1", series="V1"), cashier=billed_town.staff["cajero"], at=clock.now()
    )
    window = site()
    page = window.page
    window.sign_in("prueba-coordinador")
    began = time.monotonic()
    window.open(reverse("window:account", args=[debtor.pk]))
    page.keyboard.press("v")
    page.wait_for_url("**/convenios/cuentas/**", timeout=PATIENCE_MS)
    page.get_by_label("Enganche, pesos").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("150")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    expect(page.get_by_role("button", name="Elaborar convenio con 4 pagarés")).to_be_visible(timeout=PATIENCE_MS)
    assert not window.barriers()
    page.keyboard.press("F8")
    page.wait_for_url("**/convenios/*/", timeout=PATIENCE_MS)
    agreement = PaymentAgreement.objects.get()
    assert agreement.state == State.PREPARED
    papers_of(window, reverse("agreements:papers_pdf", args=[agreement.pk]))
    assert not window.barriers()
    page.keyboard.press("F8")
    expect(page.get_by_text("Falta el enganche de").first).to_be_visible(timeout=PATIENCE_MS)
    agreement.refresh_from_db()
    assert agreement.state == State.SIGNED
    assert time.monotonic() - began < TWO_MINUTES_S
    papers_of(window, reverse("window:statement_pdf", args=[debtor.pk]))

    till = site()
    till.sign_in("prueba-cajero")
    till.open(f"{reverse('desk:collect')}?cuentas={debtor.pk}&que=vencido")
    expect(till.page.get_by_role("radio", name="Sólo lo vencido")).to_be_checked(timeout=PATIENCE_MS)
    till.page.locator("#efectivo").fill("150")
    till.page.keyboard.press("Enter")
    till.page.wait_for_url("**/caja/cobro/revisar/", timeout=PATIENCE_MS)
    till.page.keyboard.press("Enter")
    till.page.wait_for_url("**/caja/pagos/*/", timeout=PATIENCE_MS)
    agreement.refresh_from_db()
    assert agreement.state == State.IN_FORCE

    note = agreement.notes.select_related("document").order_by("number")[0]
    till.open(f"{reverse('desk:home')}?q={note.document.folio}")
    expect(till.page.get_by_role("radio", name=f"Pagaré {note.document.folio}")).to_be_checked(timeout=PATIENCE_MS)
    till.page.locator("#efectivo").fill("500")
    till.page.keyboard.press("Enter")
    till.page.wait_for_url("**/caja/cobro/revisar/", timeout=PATIENCE_MS)
    expect(till.page.get_by_text(f"se aplica sólo a {note.document.folio}").first).to_be_visible()
    till.page.keyboard.press("Enter")
    till.page.wait_for_url("**/caja/pagos/*/", timeout=PATIENCE_MS)
    note.refresh_from_db()
    assert note.state == PromissoryNote.State.PAID


def test_a_debtor_of_four_months_is_explained_and_sent_to_the_head_who_authorises(
    site: Callable[..., Site], billed_town: Town
) -> None:
    load_policy(billed_town)
    debtor = a_debtor(billed_town, 4)
    window = site()
    page = window.page
    window.sign_in("prueba-coordinador")
    window.open(reverse("agreements:new_agreement", args=[debtor.pk]))
    expect(page.get_by_text("Debe 4 meses")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Lo autoriza: Jefe de Comercialización").first).to_be_visible()
    expect(page.get_by_role("button", name="Elaborar convenio")).to_have_count(0)
    page.get_by_label("Por qué se pide").focus()
    page.keyboard.type("Perdió el empleo en agosto")
    page.keyboard.press("F8")
    page.wait_for_url("**/convenios/*/", timeout=PATIENCE_MS)
    agreement = PaymentAgreement.objects.get()
    assert (agreement.state, agreement.authoriser) == (State.REQUESTED, "jefe")

    head = site()
    head.sign_in("prueba-jefe")
    expect(head.page.get_by_text("Convenios por autorizar").first).to_be_visible(timeout=PATIENCE_MS)
    head.open(reverse("agreements:agreement", args=[agreement.pk]))
    expect(head.page.get_by_text("Expediente de la cuenta")).to_be_visible(timeout=PATIENCE_MS)
    assert not head.barriers()
    head.page.get_by_label("Observaciones").fill("Procede por única vez")
    head.page.keyboard.press("F8")
    expect(head.page.get_by_text("Se autorizó el convenio").first).to_be_visible(timeout=PATIENCE_MS)

    window.open(reverse("agreements:agreement", args=[agreement.pk]))
    page.keyboard.press("F8")
    expect(page.get_by_role("button", name="Ya está firmado")).to_be_visible(timeout=PATIENCE_MS)
    agreement.refresh_from_db()
    assert agreement.state == State.PREPARED and agreement.decided_by == billed_town.staff["jefe"]
    assert agreement.down_payment > Decimal(0)
