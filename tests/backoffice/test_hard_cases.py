"""Shared meters, stolen meters and months paid ahead on the screens."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cauce.agreements.models import Prepayment
from cauce.metering.models import Consumption, MeterInstallation, MeterLoss, MeterShare
from cauce.registry.models import Account
from tests.backoffice.hard_cases_town import HardCasesTown, hard_cases_town, unmetered_beside
from tests.backoffice.town import AT, SEPTEMBER, Town
from tests.ledger.debts import make_account, make_party

DAY = datetime(2026, 9, 7, 17, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
THEFT = {
    "kind": "STOLEN",
    "happened_on": "2026-09-06",
    "report_number": "CI-9/2026",
    "account_of_facts": "Se lo llevaron de noche.",
    "payer": "UTILITY",
    "payer_reason": "Estaba en la banqueta.",
}


@pytest.fixture
def hard(town: Town) -> HardCasesTown:
    """The cases of the town."""
    return hard_cases_town(town)


@pytest.fixture
def september(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands the day after the town was billed."""
    monkeypatch.setattr("cauce.core.clock.now", lambda: DAY)
    monkeypatch.setattr("cauce.core.clock.today", lambda: DAY.date())


@pytest.fixture
def clerk(clients: dict[str, Client]) -> Client:
    """Who attends."""
    return clients["coordinador"]


def page(client: Client, name: str, pk: int, query: str = "") -> str:
    text: str = client.get(reverse(name, args=[pk]) + query).content.decode()
    return text


def a_metered_account(hard: HardCasesTown) -> Account:
    taken = [hard.principal.pk, hard.loss.account_id]
    return MeterInstallation.objects.current().exclude(account__in=taken).order_by("-pk")[0].account


def test_the_account_says_what_it_has_and_leads_there(hard: HardCasesTown, clerk: Client) -> None:
    told = page(clerk, "window:account", hard.loss.account_id)
    assert "Medidor perdido" in told and reverse("losses:loss", args=[hard.loss.pk]) in told
    told = page(clerk, "window:account", hard.neighbour.pk)
    assert "Medidor compartido" in told and reverse("sharing:account_meter", args=[hard.neighbour.pk]) in told
    told = page(clerk, "window:account", hard.prepayment.account_id)
    assert f"Anualidad {hard.prepayment.document.folio}" in told


def test_who_only_reads_is_offered_nothing_to_change(hard: HardCasesTown, clients: dict[str, Client]) -> None:
    auditor = clients["auditor"]
    assert "Dejar de repartirlo" not in page(auditor, "sharing:account_meter", hard.principal.pk)
    assert "Ya se repuso" not in page(auditor, "losses:loss", hard.loss.pk)
    assert "Cancelar la anualidad" not in page(auditor, "prepayments:prepayment", hard.prepayment.pk)


def test_the_page_of_a_shared_meter_divides_its_last_month(hard: HardCasesTown, clerk: Client) -> None:
    measured = Consumption.objects.filter(account=hard.principal, period=SEPTEMBER, superseded_at=None)
    measured.update(volume_m3=31, measured_m3=31, settled_m3=0)
    told = page(clerk, "sharing:account_meter", hard.neighbour.pk)
    assert "2 de 3" in told and "1 de 3" in told
    assert ">21<" in told and ">10<" in told


@pytest.mark.usefixtures("september")
def test_a_meter_is_divided_after_seeing_how_its_last_month_would_be(hard: HardCasesTown, clerk: Client) -> None:
    account = a_metered_account(hard)
    other = unmetered_beside(account, "SARA NIETO GIL")
    query = f"?desde=2026-10-01&partes_{account.pk}=3&partes_{other.pk}=1"
    told = page(clerk, "sharing:divide", account.pk, query)
    assert "SARA NIETO GIL" in told and "Repartirlo así" in told
    url = reverse("sharing:divide", args=[account.pk]) + query
    assert clerk.post(url, {"reason": " "}).status_code == 422
    assert not MeterShare.objects.filter(principal=account).exists()
    assert clerk.post(url, {"reason": "Vecindad"}).status_code == 302
    assert dict(MeterShare.objects.filter(principal=account).values_list("account_id", "parts")) == {
        account.pk: 3,
        other.pk: 1,
    }


@pytest.mark.usefixtures("september")
def test_dividing_it_otherwise_ends_the_parts_of_before(hard: HardCasesTown, clerk: Client) -> None:
    url = reverse("sharing:divide", args=[hard.neighbour.pk])
    query = f"?desde=2026-10-01&partes_{hard.principal.pk}=1&partes_{hard.neighbour.pk}=1"
    assert clerk.post(url + query, {"reason": "Otra vivienda"}).status_code == 302
    shares = MeterShare.objects.filter(principal=hard.principal)
    assert set(shares.values_list("parts", "valid_until")) == {(2, OCTOBER), (1, OCTOBER), (1, None)}
    assert clerk.post(url + query, {"reason": "Otra vez"}).status_code == 302
    assert shares.count() == 4


