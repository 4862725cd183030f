"""What is seen, signed and moved of a run and of the calendar, on the screens."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cauce.billing.models import BillingRun, CycleDates, GuardSignature, SampledDraft, UnusualDraft
from cauce.billing.operations import load_draft_bounds
from cauce.billing.queries.changes import pending_changes
from cauce.billing.tasks import work_on_run
from cauce.registry.models import Account
from tests.backoffice.billing_town import billing_town
from tests.backoffice.town import AT, Town
from tests.billing.test_guard import changed


@pytest.fixture
def october(town: Town, clients: dict[str, Client]) -> BillingRun:
    """October's run, open, with the bounds loaded and one account of the cycle changed since September."""
    load_draft_bounds(path=settings.OFFICE_DIR / "cortazar" / "facturacion.yaml", at=AT, by=town.staff["informatica"])
    changed(town.account, AT, town.staff["facturacion"], dwellings=4)
    clients["facturacion"].post(reverse("billing:open_cycle"), {"period": "2026-10", "cycle": "1"})
    return BillingRun.objects.get(period="2026-10-01", cycle=1)


@pytest.fixture
def computed(october: BillingRun, clients: dict[str, Client]) -> BillingRun:
    """October's run computed, its changes acknowledged."""
    press(clients["facturacion"], "billing:acknowledge", october)
    press(clients["facturacion"], "billing:compute", october)
    work_on_run(run_id=october.pk)
    october.refresh_from_db()
    return october


def press(client: Client, name: str, run: BillingRun, **data: object) -> str:
    response = client.post(reverse(name, args=[run.pk]), data, follow=True)
    run.refresh_from_db()
    page: str = response.content.decode()
    return page


def page_of(client: Client, name: str, run: BillingRun) -> str:
    return client.get(reverse(name, args=[run.pk])).content.decode()


def test_a_run_is_not_computed_until_its_changes_are_acknowledged(
    october: BillingRun, town: Town, clients: dict[str, Client]
) -> None:
    page = page_of(clients["facturacion"], "billing:changes", october)
    assert "viviendas" in page
    page = press(clients["facturacion"], "billing:compute", october)
    assert "nadie se ha dado por enterado" in page
    assert october.state == BillingRun.State.DRAFT
    last = pending_changes(october).last()
    assert last is not None
    page = press(clients["facturacion"], "billing:acknowledge", october, until=str(last.pk))
    assert "Quedó enterado" in page
    press(clients["facturacion"], "billing:compute", october)
    assert october.state == BillingRun.State.COMPUTING


def test_who_is_missing_is_told_by_name_and_signed_by_the_head(
    computed: BillingRun, town: Town, clients: dict[str, Client]
) -> None:
    assert "No falta ninguna" in page_of(clients["jefe"], "billing:missing", computed)
    asleep = computed.accounts.filter(rule="SUSPENSION_VOLUNTARIA").first() or computed.accounts.first()
    assert asleep is not None
    computed.accounts.filter(pk=asleep.pk).delete()
    Account.objects.filter(pk=asleep.account_id).update(state=Account.State.ACTIVE)
    number = asleep.account.number
    page = page_of(clients["jefe"], "billing:missing", computed)
    assert "Entró al ciclo después de calcular la corrida" in page
    content = clients["jefe"].get(reverse("billing:missing_workbook", args=[computed.pk])).content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == [number]
    page = press(clients["jefe"], "billing:sign", computed, accounts="", reason="Toma nueva")
    assert "cambiaron mientras las veía" in page
    page = press(clients["jefe"], "billing:sign", computed, accounts=str(asleep.account_id), reason="Toma nueva")
    assert "Quedó firmado" in page
    assert GuardSignature.objects.get().accounts == [asleep.account_id]


