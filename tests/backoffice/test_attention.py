"""The screens of the telephone and the radio."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cauce.cases.models import Call, CaseType, PhoneMessage, RadioMessage
from cauce.core import clock
from cauce.users.models import Area
from cauce.workorders.models import WorkOrder, WorkOrderType
from tests.backoffice.attention_town import AttentionTown, attention_town
from tests.backoffice.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoken(town: Town) -> AttentionTown:
    return attention_town(town)


@pytest.fixture
def leak(db: None) -> WorkOrderType:
    return WorkOrderType.objects.create(
        code="FUGA", name="Fuga", area=Area.objects.get(name="Operación"), term_hours=8, needs_account=False
    )


def call_form(**facts: object) -> dict[str, object]:
    written: dict[str, object] = {
        "llave": "una",
        "empezo": timezone.localtime(clock.now()).isoformat(timespec="seconds"),
        "phone": "411 100 2030",
        "caller_name": "Juan",
        "account": "",
        "matter": "No llega agua",
        "notes": "Desde ayer",
        "outcome": "INFORMED",
    }
    return written | facts


def test_a_call_becomes_a_case_with_what_was_typed(clients: dict[str, Client], town: Town) -> None:
    kind = CaseType.objects.create(
        code="SIN", name="No llega agua", kind="REPORT", area=Area.objects.get(name="Operación"), term_days=3
    )
    form = call_form(outcome="CASE", case_type=kind.pk, account=town.account.number)
    for _ in range(2):
        clients["coordinador"].post(reverse("calls:new_call"), form)
    call = Call.objects.get()
    assert call.case is not None
    assert (call.case.account, call.case.reporter_name, call.case.reporter_phone) == (
        town.account,
        "Juan",
        "411 100 2030",
    )
    assert (call.case.channel, call.case.told, call.account) == ("PHONE", "Desde ayer", town.account)


def test_a_call_becomes_an_order_of_a_place_without_account(clients: dict[str, Client], leak: WorkOrderType) -> None:
    form = call_form(outcome="ORDER", order_type=leak.pk)
    refused = clients["coordinador"].post(reverse("calls:new_call"), form)
    assert refused.status_code == 422
    assert not Call.objects.exists()
    clients["coordinador"].post(reverse("calls:new_call"), form | {"place": "Frente a la primaria, S/N"})
    order = WorkOrder.objects.get()
    assert (order.place, order.origin_kind, order.origin_id) == (
        "Frente a la primaria, S/N",
        "CALL",
        Call.objects.get().pk,
    )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"matter": ""}, "Escriba el asunto"),
        ({"outcome": "CASE"}, "Elija el tipo de caso"),
        ({"outcome": "TRANSFERRED"}, "qué extensión"),
        ({"outcome": "CALL_BACK"}, "para cuándo"),
        ({"outcome": "CALL_BACK", "call_back_at": "2020-01-01T10:00"}, "ya pasó"),
        ({"outcome": "MESSAGE"}, "para quién"),
        ({"account": "999999"}, "No hay cuenta"),
        ({"outcome": "INSPECTION"}, "Un aforo es de una cuenta"),
    ],
)
def test_a_call_that_lacks_something_says_what_and_keeps_the_rest(
    clients: dict[str, Client], facts: dict[str, object], said: str
) -> None:
    response = clients["coordinador"].post(reverse("calls:new_call"), call_form(**facts))
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "Desde ayer" in page
    assert not Call.objects.exists()


def test_the_number_tells_the_accounts_and_the_last_calls(
    clients: dict[str, Client], spoken: AttentionTown, town: Town
) -> None:
    page = clients["coordinador"].get(reverse("calls:caller"), {"phone": "4115557066"}).content.decode()
    assert town.account.number in page
    assert "Recibo muy alto" in page
    unknown = clients["coordinador"].get(reverse("calls:caller"), {"phone": "4119999999"}).content.decode()
    assert "Ninguna cuenta" in unknown
    typing = clients["coordinador"].get(reverse("calls:caller"), {"phone": "4119"}).content.decode()
    assert "Ninguna cuenta" not in typing


def test_the_panel_knows_the_account_on_the_screen(clients: dict[str, Client], town: Town) -> None:
    page = clients["coordinador"].get(reverse("calls:panel"), {"cuenta": town.account.pk}).content.decode()
    assert f'value="{town.account.number}"' in page
    account = clients["coordinador"].get(reverse("window:account", args=[town.account.pk])).content.decode()
    assert f'data-account="{town.account.pk}"' in account
    assert f'data-panel="{reverse("calls:panel")}"' in account


def test_a_promise_is_kept_by_the_call_that_returns_it(clients: dict[str, Client], spoken: AttentionTown) -> None:
    client = clients["coordinador"]
    assert "Elena" in client.get(reverse("calls:to_return")).content.decode()
    page = client.get(reverse("calls:new_call"), {"devuelve": spoken.call.pk}).content.decode()
    assert 'value="OUT"' in page
    client.post(reverse("calls:new_call"), call_form(devuelve=spoken.call.pk, sentido="OUT"))
    spoken.call.refresh_from_db()
    assert spoken.call.called_back_at is not None
    assert "Elena" not in client.get(reverse("calls:to_return")).content.decode()


def test_a_recado_waits_until_its_person_takes_it(clients: dict[str, Client], spoken: AttentionTown) -> None:
    url = reverse("calls:messages")
    assert "señora Elena" not in clients["cajero"].get(url).content.decode()
    refused = clients["cajero"].post(reverse("calls:take_message", args=[spoken.message.pk]), follow=True)
    assert "es para" in refused.content.decode()
    assert "señora Elena" in clients["facturacion"].get(url).content.decode()
    clients["facturacion"].post(reverse("calls:take_message", args=[spoken.message.pk]))
    spoken.message.refresh_from_db()
    assert spoken.message.taken_by is not None


def test_a_recado_is_left_for_an_area_with_people(clients: dict[str, Client], town: Town) -> None:
    empty = Area.objects.create(name="Área vacía")
    url = reverse("calls:leave_message")
    assert clients["coordinador"].post(url, {"text": "Hola", "for_area": empty.pk}).status_code == 422
    clients["coordinador"].post(url, {"text": "Hola", "for_area": Area.objects.get(name="Cajas").pk})
    assert PhoneMessage.objects.count() == 1
    assert "Hola" in clients["cajero"].get(reverse("calls:messages")).content.decode()


def radio_form(**facts: object) -> dict[str, object]:
    written: dict[str, object] = {
        "llave": "una",
        "unit": "c-1",
        "direction": "IN",
        "matter": "LEAK",
        "message": "Fuga grande",
        "becomes": "NADA",
    }
    return written | facts


def test_a_leak_heard_by_radio_becomes_an_order(clients: dict[str, Client], leak: WorkOrderType) -> None:
    client, url = clients["operacion"], reverse("radio:new_message")
    form = radio_form(becomes="ORDEN", order_type=leak.pk)
    assert client.post(url, form).status_code == 422
    for _ in range(2):
        client.post(url, form | {"place": "Jilguero S/N"})
    heard = RadioMessage.objects.get()
    assert heard.order is not None
    assert (heard.unit, heard.order.place, heard.order.origin_kind) == ("C-1", "Jilguero S/N", "RADIO")
    assert heard.order.document.folio in clients["coordinador"].get(reverse("radio:messages")).content.decode()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"unit": ""}, "qué unidad"),
        ({"becomes": "ORDEN"}, "tipo de orden"),
        ({"becomes": "HECHA"}, "folio de la orden"),
        ({"becomes": "HECHA", "order": "999"}, "OT-000999"),
        ({"account": "999999"}, "No hay cuenta"),
    ],
)
def test_a_radio_message_that_lacks_something_says_what(
    clients: dict[str, Client], facts: dict[str, object], said: str
) -> None:
    response = clients["operacion"].post(reverse("radio:new_message"), radio_form(**facts))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not RadioMessage.objects.exists()


def test_operations_say_that_they_know(clients: dict[str, Client], spoken: AttentionTown) -> None:
    clients["operacion"].post(reverse("radio:acknowledge", args=[spoken.radio.pk]))
    clients["coordinador"].post(reverse("radio:acknowledge", args=[spoken.radio.pk]))
    spoken.radio.refresh_from_db()
    assert spoken.radio.acknowledged_by is not None
    page = clients["coordinador"].get(reverse("radio:messages"), {"enterado": "NO"}).content.decode()
    assert "Fuga en la calle" not in page


def test_the_lists_are_workbooks_too(clients: dict[str, Client], spoken: AttentionTown) -> None:
    for name in ("calls:calls_workbook", "radio:messages_workbook"):
        assert clients["coordinador"].get(reverse(name)).status_code == 200