@pytest.mark.usefixtures("september")
def test_what_cannot_be_divided_so_is_said_with_what_was_typed(hard: HardCasesTown, clerk: Client) -> None:
    query = f"?desde=2026-10-05&partes_{hard.principal.pk}=1&partes_{hard.neighbour.pk}=1"
    answer = clerk.post(reverse("sharing:divide", args=[hard.principal.pk]) + query, {"reason": "Otra vivienda"})
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "día primero" in told and "Otra vivienda" in told
    assert MeterShare.objects.filter(principal=hard.principal, valid_until=None).count() == 2


@pytest.mark.usefixtures("september")
def test_sharing_ends_the_first_of_a_month(hard: HardCasesTown, clerk: Client) -> None:
    url = reverse("sharing:end", args=[hard.principal.pk])
    assert clerk.post(url, {"valid_until": "2026-10-09"}).status_code == 422
    assert clerk.post(url, {"valid_until": "2026-10-01"}).status_code == 302
    assert not MeterShare.objects.filter(valid_until=None).exists()
    assert "Repartos terminados" in page(clerk, "sharing:account_meter", hard.principal.pk)


def test_an_account_shows_the_one_that_its_pipe_comes_from(hard: HardCasesTown, clerk: Client) -> None:
    child = make_account(holder=make_party("HIJA DE LA TOMA"))
    type(child.connection).objects.filter(pk=child.connection_id).update(parent=hard.principal.connection_id)
    assert "Su toma sale de otra" in page(clerk, "sharing:account_meter", child.pk)
    assert "HIJA DE LA TOMA" in page(clerk, "sharing:account_meter", hard.principal.pk)


@pytest.mark.usefixtures("september")
def test_a_stolen_meter_is_reported_with_its_evidence_and_replaced(hard: HardCasesTown, clerk: Client) -> None:
    account = a_metered_account(hard)
    Consumption.objects.filter(account=account).update(current_on=date(2026, 9, 2))
    url = reverse("losses:report", args=[account.pk])
    refused = clerk.post(url, THEFT | {"report_number": ""})
    assert refused.status_code == 422 and "denuncia" in refused.content.decode()
    told = clerk.post(url, THEFT, follow=True).content.decode()
    loss = MeterLoss.objects.get(account=account)
    assert "CI-9/2026" in told and "Pedir que se reponga" in told and "Por reponer" in told
    assert clerk.get(url).status_code == 302
    new = {"serial": "N-77", "brand": "ITRON", "installed_on": "2026-09-07", "initial_value": "0"}
    wrong = clerk.post(reverse("losses:replace", args=[loss.pk]), new | {"installed_on": "2026-09-01"})
    assert wrong.status_code == 422 and "N-77" in wrong.content.decode()
    assert clerk.post(reverse("losses:replace", args=[loss.pk]), new).status_code == 302
    loss.refresh_from_db()
    assert loss.state == "REPLACED"
    assert MeterInstallation.objects.current().get(account=account).meter.serial == "N-77"


@pytest.mark.usefixtures("september")
def test_the_meter_that_an_order_put_in_closes_the_report(hard: HardCasesTown, clerk: Client) -> None:
    from cauce.metering.operations import install_meter, remove_meter

    lost, at = hard.loss, AT
    by = lost.reported_by
    remove_meter(installation=lost.installation, removed_on=DAY.date(), final_value=lost.last_value + 1, at=at, by=by)
    install_meter(
        account=lost.account, serial="N-78", brand="ITRON", diameter="1/2", installed_on=DAY.date(), initial_value=2,
        at=at, by=by,
    )  # fmt: skip
    told = page(clerk, "losses:loss", lost.pk)
    assert 'value="N-78"' in told and "Apareció el mismo" not in told
    new = {"serial": "N-78", "brand": "ITRON", "installed_on": "2026-09-07", "initial_value": "2"}
    assert clerk.post(reverse("losses:replace", args=[lost.pk]), new).status_code == 302
    lost.refresh_from_db()
    assert lost.state == "REPLACED"


def test_a_meter_that_appeared_is_read_again(hard: HardCasesTown, clerk: Client) -> None:
    clerk.post(reverse("losses:found", args=[hard.loss.pk]))
    hard.loss.refresh_from_db()
    assert hard.loss.state == "FOUND"


def test_what_is_estimated_meanwhile_says_its_rule(hard: HardCasesTown, clerk: Client) -> None:
    Consumption.objects.filter(account=hard.loss.account, period=SEPTEMBER).delete()
    Consumption.objects.create(
        account=hard.loss.account, period=OCTOBER, volume_m3=17, source="ESTIMATED", estimate_rule="AVERAGE_6"
    )
    told = page(clerk, "losses:loss", hard.loss.pk)
    assert "promedio de 6 meses" in told and ">17<" in told


