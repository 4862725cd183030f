"""The screens of the cases and of the inbox: what each may do, what happens, and what is refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cauce.cases.models import AnswerTemplate, Case, CaseType, WindowTicket, WrittenAnswer
from cauce.cases.operations import open_case, route_case
from cauce.core import clock
from cauce.registry.models import Account
from cauce.users.models import Area
from cauce.workorders.models import AgendaSlot, HomeInspection
from cauce.workorders.queries.agenda import fee_of, next_free_places
from tests.backoffice.agenda_town import AgendaTown, agenda_town
from tests.backoffice.cases_town import PNG, CasesTown, cases_town
from tests.backoffice.test_pages import watched
from tests.backoffice.town import Town

Clients = dict[str, Client]


@pytest.fixture
def desk(town: Town) -> CasesTown:
    return cases_town(town)


def address(name: str, *args: object) -> str:
    return reverse(f"cases:{name}", args=args)


def post(client: Client, name: str, case: Case, **said: object) -> str:
    """Send an act of the page of a case; the words of the page that answers."""
    return client.post(address(name, case.pk), said, follow=True).content.decode()


def now_is(case: Case) -> Case:
    return Case.objects.select_related("area", "holder").get(pk=case.pk)


def test_a_case_is_received_from_the_account_with_its_type_found_by_words(
    town: Town, desk: CasesTown, clients: Clients
) -> None:
    client = clients["coordinador"]
    assert f"cuenta={town.account.pk}" in client.get(reverse("window:account", args=[town.account.pk])).content.decode()
    hits = client.get(address("new_case"), {"q": "fuga calle"}, headers={"HX-Request": "true"}).content.decode()
    assert "tipo=FUGA-CALLE" in hits
    assert "Alto consumo" not in hits
    where = f"{address('new_case')}?cuenta={town.account.pk}&tipo=NO-LLEGA-AGUA"
    form = client.get(where).context["form"]
    page = client.get(where).content.decode()
    assert "tandeo" in page
    said = {
        "llave": form.initial["llave"],
        "told": "Desde ayer no llega",
        "channel": "PHONE",
        "priority": 1,
        "follows": "ROUTES",
    }
    after = client.post(where, said, follow=True)
    case = Case.objects.get(told="Desde ayer no llega")
    assert (case.account, case.state, case.area.name) == (town.account, "ROUTED", "Operación")
    assert case.document.folio in after.content.decode()
    client.post(where, said)
    assert Case.objects.filter(told="Desde ayer no llega").count() == 1


def test_what_was_typed_stays_when_it_is_refused(desk: CasesTown, clients: Clients) -> None:
    where = f"{address('new_case')}?tipo=FUGA-CALLE"
    said = {"llave": "x", "told": "Brota agua", "channel": "WINDOW", "priority": 1, "follows": "TAKES"}
    answer = clients["coordinador"].post(where, said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "S/N" in page
    assert "Brota agua" in page
    unknown = clients["coordinador"].post(where, said | {"account": "999999"}).content.decode()
    assert "No hay una cuenta 999999" in unknown


def test_it_goes_from_hand_to_hand_and_ends_with_its_letter(town: Town, desk: CasesTown, clients: Clients) -> None:
    coordinator, billing, case = clients["coordinador"], clients["facturacion"], desk.case
    assert "es suyo" in post(coordinator, "take", case)
    assert "lo tiene" in post(clients["jefe"], "take", case)
    billing_area = Area.objects.get(name="Facturación")
    assert "pasó a Facturación" in post(coordinator, "route", case, area=billing_area.pk, note="Revise la lectura")
    assert "quedó aceptado" in post(billing, "accept", case)
    assert "quedó detenido" in post(billing, "pause", case, note="Traerá una foto")
    assert "sigue; vence" in post(billing, "resume", case, note="La trajo")
    assert "quedó resuelto" in post(billing, "resolve", case, outcome="UPHELD", resolution="Se corrige el recibo.")
    editor = billing.get(address("new_answer", case.pk), {"plantilla": "PROCEDE"})
    draft = editor.context["form"].initial
    assert "Se corrige el recibo." in draft["body"]
    assert "{" not in draft["body"]
    preview = billing.post(address("answer_draft", case.pk), {"addressee": "Elena", "body": draft["body"]})
    assert preview.content.startswith(b"%PDF-")
    post(billing, "new_answer", case, **{**draft, "llave": "carta"})
    answer = WrittenAnswer.objects.get(template="PROCEDE")
    paper = address("answer_pdf", case.pk, answer.pk)
    assert billing.get(paper).content == billing.get(paper).content
    signed = billing.post(address("answer_signature", case.pk, answer.pk), follow=True).content.decode()
    assert "Para firma" in signed
    given = billing.post(
        address("deliver_answer", case.pk, answer.pk), {"received_by": "Elena", "means": "En ventanilla"}, follow=True
    )
    assert "Quedó la entrega" in given.content.decode()
    assert "quedó cerrado" in post(billing, "close", case, satisfaction=5)
    assert "se reabrió" in post(coordinator, "reopen", case, reason="Volvió a llegar alto")
    assert now_is(case).times_reopened == 1


def test_an_act_that_does_not_say_what_it_must_is_told(desk: CasesTown, clients: Clients) -> None:
    client, case = clients["coordinador"], desk.case
    for name, words in (
        ("route", "Elija a qué área"),
        ("resolve", "en qué sentido"),
        ("note", "Escriba la nota"),
        ("duplicate", "folio del caso que sigue"),
        ("withdraw", "por qué desiste"),
        ("order", "tipo de orden"),
    ):
        answer = client.post(address(name, case.pk))
        assert answer.status_code == 422, name
        assert words in answer.content.decode(), name
    assert "No hay un caso" in post(client, "duplicate", case, folio="INC-999")
    assert now_is(case).state == "RECEIVED"


def test_a_hostile_file_is_refused_and_a_good_one_is_served_as_what_it_is(desk: CasesTown, clients: Clients) -> None:
    client, case = clients["coordinador"], desk.case
    lies = SimpleUploadedFile("recibo.pdf", PNG + b"x", content_type="application/pdf")
    assert "no es lo que dice su nombre" in post(client, "attach", case, document_name="Recibo", file=lies)
    page = SimpleUploadedFile("x.png", b"<script>alert(1)</script>")
    assert "no es un PDF ni una imagen" in post(client, "attach", case, document_name="<b>Foto</b>", file=page)
    served = client.get(address("file", case.pk, desk.file.pk))
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert served.content == PNG


def test_an_order_is_opened_from_the_case(desk: CasesTown, clients: Clients) -> None:
    said = {"llave": "o", "type": "VERIFICA-LECTURA", "detail": ""}
    assert "Se emitió la orden OT-" in post(clients["coordinador"], "order", desk.case, **said)
    post(clients["coordinador"], "order", desk.case, **said)
    assert desk.case.orders.count() == 1
    assert "OT-" in clients["jefe"].get(address("case", desk.case.pk)).content.decode()


def test_a_type_is_added_without_code_and_a_template_with_braces_is_refused(desk: CasesTown, clients: Clients) -> None:
    head = clients["jefe"]
    said = {
        "code": "ARBOL",
        "name": "Raíces en la tubería",
        "kind": "REPORT",
        "area": Area.objects.get(name="Operación").pk,
        "term_days": 3,
        "priority": 2,
        "needs_account": "IF_KNOWN",
        "required_documents": "Fotografía\n\nCroquis",
        "opens": ["ORDER"],
        "is_active": "1",
    }
    head.post(address("new_case_type"), said)
    assert CaseType.objects.get(pk="ARBOL").required_documents == ["Fotografía", "Croquis"]
    wrong = head.post(address("case_type", "ARBOL"), said | {"term_days": 0})
    assert (wrong.status_code, "un día hábil o más" in wrong.content.decode()) == (422, True)
    head.post(address("case_type", "ARBOL"), said | {"code": "OTRA", "is_active": "0"})
    assert not CaseType.objects.get(pk="ARBOL").is_active
    template = {"code": "MALA", "name": "Mala", "is_active": "1"}
    for body, words in (("Hola {{ nombre }}", "una sola llave"), ("Hola {clave}", "que no existe")):
        refused = head.post(address("new_template"), template | {"body": body})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
    assert not AnswerTemplate.objects.filter(pk="MALA").exists()


def test_the_inbox_counts_its_piles_and_keeps_its_filters(town: Town, desk: CasesTown, clients: Clients) -> None:
    client, where = clients["coordinador"], reverse("inbox:inbox")
    page = client.get(where, {"pila": "POR-TOMAR", "tipo": "", "prioridad": "", "canal": "", "texto": ""})
    assert desk.case.document.folio in page.content.decode()
    assert client.get(where).headers["Location"].endswith("pila=POR-TOMAR")
    counted = client.get(reverse("inbox:counters"), {"pila": "POR-TOMAR"}).content.decode()
    assert "Sin tomar</span><b>1</b>" in counted
    assert "<html" not in counted
    assert 'title="Sin tomar">1<' in client.get(reverse("inbox:badge")).content.decode()
    empty = client.get(where, {"pila": "ESPERA", "tipo": "", "prioridad": "", "canal": "", "texto": ""})
    assert "nada" in empty.content.decode()


def test_many_are_routed_from_the_inbox_or_none(town: Town, desk: CasesTown, clients: Clients) -> None:
    client, where = clients["coordinador"], reverse("inbox:route_many") + "?pila=POR-TOMAR"
    other = open_case(
        type=desk.type, channel="PHONE", account=town.account, told="Otra vez", at=clock.now(),
        by=town.staff["coordinador"], key="otra",
    )  # fmt: skip
    billing = Area.objects.get(name="Facturación").pk
    none = client.post(where, {"area": billing, "note": "Vean"})
    assert (none.status_code, "al menos un caso" in none.content.decode()) == (422, True)
    sent = client.post(where, {"caso": [desk.case.pk, other.pk], "area": billing, "note": "Vean"}, follow=True)
    assert "Se canalizaron 2 casos a Facturación" in sent.content.decode()
    again = client.post(where, {"caso": [other.pk], "area": billing, "note": "Vean"}, follow=True)
    assert again.status_code == 200
    waits = clients["facturacion"].get(reverse("today:home")).content.decode()
    assert "Casos canalizados a mi área" in waits


def test_the_list_finds_by_folio_and_words_with_few_queries(town: Town, desk: CasesTown, clients: Clients) -> None:
    client = clients["jefe"]
    for text in (desk.case.document.folio, "triple viven", town.account.number):
        assert desk.case.document.folio in client.get(address("cases"), {"texto": text}).content.decode()
    assert "Ningún caso" in client.get(address("cases"), {"texto": "zzz"}).content.decode()
    with watched() as asked:
        client.get(address("cases"), {"estado": "ABIERTOS"})
    few = len([sql for sql in asked if "cases_case" in sql])
    for number in range(5):
        open_case(
            type=desk.type, channel="PHONE", account=town.account, told="Más", at=clock.now(),
            by=town.staff["coordinador"], key=f"m{number}",
        )  # fmt: skip
    with watched() as asked:
        client.get(address("cases"), {"estado": "ABIERTOS"})
    assert len([sql for sql in asked if "cases_case" in sql]) == few
    assert client.get(address("cases_workbook")).content[:2] == b"PK"


def test_who_only_reads_is_told_why_they_cannot_act(town: Town, desk: CasesTown, clients: Clients) -> None:
    page = clients["auditor"].get(address("case", desk.case.pk)).content.decode()
    assert "Usted lo puede ver" in page
    assert "Resolver</button>" not in page
    route_case(
        case=desk.case, area=Area.objects.get(name="Facturación"), note="Vea", at=clock.now(),
        by=town.staff["coordinador"],
    )  # fmt: skip
    assert "Lo atiende «Facturación»" in clients["coordinador"].get(address("case", desk.case.pk)).content.decode()


def test_turns_are_given_called_and_open_a_case(desk: CasesTown, clients: Clients) -> None:
    client = clients["coordinador"]
    given = client.post(address("take_turn"), {"matter": "Otro asunto", "is_preferential": "on"}, follow=True)
    assert "Su turno" in given.content.decode()
    ticket = WindowTicket.objects.get(is_preferential=True)
    called = client.post(address("call_next"), follow=True).content.decode()
    assert f"Pasa el turno {ticket.number}" in called
    where = f"{address('new_case')}?tipo=QUEJA-PERSONAL&turno={ticket.pk}"
    client.post(
        where, {"llave": "t", "told": "Me trataron mal", "channel": "WINDOW", "priority": 2, "follows": "STAYS"}
    )
    assert Case.objects.get(told="Me trataron mal").ticket == ticket
    assert "quedó atendido" in client.post(address("finish_turn", ticket.pk), follow=True).content.decode()
    assert client.get(address("ticket_pdf", ticket.pk)).content.startswith(b"%PDF-")


@pytest.fixture
def high_bill(town: Town, desk: CasesTown) -> Case:
    """A case of an account without an aforo, whose telephone cannot be dialled."""
    account = Account.objects.exclude(home_inspections__isnull=False).order_by("pk")[5]
    return open_case(
        type=desk.type, channel="PHONE", account=account, reporter_name="Rosa Lara", reporter_phone="ext. 22",
        told="Llegó al triple", at=clock.now(), by=town.staff["coordinador"], key="sin-telefono",
    )  # fmt: skip


@pytest.fixture
def agenda(town: Town) -> AgendaTown:
    return agenda_town(town)


def asking(slot: AgendaSlot, **said: object) -> dict[str, object]:
    return {"llave": "a", "slot": slot.pk, "contact_name": "Rosa Lara", "contact_phone": ""} | said


def test_a_telephone_that_cannot_be_dialled_does_not_stop_the_aforo_of_a_case(
    agenda: AgendaTown, high_bill: Case, clients: Clients
) -> None:
    page = clients["jefe"].get(address("case", high_bill.pk)).content.decode()
    assert "«ext. 22», no tiene diez dígitos" in page
    assert 'name="contact_phone" value="ext. 22"' not in page
    free = next_free_places(after=clock.now())[0].slot
    assert "El aforo AF-" in post(clients["jefe"], "inspect", high_bill, **asking(free))
    assert fee_of(HomeInspection.objects.get(account=high_bill.account)) is None


def test_the_aforo_of_a_case_may_be_charged(agenda: AgendaTown, high_bill: Case, clients: Clients) -> None:
    assert "Se cobra: $" in clients["jefe"].get(address("case", high_bill.pk)).content.decode()
    free = next_free_places(after=clock.now())[0].slot
    post(clients["jefe"], "inspect", high_bill, **asking(free, is_charged="on"))
    booked = HomeInspection.objects.get(account=high_bill.account)
    assert fee_of(booked) is not None
    assert high_bill.inspections.get().inspection == booked


def test_the_aforo_of_a_case_goes_over_what_a_half_day_holds_with_the_power_and_a_reason(
    agenda: AgendaTown, high_bill: Case, clients: Clients
) -> None:
    coordinator, over = clients["coordinador"], {"over_reason": "Es adulto mayor y vive solo"}
    page = coordinator.get(address("case", high_bill.pk)).content.decode()
    assert f'value="{agenda.slot.pk}"' in page
    assert "Por qué se pasa del cupo" not in clients["jefe"].get(address("case", high_bill.pk)).content.decode()
    assert "se acaba de ocupar" in post(coordinator, "inspect", high_bill, **asking(agenda.slot))
    assert "Sólo quien programa" in post(clients["jefe"], "inspect", high_bill, **asking(agenda.slot, **over))
    assert not high_bill.inspections.exists()
    assert "El aforo AF-" in post(coordinator, "inspect", high_bill, **asking(agenda.slot, **over))
    assert high_bill.inspections.get().inspection.is_over_capacity
    assert high_bill.steps.filter(kind="NOTED", note__contains="adulto mayor").exists()


def test_the_director_attends_what_is_routed_to_the_direction(town: Town, desk: CasesTown, clients: Clients) -> None:
    direction = Area.objects.get(name="Dirección")
    route_case(case=desk.case, area=direction, note="Lo pide", at=clock.now(), by=town.staff["coordinador"])
    director = clients["director"]
    assert desk.case.document.folio in director.get(reverse("inbox:inbox"), {"pila": "CANALIZADOS"}).content.decode()
    assert "es suyo" in post(director, "accept", desk.case)
    billing = Area.objects.get(name="Facturación").pk
    assert "pasó a Facturación" in post(director, "route", desk.case, area=billing, note="Explíquenle")


def test_all_of_a_page_of_the_inbox_are_marked_with_one_box(desk: CasesTown, clients: Clients) -> None:
    page = clients["coordinador"].get(reverse("inbox:inbox"), {"pila": ""}).content.decode()
    assert 'data-pick-all="caso"' in page
    assert 'data-key="T"' in page
    without = clients["director"].get(reverse("inbox:inbox"), {"pila": "MIOS"}).content.decode()
    assert "data-pick-all" not in without


def test_words_find_every_case_that_has_them(town: Town, desk: CasesTown, clients: Clients) -> None:
    for number in range(3):
        open_case(
            type=desk.type, channel="PHONE", account=town.account, told=f"Se oye la bomba {number}", at=clock.now(),
            by=town.staff["coordinador"], key=f"bomba/{number}",
        )  # fmt: skip
    page = clients["jefe"].get(address("cases"), {"texto": "bómba oye"}).content.decode()
    assert page.count('class="row-link folio"') == 3
    with watched() as queries:
        clients["jefe"].get(address("cases"), {"texto": "bomba"})
    assert sum("to_tsvector" in query for query in queries) == 1