def test_what_is_unusual_is_looked_at_and_the_sample_is_ticked(
    computed: BillingRun, town: Town, clients: dict[str, Client]
) -> None:
    unusual, _ = UnusualDraft.objects.get_or_create(
        run=computed, account=town.account, code="PASA_DEL_MAXIMO", defaults={"drafted": "30000.00", "bound": "25000"}
    )
    assert "El importe pasa del máximo" in page_of(clients["facturacion"], "billing:unusual", computed)
    page = press(clients["facturacion"], "billing:look", computed, note="Vista")
    assert "Marque al menos una" in page
    page = press(clients["facturacion"], "billing:look", computed, unusual=[str(unusual.pk)], note="Es una escuela")
    assert "1 prefactura vista" in page
    sampled = billing_town(replace(town, run=computed)).sampled
    url = reverse("billing:check", args=[sampled.pk])
    page = clients["jefe"].post(url, {"result": "mal", "note": ""}, follow=True).content.decode()
    assert "Escriba qué está mal" in page
    clients["jefe"].post(url, {"result": "bien", "note": ""})
    assert SampledDraft.objects.get(pk=sampled.pk).is_right
    assert "Está bien" in page_of(clients["jefe"], "billing:sample", computed)


def test_the_groups_and_the_sample_go_on_screen_and_paper(computed: BillingRun, clients: dict[str, Client]) -> None:
    assert "Por concepto" in page_of(clients["consejo"], "billing:comparison", computed)
    content = clients["jefe"].get(reverse("billing:sample_pdf", args=[computed.pk])).content
    assert "Muestra de la prefactura" in "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_a_run_not_all_seen_is_approved_with_its_reason(
    computed: BillingRun, town: Town, clients: dict[str, Client]
) -> None:
    UnusualDraft.objects.get_or_create(
        run=computed, account=town.account, code="TOTAL_CERO", defaults={"drafted": "0.00"}
    )
    assert "Aprobar sin verlo todo" in page_of(clients["jefe"], "billing:run", computed)
    page = press(clients["jefe"], "billing:approve", computed)
    assert "escriba por qué se aprueba así" in page


def test_the_year_is_shown_moved_and_taken_away(town: Town, clients: dict[str, Client]) -> None:
    dates = billing_town(town).dates
    page = clients["consejo"].get(reverse("billing:calendar") + "?anio=2026").content.decode()
    assert "Calendario de 2026" in page
    content = clients["consejo"].get(reverse("billing:calendar_workbook") + "?anio=2026").content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + CycleDates.objects.filter(period__year=2026).count()
    paper = clients["consejo"].get(reverse("billing:calendar_pdf") + "?anio=2026").content
    assert "Calendario de facturación" in PdfReader(BytesIO(paper)).pages[0].extract_text()
    url = reverse("billing:move_days", args=[dates.pk])
    moved = {"stage": "REPARTO", "starts_on": "2026-09-08", "ends_on": "2026-09-14", "reason": ""}
    assert clients["facturacion"].post(url, moved).status_code == 422
    page = clients["facturacion"].post(url, moved | {"reason": "Faltan dos"}, follow=True).content.decode()
    assert "Faltan dos" in page
    refused = moved | {"starts_on": "2026-09-12", "reason": "Sábado"}
    page = clients["facturacion"].post(url, refused, follow=True).content.decode()
    assert "no es día hábil" in page
    clients["facturacion"].post(reverse("billing:delivered", args=[dates.pk]), {"on": "2026-09-14"})
    assert CycleDates.objects.get(pk=dates.pk).delivered_by == town.staff["facturacion"]
    clients["facturacion"].post(reverse("billing:generate"))


def test_a_late_cycle_is_told_in_the_inbox_of_billing(town: Town, clients: dict[str, Client]) -> None:
    billing_town(town)
    for role in ("facturacion", "jefe"):
        assert "Ciclos atrasados" in clients[role].get("/").content.decode()
    assert "Ciclos atrasados" not in clients["cajero"].get("/").content.decode()
