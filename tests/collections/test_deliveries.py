"""What comes of each notice, and the papers of a legal notification: what is refused leaves nothing half done."""

from datetime import date, datetime, timedelta

import pytest

from cauce.cashier.models import CashSession
from cauce.collections.models import CollectionBatch, LadderAct, LegalRecord, NotifierCredential
from cauce.collections.operations import (
    NoticePaid,
    NoticeRefused,
    RecordRefused,
    capture_delivery,
    fill_legal_record,
    issue_credential,
    issue_legal_record,
    mark_batch_sent,
    note_order_result,
    revoke_credential,
    void_legal_record,
)
from cauce.collections.queries.ladder import account_standing
from cauce.core.clock import local_day
from cauce.registry.models import Account, StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.users.models import User
from tests.agreements.debtors import pay
from tests.collections.climbing import a_batch, debtors, delivered, issued, later, load_the_ladder, owed
from tests.workorders.orders import make_person

BASIS = "Código Territorial, artículo 318"
SERVED = {"Persona que atendió": "Rosa Mendoza", "Documento que se entrega": "Requerimiento AV-000012"}


@pytest.fixture
def head(db: None) -> User:
    return User.objects.create(username="jefa-c", full_name="Jefa")


@pytest.fixture
def notifier(db: None) -> User:
    return make_person("notifica", "Comercialización")


@pytest.fixture
def town(law: object, clerk: User, at: datetime) -> list[Account]:
    load_the_ladder(at=at, by=clerk)
    return debtors(3, at=at, by=clerk)


@pytest.fixture
def batch(town: list[Account], clerk: User, head: User, at: datetime) -> CollectionBatch:
    return issued(a_batch(at=at, by=clerk), at=at, by=clerk, approver=head)


@pytest.fixture
def act(batch: CollectionBatch) -> LadderAct:
    return LadderAct.objects.filter(batch=batch).order_by("place")[0]


@pytest.fixture
def credential(notifier: User, clerk: User, at: datetime) -> NotifierCredential:
    day = local_day(at)
    return issue_credential(
        user=notifier, position="Notificador", authority="Director General", legal_basis=BASIS, valid_from=day,
        valid_until=day + timedelta(days=90), at=at, by=clerk,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("DELIVERED", "DELIVERED"), ("REFUSED", "DELIVERED"), ("VACANT", "NOT_DELIVERED"), ("RETURNED", "NOT_DELIVERED")],
)
def test_an_outcome_says_whether_the_account_was_told(
    act: LadderAct, outcome: str, state: str, clerk: User, at: datetime
) -> None:
    told = capture_delivery(act=act, outcome=outcome, on=local_day(at), at=at, by=clerk)
    assert (told.state, told.outcome, told.ended_on) == (state, outcome, local_day(at))


def test_after_its_notice_the_account_waits_for_the_term(
    act: LadderAct, town: list[Account], clerk: User, at: datetime
) -> None:
    capture_delivery(act=act, outcome="DELIVERED", on=local_day(at), at=at, by=clerk)
    found = account_standing(town[0].pk, day=local_day(at))
    assert found is not None
    standing = found[1]
    assert standing.next is not None and standing.next.code == "INVITACION"
    assert "Corre el plazo de 5 días hábiles" in standing.blocks[0]


def test_a_wrong_capture_is_put_right(act: LadderAct, clerk: User, at: datetime) -> None:
    capture_delivery(act=act, outcome="DELIVERED", on=local_day(at), at=at, by=clerk)
    right = capture_delivery(act=act, outcome="VACANT", on=local_day(at), at=at, by=clerk)
    assert right.state == "NOT_DELIVERED"


def test_a_notice_of_who_already_paid_is_refused(
    act: LadderAct, town: list[Account], clerk: User, cashier: User, session: CashSession, at: datetime
) -> None:
    pay(town[0], owed(town[0]) + 500, session, at=at, by=cashier, key="paga")
    with pytest.raises(NoticePaid, match="ya no debía nada vencido"):
        capture_delivery(act=act, outcome="DELIVERED", on=local_day(at), at=at, by=clerk)
    act.refresh_from_db()
    assert act.state == "ISSUED"


def test_a_notice_called_back_is_refused(act: LadderAct, clerk: User, at: datetime) -> None:
    LadderAct.objects.filter(pk=act.pk).update(state="RECALLED")
    with pytest.raises(NoticePaid, match="se retiró porque la cuenta pagó"):
        capture_delivery(act=act, outcome="DELIVERED", on=local_day(at), at=at, by=clerk)


