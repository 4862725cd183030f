"""The catalogue of cases is loaded whole or not at all, and says which line is wrong; answers are written from it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from cauce.cases.models import AnswerTemplate, Case, CaseType
from cauce.cases.operations import (
    AnswerRefused,
    CaseCatalogueRejected,
    CaseRefused,
    ask_answer_signature,
    book_inspection_of_case,
    load_case_catalogue,
    open_order_of_case,
    record_answer_delivery,
    save_answer_template,
    write_answer,
)
from cauce.cases.queries.answers import addressee_of, answer_facts
from cauce.cases.rules.templates import filled
from cauce.cases.tasks import note_field_result
from cauce.events.models import Event
from cauce.users.models import User
from cauce.workorders.models import AgendaSlot, Technician, WorkOrderType
from cauce.workorders.operations import WorkOrderReport, load_order_catalogue, report_work_order, save_crew

OFFICE = settings.BASE_DIR / "office" / "cortazar"
pytestmark = pytest.mark.django_db
TYPE = "tipos:\n  FUGA:\n    nombre: Fuga\n    clase: reporte\n    area: Operación\n    plazo_dias: 2\n"


@pytest.fixture
def loaded(clerk: User, at: datetime) -> int:
    load_order_catalogue(path=OFFICE / "ordenes.yaml", at=at, by=clerk)
    return load_case_catalogue(path=OFFICE / "casos.yaml", at=at, by=clerk)


def test_the_shipped_catalogue_is_loaded_and_again_changes_nothing(loaded: int, clerk: User, at: datetime) -> None:
    assert loaded == CaseType.objects.count() + AnswerTemplate.objects.count()
    assert CaseType.objects.count() >= 30
    assert {kind for (kind,) in CaseType.objects.values_list("kind")} == {
        "REQUEST",
        "COMPLAINT",
        "REPORT",
        "CLARIFICATION",
    }
    assert load_case_catalogue(path=OFFICE / "casos.yaml", at=at, by=clerk) == 0
    assert Event.objects.filter(kind="CASE_CATALOGUE_LOADED").count() == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tipos: [", "que sea YAML"),
        ("otros: {}", "nada más"),
        (TYPE + "    color: rojo\n", "no se conoce «color»"),
        (TYPE.replace("Operación", "Bomberos"), "no existe el área «Bomberos»"),
        (TYPE.replace("    plazo_dias: 2\n", ""), "le falta: plazo_dias"),
        (TYPE.replace("plazo_dias: 2", "plazo_dias: 0"), "de 1 a 250"),
        (TYPE.replace("plazo_dias: 2", "plazo_dias: dos"), "número entero"),
        (TYPE.replace("reporte", "chisme"), "«clase: chisme» no se conoce"),
        (TYPE + "    prioridad: 1\n", "urgente"),
        (TYPE + "    abre: [orden]\n    orden: NADA\n", "no existe el tipo de orden «NADA»"),
        (TYPE + "  FUGA:\n    nombre: Otra\n", "repetida"),
        (TYPE + "plantillas:\n  A:\n    nombre: A\n    texto: 'Hola {{x}}'\n", "plantilla «A»"),
        (TYPE + "plantillas:\n  A:\n    nombre: A\n    texto: 'Hola {clave}'\n", "que no existe"),
    ],
)
def test_a_wrong_file_is_refused_naming_it_and_leaves_nothing(
    tmp_path: Path, clerk: User, at: datetime, text: str, words: str
) -> None:
    path = tmp_path / "casos.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseCatalogueRejected, match=r"casos\.yaml") as refusal:
        load_case_catalogue(path=path, at=at, by=clerk)
    assert words in str(refusal.value)
    assert not CaseType.objects.exists()


def test_a_changed_type_is_updated_and_its_past_is_kept(tmp_path: Path, clerk: User, at: datetime) -> None:
    path = tmp_path / "casos.yaml"
    path.write_text(TYPE, encoding="utf-8")
    load_case_catalogue(path=path, at=at, by=clerk)
    path.write_text(TYPE.replace("plazo_dias: 2", "plazo_dias: 3"), encoding="utf-8")
    assert load_case_catalogue(path=path, at=at, by=clerk) == 1
    assert CaseType.objects.get().term_days == 3
    past = CaseType._meta.get_field("code").model.pgh_event_model  # type: ignore[attr-defined]
    assert list(past.objects.values_list("term_days", flat=True)) == [2]


def test_an_answer_is_written_from_its_template_and_never_changes(
    loaded: int, case: Case, laura: User, at: datetime
) -> None:
    template = AnswerTemplate.objects.get(pk="PROCEDE")
    who = addressee_of(case)
    case.resolution = "Se ajusta el recibo."
    body = filled(template.body, answer_facts(case, addressee=who, on=at.date(), phone="411 155 0050"))
    assert case.document.folio in body
    facts = {"case": case, "addressee": who, "template": template, "at": at, "by": laura}
    answer = write_answer(body=body, key="a", **facts)
    assert answer.document.folio == "RES-000001"
    assert write_answer(body="Otra", key="a", **facts) == answer
    with pytest.raises(AnswerRefused, match="entre llaves"):
        write_answer(body="Estimada {nombre}", key="b", **facts)
    with pytest.raises(AnswerRefused, match="a quién"):
        write_answer(**{**facts, "addressee": " "}, body="Hola", key="c")
    with pytest.raises(AnswerRefused, match="por qué medio"):
        record_answer_delivery(answer=answer, received_by="María", means="", at=at, by=laura)
    first = record_answer_delivery(answer=answer, received_by="María", means="En ventanilla", at=at, by=laura)
    assert record_answer_delivery(answer=answer, received_by="Otra", means="Correo", at=at, by=laura) == first


def test_a_letter_is_asked_to_be_signed_once(case: Case, laura: User, at: datetime, settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    answer = write_answer(case=case, addressee="María", body="Hola.", at=at, by=laura, key="a")
    asked = ask_answer_signature(answer=answer, content=b"%PDF-1.7 x", at=at, by=laura)
    assert (asked.role, asked.document) == ("jefe", answer.document)
    assert ask_answer_signature(answer=answer, content=b"%PDF-1.7 x", at=at, by=laura) == asked


def test_a_template_that_asks_for_what_does_not_exist_is_refused(clerk: User, at: datetime) -> None:
    with pytest.raises(CaseCatalogueRejected, match="clave"):
        save_answer_template(code="X", name="X", body="Hola {clave}", at=at, by=clerk)


def test_an_order_is_opened_once_and_what_it_found_comes_back(
    loaded: int, case: Case, laura: User, clerk: User, at: datetime
) -> None:
    kind = WorkOrderType.objects.get(pk="VERIFICA-LECTURA")
    order = open_order_of_case(case=case, type=kind, at=at, by=laura, key="o")
    assert (order.origin_kind, order.origin_id, order.detail) == ("CASE", case.pk, case.told)
    assert open_order_of_case(case=case, type=kind, at=at, by=laura, key="o") == order
    assert case.orders.count() == 1
    report = WorkOrderReport(is_done=True, reading=1480, notes="La lectura coincide", finished_at=at)
    crew = save_crew(crew=None, name="C", area=order.area, at=at, by=clerk)
    report_work_order(order=order, report=report, crew=crew, at=at, by=clerk, key="r")
    told = Event.objects.get(kind="WORK_ORDER_DONE")
    note_field_result(event_id=told.pk)
    note_field_result(event_id=told.pk)
    assert [step.note for step in case.steps.filter(kind="NOTED")] == [told.sentence]
    with pytest.raises(CaseRefused, match="no abre por sí solo"):
        open_order_of_case(case=Case.objects.get(pk=case.pk), at=at, by=laura, key="p")


def test_an_aforo_is_booked_from_the_case_when_its_type_allows(
    loaded: int, case: Case, laura: User, clerk: User, at: datetime
) -> None:
    technician = Technician.objects.create(user=clerk)
    day = at.date() + timedelta(days=1)
    slot = AgendaSlot.objects.create(
        technician=technician, day=day, half="MORNING", places=2, opened_at=at, opened_by=clerk
    )
    facts = {"case": case, "slot": slot, "contact_name": "María", "at": at, "by": laura, "key": "af"}
    booked = book_inspection_of_case(**facts)
    assert (booked.origin_kind, booked.origin_id, booked.account) == ("CASE", case.pk, case.account)
    assert book_inspection_of_case(**facts) == booked
    assert case.inspections.count() == 1
    case.type.opens = []
    with pytest.raises(CaseRefused, match="no lleva aforo"):
        book_inspection_of_case(**{**facts, "key": "otro"})
