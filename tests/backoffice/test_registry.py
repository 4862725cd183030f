"""Correcting the padrón on the screens."""

from dataclasses import asdict
from io import BytesIO

from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cauce.events.models import Event
from cauce.registry.models import Account, Hold
from cauce.registry.queries import details_of_customer, terms_of
from tests.backoffice.town import Town


def captured(values: dict[str, object], **changes: object) -> dict[str, object]:
    """What a form sends: unticked boxes and empty fields are left out."""
    return {name: value for name, value in (values | changes).items() if value not in (None, False, "")}


def test_the_tariff_of_an_account_is_corrected_with_a_reason(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("registry:edit_account", args=[town.account.pk])
    data = captured(asdict(terms_of(town.account)), tariff_code="002", reason="Visita del 7 de septiembre")
    response = clients["coordinador"].post(url, data)
    assert response.status_code == 302, response.content.decode()
    assert Account.objects.get(pk=town.account.pk).tariff_code_id == "002"
    page = clients["coordinador"].get(reverse("registry:account", args=[town.account.pk])).content.decode()
    assert "Visita del 7 de septiembre" in page
    assert "Prueba Coordinador Comercial" in page


def test_a_correction_without_reason_is_refused_and_keeps_what_was_typed(
    town: Town, clients: dict[str, Client]
) -> None:
    url = reverse("registry:edit_account", args=[town.account.pk])
    response = clients["coordinador"].post(url, captured(asdict(terms_of(town.account)), activity="TORTILLERÍA NUEVA"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Escriba por qué cambia el padrón." in page
    assert "TORTILLERÍA NUEVA" in page
    assert Account.objects.get(pk=town.account.pk).activity != "TORTILLERÍA NUEVA"


def test_a_wrong_rfc_is_said_beside_its_field(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("registry:edit_customer", args=[town.account.pk])
    data = captured(asdict(details_of_customer(town.account.holder)), rfc="XXXX000000XX0", reason="Constancia")
    response = clients["coordinador"].post(url, data)
    assert response.status_code == 422
    assert "El RFC no es válido" in response.content.decode()


def test_what_changed_of_a_person_is_hidden_from_who_may_not_see_it(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("registry:edit_customer", args=[town.account.pk])
    details = asdict(details_of_customer(town.account.holder))
    data = captured(details, rfc="", curp="", email="", phone="4115559876", reason="Llamó")
    assert clients["coordinador"].post(url, data).status_code == 302
    page = clients["comunicacion"].get(reverse("registry:account", args=[town.account.pk])).content.decode()
    assert "411 ··· ··76" in page
    assert "4115559876" not in page


def test_a_flag_is_attended_with_its_explanation(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("registry:attend_flag", args=[town.flag.pk])
    clients["facturacion"].post(url, {"resolution": "Verificado en la toma"})
    town.flag.refresh_from_db()
    assert town.flag.resolution == "Verificado en la toma"


def test_a_flag_without_explanation_stays_pending(town: Town, clients: dict[str, Client]) -> None:
    response = clients["facturacion"].post(reverse("registry:attend_flag", args=[town.flag.pk]), {}, follow=True)
    town.flag.refresh_from_db()
    assert town.flag.resolved_at is None
    assert "Escriba cómo se atendió" in response.content.decode()


def test_a_hold_is_placed_and_its_history_says_so(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("registry:place_hold", args=[town.account.pk])
    data = {"kind": "AMPARO", "reason": "Amparo 44/2026", "stops_reduction": "on"}
    assert clients["coordinador"].post(url, data).status_code == 302
    assert Hold.objects.filter(account=town.account, kind="AMPARO").exists()
    assert Event.objects.of_account(town.account.pk).filter(kind="HOLD_PLACED", facts__reason="Amparo 44/2026").exists()


def test_a_hold_that_stops_nothing_is_refused(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("registry:place_hold", args=[town.account.pk])
    response = clients["coordinador"].post(url, {"kind": "AMPARO", "reason": "Amparo 44/2026"})
    assert response.status_code == 422
    assert "Elija qué detiene la retención" in response.content.decode()


def test_a_hold_is_lifted_with_a_reason(town: Town, clients: dict[str, Client]) -> None:
    clients["jefe"].post(reverse("registry:lift_hold", args=[town.hold.pk]), {"reason": "Se resolvió"})
    town.hold.refresh_from_db()
    assert town.hold.lifted_by == town.staff["jefe"]


def test_the_list_filters_sorts_and_goes_page_by_page(town: Town, clients: dict[str, Client]) -> None:
    url = reverse("registry:accounts")
    first = clients["jefe"].get(url, {"orden": "-titular"})
    names = [account.holder.name_key for account in first.context["page"].rows]
    assert names == sorted(names, reverse=True)
    following = clients["jefe"].get(url, {"orden": "-titular", "desde": first.context["page"].next})
    more = [account.holder.name_key for account in following.context["page"].rows]
    assert len(names) + len(more) == Account.objects.count()
    assert not set(first.context["page"].rows) & set(following.context["page"].rows)
    back = clients["jefe"].get(url, {"orden": "-titular", "hasta": following.context["page"].previous})
    assert back.context["page"].rows == first.context["page"].rows
    closed = clients["jefe"].get(url, {"estado": "CLOSED"})
    assert {account.state for account in closed.context["page"].rows} <= {"CLOSED"}


def test_the_workbook_has_every_account_with_typed_cells_and_no_formula(town: Town, clients: dict[str, Client]) -> None:
    account = town.account
    account.activity = "=1+1"
    account.save()
    content = clients["cajero"].get(reverse("registry:accounts_workbook")).content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == Account.objects.count() + 1
    row = next(row for row in rows if row[0] == account.number)
    assert row[rows[0].index("Giro")] == "=1+1"
    assert row[rows[0].index("Alta")] == account.opened_on
    assert row[rows[0].index("Ciclo")] == 1.0