@pytest.mark.parametrize(("days", "said"), [(-3, "no pudo entregarse antes"), (2, "un día que no ha llegado")])
def test_a_day_that_cannot_be_is_refused(act: LadderAct, clerk: User, at: datetime, days: int, said: str) -> None:
    with pytest.raises(NoticeRefused, match=said):
        capture_delivery(act=act, outcome="DELIVERED", on=local_day(at) + timedelta(days=days), at=at, by=clerk)


def test_nobody_captures_the_notice_of_a_relative(
    act: LadderAct, town: list[Account], clerk: User, head: User, at: datetime
) -> None:
    declare_link(user=clerk, customer=town[0].holder, kind=StaffLink.Kind.RELATIVE, note="Tío", at=at, by=head)
    with pytest.raises(OwnAccount):
        capture_delivery(act=act, outcome="DELIVERED", on=local_day(at), at=at, by=clerk)


def test_only_messages_are_marked_as_sent(batch: CollectionBatch, clerk: User, at: datetime) -> None:
    with pytest.raises(NoticeRefused, match="no es de mensajes o correos"):
        mark_batch_sent(batch=batch, on=local_day(at), at=at, by=clerk)


def test_a_batch_of_messages_is_marked_whole(town: list[Account], clerk: User, head: User, at: datetime) -> None:
    type(town[0].holder).objects.filter(pk=town[0].holder_id).update(phone="4111234567", phone_digits="4111234567")
    batch = issued(a_batch("RECORDATORIO", at=at, by=clerk), at=at, by=clerk, approver=head)
    assert batch.accounts == 1
    assert mark_batch_sent(batch=batch, on=local_day(at), at=at, by=clerk) == 1
    assert mark_batch_sent(batch=batch, on=local_day(at), at=at, by=clerk) == 0


def test_the_papers_of_a_notification_follow_one_another(
    credential: NotifierCredential, town: list[Account], clerk: User, at: datetime
) -> None:
    given = {"credential": credential, "matter": "Requerimiento de pago", "legal_basis": BASIS, "at": at, "by": clerk}
    summons = issue_legal_record(kind="SUMMONS", account=town[0], key="cit", **given)  # type: ignore[arg-type]
    assert summons.document.folio == "CIT-000001"
    assert (summons.addressee, summons.place) == (town[0].holder.name, town[0].connection.premises.address)
    with pytest.raises(RecordRefused, match="asiéntela antes"):
        issue_legal_record(kind="SERVICE", follows=summons, key="ced", **given)  # type: ignore[arg-type]
    with pytest.raises(RecordRefused, match="Falta «Deberá esperar"):
        fill_legal_record(record=summons, happened_at=at, fields={"Persona que atendió": "Rosa"}, at=at, by=clerk)
    fields = {
        "Persona que atendió": "Rosa",
        "Deberá esperar al notificador el día": "22 de septiembre",
        "A las": "10:00",
    }
    fill_legal_record(record=summons, happened_at=at, fields=fields, at=at, by=clerk)
    service = issue_legal_record(kind="SERVICE", follows=summons, key="ced", **given)  # type: ignore[arg-type]
    assert service.account_id == town[0].pk
    assert issue_legal_record(kind="SERVICE", follows=summons, key="ced", **given).pk == service.pk  # type: ignore[arg-type]
    with pytest.raises(RecordRefused, match="ya tiene la que le sigue"):
        issue_legal_record(kind="SERVICE", follows=summons, key="otra", **given)  # type: ignore[arg-type]
    fill_legal_record(record=service, happened_at=at, fields=SERVED, at=at, by=clerk)
    with pytest.raises(RecordRefused, match="lo asentado no se cambia"):
        fill_legal_record(record=service, happened_at=at, fields={**SERVED, "Número de hojas": "3"}, at=at, by=clerk)
    back = issue_legal_record(kind="RETURN", follows=service, key="raz", **given)  # type: ignore[arg-type]
    assert back.kind == LegalRecord.Kind.RETURN


def test_a_clandestine_connection_has_its_visit_and_its_acta(
    credential: NotifierCredential, clerk: User, at: datetime
) -> None:
    given = {"credential": credential, "legal_basis": BASIS, "at": at, "by": clerk}
    with pytest.raises(RecordRefused, match="Escriba el domicilio"):
        issue_legal_record(kind="VISIT_ORDER", matter="Toma no registrada", key="v", **given)  # type: ignore[arg-type]
    order = issue_legal_record(
        kind="VISIT_ORDER", place="Colibrí 14", addressee="Propietario, poseedor u ocupante",
        matter="Toma no registrada", key="v", **given,  # type: ignore[arg-type]
    )  # fmt: skip
    fill_legal_record(
        record=order, happened_at=at, fields={"Objeto de la visita": "Verificar la toma"}, at=at, by=clerk
    )
    acta = issue_legal_record(kind="VISIT_ACT", follows=order, key="a", **given)  # type: ignore[arg-type]
    assert (acta.account_id, acta.place, acta.document.folio) == (None, "Colibrí 14", "ACC-000001")