@pytest.mark.usefixtures("september")
def test_months_ahead_are_quoted_with_the_words_of_the_law_and_offered(clerk: Client) -> None:
    house = make_account(holder=make_party("PEDRO SOTO LARA"))
    told = page(clerk, "prepayments:new_prepayment", house.pk)
    assert "Art. 14" in told and "Ofrecer 4 meses" in told and "hoy" in told
    assert "Ofrecer 2 meses" in page(clerk, "prepayments:new_prepayment", house.pk, "?meses=2")
    url = reverse("prepayments:new_prepayment", args=[house.pk])
    data = {"llave": "k1", "meses": "2"}
    told = clerk.post(url, data, follow=True).content.decode()
    made = Prepayment.objects.get(account=house)
    assert made.document.folio in told and "Por pagar" in told
    assert clerk.post(url, data).status_code == 302
    assert Prepayment.objects.filter(account=house).count() == 1
    refused = clerk.post(url, data | {"llave": "k2"})
    assert refused.status_code == 422 and "ya tiene un pago anticipado" in refused.content.decode()


@pytest.mark.usefixtures("september")
def test_too_many_months_are_not_offered(clerk: Client) -> None:
    house = make_account(holder=make_party("PEDRO SOTO LARA"))
    told = page(clerk, "prepayments:new_prepayment", house.pk, "?meses=9")
    assert "Quedan 4 meses" in told and "Ofrecer" not in told


@pytest.mark.usefixtures("september")
def test_the_desk_is_told_how_much_to_collect(hard: HardCasesTown, clients: dict[str, Client]) -> None:
    told = page(clients["cajero"], "prepayments:prepayment", hard.prepayment.pk)
    assert f"que=anticipo&amp;importe={hard.prepayment.net}" in told


def test_cancelling_asks_why(hard: HardCasesTown, clerk: Client) -> None:
    url = reverse("prepayments:cancel", args=[hard.prepayment.pk])
    assert clerk.post(url, {"reason": ""}).status_code == 422
    assert clerk.post(url, {"reason": "Se muda"}).status_code == 302
    hard.prepayment.refresh_from_db()
    assert (hard.prepayment.state, hard.prepayment.end_reason) == ("CANCELLED", "Se muda")


def test_the_certificate_tells_month_by_month(hard: HardCasesTown, clerk: Client) -> None:
    content = clerk.get(reverse("prepayments:certificate_pdf", args=[hard.prepayment.pk])).content
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert hard.prepayment.document.folio in text and "OFERTA" in text and "Art. 14" in text
    assert "Septiembre de 2026" in text or "Octubre de 2026" in text


@pytest.mark.parametrize(
    ("name", "query", "rows"),
    [
        ("prepayments:prepayments_workbook", "?estado=OFFERED", 1),
        ("prepayments:prepayments_workbook", "?estado=ENDED", 0),
        ("sharing:shares_workbook", "?estado=vigente", 2),
        ("sharing:shares_workbook", "?estado=terminado", 0),
        ("losses:losses_workbook", "?texto=CI-123", 1),
        ("losses:losses_workbook", "?paga=CUSTOMER", 0),
    ],
)
def test_each_list_is_taken_away_as_it_is_filtered(
    name: str, query: str, rows: int, hard: HardCasesTown, clerk: Client
) -> None:
    content = clerk.get(reverse(name) + query).content
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    assert len(sheet.to_python()) - 1 == rows
    shown = clerk.get(reverse(name.removesuffix("_workbook")) + query)
    assert shown.status_code == 200 and shown.content.decode().count("row-link") == rows


def test_the_percentage_of_the_year_is_that_of_its_window() -> None:
    from cauce.backoffice.prepayments.views import windows_of

    windows = (((1, 31), Decimal(15)), ((2, 28), Decimal(10)), ((12, 31), Decimal(2)))
    found = windows_of(windows, date(2026, 2, 3))
    assert [(one.last_day, one.is_past, one.is_open) for one in found] == [
        (date(2026, 1, 31), True, False),
        (date(2026, 2, 28), False, True),
        (date(2026, 12, 31), False, False),
    ]


def test_a_connection_is_hung_from_another_on_the_screen(hard: HardCasesTown, clerk: Client) -> None:
    child, parent = a_metered_account(hard), hard.principal
    told = {"parent": parent.number, "hung_because": "Orden OT-12"}
    answer = clerk.post(reverse("sharing:hang", args=[child.pk]), told, follow=True).content.decode()
    assert f"La toma sale de la de la cuenta {parent.number}" in answer and "Su toma sale de otra" in answer
    wrong = clerk.post(reverse("sharing:hang", args=[child.pk]), told | {"parent": "999999"})
    assert wrong.status_code == 422 and "No hay una cuenta 999999" in wrong.content.decode()
    child.connection.refresh_from_db()
    assert child.connection.parent_id == parent.connection_id
    clerk.post(reverse("sharing:hang", args=[child.pk]), told | {"parent": ""})
    child.connection.refresh_from_db()
    assert child.connection.parent_id is None
