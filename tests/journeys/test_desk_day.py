"""A day at the desk: a call about a high bill, from the first ring to the book of the day that tells it."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from cauce.books.models import DayBook
from cauce.cases.models import Call, Case, WrittenAnswer
from cauce.cases.operations import load_case_catalogue
from cauce.core import clock
from cauce.registry.models import Account
from cauce.workorders.models import AgendaSlot, HomeInspection, InspectionAct
from cauce.workorders.operations import (
    load_order_catalogue,
    open_agenda,
    register_technician,
)
from tests.backoffice.town import Town
from tests.journeys.pages import PATIENCE_MS, Site

pytestmark = [pytest.mark.journey, pytest.mark.commits]

TELEPHONE = "4111550123"
SAID = "Siempre paga menos de doscientos y este mes le llegó más del doble. Quiere que vayan a ver."
ASKED = "Favor de revisar la lectura del periodo."
DECIDED = "El aforo encontró una fuga en el excusado; la lectura es correcta."

TOLD = (
    "CALL_ATTENDED",
    "CASE_OPENED",
    "INSPECTION_BOOKED",
    "INSPECTION_REPORTED",
    "CASE_ROUTED",
    "CASE_ACCEPTED",
    "CASE_ROUTED",
    "CASE_ACCEPTED",
    "CASE_RESOLVED",
    "ANSWER_WRITTEN",
)


@pytest.fixture
def desk(billed_town: Town) -> Town:
    """The town with its types of case and of order, and two weeks of the agenda opened."""
    at, office = clock.now(), settings.OFFICE_DIR / "cortazar"
    clerk, coordinator = billed_town.staff["informatica"], billed_town.staff["coordinador"]
    load_order_catalogue(path=office / "ordenes.yaml", at=at, by=clerk)
    load_case_catalogue(path=office / "casos.yaml", at=at, by=clerk)
    technician = register_technician(user=billed_town.staff["tecnico"], at=at, by=coordinator)
    open_agenda(
        technicians=[technician],
        first=clock.today() + timedelta(days=1),
        last=clock.today() + timedelta(days=14),
        halves=AgendaSlot.Half.values,
        at=at,
        by=coordinator,
    )
    return billed_town


def open_part(page: Page, name: str) -> Locator:
    """Open with the keyboard what a case keeps folded, and go on from there."""
    part = page.locator("details", has=page.locator("summary", has_text=name))
    if part.get_attribute("open") is None:
        part.locator("summary").first.focus()
        page.keyboard.press("Enter")
    return part


def write(part: Locator, label: str, text: str) -> None:
    """Type in a field, over what it had; after its label may come that it is optional."""
    field = part.get_by_label(re.compile(f"^{re.escape(label)}"))
    field.focus()
    field.page.keyboard.press("Control+a")
    field.page.keyboard.type(text)


def send(part: Locator, name: str) -> None:
    """Press a button with the keyboard."""
    part.get_by_role("button", name=name).focus()
    part.page.keyboard.press("Enter")


def call_about(window: Site, account: Account) -> Case:
    """Take the call over whatever is on the screen and leave the case of what it was about."""
    page = window.page
    page.keyboard.press("F4")
    telephone = page.locator("#panel").get_by_label("Teléfono")
    expect(telephone).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.type(TELEPHONE)
    page.keyboard.press("Tab")
    page.keyboard.type("Lucía Arroyo")
    page.keyboard.press("Tab")
    page.keyboard.type(account.number)
    page.keyboard.press("Tab")
    page.keyboard.type("Le llegó muy alto")
    page.keyboard.press("Tab")
    page.keyboard.type(SAID)
    page.keyboard.press("Tab")
    page.keyboard.type("Levantar un c")
    page.keyboard.press("Tab")
    page.keyboard.type("Alto c")
    assert not window.barriers()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/casos/*/", timeout=PATIENCE_MS)
    return Case.objects.select_related("document").get(account=account)


def book(window: Site, case: Case) -> HomeInspection:
    """Before hanging up, the first of the next free places."""
    part = open_part(window.page, "Agendar un aforo")
    part.get_by_role("radio").first.focus()
    window.page.keyboard.press("Space")
    write(part, "Quién recibe", "Lucía Arroyo")
    send(part, "Agendar el aforo")
    expect(window.page.get_by_text("quedó para el")).to_be_visible(timeout=PATIENCE_MS)
    return HomeInspection.objects.get(account_id=case.account_id)


def capture_act(window: Site, inspection: HomeInspection) -> InspectionAct:
    """What the technician found, written down from the paper."""
    page = window.page
    window.sign_in("prueba-tecnico")
    # The act tells the minute of the visit, which comes after that in which it was booked.
    while clock.now().replace(second=0, microsecond=0) < inspection.booked_at:
        page.wait_for_timeout(500)
    window.open(f"/aforos/{inspection.pk}/acta/")
    form = page.locator("main")
    write(form, "Personas", "3")
    write(form, "Excusados", "2")
    write(form, "Fugas encontradas", "Excusado pasando agua.")
    form.get_by_role("radio", name="Fuga dentro del domicilio").focus()
    page.keyboard.press("Space")
    assert not window.barriers()
    page.keyboard.press("F9")
    page.wait_for_url(f"**/aforos/{inspection.pk}/", timeout=PATIENCE_MS)
    return InspectionAct.objects.select_related("document").get(inspection=inspection)


def route(page: Page, area: str, note: str) -> None:
    """Send the case to an area, saying what is asked."""
    part = open_part(page, "Canalizar a un área")
    part.get_by_label(re.compile("^Área")).select_option(label=area)
    write(part, "Qué se pide al área", note)
    send(part, "Canalizar")
    expect(page.get_by_text(f"a {area}").first).to_be_visible(timeout=PATIENCE_MS)


def answer(window: Site, case: Case) -> WrittenAnswer:
    """Resolve the case and issue the letter that says so."""
    page = window.page
    part = open_part(page, "Resolver")
    part.get_by_label("Sentido").select_option(label="No procede")
    write(part, "Respuesta al usuario", DECIDED)
    send(part, "Resolver")
    expect(page.get_by_text("Respuesta: no procede")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Respuesta por escrito").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/respuesta/", timeout=PATIENCE_MS)
    page.get_by_role("link", name="No procede").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "plantilla=NO-PROCEDE" in url, timeout=PATIENCE_MS)
    expect(page.locator("[name=body]")).to_have_value(re.compile(re.escape(DECIDED)), timeout=PATIENCE_MS)
    assert not window.barriers()
    send(page.locator("main"), "Emitir la respuesta")
    page.wait_for_url(f"**/casos/{case.pk}/", timeout=PATIENCE_MS)
    return WrittenAnswer.objects.select_related("document").get(case=case)


def close_book(window: Site) -> DayBook:
    """Close the book of today."""
    page = window.page
    page.get_by_role("link", name="Cerrar el libro").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/libro/cerrar/**", timeout=PATIENCE_MS)
    assert not window.barriers()
    send(page.locator("main"), "Cerrar y sellar el libro")
    expect(page.get_by_text("cerrado por Prueba Coordinador Comercial").first).to_be_visible(timeout=PATIENCE_MS)
    return DayBook.objects.get(day=clock.today())


def printed(page: Page, address: str) -> bytes:
    """A paper as the browser gets it."""
    reply = page.request.get(address)
    assert reply.headers["content-type"] == "application/pdf"
    return reply.body()


def test_a_call_about_a_high_bill_ends_in_a_letter_and_in_the_book_of_the_day(
    site: Callable[..., Site], desk: Town
) -> None:
    account = Account.objects.exclude(pk=desk.account.pk).order_by("pk")[3]
    coordinator, billing = site(), site()
    page = coordinator.page
    coordinator.sign_in("prueba-coordinador")
    case = call_about(coordinator, account)
    assert (case.channel, case.told, case.reporter_name) == ("PHONE", SAID, "Lucía Arroyo")
    assert Call.objects.get().case_id == case.pk
    assert not coordinator.barriers()
    inspection = book(coordinator, case)
    act = capture_act(site(), inspection)
    assert (act.conclusion, act.persons) == (InspectionAct.Conclusion.INNER_LEAK, 3)

    route(page, "Facturación", ASKED)
    billing.sign_in("prueba-facturacion")
    billing.open(f"/casos/{case.pk}/")
    expect(billing.page.get_by_text(ASKED).first).to_be_visible(timeout=PATIENCE_MS)
    billing.page.keyboard.press("a")
    expect(billing.page.locator("li", has_text="aceptado")).to_have_count(1, timeout=PATIENCE_MS)
    route(billing.page, "Comercialización", "La lectura corresponde; falta contestar con el aforo.")

    coordinator.open(f"/casos/{case.pk}/")
    page.keyboard.press("a")
    expect(page.locator("li", has_text="aceptado")).to_have_count(2, timeout=PATIENCE_MS)
    letter = answer(coordinator, case)
    paper = printed(page, f"{coordinator.address}/casos/{case.pk}/respuestas/{letter.pk}/respuesta.pdf")
    assert paper.startswith(b"%PDF")

    coordinator.open("/libro/")
    told = page.inner_text("table")
    folios = [case.document.folio, inspection.document.folio]
    assert [paper for paper in (*folios, act.document.folio, letter.document.folio) if paper not in told] == []
    assert not coordinator.barriers()

    sealed = close_book(coordinator)
    address = f"{coordinator.address}/libro/cerrados/{sealed.number}/libro.pdf"
    assert printed(page, address) == printed(page, address)
    entries = json.loads(sealed.content)["entries"]
    assert {entry["folio"] for entry in entries} >= set(folios)
    kinds = iter(entry["kind"] for entry in entries if entry["account"] == account.number)
    assert all(kind in kinds for kind in TOLD), [entry["kind"] for entry in entries]