def test_a_razon_alone_is_refused(
    credential: NotifierCredential, town: list[Account], clerk: User, at: datetime
) -> None:
    with pytest.raises(RecordRefused, match="sigue a otra"):
        issue_legal_record(
            kind="RETURN",
            account=town[0],
            credential=credential,
            matter="x",
            legal_basis=BASIS,
            at=at,
            by=clerk,
            key="r",
        )


def test_without_a_credential_in_force_nothing_is_served(
    credential: NotifierCredential, town: list[Account], clerk: User, at: datetime
) -> None:
    revoke_credential(credential=credential, reason="Cambió de puesto", at=at, by=clerk)
    credential.refresh_from_db()
    with pytest.raises(RecordRefused, match="no estaba vigente"):
        issue_legal_record(
            kind="SUMMONS",
            account=town[0],
            credential=credential,
            matter="x",
            legal_basis=BASIS,
            at=at,
            by=clerk,
            key="c",
        )


@pytest.mark.parametrize(
    ("user", "since", "until", "said"),
    [
        ("clerk", 0, 30, "Nadie expide su propia constancia"),
        ("notifier", 5, 2, "el mismo día en que empieza o después"),
        ("notifier", -30, -2, "ya pasó"),
    ],
)
def test_a_credential_that_cannot_be_is_refused(
    user: str, since: int, until: int, said: str, notifier: User, clerk: User, at: datetime
) -> None:
    day: date = local_day(at)
    with pytest.raises(RecordRefused, match=said):
        issue_credential(
            user=clerk if user == "clerk" else notifier, position="Notificador", authority="Director",
            legal_basis=BASIS, valid_from=day + timedelta(days=since), valid_until=day + timedelta(days=until),
            at=at, by=clerk,
        )  # fmt: skip


def test_one_credential_at_a_time(credential: NotifierCredential, notifier: User, clerk: User, at: datetime) -> None:
    day = local_day(at)
    with pytest.raises(RecordRefused, match="ya tiene la constancia CN-000001"):
        issue_credential(
            user=notifier, position="Notificador", authority="Director", legal_basis=BASIS, valid_from=day,
            valid_until=day, at=at, by=clerk,
        )  # fmt: skip


def test_a_paper_not_served_is_left_without_effect(
    credential: NotifierCredential, town: list[Account], clerk: User, at: datetime
) -> None:
    record = issue_legal_record(
        kind="SUMMONS", account=town[0], credential=credential, matter="x", legal_basis=BASIS, at=at, by=clerk, key="c"
    )
    with pytest.raises(RecordRefused, match="Escriba por qué"):
        void_legal_record(record=record, reason="", at=at, by=clerk)
    assert void_legal_record(record=record, reason="Domicilio equivocado", at=at, by=clerk).state == "VOID"


def test_what_a_crew_reports_ends_the_act(
    town: list[Account], clerk: User, head: User, notifier: User, at: datetime
) -> None:
    from cauce.workorders.models import Crew, WorkOrder
    from cauce.workorders.operations import program_orders, report_work_order, save_crew
    from cauce.workorders.rules.reports import WorkOrderReport

    delivered(issued(a_batch(at=at, by=clerk), at=at, by=clerk, approver=head), at=at, by=clerk)
    then, last = later(at, 10), later(at, 30)
    delivered(issued(a_batch("INVITACION", at=then, by=clerk), at=then, by=clerk, approver=head), at=then, by=clerk)
    issued(a_batch("REQUERIMIENTO", at=last, by=clerk), at=last, by=clerk, approver=head)
    act = LadderAct.objects.select_related("order__document").filter(step="REQUERIMIENTO").order_by("place")[0]
    assert act.order is not None
    crew: Crew = save_crew(crew=None, name="Notificadores", area=notifier.area, radio="N1", at=last, by=notifier)  # type: ignore[arg-type]
    WorkOrder.objects.filter(pk=act.order_id).update(priority=1)
    (order,) = program_orders(orders=[act.order], crew=crew, day=local_day(last), at=last, by=notifier)
    report = WorkOrderReport(is_done=True, notes="Recibió Rosa", finished_at=last)
    report_work_order(order=order, report=report, at=last, by=notifier, key="res")
    ended = note_order_result(order=act.order, at=last, by=notifier)
    assert ended is not None and (ended.state, ended.note) == ("DELIVERED", "Recibió Rosa")
