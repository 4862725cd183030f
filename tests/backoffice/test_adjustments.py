"""Adjustments on the screens: quoted, proposed with their evidence, decided, applied, undone; their policies."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cauce.billing.models import Adjustment, AdjustmentPolicy, Bill
from cauce.core import clock
from tests.backoffice.adjustments_town import adjustments_town, load_policies, metered_bills
from tests.backoffice.cases_town import cases_town
from tests.backoffice.town import Town
from tests.billing.adjustments.correcting import PDF, READING

State = Adjustment.State


@pytest.fixture
def bill(town: Town) -> Bill:
    load_policies(town)
    return metered_bills(town)[0]


def quote(bill: Bill, **asked: str) -> str:
    query = {"clase": READING, "recibo": str(bill.pk), f"m3_{bill.pk}": "8"} | asked
    address = reverse("adjustments:new_adjustment", args=[bill.account_id])
    return f"{address}?{'&'.join(f'{name}={value}' for name, value in query.items())}"


def act(name: str, found: Adjustment) -> str:
    return reverse(f"adjustments:{name}", args=[found.pk])


def test_a_bill_goes_from_the_account_to_its_correction_and_back(clients: dict[str, Client], bill: Bill) -> None:
    clerk, billing = clients["coordinador"], clients["facturacion"]
    page = clerk.get(reverse("window:account", args=[bill.account_id])).content.decode()
    assert "Ajustar recibos" in page
    page = clerk.get(quote(bill)).content.decode()
    assert "Quién decide" in page and "Prueba del precio nuevo" in page and "Acta de aforo" in page
    refused = clerk.post(quote(bill), {"llave": "k", "motivo": "Mal leído"})
    assert refused.status_code == 422 and "Falta adjuntar" in refused.content.decode()
    sent = {"llave": "k", "motivo": "Mal leído", "evidencia_0": SimpleUploadedFile("acta.pdf", PDF)}
    assert clerk.post(quote(bill), sent).status_code == 302
    made = Adjustment.objects.get()
    head = clients[made.authoriser]
    assert "Ajustes por autorizar" in head.get("/").content.decode()
    assert act("authorise", made) not in clerk.get(act("adjustment", made)).content.decode()
    evidence = made.files.get()
    shown = head.get(reverse("adjustments:evidence", args=[made.pk, evidence.pk]))
    assert shown.content == PDF
    head.post(act("authorise", made), {"note": "Procede", "resolution": "", "resolved_on": ""})
    assert "por aplicar" in billing.get("/").content.decode()
    page = billing.post(act("apply", made), {"llave": "a"}, follow=True).content.decode()
    made.refresh_from_db()
    assert made.state == State.APPLIED and "Recibo corregido" in page
    for name in ("letter_pdf", "sheet_pdf"):
        assert clerk.get(act(name, made)).content.startswith(b"%PDF")
    corrected = Bill.objects.get(replaces=bill)
    assert clerk.get(reverse("window:bill_pdf", args=[corrected.pk])).content.startswith(b"%PDF")
    page = clerk.get(reverse("window:account", args=[bill.account_id])).content.decode()
    assert corrected.document.folio in page
    clerk.post(act("undo", made), {"llave": "u", "reason": "El aforo estaba mal"})
    undo = Adjustment.objects.get(undoes=made)
    assert undo.difference == -made.difference
    assert undo.document.folio in clerk.get(act("adjustment", made)).content.decode()


def test_refusing_asks_why_and_withdrawing_too(clients: dict[str, Client], town: Town) -> None:
    made = adjustments_town(town).waiting
    director, clerk = clients["director"], clients["coordinador"]
    page = director.get(act("adjustment", made)).content.decode()
    assert "Acuerdo del Consejo Directivo" in page
    lacking = director.post(act("authorise", made), {"resolution": "", "resolved_on": "", "note": ""})
    assert lacking.status_code == 422 and "número del acuerdo" in lacking.content.decode()
    assert director.post(act("refuse", made), {"note": ""}).status_code == 422
    assert clerk.post(act("withdraw", made), {"note": ""}).status_code == 422
    granted = {"resolution": "CD-9/2026", "resolved_on": str(clock.today()), "note": "Procede"}
    assert director.post(act("authorise", made), granted).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.resolution) == (State.AUTHORISED, "CD-9/2026")


def test_the_list_filters_and_goes_to_excel(clients: dict[str, Client], town: Town) -> None:
    made = adjustments_town(town)
    head = clients["jefe"]
    page = head.get(reverse("adjustments:adjustments"), {"estado": "APPLIED"}).content.decode()
    assert made.applied.document.folio in page and made.waiting.document.folio not in page
    found = head.get(reverse("adjustments:adjustments"), {"texto": made.waiting.document.folio}).content.decode()
    assert made.waiting.document.folio in found and made.applied.document.folio not in found
    assert head.get(reverse("adjustments:adjustments_workbook")).content.startswith(b"PK")


def test_a_case_opens_the_proposal_and_shows_its_adjustment(clients: dict[str, Client], town: Town, bill: Bill) -> None:
    case, clerk = cases_town(town).case, clients["coordinador"]
    case.type.opens = ["ADJUSTMENT"]
    case.type.save()
    case.account = bill.account
    case.save()
    page = clerk.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert "Proponer un ajuste" in page
    sent = {"llave": "k", "motivo": "Mal leído", "evidencia_0": SimpleUploadedFile("acta.pdf", PDF)}
    clerk.post(quote(bill, caso=str(case.pk)), sent)
    made = Adjustment.objects.get()
    assert (made.origin_kind, made.origin_id) == ("Case", case.pk)
    assert made.document.folio in clerk.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert reverse("cases:case", args=[case.pk]) in clerk.get(act("adjustment", made)).content.decode()


def test_a_policy_is_proposed_approved_and_put_in_force(clients: dict[str, Client], bill: Bill) -> None:
    clerk, director = clients["coordinador"], clients["director"]
    ruling = AdjustmentPolicy.objects.get(kind=READING)
    page = clerk.get(reverse("adjustments:new_policy"), {"desde": ruling.pk}).content.decode()
    assert ruling.name in page
    sent = {
        "kind": READING, "name": "Error de lectura", "text": "Otra versión", "formula": "REPRICE", "evidence": "Acta",
        "decides": "jefe", "limit": "900", "director_limit": "5000", "valid_from": str(clock.today()),
        "legal_basis": "Reglamento",
    }  # fmt: skip
    wrong = clerk.post(reverse("adjustments:new_policy"), sent | {"limit": "9000"})
    assert wrong.status_code == 422 and "no pasa de" in wrong.content.decode()
    clerk.post(reverse("adjustments:new_policy"), sent)
    made = AdjustmentPolicy.objects.latest("pk")
    where = [made.pk]
    assert director.post(reverse("adjustments:approve_policy", args=where)).status_code == 302
    acuerdo = {"resolution": "CD-11/2026", "resolved_on": str(clock.today())}
    assert director.post(reverse("adjustments:put_in_force", args=where), acuerdo).status_code == 302
    made.refresh_from_db()
    assert made.state == AdjustmentPolicy.State.IN_FORCE
    assert "CD-11/2026" in clerk.get(reverse("adjustments:policies")).content.decode()
    refused = director.post(reverse("adjustments:refuse_policy", args=where), {"reason": "No"})
    assert refused.status_code == 422 and "ya rige" in refused.content.decode()
