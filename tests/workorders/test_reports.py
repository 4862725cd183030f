"""A result brings what its kind asks, changes the meter or the account at once, or changes nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cauce.documents.operations import store_file
from cauce.events.models import Event
from cauce.metering.models import MeterInstallation
from cauce.metering.queries import current_installation
from cauce.registry.models import Account, Hold
from cauce.registry.operations import ServiceStaysAsItIs, place_hold, reconnect_account, reduce_account
from cauce.users.models import User
from cauce.workorders.models import Crew, WorkOrder, WorkOrderResult
from cauce.workorders.operations import (
    OwnReport,
    ReportRefused,
    WorkOrderRefused,
    WrongState,
    add_order_file,
    close_work_orders,
    recall_work_order,
    reopen_work_order,
    report_work_order,
    retry_work_order,
    review_work_orders,
)
from cauce.workorders.queries import changed_by
from tests.metering.accounts import add_opening, make_account
from tests.workorders.orders import NOON, PNG, a_report, an_order, programmed

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)
NEW_METER = {"meter_serial": "N777", "meter_brand": "ITRON", "initial_reading": 3, "diameter": "1/2", "seal": "S-1"}


@pytest.fixture
def by(clerk: User) -> User:
    return User.objects.get(username="operador")


@pytest.fixture
def head(clerk: User) -> User:
    return User.objects.get(username="jefa")


def tell(order: WorkOrder, by: User, key: str = "", **told: object) -> WorkOrderResult:
    return report_work_order(order=order, report=a_report(**told), at=LATER, by=by, key=key or f"result/{order.pk}")


def in_field(kind: str, account: Account | None = None) -> WorkOrder:
    order = an_order(kind, account)
    return programmed(order, "Medición 1" if order.area.name == "Comercialización" else "Cuadrilla 1")


def nothing_was_done(order: WorkOrder) -> bool:
    order.refresh_from_db()
    return order.state == "PROGRAMMED" and not WorkOrderResult.objects.exists()


def test_a_done_order_keeps_its_result_its_materials_and_its_moment(by: User) -> None:
    order = in_field("FUGA-TOMA")
    materials = (("TEFLON", Decimal(1)), ("COPLE-12", Decimal(2)), ("TEFLON", Decimal("0.5")))
    result = tell(order, by, materials=materials)
    assert tell(order, by).pk == result.pk
    order.refresh_from_db()
    assert (order.state, order.finished_at) == ("DONE", NOON + timedelta(hours=1))
    assert dict(result.materials.values_list("material", "quantity")) == {"TEFLON": Decimal("1.5"), "COPLE-12": 2}
    assert Event.objects.filter(kind="WORK_ORDER_DONE").count() == 1


def test_changing_a_meter_removes_one_and_installs_another(account: Account, by: User) -> None:
    order = in_field("MEDIDOR-CAMBIO", account)
    tell(order, by, reading=1520, **NEW_METER)
    old = MeterInstallation.objects.get(meter__serial="A12345678")
    new = current_installation(account.pk)
    assert (old.final_value, old.removed_on) == (1520, date(2026, 9, 21))
    assert new is not None and (new.meter.serial, new.initial_value) == ("N777", 3)
    assert {"METER_REMOVED", "METER_INSTALLED", "WORK_ORDER_DONE"} <= set(Event.objects.values_list("kind", flat=True))


def test_a_meter_is_installed_where_there_is_none_and_removed_where_there_is_one(clerk: User, by: User) -> None:
    bare, metered = make_account("000200", serial=""), make_account("000201", serial="B1")
    tell(in_field("MEDIDOR-INSTALA", bare), by, **NEW_METER)
    tell(in_field("MEDIDOR-RETIRO", metered), by, reading=900)
    assert current_installation(bare.pk) is not None
    assert current_installation(metered.pk) is None


def test_an_order_cannot_change_the_meter_that_is_not_there_nor_put_the_same_again(account: Account, by: User) -> None:
    bare = make_account("000200", serial="")
    with pytest.raises(ReportRefused, match="no tiene medidor instalado"):
        tell(in_field("MEDIDOR-CAMBIO", bare), by, reading=1, **NEW_METER)
    with pytest.raises(ReportRefused, match="es el que ya estaba instalado"):
        tell(in_field("MEDIDOR-CAMBIO", account), by, reading=1, **(NEW_METER | {"meter_serial": "a12345678"}))
    assert not WorkOrderResult.objects.exists()


def test_what_metering_refuses_leaves_nothing_half_done(account: Account, by: User) -> None:
    order = in_field("MEDIDOR-CAMBIO", account)
    with pytest.raises(Exception, match="no cabe en un medidor de 5 dígitos"):
        tell(order, by, reading=1520, **(NEW_METER | {"initial_reading": 123456}))
    installation = current_installation(account.pk)
    assert installation is not None and installation.meter.serial == "A12345678"
    assert nothing_was_done(order)
    assert not Event.objects.filter(kind="METER_REMOVED").exists()


def test_reducing_and_reconnecting_change_the_account(account: Account, by: User) -> None:
    tell(in_field("REDUCCION", account), by, reading=10, seal="S9", means="RADIO")
    account.refresh_from_db()
    assert account.state == Account.State.REDUCED
    tell(in_field("RECONEXION-MEDIDOR", account), by, reading=11, seal="S10")
    account.refresh_from_db()
    assert account.state == Account.State.ACTIVE
    assert Event.objects.get(kind="SERVICE_REDUCED").account_id == account.pk
    assert Event.objects.get(kind="SERVICE_RECONNECTED").sentence == (
        "Se reconectó el servicio de la cuenta 000123. Orden OT-000002"
    )


def test_a_hold_stops_the_reduction_and_a_closed_account_stays_closed(account: Account, by: User) -> None:
    place_hold(account=account, kind=Hold.Kind.AMPARO, reason="Juicio 12", valid_from=date(2026, 9, 1), at=NOON, by=by)
    order = in_field("REDUCCION", account)
    with pytest.raises(ServiceStaysAsItIs, match="retención por amparo"):
        tell(order, by, reading=10, seal="S9", means="RADIO")
    assert nothing_was_done(order)
    closed = make_account("000300", serial="", state=Account.State.CLOSED)
    with pytest.raises(ServiceStaysAsItIs, match="cancelada"):
        reconnect_account(account=closed, reason="x", at=NOON, by=by)
    with pytest.raises(ServiceStaysAsItIs, match="cuenta activa"):
        reduce_account(account=closed, on=NOON.date(), reason="x", at=NOON, by=by)


def test_a_reading_below_the_meters_last_is_refused_and_says_which(account: Account, by: User) -> None:
    add_opening(account, 1200)
    MeterInstallation.objects.update(installed_on=None)
    order = in_field("VERIFICA-LECTURA", account)
    with pytest.raises(
        ReportRefused, match="La lectura 120 es menor que la última del medidor A12345678: 1,200 del 3 ago"
    ):
        tell(order, by, reading=120)
    assert nothing_was_done(order)
    assert tell(order, by, reading=1200).reading == 1200


def test_what_is_missing_is_named_all_at_once(account: Account, by: User) -> None:
    with pytest.raises(ReportRefused, match="falta: lectura, serie del medidor instalado, lectura inicial"):
        tell(in_field("MEDIDOR-CAMBIO", account), by)
    with pytest.raises(ReportRefused, match="falta: fotografía"):
        tell(in_field("POZO-SIN-TAPA"), by)
    assert not WorkOrderResult.objects.exists()


def test_a_photograph_is_an_image_that_was_uploaded(by: User) -> None:
    order = in_field("POZO-SIN-TAPA")
    paper = store_file(name="acta.pdf", content=b"%PDF-1.7 acta", at=NOON, by=by)
    for photos in [(paper.pk,), (987654,)]:
        with pytest.raises(ReportRefused, match="imagen JPG o PNG"):
            tell(order, by, photos=photos)
    photo = store_file(name="pozo.png", content=PNG, at=NOON, by=by)
    assert tell(order, by, photos=(photo.pk,)).files.get().file_id == photo.pk


def test_what_was_not_done_says_one_of_the_reasons_of_its_kind(by: User) -> None:
    order = in_field("FUGA-TOMA")
    with pytest.raises(ReportRefused, match="No se encontró la fuga; La fuga es dentro"):
        tell(order, by, is_done=False, reason="No quiso")
    with pytest.raises(ReportRefused, match="escriba cuál"):
        tell(order, by, is_done=False, reason="Otra causa", notes="")
    tell(order, by, is_done=False, reason="Falta material", notes="")
    order.refresh_from_db()
    assert order.state == "NOT_DONE"
    retry_work_order(order=order, reason="Ya llegó", at=LATER, by=by)
    order.refresh_from_db()
    assert (order.state, order.crew) == ("DELIVERED", None)


def test_dates_to_come_or_before_the_order_and_unknown_materials_are_refused(by: User) -> None:
    order = in_field("FUGA-TOMA")
    with pytest.raises(ReportRefused, match="aún no llega"):
        tell(order, by, finished_at=LATER + timedelta(minutes=1))
    with pytest.raises(ReportRefused, match="no pudo atenderse antes"):
        tell(order, by, finished_at=NOON - timedelta(days=1))
    with pytest.raises(ReportRefused, match="«ORO» no está en el catálogo"):
        tell(order, by, materials=(("ORO", Decimal(1)),))
    with pytest.raises(ReportRefused, match="mayor que cero"):
        tell(order, by, materials=(("TEFLON", Decimal(0)),))
    assert nothing_was_done(order)


def test_what_is_dictated_by_radio_passes_through_the_programme_of_that_day(by: User) -> None:
    order = an_order()
    with pytest.raises(ReportRefused, match="diga qué cuadrilla"):
        tell(order, by)
    with pytest.raises(ReportRefused, match="no es de ahí"):
        report_work_order(
            order=order, report=a_report(), crew=Crew.objects.get(name="Medición 1"), at=LATER, by=by, key="r"
        )
    crew = Crew.objects.get(name="Cuadrilla 1")
    report_work_order(order=order, report=a_report(means="RADIO"), crew=crew, at=LATER, by=by, key="r")
    assert [step.to_state for step in order.steps.order_by("pk")] == ["ISSUED", "PROGRAMMED", "DONE"]


def test_the_result_of_an_order_called_back_or_told_before_is_refused(by: User) -> None:
    order = in_field("FUGA-TOMA")
    recall_work_order(order=order, reason="Ya pagó", at=NOON, by=by)
    with pytest.raises(WrongState, match="se retiró"):
        tell(order, by)
    done = in_field("FUGA-TOMA")
    tell(done, by)
    with pytest.raises(WrongState, match="ya está «hecha»"):
        tell(done, by, key="again")


def test_the_head_reviews_many_at_once_but_not_what_she_wrote_down(by: User, head: User) -> None:
    orders = [in_field("FUGA-TOMA"), in_field("FUGA-RED")]
    for order in orders:
        tell(order, by)
    with pytest.raises(OwnReport, match="la revisa otra persona"):
        review_work_orders(orders=orders, at=LATER, by=by)
    for _ in range(2):
        review_work_orders(orders=orders, at=LATER, by=head)
    assert Event.objects.filter(kind="WORK_ORDERS_REVIEWED").count() == 1
    with pytest.raises(WrongState, match="no se puede cerrar"):
        close_work_orders(orders=[*orders, an_order()], at=LATER, by=head)
    assert not WorkOrder.objects.filter(state="CLOSED").exists()
    close_work_orders(orders=orders, at=LATER, by=head)
    assert WorkOrder.objects.filter(state="CLOSED").count() == 2


def test_a_reopened_order_starts_its_term_again(by: User, head: User) -> None:
    order = in_field("FUGA-TOMA")
    tell(order, by)
    with pytest.raises(WorkOrderRefused, match="por qué se reabre"):
        reopen_work_order(order=order, reason="", at=LATER, by=head)
    for _ in range(2):
        reopen_work_order(order=order, reason="Sigue la fuga", at=LATER, by=head)
    order.refresh_from_db()
    assert (order.state, order.times_reopened, order.finished_at) == ("REOPENED", 1, None)
    assert order.due_at == LATER + timedelta(days=1)
    with pytest.raises(WrongState):
        reopen_work_order(order=an_order(), reason="x", at=LATER, by=head)


def test_what_is_dictated_without_its_photograph_waits_for_it_before_its_review(by: User, head: User) -> None:
    order = in_field("POZO-SIN-TAPA")
    with pytest.raises(ReportRefused, match="falta: fotografía"):
        tell(order, by)
    assert nothing_was_done(order)
    tell(order, by, means="RADIO")
    order.refresh_from_db()
    assert (order.state, order.lacks_photo) == ("DONE", True)
    with pytest.raises(WorkOrderRefused, match="le falta su fotografía"):
        review_work_orders(orders=[order], at=LATER, by=head)
    paper = store_file(name="croquis.pdf", content=b"%PDF-1.7", at=LATER, by=by)
    add_order_file(order=order, file=paper, label="Croquis", at=LATER, by=by)
    order.refresh_from_db()
    assert order.lacks_photo
    photo = store_file(name="tapa.png", content=PNG, at=LATER, by=by)
    add_order_file(order=order, file=photo, label="La tapa nueva", at=LATER, by=by)
    (reviewed,) = review_work_orders(orders=[order], at=LATER, by=head)
    assert (reviewed.state, reviewed.lacks_photo) == ("REVIEWED", False)


def test_the_database_reviews_nothing_without_its_photograph(by: User) -> None:
    order = in_field("POZO-SIN-TAPA")
    tell(order, by, means="RADIO")
    with pytest.raises(IntegrityError, match="workorder_reviewed_has_its_photo"), transaction.atomic():
        WorkOrder.objects.filter(pk=order.pk).update(state="REVIEWED")


def test_a_reopened_order_waits_for_no_photograph(by: User, head: User) -> None:
    order = in_field("POZO-SIN-TAPA")
    tell(order, by, means="RADIO")
    assert reopen_work_order(order=order, reason="No era ahí", at=LATER, by=head).lacks_photo is False


def again(order: WorkOrder, by: User, head: User, **told: object) -> WorkOrderResult:
    """The order reopened, and reported as done by the same crew."""
    reopened = reopen_work_order(order=order, reason="Quedó goteando", at=LATER, by=head)
    report = a_report(**told)
    return report_work_order(order=reopened, report=report, crew=order.crew, at=LATER, by=by, key=f"again/{order.pk}")


def test_a_meter_that_was_changed_is_not_changed_again_when_the_order_is_reopened(
    account: Account, by: User, head: User
) -> None:
    order = in_field("MEDIDOR-CAMBIO", account)
    tell(order, by, reading=1520, **NEW_METER)
    assert changed_by(order).did == (
        "retiró el medidor anterior con lectura 1,520 e instaló el medidor N777 con lectura inicial 3"
    )
    assert [type.pk for type in changed_by(order).undone_by] == ["MEDIDOR-CAMBIO"]
    again(order, by, head, reading=5, **NEW_METER)
    assert MeterInstallation.objects.filter(account=account).count() == 2
    order.refresh_from_db()
    assert order.state == "DONE"


def test_an_account_that_was_reduced_is_not_reduced_again_when_the_order_is_reopened(
    account: Account, by: User, head: User
) -> None:
    order = in_field("REDUCCION", account)
    assert changed_by(order) is None
    tell(order, by, reading=10, seal="S-1", means="RADIO")
    again(order, by, head, reading=10, seal="S-1", means="RADIO")
    account.refresh_from_db()
    assert account.state == Account.State.REDUCED
    assert Event.objects.filter(kind="SERVICE_REDUCED").count() == 1
    assert {type.effect for type in changed_by(order).undone_by} == {"RECONNECTED"}


def test_what_changed_nothing_elsewhere_has_nothing_to_be_undone(by: User) -> None:
    order = in_field("FUGA-TOMA")
    tell(order, by)
    assert changed_by(order) is None
