"""The screens of work orders: from the order to its closing, and what each refuses, with what was typed kept."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cauce.core import clock
from cauce.documents.models import SignatureRequest
from cauce.registry.models import Account, Hold
from cauce.users.models import Area
from cauce.workorders.models import Crew, DeliveryList, Material, WorkOrder, WorkOrderResult, WorkOrderType
from cauce.workorders.operations import WorkOrderReport, issue_work_order, report_work_order
from tests.backoffice.town import Town
from tests.backoffice.workorders_town import PNG, WorkOrdersTown, workorders_town

Ask = Callable[..., str]


@pytest.fixture
def orders(town: Town) -> WorkOrdersTown:
    return workorders_town(town)


def page_of(client: Client, name: str, *args: object, status: int = 200, **params: object) -> str:
    response = client.get(reverse(f"workorders:{name}", args=args), params)
    assert response.status_code == status, response.content[:400]
    return response.content.decode()


def send(client: Client, screen: str, *args: object, **data: object) -> HttpResponse:
    return client.post(reverse(f"workorders:{screen}", args=args), data)


def state_of(order: WorkOrder) -> str:
    return WorkOrder.objects.get(pk=order.pk).state


def test_the_list_filters_keeps_and_exports(orders: WorkOrdersTown, clients: dict[str, Client]) -> None:
    client = clients["coordinador"]
    page = page_of(client, "orders", estado="PENDIENTES", area="", tipo="", cuadrilla="", prioridad="", plazo="",
                   sector="", dia="", cuenta="")  # fmt: skip
    assert orders.order.document.folio in page
    assert orders.done.document.folio not in page
    assert client.get(reverse("workorders:orders")).status_code == 302
    response = client.get(reverse("workorders:orders_workbook"), {"cuenta": orders.order.document.folio})
    rows = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["Folio", orders.order.document.folio]


def test_the_list_costs_the_same_queries_whatever_its_rows(
    town: Town, orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    client = clients["coordinador"]
    page_of(client, "orders", plazo="")
    with CaptureQueriesContext(connection) as few:
        page_of(client, "orders", plazo="")
    for number in range(20):
        issue_work_order(
            type=orders.programmed.type,
            account=None,
            place="Calle Uno S/N",
            matter="Fuga",
            origin_kind="DESK",
            at=clock.now(),
            by=town.staff["coordinador"],
            key=f"many/{number}",
        )
    with CaptureQueriesContext(connection) as many:
        page_of(client, "orders", plazo="")
    assert len(many) == len(few)


def test_an_order_is_issued_from_the_account_and_shows_in_its_tab(
    town: Town, orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    client = clients["coordinador"]
    page = page_of(client, "new_order", cuenta=town.account.number)
    assert "ya tiene pendiente" in page
    told = {"llave": "k", "type": "VERIFICA-LECTURA", "account": town.account.number, "matter": "Reclama consumo alto",
            "origin_kind": "CALL"}  # fmt: skip
    for _ in range(2):
        assert send(client, "new_order", **told).status_code == 302
    issued = WorkOrder.objects.get(type="VERIFICA-LECTURA")
    assert (issued.account_id, issued.origin_kind) == (town.account.pk, "CALL")
    tab = client.get(reverse("window:account_orders", args=[town.account.pk])).content.decode()
    assert issued.document.folio in tab


def test_an_order_with_a_fault_keeps_what_was_typed(orders: WorkOrdersTown, clients: dict[str, Client]) -> None:
    client = clients["coordinador"]
    told = {"llave": "k", "type": "FUGA-TOMA", "account": "999999", "matter": "Fuga grande", "origin_kind": "DESK"}
    response = send(client, "new_order", **told)
    assert response.status_code == 422
    assert "No hay cuenta con ese número" in response.content.decode()
    response = send(client, "new_order", **(told | {"account": ""}))
    assert response.status_code == 422
    page = response.content.decode()
    assert "ponga «S/N»" in page
    assert "Fuga grande" in page


def test_orders_are_delivered_by_a_list_that_another_acknowledges(
    orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    page = page_of(clients["coordinador"], "deliver", area=orders.order.area_id)
    assert orders.order.document.folio in page
    response = send(clients["coordinador"], "deliver", orders=[orders.order.pk])
    delivery = DeliveryList.objects.latest("pk")
    assert response.url == reverse("workorders:delivery", args=[delivery.pk])
    assert send(clients["coordinador"], "deliver").status_code == 422
    pdf = clients["coordinador"].get(reverse("workorders:delivery_pdf", args=[delivery.pk]))
    assert pdf.content.startswith(b"%PDF")
    assert "Acusa recibo alguien de «Operación»" in page_of(clients["tecnico"], "delivery", delivery.pk)
    send(clients["tecnico"], "acknowledge", delivery.pk)
    assert DeliveryList.objects.get(pk=delivery.pk).acknowledged_at is None
    assert "Acusar recibo" in page_of(clients["operacion"], "delivery", delivery.pk)
    send(clients["operacion"], "acknowledge", delivery.pk)
    assert DeliveryList.objects.get(pk=delivery.pk).acknowledged_at is not None
    assert delivery.document.folio in page_of(clients["operacion"], "deliveries", acuse="con")


def test_the_board_programs_what_is_marked_and_tells_who_came_second(
    town: Town, orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    client, waits = clients["operacion"], orders.delivery.orders.get()
    page = page_of(client, "board")
    assert waits.document.folio in page
    assert "1 de 8" in page or "2 de 8" in page
    here = f"{orders.crew.pk}/{clock.today().isoformat()}"
    assert send(client, "program", orders=[waits.pk], here=here, area="", desde="").status_code == 302
    assert state_of(waits) == "PROGRAMMED"
    other = Crew.objects.create(name="Otra", area=waits.area)
    second = send(client, "program", orders=[waits.pk], here=f"{other.pk}/{clock.today().isoformat()}")
    assert second.status_code == 422
    assert "ya está programada" in second.content.decode()
    assert send(client, "program", orders=[waits.pk], here="1/2026-99-99").status_code == 422
    assert send(client, "program", here=here).status_code == 422


def test_a_crews_day_is_arranged_walked_and_printed(orders: WorkOrdersTown, clients: dict[str, Client]) -> None:
    client, day = clients["operacion"], clock.today().isoformat()
    waits = orders.delivery.orders.get()
    send(client, "program", orders=[waits.pk], here=f"{orders.crew.pk}/{day}")
    send(client, "arrange", orders.crew.pk, dia=day, sube=waits.pk)
    numbers = list(WorkOrder.objects.filter(crew=orders.crew).order_by("place_in_day").values_list("pk", flat=True))
    assert numbers.index(waits.pk) == len(numbers) - 2
    send(client, "arrange", orders.crew.pk, dia=day, recorrido=1)
    page = page_of(client, "crew_day", orders.crew.pk, dia=day)
    assert "es el del recorrido" in page
    pdf = client.get(reverse("workorders:sheets_pdf", args=[orders.crew.pk]), {"dia": day})
    assert pdf.content.startswith(b"%PDF")


def test_results_are_captured_from_the_sheet_one_after_another(
    orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    client, order = clients["operacion"], orders.programmed
    response = client.get(reverse("workorders:capture"), {"folio": order.document.folio})
    assert response.url == reverse("workorders:report", args=[order.pk])
    assert "no espera resultado" in page_of(client, "capture", folio=orders.done.document.folio, status=422)
    assert "No hay orden con ese folio" in page_of(client, "capture", folio="OT-999999", status=422)
    page = page_of(client, "report", order.pk)
    assert 'value="COPLE-12"' in page
    told = {
        "llave": "k", "is_done": "si", "means": "SHEET", "notes": "Quedó reparada", "crew": orders.crew.pk,
        "finished_at": timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "material-0": "COPLE-12", "cantidad-0": "2", "material-1": "TEFLON", "cantidad-1": "",
    }  # fmt: skip
    wrong = send(client, "report", order.pk, **(told | {"cantidad-1": "muchos"}))
    assert wrong.status_code == 422
    assert "no es una cantidad" in wrong.content.decode()
    assert "Quedó reparada" in wrong.content.decode()
    assert send(client, "report", order.pk, **told).url == reverse("workorders:capture")
    result = WorkOrderResult.objects.get(order=order)
    assert [use.material_id for use in result.materials.all()] == ["COPLE-12"]
    assert order.document.folio in page_of(client, "capture")


def test_a_reading_that_is_missing_is_asked_for(orders: WorkOrdersTown, clients: dict[str, Client]) -> None:
    told = {
        "llave": "k", "is_done": "si", "means": "SHEET", "crew": orders.crew.pk,
        "finished_at": timezone.localtime(clock.now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    response = send(clients["operacion"], "report", orders.order.pk, **told)
    assert "aún no llega" in response.content.decode()
    told["finished_at"] = timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M")
    response = send(clients["operacion"], "report", orders.order.pk, **told)
    assert "falta: lectura" in response.content.decode()
    assert state_of(orders.order) == "ISSUED"


def test_the_head_reviews_and_closes_in_bulk(orders: WorkOrdersTown, clients: dict[str, Client]) -> None:
    client = clients["jefe"]
    assert orders.done.document.folio in page_of(client, "reviews")
    send(client, "review", orders=[orders.done.pk])
    assert state_of(orders.done) == "REVIEWED"
    assert send(client, "review").status_code == 422
    send(client, "close", orders=[orders.done.pk])
    assert state_of(orders.done) == "CLOSED"
    send(client, "reopen", orders.done.pk, reason="Sigue la fuga")
    assert state_of(orders.done) == "REOPENED"


def test_the_page_of_an_order_says_what_can_be_done_and_why_not(
    orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    page = page_of(clients["operacion"], "order", orders.order.pk)
    assert "Capturar el resultado" in page
    assert "primero se programa" in page
    done = page_of(clients["operacion"], "order", orders.done.pk)
    assert "la orden está hecha" in done
    assert "Se cambió el cople" in done
    assert clients["auditor"].get(reverse("workorders:order_pdf", args=[orders.order.pk])).content.startswith(b"%PDF")
    file = clients["operacion"].get(reverse("workorders:order_file", args=[orders.done.pk, orders.file.pk]))
    assert file["Content-Type"] == "image/png"


def test_the_acts_of_a_page_ask_why_and_do_it(orders: WorkOrdersTown, clients: dict[str, Client]) -> None:
    head, jefe = clients["operacion"], clients["jefe"]
    assert send(jefe, "cancel", orders.order.pk, reason="").status_code == 422
    send(head, "move", orders.programmed.pk, crew=orders.crew.pk, day=(clock.today() + timedelta(days=1)).isoformat())
    assert WorkOrder.objects.get(pk=orders.programmed.pk).programmed_on == clock.today() + timedelta(days=1)
    send(head, "unprogram", orders.programmed.pk, reason="Falta material")
    assert state_of(orders.programmed) == "DELIVERED"
    assert "sólo se quita" in send(head, "unprogram", orders.done.pk, reason="No").content.decode()
    send(jefe, "reassign", orders.programmed.pk, area=Area.objects.get(name="Comercialización").pk, reason="Es suya")
    assert WorkOrder.objects.get(pk=orders.programmed.pk).area.name == "Comercialización"
    send(jefe, "cancel", orders.order.pk, reason="Repetida")
    assert state_of(orders.order) == "CANCELLED"
    send(jefe, "recall", orders.programmed.pk, reason="Ya no hace falta")
    assert state_of(orders.programmed) == "RECALLED"
    assert "ya está «hecha»" in send(jefe, "recall", orders.done.pk, reason="x").content.decode()


def test_an_order_starts_takes_files_and_merges_another(
    town: Town, orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    head = clients["operacion"]
    send(head, "start", orders.programmed.pk)
    assert state_of(orders.programmed) == "IN_FIELD"
    photo = SimpleUploadedFile("f.png", PNG + b"1")
    send(head, "add_file", orders.programmed.pk, label="Croquis", file=photo)
    assert orders.programmed.files.get().label == "Croquis"
    bad = send(head, "add_file", orders.programmed.pk, label="Croquis", file=SimpleUploadedFile("f.png", b"MZ exe"))
    assert "no es un PDF ni una imagen" in bad.content.decode()
    waits = orders.delivery.orders.get()
    send(head, "merge", orders.programmed.pk, orders=[waits.pk], reason="Misma fuga")
    assert WorkOrder.objects.get(pk=waits.pk).merged_into_id == orders.programmed.pk


def test_crews_their_people_kinds_and_materials_change_on_screens(
    town: Town, orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    client, area = clients["jefe"], orders.crew.area_id
    told = {"name": "Nocturna", "area": area, "radio": "OP-5", "orders_a_day": 4, "is_active": "on"}
    send(client, "new_crew", **told)
    crew = Crew.objects.get(name="Nocturna")
    assert send(client, "new_crew", **told).status_code == 422
    send(client, "crew", crew.pk, **(told | {"orders_a_day": 6}))
    assert Crew.objects.get(pk=crew.pk).orders_a_day == 6
    send(client, "add_member", crew.pk, user=town.staff["tecnico"].pk, on="2026-01-01")
    send(client, "end_member", crew.members.get().pk, on="2026-02-01")
    assert crew.members.get().valid_until is not None
    assert "Nocturna" in page_of(client, "crews")
    kind = {"code": "PODA", "name": "Poda", "area": area, "term_hours": 8, "priority": 3, "effect": "NONE",
            "reasons_not_done": "Lluvia\nOtra causa", "materials": "SELLO 1", "is_active": "on"}  # fmt: skip
    assert send(client, "new_type", **kind).status_code == 302
    assert WorkOrderType.objects.get(pk="PODA").reasons_not_done == ["Lluvia", "Otra causa"]
    assert "Ya hay un tipo" in send(client, "new_type", **kind).content.decode()
    assert send(client, "type", "PODA", **(kind | {"term_hours": 9})).status_code == 302
    assert WorkOrderType.objects.get(pk="PODA").term_hours == 9
    wrong = send(client, "type", "PODA", **(kind | {"effect": "METER_CHANGED", "needs_account": "on"}))
    assert "debe pedir al cerrar" in wrong.content.decode()
    send(client, "materials", code="cuña", name="Cuña", unit="pieza", is_active="on")
    assert Material.objects.filter(pk="CUÑA").exists()
    assert "PODA" in page_of(client, "types")


def test_a_list_waits_for_the_heads_signature_by_itself(orders: WorkOrdersTown, clients: dict[str, Client]) -> None:
    send(clients["coordinador"], "deliver", orders=[orders.order.pk])
    delivery = DeliveryList.objects.latest("pk")
    request = SignatureRequest.objects.get(subject_kind="DeliveryList", subject_id=delivery.pk)
    assert (request.role, request.kind) == ("jefe", "Relación de órdenes")
    assert request.title == f"{delivery.document.folio}: 1 orden para «Operación»"
    assert request.title in clients["jefe"].get(reverse("signing:tray")).content.decode()
    page = page_of(clients["coordinador"], "delivery", delivery.pk)
    assert f"{request.get_state_display().lower()}; lo pidió" in page


def test_the_board_offers_what_is_of_one_kind_and_near_and_one_act_merges_it(
    town: Town, orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    twin = issue_work_order(
        type=orders.programmed.type,
        account=None,
        place="jilguero s/n",
        matter="La misma fuga",
        origin_kind="CALL",
        at=clock.now(),
        by=town.staff["coordinador"],
        key="twin",
    )
    client, folio = clients["operacion"], orders.programmed.document.folio
    area = twin.area_id
    assert f"Fusionar con {folio}" in page_of(client, "board", area=area)
    assert f"Fusionar {twin.document.folio} con ésta" in page_of(client, "order", orders.programmed.pk)
    response = send(client, "merge", orders.programmed.pk, orders=[twin.pk], reason="Misma fuga", area=area)
    assert response.url == f"{reverse('workorders:board')}?area={area}"
    assert state_of(twin) == "MERGED"
    assert f"Fusionar con {folio}" not in page_of(client, "board", area=area)
    assert folio in page_of(client, "order", twin.pk)


def test_one_of_another_kind_nearby_is_told_and_not_offered(orders: WorkOrdersTown, clients: dict[str, Client]) -> None:
    waits = orders.delivery.orders.get()
    page = page_of(clients["operacion"], "order", orders.programmed.pk)
    assert waits.document.folio in page
    assert f"Fusionar {waits.document.folio}" not in page


def test_a_dictated_order_says_that_its_photograph_is_missing_and_takes_it(
    town: Town, orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    order = issue_work_order(
        type=WorkOrderType.objects.get(pk="POZO-SIN-TAPA"),
        account=None,
        place="Hidalgo S/N",
        matter="Sin tapa",
        origin_kind="RADIO",
        at=clock.now(),
        by=town.staff["coordinador"],
        key="pozo",
    )
    told = {"llave": "pozo", "unit": "OP-9", "direction": "IN", "matter": "ORDER", "message": "Quedó la tapa",
            "becomes": "HECHA", "order": order.document.folio}  # fmt: skip
    response = clients["operacion"].post(reverse("radio:new_message"), told)
    assert response.status_code == 302, response.content.decode()[-3000:]
    assert state_of(order) == "DONE"
    assert "Falta la fotografía" in page_of(clients["jefe"], "order", order.pk)
    assert "Falta la fotografía" in page_of(clients["jefe"], "reviews")
    refused = send(clients["jefe"], "review", orders=[order.pk])
    assert "le falta su fotografía" in refused.content.decode()
    send(clients["operacion"], "add_file", order.pk, label="Tapa", file=SimpleUploadedFile("t.png", PNG + b"2"))
    send(clients["jefe"], "review", orders=[order.pk])
    assert state_of(order) == "REVIEWED"


def test_reopening_says_what_was_changed_and_with_which_order_it_is_undone(
    town: Town, orders: WorkOrdersTown, clients: dict[str, Client]
) -> None:
    now, head = clock.now(), town.staff["operacion"]
    held = Hold.objects.values("account")
    account = Account.objects.filter(state=Account.State.ACTIVE).exclude(pk__in=held).order_by("pk")[0]
    order = issue_work_order(
        type=WorkOrderType.objects.get(pk="REDUCCION"),
        account=account,
        matter="Adeudo",
        origin_kind="DESK",
        priority=1,
        at=now,
        by=town.staff["coordinador"],
        key="reduce",
    )
    told = WorkOrderReport(is_done=True, reading=99_999, seal="S-1", means="RADIO", finished_at=now)
    report_work_order(order=order, report=told, crew=orders.crew, at=now, by=head, key="reduced")
    page = page_of(clients["jefe"], "order", order.pk)
    assert "redujo el servicio de la cuenta" in page
    undo = WorkOrderType.objects.filter(effect="RECONNECTED").first()
    assert f"?cuenta={account.number}&amp;tipo={undo.pk}" in page
    response = clients["jefe"].post(
        reverse("workorders:reopen", args=[order.pk]), {"reason": "No se hizo"}, follow=True
    )
    assert "Lo que ya cambió sigue así: redujo el servicio" in response.content.decode()
    form = page_of(clients["coordinador"], "new_order", cuenta=account.number, tipo=undo.pk)
    assert f'value="{undo.pk}" selected' in form
