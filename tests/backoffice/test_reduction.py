"""The reduction on the screen: what blocks is said, many are authorised with the password, and each paper prints."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cauce.cashier.models import CashSession
from cauce.collections.models import Infraction, LadderAct, OrderRecall, WaterVoucher
from cauce.collections.operations import recall_paid_orders
from cauce.core import clock
from cauce.users.roles import ROLES
from cauce.workorders.models import WorkOrder
from tests.backoffice.reduction_town import ReductionTown, reduction_town
from tests.backoffice.town import PASSWORD, Town


@pytest.fixture
def limited(town: Town) -> ReductionTown:
    return reduction_town(town)


@pytest.fixture
def coordinator(clients: dict[str, Client]) -> Client:
    return clients["coordinador"]


def test_the_relation_says_what_blocks_and_offers_only_what_may_be(limited: ReductionTown, coordinator: Client) -> None:
    page = coordinator.get(reverse("reduction:relation", args=[limited.relation.pk])).content.decode()
    assert f'name="acto" value="{limited.act.pk}"' in page
    assert f'value="{limited.blocked.pk}"' not in page
    assert "Falta «Requerimiento de pago»" in page


def test_what_is_marked_is_authorised_with_the_password(limited: ReductionTown, coordinator: Client) -> None:
    url = reverse("reduction:authorise", args=[limited.relation.pk])
    refused = coordinator.post(url, {"acto": [limited.act.pk], "password": "otra"})
    assert refused.status_code == 422 and "La contraseña no es la suya" in refused.content.decode()
    nothing = coordinator.post(url, {"password": PASSWORD})
    assert nothing.status_code == 422 and "Marque por lo menos una cuenta" in nothing.content.decode()
    answer = coordinator.post(url, {"todas": "on", "password": PASSWORD}, follow=True)
    assert "1 cuenta autorizada" in answer.content.decode()
    limited.act.refresh_from_db()
    assert limited.act.state == "AUTHORISED"
    coordinator.post(reverse("reduction:issue_order", args=[limited.act.pk]))
    assert WorkOrder.objects.filter(account=limited.act.account, refused_below__isnull=False).exists()


def test_what_is_blocked_is_refused_and_nothing_is_done(limited: ReductionTown, coordinator: Client) -> None:
    url = reverse("reduction:authorise", args=[limited.relation.pk])
    told = {"acto": [limited.act.pk, limited.blocked.pk], "password": PASSWORD}
    page = coordinator.post(url, told)
    assert page.status_code == 422 and "No se autorizó ninguna" in page.content.decode()
    assert not LadderAct.objects.filter(state="AUTHORISED").exists()


def test_the_file_is_on_one_page_with_its_paper(limited: ReductionTown, coordinator: Client) -> None:
    page = coordinator.get(reverse("reduction:file", args=[limited.act.pk])).content.decode()
    for said in ("Adeudo por periodo", "Requerimiento de pago", "Retenciones", "Convenios", "Personas en el domicilio"):
        assert said in page
    blocked = coordinator.get(reverse("reduction:file", args=[limited.blocked.pk])).content.decode()
    assert "No se puede autorizar" in blocked


@pytest.mark.parametrize("name", ["file_pdf", "authorisation_pdf", "voucher_pdf", "infraction_pdf"])
def test_each_paper_prints(limited: ReductionTown, coordinator: Client, name: str) -> None:
    of = {
        "file_pdf": limited.act.pk,
        "authorisation_pdf": limited.relation.pk,
        "voucher_pdf": limited.voucher.pk,
        "infraction_pdf": limited.infraction.pk,
    }
    assert coordinator.get(reverse(f"reduction:{name}", args=[of[name]])).content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["relations", "table", "orders", "recalls", "infractions"])
def test_each_list_is_drawn(limited: ReductionTown, coordinator: Client, name: str) -> None:
    assert coordinator.get(reverse(f"reduction:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["orders_workbook", "recalls_workbook", "infractions_workbook"])
def test_each_list_is_taken_away(limited: ReductionTown, coordinator: Client, name: str) -> None:
    assert coordinator.get(reverse(f"reduction:{name}")).content.startswith(b"PK")
    one = coordinator.get(reverse("reduction:relation_workbook", args=[limited.relation.pk]))
    assert one.content.startswith(b"PK")


def test_an_account_is_taken_out_with_its_reason(limited: ReductionTown, coordinator: Client) -> None:
    url = reverse("reduction:exclude", args=[limited.blocked.pk])
    assert coordinator.post(url, {"reason": ""}).status_code == 422
    coordinator.post(url, {"reason": "La casa está sola"})
    limited.blocked.refresh_from_db()
    assert limited.blocked.state == "EXCLUDED"


def test_a_voucher_is_given_once_and_its_delivery_written(
    limited: ReductionTown, coordinator: Client, clients: dict[str, Client]
) -> None:
    page = coordinator.get(reverse("reduction:file", args=[limited.no_room.pk])).content.decode()
    assert "Emitir el vale y su orden" not in page and limited.voucher.document.folio in page
    url = reverse("reduction:deliver_voucher", args=[limited.voucher.pk])
    coordinator.post(url, {"received_by": "Ana Ruiz", "on": f"{clock.today():%Y-%m-%d}"})
    assert WaterVoucher.objects.get().received_by == "Ana Ruiz"
    assert clients["cajero"].post(url).status_code == 403


def test_what_a_crew_did_late_is_told_from_the_street(
    limited: ReductionTown, town: Town, clients: dict[str, Client]
) -> None:
    order = limited.voucher.act.order
    assert order is not None
    url = reverse("reduction:late")
    now = f"{timezone.localtime(clock.now()):%Y-%m-%dT%H:%M}"
    told = {"order": order.document.folio, "acted_at": now, "note": "Limitó la toma"}
    refused = clients["operacion"].post(url, told)
    assert refused.status_code == 422 and "su cuenta aún debe" in refused.content.decode()
    assert clients["operacion"].get(url).status_code == 200


def test_an_infraction_goes_from_found_to_dismissed_by_another_hand(
    limited: ReductionTown, clients: dict[str, Client]
) -> None:
    one = limited.infraction
    told = {"decision": "La abrió el propio organismo"}
    assert clients["coordinador"].post(reverse("reduction:dismiss", args=[one.pk]), told).status_code == 403
    clients["jefe"].post(reverse("reduction:dismiss", args=[one.pk]), told)
    one.refresh_from_db()
    assert one.state == "DISMISSED"
    page = clients["auditor"].get(reverse("reduction:infraction", args=[one.pk])).content.decode()
    assert "La abrió el propio organismo" in page


def test_an_infraction_is_recorded_once_for_an_account(limited: ReductionTown, coordinator: Client) -> None:
    assert coordinator.get(reverse("reduction:new_infraction")).status_code == 200
    told = {
        "llave": "otra",
        "account": limited.infraction.account.number,
        "found_on": f"{clock.today():%Y-%m-%d}",
        "told": "Sello roto",
    }
    page = coordinator.post(reverse("reduction:new_infraction"), told)
    assert page.status_code == 422 and "ya tiene un procedimiento abierto" in page.content.decode()
    assert Infraction.objects.count() == 1


def test_looking_again_at_an_account_changes_nothing_while_it_owes(limited: ReductionTown, coordinator: Client) -> None:
    coordinator.post(reverse("reduction:reconnect", args=[limited.done.pk]))
    assert not OrderRecall.objects.exists()
    assert (
        recall_paid_orders(account_id=limited.act.account_id, cause="x", at=clock.now(), by=limited.act.batch.made_by)
        == []
    )


def test_what_waits_for_authorisation_is_said_on_the_page_of_today(
    limited: ReductionTown, coordinator: Client, clients: dict[str, Client]
) -> None:
    page = coordinator.get("/").content.decode()
    assert "Reducciones por autorizar" in page and f"Relación {limited.relation.document.folio}" in page
    assert "Reducciones por autorizar" not in clients["cajero"].get("/").content.decode()


def test_the_coordinator_has_no_cash_session_nor_any_permission_of_cash(town: Town) -> None:
    carried = {role.code: role.permissions for role in ROLES}
    of_cash = {"cashier.take_payment", "cashier.capture_contingency", "cashier.apply_voucher", "cashier.pay_refund"}
    assert not carried["coordinador"] & of_cash
    assert not CashSession.objects.filter(cashier=town.staff["coordinador"]).exists()


def test_who_collects_neither_waives_nor_authorises_nor_fines() -> None:
    barred = {
        "agreements.ask_waiver",
        "agreements.decide_waiver",
        "collections.authorise_reduction",
        "collections.decide_infraction",
        "collections.build_batch",
        "collections.approve_batch",
    }
    for role in ROLES:
        if "cashier.take_payment" in role.permissions:
            assert not role.permissions & barred, role.code


def test_who_prepares_does_not_approve_and_who_finds_does_not_fine() -> None:
    for role in ROLES:
        assert not {"collections.build_batch", "collections.approve_batch"} <= role.permissions, role.code
        assert not {"collections.add_infraction", "collections.decide_infraction"} <= role.permissions, role.code
