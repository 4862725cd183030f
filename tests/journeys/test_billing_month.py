"""October's first cycle, from the file of the handheld to issued bills, and one of them adjusted by the Consejo."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import expect

from cauce.backoffice.tasks import take_in_file
from cauce.billing.models import Adjustment, Bill, BillingRun, SampledDraft, UnusualDraft
from cauce.billing.operations import load_adjustment_policies, load_draft_bounds
from cauce.billing.queries.sweeping import sweep_months
from cauce.billing.tasks import work_on_run
from cauce.core import clock
from cauce.core.es_mx import format_account, format_money
from cauce.imports.models import ImportBatch
from cauce.ledger.queries import balance
from cauce.metering.models import Consumption, Reading, ReadingDecision
from cauce.metering.operations import load_anomaly_table
from cauce.registry.models import Account
from cauce.registry.operations import change_account
from cauce.registry.queries import terms_of
from cauce.reports.queries import verify
from cauce.users.models import User
from cauce.users.operations import open_staff_account
from tests.backoffice.town import CYCLE, LEGACY, PASSWORD, Town
from tests.journeys.pages import PATIENCE_MS, Site
from tests.metering.accounts import make_account

pytestmark = [pytest.mark.journey, pytest.mark.commits]
OCTOBER = date(2026, 10, 1)
FILE = "lecturas_202610_c1.txt"
OFFICE = django_settings.BASE_DIR / "office" / "cortazar"
HOUSE, HIGH_READING = "007019", 37_839
NOT_REACHED, TURNED_BACK, READ_TWICE, NEVER_READ = "002934", "000472", "003087", "005717"
PDF = b"%PDF-1.4 solicitud de prueba"


@dataclass(frozen=True, slots=True)
class Month:
    """The file of the month and the pieces that the office keeps."""

    file: Path
    request: Path


@pytest.fixture
def month(billed_town: Town, tmp_path: Path, settings: object) -> Month:
    """October's readings of the town's accounts, one of them very high; two changes of the padrón; another clerk."""
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    now, head = clock.now(), billed_town.staff["jefe"]
    load_anomaly_table(path=OFFICE / "anomalias.yaml", at=now, by=head)
    load_draft_bounds(path=OFFICE / "facturacion.yaml", at=now, by=head)
    load_adjustment_policies(path=OFFICE / "ajustes.yaml", at=now, by=head)
    open_staff_account(username="prueba-critica", full_name="Prueba Crítica", role="facturacion", password=PASSWORD)
    request = tmp_path / "solicitud.pdf"
    request.write_bytes(PDF)
    change_dwellings("000718", by=head)
    numbers = set(Account.objects.values_list("number", flat=True))
    lines = (LEGACY / FILE).read_bytes().split(b"\r\n")
    kept = [line for line in lines if line[:6].decode("ascii", "replace") in numbers]
    high = [line[:18] + b"%7d" % HIGH_READING + line[25:] if line[:6] == HOUSE.encode() else line for line in kept]
    (tmp_path / FILE).write_bytes(b"\r\n".join([*high, b""]))
    return Month(tmp_path / FILE, request)


def change_dwellings(number: str, *, by: User) -> None:
    """What changes of the padrón since September."""
    account = Account.objects.select_related("route", "connection").get(number=number)
    terms = replace(terms_of(account), dwellings=2)
    change_account(account=account, terms=terms, reason="Se construyó otra vivienda", at=clock.now(), by=by)


def test_octobers_first_cycle_goes_from_the_file_to_its_bills_and_the_consejo_adjusts_one(
    site: Callable[..., Site], billed_town: Town, month: Month
) -> None:
    importer, clerk, head = site(), site(), site()
    importer.sign_in("prueba-facturacion")
    import_readings(importer, month)
    may_not_decide_what_she_captured(importer)

    clerk.sign_in("prueba-critica")
    review(clerk)
    run = make_draft(clerk)
    look_at_draft(clerk, run)

    head.sign_in("prueba-jefe")
    approve(head, run)
    late = make_account("990001")
    issue_is_refused(clerk, run, late)
    sign_guard(head, run, late)
    issue(clerk, run)

    account = Account.objects.get(number=HOUSE)
    bill = Bill.objects.get(account=account, period=OCTOBER)
    assert bill.total > 1000
    owed = balance(account.pk)
    adjusted = adjust(site(), site(), account, bill, month)
    assert balance(account.pk) == owed - bill.total
    assert adjusted.total == 0 and adjusted.replaces_id == bill.pk
    assert [check.name for check in verify() if check.broken] == []
    assert sweep_months(OCTOBER, OCTOBER).differences == []


def said(window: Site, words: str) -> None:
    expect(window.page.get_by_text(words).first).to_be_visible(timeout=PATIENCE_MS)


def import_readings(window: Site, month: Month) -> None:
    """Tried first, and then taken in."""
    page = window.page
    window.open(reverse("imports:new_import"))
    page.get_by_role("radio", name="lo que trae la terminal de un ciclo").check()
    page.get_by_label("Archivo", exact=True).set_input_files(month.file)
    assert not window.barriers()
    page.get_by_role("button", name="Revisar el archivo").click()
    page.wait_for_url(re.compile(r"/importaciones/\d+/$"), timeout=PATIENCE_MS)
    work_off_imports()
    assert not Reading.objects.filter(round__period=OCTOBER).exists()
    tried = page.url
    page.get_by_role("button", name="Importar 47 renglones").click()
    page.wait_for_url(lambda url: url != tried, timeout=PATIENCE_MS)
    work_off_imports()
    said(window, "Importada")
    assert Reading.objects.filter(round__period=OCTOBER, status=Reading.Status.REVIEW).count() == 10


def work_off_imports() -> None:
    """What a worker would do."""
    for batch in ImportBatch.objects.filter(state=ImportBatch.State.PENDING):
        take_in_file(batch_id=batch.pk)


def may_not_decide_what_she_captured(window: Site) -> None:
    window.open(f"{reverse('metering:review')}?mes=2026-10")
    said(window, "Usted capturó esta lectura: la decide otra persona.")
    expect(window.page.get_by_role("link", name="Aceptar")).to_have_count(0)


def review(window: Site) -> None:
    """Every act with its letter, from the list; what is decided leaves it and the next one comes."""
    page = window.page
    window.open(f"{reverse('metering:review')}?mes=2026-10")
    assert not window.barriers()
    decide(window, NOT_REACHED, "e", "consumo estimado")
    decide(window, HOUSE, "a", "lectura aceptada, 180 m³")
    decide(window, TURNED_BACK, "c", "lectura corregida, 12 m³", value="25190")
    decide(window, READ_TWICE, "s", "queda para segunda visita")
    decide(window, NEVER_READ, "p", "apartada, no se factura este mes")
    stand_at(window, "008209")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Por lote: 4 lecturas")).to_be_visible(timeout=PATIENCE_MS)
    assert not window.barriers()
    page.get_by_label("Qué se decide").select_option("ESTIMATED/AVERAGE_6")
    page.keyboard.press("F9")
    said(window, "Se decidieron 4 cuentas")
    decided = ReadingDecision.objects.filter(round__period=OCTOBER).order_by("pk")
    assert list(decided.values_list("kind", flat=True)) == [
        "ESTIMATED", "ACCEPTED", "CORRECTED", "REVISIT", "PARKED", *["ESTIMATED"] * 4,
    ]  # fmt: skip
    assert Consumption.objects.get(account__number=HOUSE, period=OCTOBER).volume_m3 == 180


def stand_at(window: Site, number: str) -> None:
    """Go along the list with the arrows until that account is the one looked at."""
    page = window.page
    current = page.locator("a[aria-current=true]")
    for key, way in (("ArrowDown", "down"), ("ArrowUp", "up")):
        while format_account(number) not in current.inner_text():
            if not page.locator(f"[data-step={way}]").count():
                break
            before = page.url
            page.keyboard.press(key)
            page.wait_for_url(lambda url, before=before: url != before, timeout=PATIENCE_MS)
        else:
            return
    raise AssertionError(f"the arrows do not reach {number}")


def decide(window: Site, number: str, letter: str, words: str, *, value: str = "") -> None:
    """Press the letter of the act, write what it asks and say yes; the ready reason is the first one."""
    page = window.page
    stand_at(window, number)
    page.keyboard.press(letter)
    expect(page.locator("form.case-form")).to_be_visible(timeout=PATIENCE_MS)
    if value:
        expect(page.get_by_label("Lectura correcta")).to_be_focused(timeout=PATIENCE_MS)
        page.keyboard.type(value)
    assert not window.barriers()
    page.keyboard.press("F9")
    said(window, f"Cuenta {number}: {words}")


def make_draft(window: Site) -> BillingRun:
    """Open the cycle, learn what changed of the padrón, and compute."""
    page = window.page
    window.open(reverse("billing:runs"))
    page.get_by_label("Mes", exact=True).fill("2026-10")
    page.get_by_label("Ciclo").select_option(str(CYCLE))
    page.get_by_role("button", name="Abrir").click()
    page.wait_for_url("**/facturacion/corridas/*/", timeout=PATIENCE_MS)
    run = BillingRun.objects.get(period=OCTOBER, cycle=CYCLE)
    page.get_by_role("button", name="Calcular").click()
    said(window, "cambios")
    run.refresh_from_db()
    assert run.state == BillingRun.State.DRAFT
    window.open(reverse("billing:changes", args=[run.pk]))
    assert not window.barriers()
    page.keyboard.press("e")
    said(window, "ya puede calcular")
    page.get_by_role("button", name="Calcular").click()
    said(window, "Nada, mientras termina")
    work_on_run(run_id=run.pk)
    said(window, "Importe por concepto y uso")
    run.refresh_from_db()
    assert run.state == BillingRun.State.COMPUTED
    assert not window.barriers()
    return run


def look_at_draft(window: Site, run: BillingRun) -> None:
    """What it is compared with, what is unusual, and the sample with its proofs."""
    page = window.page
    window.open(reverse("billing:comparison", args=[run.pk]))
    said(window, "Por ruta")
    assert not window.barriers()
    page.get_by_role("link", name="Fuera de lo común").first.click()
    row = page.get_by_role("row").filter(has_text=format_account(HOUSE))
    expect(row.first).to_contain_text("Sube contra el mes anterior", timeout=PATIENCE_MS)
    for box in page.get_by_label("La vi").all():
        box.check()
    page.get_by_label("Qué encontró").fill("El usuario llenó una alberca")
    page.keyboard.press("Enter")
    expect(page.get_by_label("La vi")).to_have_count(0, timeout=PATIENCE_MS)
    assert not UnusualDraft.objects.filter(run=run, looked_at__isnull=True).exists()
    window.open(reverse("billing:sample", args=[run.pk]))
    assert not window.barriers()
    paper = page.request.get(f"{window.address}{reverse('billing:sample_pdf', args=[run.pk])}")
    assert paper.body().startswith(b"%PDF")
    while (waiting := SampledDraft.objects.filter(run=run, is_right__isnull=True)).exists():
        left = waiting.count()
        page.get_by_role("row").filter(has_text="Por revisar").first.get_by_role("button", name="Bien").click()
        said(window, f"{left - 1} por revisar")


def approve(window: Site, run: BillingRun) -> None:
    """Another person approves what was computed."""
    window.open(reverse("billing:run", args=[run.pk]))
    assert not window.barriers()
    window.page.get_by_role("button", name="Aprobar").click()
    said(window, "La corrida quedó aprobada")


def issue_is_refused(window: Site, run: BillingRun, late: Account) -> None:
    """Somebody who must be billed came after the draft."""
    window.open(reverse("billing:run", args=[run.pk]))
    window.page.get_by_role("button", name="Emitir").click()
    said(window, late.number)
    assert not Bill.objects.filter(period=OCTOBER).exists()
    window.open(reverse("billing:missing", args=[run.pk]))
    said(window, "usted calculó la corrida; la firma otra persona")


def sign_guard(window: Site, run: BillingRun, late: Account) -> None:
    """The head takes on that it is left without bill this month."""
    window.open(reverse("billing:missing", args=[run.pk]))
    expect(window.page.get_by_role("row").filter(has_text=format_account(late.number))).to_contain_text("Sin firmar")
    assert not window.barriers()
    window.page.get_by_label("Motivo").fill("Se dio de alta después de la prefactura: se factura en noviembre")
    window.page.keyboard.press("Enter")
    said(window, "Quedó firmado: 1 cuenta sin recibo")


def issue(window: Site, run: BillingRun) -> None:
    window.open(reverse("billing:run", args=[run.pk]))
    window.page.get_by_role("button", name="Emitir").click()
    said(window, "Nada, mientras termina")
    work_on_run(run_id=run.pk)
    said(window, "Imprimir los recibos")
    assert not window.barriers()


def adjust(proposer: Site, director: Site, account: Account, bill: Bill, month: Month) -> Bill:
    """All of it is let go by the Consejo's resolution, that the director writes; the corrected bill names the first."""
    proposer.sign_in("prueba-coordinador")
    page = proposer.page
    proposer.open(reverse("adjustments:new_adjustment", args=[account.pk]))
    page.get_by_role("radio", name="Política del Consejo Directivo").check()
    page.get_by_role("checkbox", name=bill.document.folio).check()
    page.get_by_label("Descuento, %").fill("100")
    page.keyboard.press("F9")
    said(proposer, "con acuerdo del Consejo")
    said(proposer, "límite del Director General: necesita el acuerdo del Consejo Directivo")
    page.get_by_label("Por qué se ajusta").fill("Apoyo por la inundación de la calle")
    page.get_by_label("Solicitud del usuario").set_input_files(month.request)
    assert not proposer.barriers()
    page.keyboard.press("F8")
    page.wait_for_url(re.compile(r"/ajustes/\d+/$"), timeout=PATIENCE_MS)
    said(proposer, "con acuerdo del Consejo Directivo")
    adjustment = Adjustment.objects.get()
    assert adjustment.needs_board and -adjustment.difference == bill.total

    director.sign_in("prueba-director")
    director.open(reverse("adjustments:adjustment", args=[adjustment.pk]))
    assert not director.barriers()
    for label, text in (
        ("Acuerdo del Consejo Directivo", "CD-12/2026"),
        ("Fecha del acuerdo", f"{clock.today():%Y-%m-%d}"),
    ):
        director.page.keyboard.press("F8")
        expect(director.page.get_by_label(label)).to_be_focused(timeout=PATIENCE_MS)
        director.page.get_by_label(label).fill(text)
    assert not Adjustment.objects.exclude(state=Adjustment.State.PROPOSED).exists()
    director.page.keyboard.press("F8")
    said(director, "ya se puede aplicar")

    proposer.open(reverse("adjustments:adjustment", args=[adjustment.pk]))
    said(proposer, "CD-12/2026")
    page.keyboard.press("F8")
    said(proposer, f"Se aplicó el ajuste {adjustment.document.folio} por {format_money(adjustment.difference)}")
    assert not proposer.barriers()
    corrected = Bill.objects.select_related("document").get(replaces=bill)
    said(proposer, f"sustituye al {bill.document.folio}")
    for name in ("Carta para el usuario", f"Recibo corregido {corrected.document.folio}"):
        link = page.get_by_role("link", name=name)
        paper = page.request.get(f"{proposer.address}{link.get_attribute('href')}")
        assert paper.body().startswith(b"%PDF")
    return corrected
