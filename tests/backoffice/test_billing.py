"""A run on the screens: opened, computed, approved by somebody else, issued and printed."""

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cauce.billing.models import Bill, BillingRun, RunAccount
from cauce.billing.tasks import print_run, work_on_run
from tests.backoffice.town import Town


@pytest.fixture
def october(town: Town, clients: dict[str, Client]) -> BillingRun:
    """October's run, open."""
    clients["facturacion"].post(reverse("billing:open_cycle"), {"period": "2026-10", "cycle": "1"})
    return BillingRun.objects.get(period="2026-10-01", cycle=1)


def compute(client: Client, run: BillingRun) -> BillingRun:
    client.post(reverse("billing:compute", args=[run.pk]))
    work_on_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def press(client: Client, name: str, run: BillingRun, **data: str) -> str:
    """Press a button of the run and read the page that follows."""
    response = client.post(reverse(name, args=[run.pk]), data, follow=True)
    run.refresh_from_db()
    page: str = response.content.decode()
    return page


def test_a_run_is_computed_by_one_approved_by_another_and_issued(
    october: BillingRun, clients: dict[str, Client]
) -> None:
    compute(clients["facturacion"], october)
    assert october.state == BillingRun.State.COMPUTED
    assert ProcrastinateJob.objects.filter(task_name="billing.work_on_run", args={"run_id": october.pk}).exists()
    press(clients["jefe"], "billing:approve", october)
    assert october.state == BillingRun.State.APPROVED
    press(clients["facturacion"], "billing:issue", october)
    work_on_run(run_id=october.pk)
    october.refresh_from_db()
    assert october.state == BillingRun.State.ISSUED
    assert Bill.objects.filter(run=october).count() == october.totals["counts"]["BILLED"]


def test_who_computed_a_run_is_told_why_they_cannot_approve_it(
    october: BillingRun, town: Town, clients: dict[str, Client]
) -> None:
    compute(clients["facturacion"], october)
    clerk = town.staff["facturacion"]
    clerk.groups.add(town.staff["jefe"].groups.get())
    page = clients["facturacion"].get(reverse("billing:run", args=[october.pk])).content.decode()
    assert "usted la calculó; la aprueba otra persona" in page
    page = press(clients["facturacion"], "billing:approve", october)
    assert "Quien calculó la corrida no puede aprobarla" in page
    assert october.state == BillingRun.State.COMPUTED


def test_opening_a_month_without_law_is_refused_in_spanish(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("billing:open_cycle")
    page = clients["facturacion"].post(url, {"period": "2027-01", "cycle": "1"}, follow=True).content.decode()
    assert "2027" in page
    assert not BillingRun.objects.filter(period="2027-01-01").exists()
    page = clients["facturacion"].post(url, {"period": "enero", "cycle": "1"}, follow=True).content.decode()
    assert "Escriba el mes como 2026-09" in page


def test_every_account_without_bill_says_why(town: Town, clients: dict[str, Client]) -> None:
    left_out = RunAccount.objects.filter(run=town.run).exclude(outcome=RunAccount.Outcome.BILLED)
    url = reverse("billing:left_out_workbook", args=[town.run.pk])
    rows = CalamineWorkbook.from_filelike(BytesIO(clients["jefe"].get(url).content)).get_sheet_by_index(0).to_python()
    assert {row[0] for row in rows[1:]} == set(left_out.values_list("account__number", flat=True))
    assert all(row[4] for row in rows[1:])


def test_a_draft_is_set_apart_with_a_reason_and_put_back(october: BillingRun, clients: dict[str, Client]) -> None:
    compute(clients["facturacion"], october)
    row = RunAccount.objects.filter(run=october, outcome=RunAccount.Outcome.BILLED).first()
    if row is None:
        pytest.skip("October of the small town bills no account")
    clients["jefe"].post(reverse("billing:withdraw", args=[row.pk]), {"reason": "Falta verificar"})
    row.refresh_from_db()
    assert row.outcome == RunAccount.Outcome.HELD
    clients["jefe"].post(reverse("billing:give_back", args=[row.pk]))
    row.refresh_from_db()
    assert row.outcome == RunAccount.Outcome.BILLED


def test_a_run_is_discarded_with_a_reason_and_its_cycle_opens_again(
    october: BillingRun, clients: dict[str, Client]
) -> None:
    page = press(clients["facturacion"], "billing:discard", october)
    assert october.state == BillingRun.State.DRAFT
    assert "Escriba por qué se descarta" in page
    press(clients["facturacion"], "billing:discard", october, reason="Faltan lecturas")
    assert october.state == BillingRun.State.CANCELLED
    clients["facturacion"].post(reverse("billing:open_cycle"), {"period": "2026-10", "cycle": "1"})
    assert BillingRun.objects.exclude(pk=october.pk).filter(period="2026-10-01", cycle=1).exists()


def test_the_totals_go_on_paper(town: Town, clients: dict[str, Client]) -> None:
    content = clients["consejo"].get(reverse("billing:totals_pdf", args=[town.run.pk])).content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert "Corrida de facturación" in text


def test_the_bills_of_a_run_are_printed_once_asked_for(
    town: Town, clients: dict[str, Client], settings: object, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    url = reverse("billing:bills_pdf", args=[town.run.pk])
    assert clients["cajero"].get(url).status_code == 404
    press(clients["facturacion"], "billing:prepare_papers", town.run)
    assert ProcrastinateJob.objects.filter(task_name="billing.print_run").exists()
    print_run(run_id=town.run.pk)
    response = clients["cajero"].get(url)
    pages = PdfReader(BytesIO(b"".join(response.streaming_content))).pages  # type: ignore[attr-defined]
    assert len(pages) == -(-town.run.totals["counts"]["BILLED"] // 2)
