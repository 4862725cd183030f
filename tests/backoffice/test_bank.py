"""The bank's files on the screens: tried, applied, and what waits decided by two people."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cauce.backoffice.tasks import take_in_file
from cauce.cashier.models import BankMovement, BankResolution, Receipt
from cauce.imports.models import ImportBatch
from cauce.ledger.queries import balance
from tests.backoffice.bank_town import NAME, bank_town, lines_of
from tests.backoffice.town import PASSWORD, Town
from tests.cashier.bank_files import HEADER


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]


def upload(client: Client, content: str, name: str = NAME) -> ImportBatch:
    response = client.post(
        reverse("bank:new_file"), {"file": SimpleUploadedFile(name, content.encode(), content_type="text/csv")}
    )
    assert response.status_code == 302, response.content.decode()
    batch = ImportBatch.objects.latest("pk")
    take_in_file(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def page(client: Client, name: str, *arguments: int, **query: str) -> str:
    response = client.get(reverse(name, args=arguments), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_file_is_tried_before_it_is_applied(town: Town, clients: dict[str, Client]) -> None:
    client, before = clients["contabilidad"], balance(town.account.pk)
    tried = upload(client, "\n".join([HEADER, *lines_of(town), ""]))
    assert (tried.dry_run, tried.state, tried.rejected) == (True, ImportBatch.State.DONE, 3)
    assert balance(town.account.pk) == before
    shown = page(client, "bank:file", tried.pk)
    assert "Aplicar $75.00" in shown
    assert "Referencia que no verifica" in shown
    client.post(reverse("bank:confirm", args=[tried.pk]))
    applied = ImportBatch.objects.latest("pk")
    take_in_file(batch_id=applied.pk)
    assert Receipt.objects.filter(account=town.account, payment__desk__code="BANCO").count() == 1
    shown = page(client, "bank:file", applied.pk)
    assert "BCO-000001" in shown
    assert "En revisión" in page(client, "bank:file", applied.pk, resultado="REVIEW")
    assert NAME in page(client, "bank:home")
    assert page(client, "bank:pending").count("renglón") >= 4
    again = upload(client, "\n".join([HEADER, *lines_of(town), ""]))
    assert "ya entró" in page(client, "bank:file", again.pk)


def test_a_file_of_no_bank_says_so(town: Town, clients: dict[str, Client]) -> None:
    batch = upload(clients["contabilidad"], "a;b\n1;2\n", name="otro.csv")
    assert batch.state == ImportBatch.State.FAILED
    assert "Ningún formato reconoce" in page(clients["contabilidad"], "bank:file", batch.pk)


def test_two_people_apply_what_nobody_knew(town: Town, clients: dict[str, Client]) -> None:
    made = bank_town(town)
    accounting, head = clients["contabilidad"], clients["jefe"]
    url = reverse("bank:propose", args=[made.movement.pk])
    wrong = accounting.post(url, {"action": "APPLY", "account": "1", "reason": ""})
    assert wrong.status_code == 422
    assert "No existe esa cuenta" in wrong.content.decode()
    sent = {"action": "APPLY", "account": town.account.number, "reason": "Ficha del usuario"}
    assert accounting.post(url, sent).status_code == 302
    resolution = BankResolution.objects.get(movement=made.movement)
    assert accounting.post(reverse("bank:approve", args=[resolution.pk]), {"password": PASSWORD}).status_code == 403
    approve = reverse("bank:approve", args=[resolution.pk])
    assert head.post(approve, {"password": "otra"}).status_code == 422
    before = balance(town.account.pk)
    assert head.post(approve, {"password": PASSWORD}).status_code == 302
    resolution.refresh_from_db()
    assert resolution.state == BankResolution.State.APPROVED
    assert before - balance(town.account.pk) == 60
    shown = page(head, "bank:movement", made.movement.pk)
    assert "Ficha del usuario" in shown
    assert "Resuelto" in shown


def test_who_refuses_says_why_and_the_movement_waits_again(town: Town, clients: dict[str, Client]) -> None:
    made = bank_town(town)
    refuse = reverse("bank:refuse", args=[made.resolution.pk])
    assert clients["jefe"].post(refuse, {"note": ""}).status_code == 422
    assert clients["jefe"].post(refuse, {"note": "La ficha es de otro mes"}).status_code == 302
    shown = page(clients["contabilidad"], "bank:movement", made.resolution.movement_id)
    assert "La ficha es de otro mes" in shown
    assert "Proponer qué se hace" in shown


def test_a_reversal_offers_the_payment_that_it_undoes(town: Town, clients: dict[str, Client]) -> None:
    bank_town(town)
    movement = BankMovement.objects.get(identity="900005")
    shown = page(clients["contabilidad"], "bank:movement", movement.pk)
    assert "Cancelar el pago que deshace" in shown
    assert "Importe según el banco" not in shown
    unreadable = BankMovement.objects.get(identity="900003")
    assert "Importe según el banco" in page(clients["contabilidad"], "bank:movement", unreadable.pk)


def test_lists_leave_as_workbooks_and_the_layouts_say_they_are_not_official(
    town: Town, clients: dict[str, Client]
) -> None:
    made = bank_town(town)
    for name, arguments in (("bank:file_workbook", [made.file.pk]), ("bank:pending_workbook", [])):
        response = clients["auditor"].get(reverse(name, args=arguments))
        assert response.headers["Content-Type"].startswith("application/vnd.openxml")
    shown = page(clients["auditor"], "bank:layouts")
    assert "tienda_AAAAMMDD.txt" in shown
    assert "DEMOSTRACIÓN, NO OFICIAL" in shown


def test_the_inbox_of_each_role_says_what_waits_for_it(town: Town, clients: dict[str, Client]) -> None:
    bank_town(town)
    assert "Movimientos del banco por resolver" in page(clients["contabilidad"], "today:home")
    assert "Movimientos del banco por aprobar" not in page(clients["contabilidad"], "today:home")
    assert "Movimientos del banco por aprobar" in page(clients["jefe"], "today:home")
