"""The case of an order that was merged into another hears what the other one did."""

from datetime import datetime

from django.conf import settings

from cauce.cases.models import Case, CaseType, Channel
from cauce.cases.operations import load_case_catalogue, note_field_result, open_case, open_order_of_case
from cauce.events.models import Event
from cauce.users.models import User
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import merge_work_orders
from tests.workorders.orders import NOON, an_order, make_office

CATALOGUE = settings.BASE_DIR / "office" / "cortazar" / "casos.yaml"


def test_the_case_of_a_merged_order_hears_what_the_other_one_did(db: None) -> None:
    at, clerk = NOON, make_office()
    load_case_catalogue(path=CATALOGUE, at=at, by=clerk)
    by = User.objects.get(username="coordinadora")
    case = a_case(at, by)
    gone, kept = open_order_of_case(case=case, at=at, by=by, key="order"), an_order(at=at)
    merge_work_orders(into=kept, orders=[gone], reason="Misma fuga", at=at, by=by)
    note_field_result(event=Event.objects.get(kind="WORK_ORDER_MERGED"))
    done = told_of(kept, "WORK_ORDER_DONE", "Se hizo", at, by)
    for _ in range(2):
        note_field_result(event=done)
    notes = list(case.steps.filter(kind="NOTED").order_by("pk").values_list("note", flat=True))
    assert notes[-2:] == [f"La orden {gone.document.folio} se unió a la {kept.document.folio}: Misma fuga", "Se hizo"]


def test_what_happened_before_orders_were_merged_is_not_told_late_to_the_case(db: None) -> None:
    at, clerk = NOON, make_office()
    load_case_catalogue(path=CATALOGUE, at=at, by=clerk)
    by = User.objects.get(username="coordinadora")
    case = a_case(at, by)
    gone, kept, last = open_order_of_case(case=case, at=at, by=by, key="order"), an_order(at=at), an_order(at=at)
    before = told_of(kept, "WORK_ORDER_NOT_DONE", "No se pudo", at, by)
    merge_work_orders(into=kept, orders=[gone], reason="Misma fuga", at=at, by=by)
    between = told_of(kept, "WORK_ORDER_NOT_DONE", "Tampoco se pudo", at, by)
    merge_work_orders(into=last, orders=[kept], reason="Misma calle", at=at, by=by)
    after = told_of(kept, "WORK_ORDER_NOT_DONE", "Ya no cuenta", at, by)
    done = told_of(last, "WORK_ORDER_DONE", "Se hizo", at, by)
    for _ in range(2):
        for event in (before, between, after, done):
            note_field_result(event=event)
    notes = list(case.steps.filter(kind="NOTED").order_by("pk").values_list("note", flat=True))
    assert notes == ["Tampoco se pudo", "Se hizo"]


def a_case(at: datetime, by: User) -> Case:
    return open_case(
        type=CaseType.objects.get(pk="FUGA-TOMA"),
        channel=Channel.PHONE,
        reporter_name="Rosa Lara",
        place="Jilguero S/N",
        told="Sale agua",
        at=at,
        by=by,
        key="case",
    )


def told_of(order: WorkOrder, kind: str, sentence: str, at: datetime, by: User) -> Event:
    return Event.objects.create(
        kind=kind, sentence=sentence, at=at, by=by, subject_kind="WorkOrder", subject_id=order.pk
    )
