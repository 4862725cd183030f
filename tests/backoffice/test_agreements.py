"""Agreements on the screens: simulated, sent up, authorised, prepared, signed, undone; their notes and waivers."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cauce.agreements.models import PaymentAgreement, PromissoryNote, SurchargeWaiver
from cauce.agreements.operations import propose_agreement, sign_agreement
from cauce.agreements.queries import note_balances
from cauce.agreements.rules import Terms
from cauce.cashier.models import Tender
from cauce.cashier.operations import PaymentShare, open_desk, open_session, take_payment
from cauce.cashier.queries.desk import accounts_due
from cauce.cashier.rules import Tendered
from cauce.core import clock
from cauce.ledger.queries import balance, collection_law, debt_summary
from cauce.registry.models import Account, Customer
from tests.backoffice.agreements_town import PDF, a_debtor, agreements_town, load_policy
from tests.backoffice.town import Town

State = PaymentAgreement.State
USUAL = {"enganche": "150.00", "parcialidades": "3", "firma": "HOLDER"}


@dataclass(frozen=True)
class Window:
    """The town with its policy, and who attends."""

    town: Town
    clients: dict[str, Client]

    def url(self, account: Account) -> str:
        return reverse("agreements:new_agreement", args=[account.pk])

    def proposed(self, account: Account, key: str = "k1", *, reason: str = "", **terms: str) -> PaymentAgreement:
        query = "&".join(f"{name}={value}" for name, value in (USUAL | terms).items())
        self.clients["coordinador"].post(f"{self.url(account)}?{query}", {"llave": key, "motivo": reason})
        return PaymentAgreement.objects.latest("pk")

    def signed(self, account: Account) -> PaymentAgreement:
        now, by = clock.now(), self.town.staff["coordinador"]
        agreement = propose_agreement(
            account=account, terms=Terms(Decimal("150.00"), 3), at=now, by=by, key=f"s{account.pk}"
        )
        return sign_agreement(agreement=agreement, at=now, by=by, key=f"f{account.pk}")

    def pays(self, account: Account, amount: Decimal, key: str, note: PromissoryNote | None = None) -> None:
        take_payment(
            shares=[PaymentShare(account=account, amount=amount, directed_to=None if note is None else note.document)],
            tenders=[Tendered(Tender.Method.TRANSFER, amount, f"SPEI {key}")],
            session=None,
            desk=open_desk(code="CANAL", name="Canal de prueba", series="CP", is_attended=False),
            at=clock.now(),
            by=self.town.staff["contabilidad"],
            key=key,
        )


@pytest.fixture
def window(town: Town, clients: dict[str, Client]) -> Window:
    load_policy(town)
    return Window(town, clients)


def test_the_account_offers_to_agree_and_the_simulator_shows_debt_rule_and_notes(window: Window):
    debtor = a_debtor(window.town, 3)
    page = window.clients["coordinador"].get(reverse("window:account", args=[debtor.pk])).content.decode()
    assert window.url(debtor) in page and "Convenir pagos" in page
    page = window.clients["coordinador"].get(window.url(debtor)).content.decode()
    assert "Debe 3 meses" in page and "Usted lo otorga" in page
    assert "Elaborar convenio con 3 pagarés" in page and "Acuerdo CD-04/2026" in page
    part = window.clients["coordinador"].get(
        window.url(debtor), USUAL | {"parcialidades": "5"}, headers={"hx-request": "true"}
    )
    assert "<html" not in part.content.decode() and "5/5" in part.content.decode()


def test_three_months_are_prepared_and_printed_and_signed_at_the_window(window: Window):
    debtor = a_debtor(window.town, 3)
    agreement = window.proposed(debtor)
    assert agreement.state == State.PREPARED and agreement.notes.count() == 3
    clerk = window.clients["coordinador"]
    for name in ("papers_pdf", "agreement_pdf", "signatures_pdf", "agreement_notes_pdf", "request_pdf"):
        assert clerk.get(reverse(f"agreements:{name}", args=[agreement.pk])).content.startswith(b"%PDF")
    again = window.proposed(debtor)
    assert again == agreement and PaymentAgreement.objects.count() == 1
    page = clerk.post(reverse("agreements:sign", args=[agreement.pk]), {"llave": "f1"}, follow=True).content.decode()
    agreement.refresh_from_db()
    assert agreement.state == State.SIGNED
    assert "Falta el enganche" in page and "$150.00" in page


def test_four_months_have_no_button_and_go_to_the_head_with_the_reason(window: Window):
    debtor = a_debtor(window.town, 4)
    clerk, head = window.clients["coordinador"], window.clients["jefe"]
    terms = {"enganche": "300.00"}
    page = clerk.get(window.url(debtor), USUAL | terms).content.decode()
    assert "Elaborar convenio" not in page
    assert "Debe 4 meses" in page and "Lo autoriza: Jefe de Comercialización" in page
    assert "Enviar a autorización de Jefe de Comercialización" in page
    refused = clerk.post(f"{window.url(debtor)}?enganche=300.00&parcialidades=3&firma=HOLDER", {"llave": "k"})
    assert refused.status_code == 422 and "Escriba por qué se pide" in refused.content.decode()
    agreement = window.proposed(debtor, reason="Perdió el empleo", **terms)
    assert (agreement.state, agreement.authoriser) == (State.REQUESTED, "jefe")
    url = reverse("agreements:agreement", args=[agreement.pk])
    assert reverse("agreements:authorise", args=[agreement.pk]) not in clerk.get(url).content.decode()
    inbox = head.get(reverse("agreements:requests")).content.decode()
    assert agreement.document.folio in inbox and "Perdió el empleo" in inbox
    assert "Convenios por autorizar" in head.get("/").content.decode()
    assert "Expediente de la cuenta" in head.get(url).content.decode()
    head.post(reverse("agreements:authorise", args=[agreement.pk]), {"note": "Procede"})
    assert "Preparar para firmar" in clerk.get(url).content.decode()
    clerk.post(reverse("agreements:prepare", args=[agreement.pk]))
    agreement.refresh_from_db()
    assert agreement.state == State.PREPARED
    assert clerk.get(reverse("agreements:request_pdf", args=[agreement.pk])).content.startswith(b"%PDF")


def test_refusing_a_request_asks_why(window: Window):
    agreement = window.proposed(a_debtor(window.town, 4), reason="Lo pide", enganche="300.00")
    url = reverse("agreements:refuse", args=[agreement.pk])
    assert window.clients["jefe"].post(url, {"note": " "}).status_code == 422
    assert window.clients["jefe"].post(url, {"note": "Ya hubo dos"}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == State.REFUSED


def test_what_nobody_may_grant_has_no_button_at_all(window: Window):
    debtor = a_debtor(window.town, 3)
    page = window.clients["coordinador"].get(window.url(debtor), USUAL | {"parcialidades": "24"}).content.decode()
    assert "ni con autorización" in page and "mínima" in page
    assert 'type="submit" data-doing data-key="F8"' not in page


def test_a_mistake_is_said_with_what_was_typed(window: Window):
    debtor = a_debtor(window.town, 3)
    page = window.clients["coordinador"].get(window.url(debtor), USUAL | {"enganche": "mil"}).content.decode()
    assert "Escriba un importe" in page and 'value="mil"' in page


def test_a_daughter_signs_as_obligor_once_she_is_found_or_registered(window: Window):
    debtor, clerk = a_debtor(window.town, 3), window.clients["coordinador"]
    asked = USUAL | {"firma": "OBLIGOR", "firmante": "Petronila Zúñiga"}
    page = clerk.get(window.url(debtor), asked).content.decode()
    assert "¿Quién firma?" in page and "Elaborar convenio" not in page
    register = reverse("agreements:register_signer", args=[debtor.pk])
    query = "enganche=150.00&parcialidades=3&firma=OBLIGOR&firmante=Petronila"
    back = clerk.post(f"{register}?{query}", {"nombre": "Petronila Zúñiga Lara", "papel": "obligado"})
    daughter = Customer.objects.latest("pk")
    assert f"obligado={daughter.pk}" in back.headers["Location"]
    page = clerk.get(back.headers["Location"]).content.decode()
    assert daughter.name in page and "Elaborar convenio" in page
    clerk.post(back.headers["Location"], {"llave": "o"})
    agreement = PaymentAgreement.objects.get()
    assert (agreement.obligor, agreement.capacity) == (daughter, "OBLIGOR")


def test_with_a_carta_poder_the_file_is_kept_and_without_it_nothing_is_done(window: Window):
    debtor, clerk = a_debtor(window.town, 3), window.clients["coordinador"]
    proxy = Customer.objects.exclude(pk=debtor.holder_id).order_by("pk")[0]
    url = f"{window.url(debtor)}?enganche=150.00&parcialidades=3&firma=PROXY&obligado={proxy.pk}&firmante=x"
    refused = clerk.post(url, {"llave": "p"})
    assert refused.status_code == 422 and "carta poder" in refused.content.decode()
    assert not PaymentAgreement.objects.exists()
    clerk.post(url, {"llave": "p", "carta": SimpleUploadedFile("carta.pdf", PDF)})
    agreement = PaymentAgreement.objects.get()
    letter = clerk.get(reverse("agreements:proxy_letter", args=[agreement.pk]))
    assert letter.content == PDF


def test_an_agreement_is_withdrawn_or_cancelled_with_its_reason(window: Window):
    prepared = window.proposed(a_debtor(window.town, 3))
    url = reverse("agreements:withdraw", args=[prepared.pk])
    assert window.clients["coordinador"].post(url, {"llave": "w", "reason": ""}).status_code == 422
    window.clients["coordinador"].post(url, {"llave": "w", "reason": "No trajo identificación"})
    prepared.refresh_from_db()
    assert prepared.state == State.WITHDRAWN
    debtor = a_debtor(window.town, 3)
    before = debt_summary(debtor.pk, on=clock.today(), law=collection_law(clock.today())).total
    signed = window.signed(debtor)
    cancel = reverse("agreements:cancel", args=[signed.pk])
    assert window.clients["coordinador"].post(cancel, {"llave": "c", "reason": "x"}).status_code == 403
    window.clients["jefe"].post(cancel, {"llave": "c", "reason": "Lo pidió el usuario"})
    signed.refresh_from_db()
    assert signed.state == State.CANCELLED
    assert debt_summary(debtor.pk, on=clock.today(), law=collection_law(clock.today())).total == before


def test_an_agreement_in_force_is_restructured_from_its_page(window: Window):
    debtor = a_debtor(window.town, 3)
    signed = window.signed(debtor)
    window.pays(debtor, Decimal("150.00"), "down")
    clerk = window.clients["coordinador"]
    page = clerk.get(reverse("agreements:agreement", args=[signed.pk])).content.decode()
    assert f"?reestructura={signed.pk}" in page
    asked = USUAL | {"enganche": "200.00", "reestructura": str(signed.pk)}
    page = clerk.get(window.url(debtor), asked).content.decode()
    assert "Reestructurar el convenio" in page and "Elaborar convenio" in page
    signed.refresh_from_db()
    assert signed.state == State.IN_FORCE
    other = window.proposed(debtor, "r", enganche="200.00", reestructura=str(signed.pk))
    assert other.restructures == signed and other.state == State.PREPARED


def test_what_is_owed_today_has_no_interest_of_months_to_come(window: Window):
    debtor = a_debtor(window.town, 3)
    signed = window.signed(debtor)
    today = clock.today()
    owed = debt_summary(debtor.pk, on=today, law=collection_law(today))
    later = sum(note.instalment.interest for note in signed.notes.select_related("instalment") if note.number > 1)
    assert later > 0
    assert owed.total == balance(debtor.pk) - later
    assert owed.overdue == Decimal("150.00")
    assert [period.is_agreement for period in owed.periods if not period.is_overdue] == [True] * 3
    due = accounts_due([debtor.pk], on=today, law=collection_law(today))[0]
    balances = note_balances([note.document.pk for note in due.notes])
    assert [note.amount for note in due.notes] == [balances[note.document.pk].payoff(today) for note in due.notes]
    window.pays(debtor, due.exact, "all")
    signed.refresh_from_db()
    assert signed.state == State.KEPT and balance(debtor.pk) == 0


def test_the_notes_are_found_by_their_code_kept_paid_and_given_back(window: Window):
    debtor = a_debtor(window.town, 3)
    signed = window.signed(debtor)
    window.pays(debtor, Decimal("150.00"), "down")
    clerk, first = window.clients["coordinador"], signed.notes.select_related("document").order_by("number")[0]
    found = clerk.get(reverse("notes:notes"), {"texto": first.document.folio.lower()})
    assert found.headers["Location"] == reverse("notes:note", args=[first.pk])
    ids = list(signed.notes.values_list("pk", flat=True))
    clerk.post(reverse("notes:keep"), {"nota": ids, "where": "Caja fuerte"})
    assert {note.held_at for note in signed.notes.all()} == {"Caja fuerte"}
    printed = clerk.post(reverse("agreements:notes_pdf"), {"nota": ids})
    assert printed.content.startswith(b"%PDF")
    page = window.clients["cajero"].get(reverse("notes:note", args=[first.pk])).content.decode()
    assert f"cuentas={debtor.pk}&amp;que=d{first.pk}" in page
    back = reverse("notes:give_back", args=[first.pk])
    assert clerk.post(back, {"to": "Rosa"}).status_code == 422
    window.pays(debtor, Decimal("50.00"), "part", first)
    page = clerk.get(reverse("notes:note", args=[first.pk])).content.decode()
    assert "Pago parcial" in page and "$50.00" in page
    left = note_balances([first.pk])[first.pk].payoff(clock.today())
    window.pays(debtor, left, "rest", first)
    assert clerk.post(back, {"to": "Rosa Alba"}).status_code == 302
    first.refresh_from_db()
    assert first.state == PromissoryNote.State.RETURNED


def test_nothing_is_kept_when_one_of_the_ticked_notes_cannot_be(window: Window):
    signed = window.signed(a_debtor(window.town, 3))
    prepared = window.proposed(a_debtor(window.town, 3), "otro")
    ids = [*signed.notes.values_list("pk", flat=True), prepared.notes.values_list("pk", flat=True)[0]]
    page = window.clients["coordinador"].post(reverse("notes:keep"), {"nota": ids, "where": "Caja"}, follow=True)
    assert "no está firmado" in page.content.decode()
    assert not PromissoryNote.objects.exclude(held_at="").exists()
    nothing = window.clients["coordinador"].post(reverse("notes:keep"), {"where": "Caja"}, follow=True)
    assert "Marque al menos un pagaré" in nothing.content.decode()


def test_a_small_waiver_is_applied_at_once_and_a_large_one_goes_up(window: Window):
    debtor = a_debtor(window.town, 6, water="900.00")
    url, clerk = reverse("waivers:new_waiver", args=[debtor.pk]), window.clients["coordinador"]
    page = clerk.get(url).content.decode()
    assert "hasta $200.00" in page and "(usted)" in page
    assert clerk.post(url, {"llave": "a", "amount": "50.00", "reason": ""}).status_code == 422
    assert clerk.post(url, {"llave": "a", "amount": "50.00", "reason": "Error nuestro"}).status_code == 302
    assert SurchargeWaiver.objects.get().state == SurchargeWaiver.State.APPLIED
    clerk.post(url, {"llave": "b", "amount": "250.00", "reason": "Se le cobró doble"})
    large = SurchargeWaiver.objects.latest("pk")
    assert (large.state, large.authoriser) == (SurchargeWaiver.State.REQUESTED, "jefe")
    decide = reverse("waivers:decide", args=[large.pk])
    assert clerk.post(decide, {"decision": "conceder"}).status_code == 422
    assert "Condonaciones por resolver" in window.clients["jefe"].get("/").content.decode()
    assert window.clients["jefe"].post(decide, {"decision": "negar", "note": ""}).status_code == 422
    assert window.clients["jefe"].post(decide, {"decision": "conceder", "note": "Procede"}).status_code == 302
    large.refresh_from_db()
    assert large.state == SurchargeWaiver.State.APPLIED
    much = clerk.post(url, {"llave": "c", "amount": "99999.00", "reason": "Todo"})
    assert much.status_code == 422 and "no se condona más" in much.content.decode()


def test_who_collects_neither_waives_nor_signs(window: Window):
    debtor = a_debtor(window.town, 3)
    cashier = window.clients["cajero"]
    assert cashier.get(reverse("waivers:new_waiver", args=[debtor.pk])).status_code == 403
    assert cashier.get(window.url(debtor)).status_code == 403


def test_the_lists_filter_and_go_to_excel_and_the_monitor_counts(window: Window):
    made = agreements_town(window.town)
    head = window.clients["jefe"]
    page = head.get(reverse("agreements:agreements"), {"estado": "SIGNED"}).content.decode()
    assert made.signed.document.folio in page and made.asked.document.folio not in page
    folio = made.asked.document.folio
    assert folio in head.get(reverse("agreements:agreements"), {"texto": folio}).content.decode()
    for how in ("vencidos", "por-vencer", "corriente"):
        assert head.get(reverse("agreements:agreements"), {"pago": how}).status_code == 200
    for name in ("agreements:agreements_workbook", "notes:notes_workbook", "waivers:waivers_workbook"):
        assert head.get(reverse(name)).content.startswith(b"PK")
    monitor = head.get(reverse("agreements:monitor")).content.decode()
    assert "Convenios vigentes" in monitor and "Todos al corriente" in monitor
    for state in ("PENDIENTES", "POR-RESGUARDAR", "POR-DEVOLVER", "SIGNED"):
        assert head.get(reverse("notes:notes"), {"estado": state}).status_code == 200
    assert made.waiver.document.folio in head.get(reverse("waivers:waivers"), {"estado": "REQUESTED"}).content.decode()


def test_the_account_tells_no_interest_of_months_to_come_and_the_statement_names_the_agreement(window: Window):
    debtor = a_debtor(window.town, 3)
    signed = window.signed(debtor)
    clerk = window.clients["coordinador"]
    page = clerk.get(reverse("window:account", args=[debtor.pk])).content.decode()
    assert f"Convenio {signed.document.folio}" in page and "Convenio, " in page
    notes = list(signed.notes.select_related("instalment").order_by("number"))
    assert all(f"Interés de convenio ${note.instalment.interest}" not in page for note in notes[1:])
    assert clerk.get(reverse("window:statement_pdf", args=[debtor.pk])).content.startswith(b"%PDF")


def test_at_the_desk_a_code_brings_its_note_alone_and_only_what_it_owes_today(window: Window):
    debtor = a_debtor(window.town, 3)
    signed = window.signed(debtor)
    cashier = window.town.staff["cajero"]
    open_session(desk=open_desk(code="V9", name="Ventanilla 9", series="V9"), cashier=cashier, at=clock.now())
    last = signed.notes.select_related("document", "instalment").order_by("number").last()
    till, folio = window.clients["cajero"], last.document.folio
    found = till.get(reverse("desk:home"), {"q": folio})
    assert found.headers["Location"].endswith(f"cuentas={debtor.pk}&que=d{last.pk}")
    page = till.get(found.headers["Location"]).content.decode()
    assert f'value="d{last.pk}" checked' in page and f'data-amount="{last.instalment.principal}"' in page
    other = till.get(reverse("desk:home"), {"q": folio, "cuentas": window.town.account.pk}, follow=True)
    assert "se cobra solo" in other.content.decode()
    window.pays(debtor, last.instalment.principal, "early", last)
    again = till.get(reverse("desk:home"), {"q": folio}).content.decode()
    assert "no tiene nada por cobrar" in again
