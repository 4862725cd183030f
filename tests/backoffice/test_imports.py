"""Importing files on the screens: reviewed first, then confirmed, then read."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from cauce.backoffice.tasks import take_in_file
from cauce.imports.models import ImportBatch
from cauce.registry.models import Account
from tests.backoffice.town import LEGACY, Town

HEADER = (LEGACY / "padron.csv").read_bytes().split(b"\r\n")[0]
ROWS = (LEGACY / "padron.csv").read_bytes().split(b"\r\n")[1:]


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]


def upload(client: Client, content: bytes, kind: str = "REGISTRY", name: str = "padron.csv") -> ImportBatch:
    response = client.post(reverse("imports:new_import"), {"kind": kind, "file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return ImportBatch.objects.latest("pk")


def test_a_file_is_reviewed_before_anything_enters(town: Town, clients: dict[str, Client]) -> None:
    before = Account.objects.count()
    batch = upload(clients["facturacion"], b"\r\n".join([HEADER, *ROWS[200:210], b"una|fila|corta", b""]))
    assert batch.dry_run
    assert ProcrastinateJob.objects.filter(task_name="backoffice.take_in_file", args={"batch_id": batch.pk}).exists()
    take_in_file(batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.rejected) == (ImportBatch.State.DONE, 1)
    assert Account.objects.count() == before
    page = clients["facturacion"].get(reverse("imports:batch", args=[batch.pk])).content.decode()
    assert "Columnas de más o de menos" in page
    assert f"Importar {batch.taken} renglones" in page


def test_what_is_confirmed_enters_and_the_same_file_again_changes_nothing(
    town: Town, clients: dict[str, Client]
) -> None:
    client, before = clients["facturacion"], Account.objects.count()
    tried = upload(client, b"\r\n".join([HEADER, *ROWS[300:320], b""]))
    take_in_file(batch_id=tried.pk)
    for _ in range(2):
        client.post(reverse("imports:confirm", args=[tried.pk]))
        take_in_file(batch_id=ImportBatch.objects.latest("pk").pk)
    tried.refresh_from_db()
    last = ImportBatch.objects.latest("pk")
    assert not last.dry_run
    assert (last.taken, last.new) == (tried.taken, 0)
    assert before < Account.objects.count() <= before + 20
    assert "ya se importó" in client.get(reverse("imports:batch", args=[last.pk])).content.decode()


def test_the_confirmed_file_is_not_imported_twice_by_a_task_that_runs_twice(
    town: Town, clients: dict[str, Client]
) -> None:
    batch = upload(clients["facturacion"], b"\r\n".join([HEADER, *ROWS[300:302], b""]))
    take_in_file(batch_id=batch.pk)
    take_in_file(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.rows == 2


def test_a_file_that_is_no_text_says_so_on_its_page(town: Town, clients: dict[str, Client]) -> None:
    batch = upload(clients["facturacion"], b"PK\x03\x04" + bytes(range(256)) * 4, name="padron.xlsx")
    take_in_file(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.FAILED
    page = clients["facturacion"].get(reverse("imports:batch", args=[batch.pk])).content.decode()
    assert "No terminó." in page


def test_a_kind_of_file_that_is_not_ones_own_cannot_be_confirmed(town: Town, clients: dict[str, Client]) -> None:
    batch = upload(clients["facturacion"], b"\r\n".join([HEADER, *ROWS[300:302], b""]))
    take_in_file(batch_id=batch.pk)
    user = town.staff["informatica"]
    user.groups.first().permissions.remove(*user.groups.first().permissions.filter(codename="import_registry"))
    assert clients["informatica"].post(reverse("imports:confirm", args=[batch.pk])).status_code == 403


def test_a_form_without_file_says_what_is_missing(town: Town, clients: dict[str, Client]) -> None:
    response = clients["facturacion"].post(reverse("imports:new_import"), {"kind": "REGISTRY"})
    assert response.status_code == 422
    assert "Elija el archivo" in response.content.decode()


def test_progress_asks_for_the_whole_page_when_it_ends(town: Town, clients: dict[str, Client]) -> None:
    batch = upload(clients["facturacion"], b"\r\n".join([HEADER, *ROWS[300:302], b""]))
    url = reverse("imports:progress", args=[batch.pk])
    assert "HX-Refresh" not in clients["facturacion"].get(url).headers
    take_in_file(batch_id=batch.pk)
    assert clients["facturacion"].get(url).headers["HX-Refresh"] == "true"


def test_findings_filter_and_go_to_excel_as_text(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("imports:batch", args=[town.batch.pk])
    code = next(iter(town.batch.by_code))
    page = clients["jefe"].get(url, {"motivo": code})
    assert {item.code for item in page.context["page"].rows} == {code}
    content = clients["jefe"].get(reverse("imports:findings_workbook", args=[town.batch.pk])).content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) - 1 == town.batch.findings.count()


def test_the_csv_has_the_columns_of_the_command(town: Town, clients: dict[str, Client]) -> None:
    content = clients["jefe"].get(reverse("imports:findings_csv", args=[town.batch.pk])).content.decode("utf-8-sig")
    assert content.splitlines()[0] == "line,severity,code,field,message"


def test_an_import_that_waits_is_cancelled(town: Town, clients: dict[str, Client]) -> None:
    batch = upload(clients["facturacion"], b"\r\n".join([HEADER, *ROWS[300:302], b""]))
    clients["facturacion"].post(reverse("imports:cancel", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.CANCELLED
