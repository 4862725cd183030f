"""Claims and vouchers on the screens: received, traced, decided by another person, applied once."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cauce.cashier.models import CreditVoucher, PaymentClaim, VoucherUse
from cauce.cashier.operations import apply_voucher, refuse_claim, reverse_payment
from cauce.events.models import Event
from cauce.registry.models import StaffLink
from cauce.registry.operations import declare_link
from tests.backoffice.claims_town import PDF, a_claim, claims_town
from tests.backoffice.town import AT, Town
from tests.cashier.bank_money import a_movement

GIVEN = {
    "llave": "k1",
    "amount": "345.20",
    "paid_on": "2026-09-01",
    "institution": "Banco Demo",
    "branch": "0123",
    "reference": "998877",
    "told": "Pagó en el banco",
}


def test_a_claim_is_received_with_its_slip_and_gives_its_acknowledgement(town: Town, clients: dict[str, Client]):
    url = reverse("claims:new_claim", args=[town.account.pk])
    slip = SimpleUploadedFile("ficha.pdf", PDF)
    response = clients["coordinador"].post(url, GIVEN | {"slip": slip}, follow=True)
    claim = PaymentClaim.objects.get()
    assert response.redirect_chain == [(reverse("claims:claim", args=[claim.pk]), 302)]
    page = response.content.decode()
    assert claim.document.folio in page and "$345.20" in page and "ficha.pdf" in page
    paper = clients["coordinador"].get(reverse("claims:claim_pdf", args=[claim.pk]))
    assert paper.content.startswith(b"%PDF")
    assert clients["coordinador"].get(reverse("claims:slip", args=[claim.pk])).content == PDF
    again = clients["coordinador"].post(url, GIVEN)
    assert again.status_code == 302 and PaymentClaim.objects.count() == 1


def test_the_account_says_that_a_payment_is_being_traced(town: Town, clients: dict[str, Client]):
    claim = a_claim(town)
    page = clients["coordinador"].get(reverse("window:account", args=[town.account.pk])).content.decode()
    assert "Pago en aclaración" in page
    assert reverse("claims:new_claim", args=[town.account.pk]) in page
    assert reverse("claims:claim", args=[claim.pk]) in page


def test_what_was_typed_is_kept_when_the_claim_is_refused(town: Town, clients: dict[str, Client]):
    url = reverse("claims:new_claim", args=[town.account.pk])
    slip = SimpleUploadedFile("ficha.exe", b"MZ")
    response = clients["coordinador"].post(url, GIVEN | {"slip": slip})
    assert response.status_code == 422
    page = response.content.decode()
    assert "PDF" in page and 'value="998877"' in page
    assert not PaymentClaim.objects.exists()


def test_contabilidad_finds_it_among_the_banks_rows_and_a_cashier_applies_the_voucher(
    town: Town, clients: dict[str, Client]
):
    claim = a_claim(town)
    movement = a_movement("150.00", claim.paid_on, at=AT, by=town.staff["facturacion"])
    page = clients["contabilidad"].get(reverse("claims:claim", args=[claim.pk])).content.decode()
    assert "Es éste: expedir el vale" in page
    response = clients["contabilidad"].post(
        reverse("claims:accept", args=[claim.pk]), {"movement": movement.pk}, follow=True
    )
    voucher = CreditVoucher.objects.get()
    assert voucher.document.folio in response.content.decode()
    assert clients["contabilidad"].get(reverse("claims:voucher_pdf", args=[claim.pk])).content.startswith(b"%PDF")
    found = clients["cajero"].get(reverse("claims:vouchers"), {"texto": voucher.document.folio})
    assert found.headers["Location"] == reverse("claims:voucher", args=[voucher.pk])
    assert "Aplicar $150.00" in clients["cajero"].get(found.headers["Location"]).content.decode()
    apply = reverse("claims:apply", args=[voucher.pk])
    assert clients["cajero"].post(apply, {"llave": "a"}).status_code == 302
    assert clients["cajero"].post(apply, {"llave": "a"}).status_code == 302
    refused = clients["cajero"].post(apply, {"llave": "b"})
    assert refused.status_code == 422 and "una sola vez" in refused.content.decode()
    assert VoucherUse.objects.count() == 1


def test_contabilidad_issues_another_voucher_when_the_payment_of_one_is_cancelled(
    town: Town, clients: dict[str, Client]
):
    made = claims_town(town)
    accounting, url = clients["contabilidad"], reverse("claims:claim", args=[made.claim.pk])
    again = reverse("claims:replace", args=[made.claim.pk])
    receipt = apply_voucher(voucher=made.voucher, at=AT, by=town.staff["cajero"], key="use")
    assert "Expedir otro vale" not in accounting.get(url).content.decode()
    refused = accounting.post(again, {"why": "Se aplicó mal"})
    assert refused.status_code == 422 and "está vigente" in refused.content.decode()
    reverse_payment(
        payment=receipt.payment, session=None, reason="Mal", at=AT, by=town.staff["supervisor-cajas"], key="undo"
    )
    assert "Expedir otro vale por $150.00" in accounting.get(url).content.decode()
    assert "Expedir otro vale por" not in clients["coordinador"].get(url).content.decode()
    assert accounting.post(again, {"why": " "}).status_code == 422
    page = accounting.post(again, {"why": "Se aplicó mal"}, follow=True).content.decode()
    replacing = CreditVoucher.objects.get(replaces=made.voucher)
    assert replacing.document.folio in page and "Sustituye al" in page
    assert "Aplicar $150.00" in clients["cajero"].get(reverse("claims:voucher", args=[replacing.pk])).content.decode()
    before = clients["cajero"].get(reverse("claims:voucher", args=[made.voucher.pk])).content.decode()
    assert "Pago cancelado" in before and replacing.document.folio in before


def test_a_payment_in_another_account_is_moved_and_not_given_a_voucher(town: Town, clients: dict[str, Client]):
    claim = a_claim(town)
    other = town.payment.receipts.get()
    a_movement("150.00", claim.paid_on, at=AT, by=town.staff["facturacion"], outcome="APPLIED", code="", receipt=other)
    page = clients["contabilidad"].get(reverse("claims:claim", args=[claim.pk])).content.decode()
    assert "traslade el pago" in page and other.document.folio in page
    assert "Es éste: expedir el vale" not in page


def test_refusing_asks_for_the_reason_and_lifts_the_hold(town: Town, clients: dict[str, Client]):
    claim = a_claim(town)
    url = reverse("claims:refuse", args=[claim.pk])
    assert clients["contabilidad"].post(url, {"reason": " "}).status_code == 422
    assert clients["contabilidad"].post(url, {"reason": "El banco no lo tiene"}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == PaymentClaim.State.REFUSED
    page = clients["contabilidad"].get(reverse("claims:claim", args=[claim.pk])).content.decode()
    assert "El banco no lo tiene" in page


def test_who_is_linked_to_the_account_is_barred_and_it_is_told(town: Town, clients: dict[str, Client]):
    coordinator = town.staff["coordinador"]
    declare_link(user=coordinator, customer=town.account.holder, kind=StaffLink.Kind.SELF, at=AT, by=coordinator)
    response = clients["coordinador"].post(reverse("claims:new_claim", args=[town.account.pk]), GIVEN)
    assert response.status_code == 422
    assert Event.objects.filter(kind="ACT_BARRED", account_id=town.account.pk).exists()


def test_the_list_filters_and_goes_to_excel(town: Town, clients: dict[str, Client]):
    made = claims_town(town)
    page = clients["jefe"].get(reverse("claims:claims"), {"estado": "FOUND"}).content.decode()
    assert made.claim.document.folio in page
    page = clients["jefe"].get(reverse("claims:claims"), {"estado": "OPEN", "cuenta": "1"}).content.decode()
    assert made.claim.document.folio not in page and 'class="empty"' in page
    book = clients["jefe"].get(reverse("claims:claims_workbook"))
    assert book.content.startswith(b"PK")


def test_the_inbox_tells_contabilidad_of_the_claims_until_they_are_decided(town: Town, clients: dict[str, Client]):
    claim = a_claim(town)
    inbox = clients["contabilidad"].get(reverse("today:home")).content.decode()
    assert "Aclaraciones de pago por resolver" in inbox and claim.document.folio in inbox
    refuse_claim(claim=claim, reason="No", at=AT, by=town.staff["contabilidad"])
    inbox = clients["contabilidad"].get(reverse("today:home")).content.decode()
    assert "Aclaraciones de pago por resolver" not in inbox


def test_the_inbox_tells_the_cashier_of_the_vouchers(town: Town, clients: dict[str, Client]):
    made = claims_town(town)
    inbox = clients["cajero"].get(reverse("today:home")).content.decode()
    assert "Vales por aplicar" in inbox and made.voucher.document.folio in inbox


def test_the_banks_word_without_a_file_is_written_down(town: Town, clients: dict[str, Client]):
    claim = a_claim(town)
    url = reverse("claims:accept", args=[claim.pk])
    missing = clients["contabilidad"].post(url, {"amount": "150.00", "deposited_on": "2026-08-28", "reference": ""})
    assert missing.status_code == 422
    said = {"amount": "150.00", "deposited_on": "2026-08-28", "reference": "TRF 9", "note": "Según el banco"}
    assert clients["contabilidad"].post(url, said).status_code == 302
    voucher = CreditVoucher.objects.get()
    assert (voucher.amount, voucher.effective_on) == (Decimal("150.00"), date(2026, 8, 28))


@pytest.mark.parametrize("name", ["claims:claims", "clearing:matches"])
def test_an_empty_list_teaches_what_to_do(name: str, town: Town, clients: dict[str, Client]):
    assert 'class="empty"' in clients["contabilidad"].get(reverse(name)).content.decode()
