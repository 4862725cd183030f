"""The screens of the agenda of aforos."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cauce.cases.models import Call, CaseInspection, CaseType, Channel
from cauce.cases.operations import CallFacts, open_case, record_call
from cauce.core import clock
from cauce.documents.models import SignatureRequest
from cauce.registry.models import Account
from cauce.users.models import Area
from cauce.workorders.models import AgendaSlot, HomeInspection, InspectionAct, InspectionReminder, Technician
from cauce.workorders.operations import book_inspection_again, mark_no_show, open_agenda
from cauce.workorders.queries.agenda import fee_of, next_free_places
from tests.backoffice.agenda_town import AgendaTown, agenda_town
from tests.backoffice.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def agenda(town: Town) -> AgendaTown:
    return agenda_town(town)


@pytest.fixture
def free(agenda: AgendaTown) -> AgendaSlot:
    return next_free_places(after=clock.now())[0].slot


@pytest.fixture
def account(agenda: AgendaTown) -> Account:
    return Account.objects.exclude(home_inspections__isnull=False).order_by("pk")[5]


def booking(account: Account, slot: AgendaSlot, **told: object) -> dict[str, object]:
    return {
        "llave": "una",
        "account": account.number,
        "contact_name": "Rosa Lara",
        "contact_phone": "411 155 0050",
        "matter": "Consumo alto",
        "detail": "",
        "slot": slot.pk,
    } | told


def test_the_week_and_the_month_show_places_left(clients: dict[str, Client], agenda: AgendaTown) -> None:
    day = agenda.slot.day
    page = clients["coordinador"].get(reverse("inspections:week"), {"semana": day.isoformat()}).content.decode()
    assert "2 de 2" in page
    assert str(agenda.technician) in page
    month = clients["coordinador"].get(reverse("inspections:month"), {"mes": day.strftime("%Y-%m")})
    assert "2 aforos" in month.content.decode()


def test_the_next_places_are_offered_with_a_key_each(
    clients: dict[str, Client], account: Account, free: AgendaSlot
) -> None:
    page = clients["jefe"].get(reverse("inspections:new_inspection"), {"cuenta": account.pk}).content.decode()
    assert f'value="{free.pk}" data-key="A"' in page
    assert page.count("data-doing") >= 6
    assert account.holder.name in page


def test_a_place_is_booked_with_one_press_and_once(
    clients: dict[str, Client], account: Account, free: AgendaSlot
) -> None:
    for _ in range(2):
        response = clients["jefe"].post(reverse("inspections:new_inspection"), booking(account, free))
    inspection = HomeInspection.objects.get(account=account)
    assert response.headers["Location"] == reverse("inspections:inspection", args=[inspection.pk])
    assert (inspection.slot, inspection.matter, fee_of(inspection)) == (free, "Consumo alto", None)


def test_a_charged_aforo_goes_out_with_its_payment_order(
    clients: dict[str, Client], account: Account, free: AgendaSlot
) -> None:
    clients["jefe"].post(reverse("inspections:new_inspection"), booking(account, free, is_charged="on"))
    order = fee_of(HomeInspection.objects.get(account=account))
    assert order is not None
    page = clients["jefe"].get(reverse("inspections:inspection", args=[HomeInspection.objects.get(account=account).pk]))
    assert order.document.folio in page.content.decode()


def test_a_full_half_day_is_told_with_the_places_that_follow(
    clients: dict[str, Client], account: Account, agenda: AgendaTown
) -> None:
    response = clients["jefe"].post(reverse("inspections:new_inspection"), booking(account, agenda.slot))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Ese lugar se acaba de ocupar" in page
    assert "Rosa Lara" in page
    assert not HomeInspection.objects.filter(account=account).exists()


def test_only_the_power_l1_goes_over_what_a_half_day_holds(
    clients: dict[str, Client], account: Account, agenda: AgendaTown
) -> None:
    form = booking(account, agenda.slot, over_capacity="on")
    refused = clients["jefe"].post(reverse("inspections:new_inspection"), form)
    assert "Sólo quien programa los aforos" in refused.content.decode()
    assert "Pasar del cupo" not in clients["jefe"].get(reverse("inspections:new_inspection")).content.decode()
    assert clients["coordinador"].post(reverse("inspections:new_inspection"), form).status_code == 302
    assert HomeInspection.objects.get(account=account).is_over_capacity


def test_an_account_that_does_not_exist_and_no_place_are_said(
    clients: dict[str, Client], account: Account, free: AgendaSlot
) -> None:
    unknown = clients["jefe"].post(
        reverse("inspections:new_inspection"), booking(account, free) | {"account": "999999"}
    )
    assert "Ninguna cuenta tiene ese número" in unknown.content.decode()
    nowhere = clients["jefe"].post(reverse("inspections:new_inspection"), booking(account, free) | {"slot": ""})
    assert "Elija un lugar de la agenda" in nowhere.content.decode()


def test_an_aforo_booked_from_a_case_is_linked_to_it(
    clients: dict[str, Client], account: Account, free: AgendaSlot, town: Town
) -> None:
    kind = CaseType.objects.create(
        code="ALTO",
        name="Consumo alto",
        kind="COMPLAINT",
        area=Area.objects.get(name="Comercialización"),
        term_days=5,
        opens=[CaseType.Opens.INSPECTION],
    )
    case = open_case(
        type=kind,
        channel=Channel.PHONE,
        account=account,
        reporter_name="Elena Zúñiga",
        matter="Recibo muy alto",
        told="No ha usado más agua",
        at=clock.now(),
        by=town.staff["coordinador"],
        key="caso/1",
    )
    address = f"{reverse('inspections:new_inspection')}?caso={case.pk}"
    page = clients["coordinador"].get(address).content.decode()
    assert case.document.folio in page
    assert "Elena Zúñiga" in page
    assert clients["coordinador"].post(address, booking(account, free)).status_code == 302
    assert CaseInspection.objects.get(case=case).inspection.account == account


def test_an_aforo_is_moved_with_its_reason(clients: dict[str, Client], agenda: AgendaTown, free: AgendaSlot) -> None:
    address = reverse("inspections:move", args=[agenda.inspection.pk])
    assert clients["jefe"].get(address).status_code == 200
    silent = clients["jefe"].post(address, {"slot": free.pk, "reason": ""})
    assert "por qué se reprograma" in silent.content.decode()
    assert clients["jefe"].post(address, {"slot": free.pk, "reason": "Lo pidió"}).status_code == 302
    page = clients["jefe"].get(reverse("inspections:inspection", args=[agenda.inspection.pk])).content.decode()
    assert "Lo pidió" in page


def test_who_was_called_leaves_the_list_of_tomorrow(clients: dict[str, Client], agenda: AgendaTown) -> None:
    address = reverse("inspections:reminders")
    asked = {"dia": agenda.slot.day.isoformat()}
    assert "411 555 7066" in clients["jefe"].get(address, asked).content.decode()
    clients["jefe"].post(
        reverse("inspections:remind", args=[agenda.inspection.pk]),
        {"means": "PHONE", "outcome": "Ahí estará", "lista": "1"},
    )
    assert InspectionReminder.objects.get().outcome == "Ahí estará"
    assert "Nadie por recordar" in clients["jefe"].get(address, asked).content.decode()


def test_nobody_is_missed_before_their_hour_and_an_aforo_is_cancelled(
    clients: dict[str, Client], agenda: AgendaTown
) -> None:
    early = clients["tecnico"].post(reverse("inspections:miss", args=[agenda.inspection.pk]), {"note": ""})
    assert "Aún no llega su hora" in early.content.decode()
    clients["jefe"].post(reverse("inspections:cancel", args=[agenda.inspection.pk]), {"reason": "Ya no lo quiere"})
    agenda.inspection.refresh_from_db()
    assert agenda.inspection.state == "CANCELLED"


def test_an_act_is_captured_and_its_error_is_shown(clients: dict[str, Client], agenda: AgendaTown) -> None:
    address = reverse("inspections:act", args=[agenda.inspection.pk])
    assert clients["tecnico"].get(address).status_code == 200
    now = timezone.localtime(clock.now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    told = {
        "received_by": "Elena Zúñiga",
        "inspected_at": now,
        "persons": "4",
        "mueble_EXCUSADO": "2",
        "test_litres": "20",
        "registered_litres": "21.5",
        "conclusion": "INNER_LEAK",
    }
    refused = clients["tecnico"].post(address, told | {"inspected_at": "2020-01-01T10:00"}).content.decode()
    assert "anterior a cuando se agendó" in refused or "escriba dónde" in refused
    assert "+7.5" in refused
    assert not InspectionAct.objects.filter(inspection=agenda.inspection).exists()


def test_an_act_written_now_ends_the_aforo(clients: dict[str, Client], agenda: AgendaTown) -> None:
    HomeInspection.objects.filter(pk=agenda.inspection.pk).update(booked_at=clock.now() - timedelta(hours=1))
    told = {
        "received_by": "Elena Zúñiga",
        "inspected_at": timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "persons": "4",
        "mueble_EXCUSADO": "2",
        "test_litres": "20",
        "registered_litres": "21.5",
        "conclusion": "METER_FAILS",
        "was_signed": "on",
    }
    response = clients["tecnico"].post(reverse("inspections:act", args=[agenda.inspection.pk]), told)
    assert response.status_code == 302
    page = clients["coordinador"].get(reverse("inspections:inspection", args=[agenda.inspection.pk])).content.decode()
    assert "registra de más" in page
    assert "18 m³" in page
    assert (
        "NOM-012-SCFI" in clients["coordinador"].get(reverse("inspections:act", args=[agenda.done.pk])).content.decode()
    )
    assert "Son las bases con las que se capturó esta acta" in page
    request = SignatureRequest.objects.get(subject_kind="HomeInspection", subject_id=agenda.inspection.pk)
    assert (request.role, request.kind) == ("jefe", "Acta de aforo")
    assert request.document.folio in page
    assert request.title in clients["jefe"].get(reverse("signing:tray")).content.decode()


@pytest.mark.parametrize("role", ["jefe", "tecnico", "facturacion", "director", "auditor"])
def test_nobody_without_the_power_l1_opens_changes_or_closes(
    clients: dict[str, Client], agenda: AgendaTown, role: str
) -> None:
    assert clients[role].get(reverse("inspections:open_days")).status_code == 403
    assert clients[role].get(reverse("inspections:technicians")).status_code == 403
    for name in ("change_slot", "close_slot", "reopen_slot"):
        assert clients[role].post(reverse(f"inspections:{name}", args=[agenda.slot.pk])).status_code == 403
    page = clients[role].get(reverse("inspections:week")).content.decode()
    assert reverse("inspections:open_days") not in page.partition("<main")[2]


def test_days_are_opened_in_bulk(clients: dict[str, Client], agenda: AgendaTown) -> None:
    first = agenda.slot.day + timedelta(days=30)
    form = {
        "technicians": [agenda.technician.pk],
        "first": first.isoformat(),
        "last": (first + timedelta(days=6)).isoformat(),
        "weekdays": [0, 1, 2, 3, 4],
        "halves": ["MORNING"],
        "places": "3",
    }
    assert clients["coordinador"].get(reverse("inspections:open_days")).status_code == 200
    assert clients["coordinador"].post(reverse("inspections:open_days"), form).status_code == 302
    assert AgendaSlot.objects.filter(day__gte=first, places=3).count() == 5
    past = clients["coordinador"].post(reverse("inspections:open_days"), form | {"first": "2020-01-01"})
    assert "ya pasó" in past.content.decode()


def test_a_half_day_is_changed_and_closed_once_it_is_empty(
    clients: dict[str, Client], agenda: AgendaTown, free: AgendaSlot
) -> None:
    busy = clients["coordinador"].post(reverse("inspections:close_slot", args=[agenda.slot.pk]), {"reason": "Curso"})
    assert "1 aforo agendado" in busy.content.decode()
    clients["coordinador"].post(reverse("inspections:change_slot", args=[free.pk]), {"places": "5", "sector": ""})
    clients["coordinador"].post(reverse("inspections:close_slot", args=[free.pk]), {"reason": "Curso"})
    free.refresh_from_db()
    assert (free.places, free.closed_reason) == (5, "Curso")
    clients["coordinador"].post(reverse("inspections:reopen_slot", args=[free.pk]))
    free.refresh_from_db()
    assert free.closed_reason == ""


def test_a_technician_is_registered(clients: dict[str, Client], agenda: AgendaTown, town: Town) -> None:
    form = {
        "user": town.staff["cuadrilla"].pk,
        "morning_places": "1",
        "afternoon_places": "0",
        "is_active": "on",
    }
    assert clients["coordinador"].post(reverse("inspections:technicians"), form).status_code == 302
    assert Technician.objects.get(user=town.staff["cuadrilla"]).morning_places == 1


def test_the_list_is_filtered_by_state_folio_and_account(clients: dict[str, Client], agenda: AgendaTown) -> None:
    address = reverse("inspections:inspections")
    for asked in (
        {"estado": "BOOKED"},
        {"cuenta": agenda.inspection.document.folio},
        {"cuenta": agenda.inspection.account.number},
    ):
        page = clients["jefe"].get(address, asked).content.decode()
        assert agenda.inspection.document.folio in page
        assert agenda.done.document.folio not in page
    act = clients["jefe"].get(address, {"cuenta": "ACT-1"}).content.decode()
    assert agenda.done.document.folio in act


def test_what_waits_of_the_aforos_is_on_the_first_page(clients: dict[str, Client], agenda: AgendaTown) -> None:
    slot = AgendaSlot.objects.filter(pk=agenda.slot.pk)
    page = clients["jefe"].get(reverse("today:home")).content.decode()
    assert "Aforos por recordar" in page
    slot.update(day=clock.today() - timedelta(days=1))
    page = clients["tecnico"].get(reverse("today:home")).content.decode()
    assert "Aforos que ya fueron, sin acta" in page


@pytest.mark.parametrize("name", ["act_pdf", "slip_pdf"])
def test_the_papers_of_an_aforo_are_printed(clients: dict[str, Client], agenda: AgendaTown, name: str) -> None:
    for inspection in (agenda.inspection, agenda.done):
        paper = clients["tecnico"].get(reverse(f"inspections:{name}", args=[inspection.pk]))
        assert paper.content.startswith(b"%PDF")


def test_the_technicians_day_and_the_workbooks_are_taken_away(clients: dict[str, Client], agenda: AgendaTown) -> None:
    asked = {"dia": agenda.slot.day.isoformat()}
    paper = clients["tecnico"].get(reverse("inspections:day_pdf", args=[agenda.technician.pk]), asked)
    assert paper.content.startswith(b"%PDF")
    for name in ("day_workbook", "reminders_workbook", "inspections_workbook"):
        book = clients["coordinador"].get(reverse(f"inspections:{name}"), asked)
        assert book.content.startswith(b"PK")


def test_the_history_of_an_aforo_tells_when_nobody_was_found_and_that_it_was_booked_again(
    town: Town, clients: dict[str, Client], agenda: AgendaTown, free: AgendaSlot
) -> None:
    at, by = timezone.make_aware(datetime.combine(agenda.slot.day, time(15))), town.staff["coordinador"]
    mark_no_show(inspection=agenda.inspection, note="Tocó tres veces", at=at, by=by)
    again = open_agenda(
        technicians=[agenda.technician],
        first=agenda.slot.day + timedelta(days=7),
        last=agenda.slot.day + timedelta(days=13),
        halves=["MORNING"],
        at=at,
        by=by,
    )
    book_inspection_again(inspection=agenda.inspection, slot=again[0], at=at, by=by)
    page = clients["coordinador"].get(reverse("inspections:inspection", args=[agenda.inspection.pk])).content.decode()
    history = page[page.index("<h2>Historia</h2>") :]
    assert "Tocó tres veces" in history
    assert history.index("Se volvió a agendar") < history.index("Tocó tres veces")


def test_an_aforo_booked_from_a_call_is_seen_from_both(
    clients: dict[str, Client], town: Town, account: Account, free: AgendaSlot
) -> None:
    told = CallFacts(
        started_at=clock.now(), account=account, caller_name="Rosa", phone="22", matter="Consumo alto",
        outcome=Call.Outcome.INSPECTION,
    )  # fmt: skip
    call = record_call(facts=told, at=clock.now(), by=town.staff["jefe"], key="llamada")
    pending = clients["jefe"].get(reverse("calls:call", args=[call.pk])).content.decode()
    assert "Falta elegir el lugar" in pending
    where = f"{reverse('inspections:new_inspection')}?llamada={call.pk}"
    page = clients["jefe"].get(where).content.decode()
    assert "«22», no tiene diez dígitos" in page
    assert 'name="contact_phone" value="22"' not in page
    for _ in range(2):
        clients["jefe"].post(where, booking(account, free))
    call.refresh_from_db()
    inspection = HomeInspection.objects.get(account=account)
    assert call.inspection == inspection
    assert inspection.document.folio in clients["jefe"].get(reverse("calls:call", args=[call.pk])).content.decode()
    assert inspection.document.folio in clients["jefe"].get(reverse("calls:calls")).content.decode()
    page = clients["jefe"].get(reverse("inspections:inspection", args=[inspection.pk])).content.decode()
    assert reverse("calls:call", args=[call.pk]) in page
