"""An order is issued once, handed over with an acknowledgement, programmed, and withdrawn only while it can be."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from cauce.documents.operations import store_file
from cauce.events.models import Event
from cauce.registry.models import Account, Customer, StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.users.models import Area, Holiday, User
from cauce.workorders.models import Crew, WorkOrder, WorkOrderType
from cauce.workorders.operations import (
    AreaWithoutStaff,
    CatalogueRejected,
    OrderAlreadyActed,
    WorkOrderRefused,
    WrongState,
    acknowledge_delivery,
    add_crew_member,
    add_order_file,
    arrange_day,
    cancel_work_order,
    deliver_orders,
    end_crew_member,
    merge_work_orders,
    move_programmed,
    program_orders,
    reassign_work_order,
    recall_if_pending,
    recall_work_order,
    report_work_order,
    save_crew,
    start_work_order,
    unprogram_order,
)
from cauce.workorders.queries import (
    day_of_crew,
    late_orders,
    loads,
    orders_of,
    orders_of_account,
    pending_near,
    programme,
    waiting_to_be_programmed,
)
from tests.workorders.orders import NOON, PNG, TODAY, a_report, an_order, make_person, programmed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def user(name: str) -> User:
    return User.objects.get(username=name)


def crew(name: str = "Cuadrilla 1") -> Crew:
    return Crew.objects.get(name=name)


def state_of(order: WorkOrder) -> str:
    return WorkOrder.objects.get(pk=order.pk).state


def test_an_order_takes_its_place_its_route_and_its_term_from_account_and_kind(account: Account) -> None:
    order = an_order("FUGA-CUADRO", account)
    assert (order.document.folio, order.place, order.route) == ("OT-000001", "JILGUERO 721", "01")
    assert order.due_at == NOON + timedelta(days=2)  # sixteen working hours are two days of eight
    assert [step.to_state for step in order.steps.all()] == ["ISSUED"]
    event = Event.objects.get(kind="WORK_ORDER_ISSUED")
    assert (event.account_id, event.subject_id) == (account.pk, order.pk)
    assert event.sentence.startswith("Se emitió la orden OT-000001 para Operación: Reparación de fuga en cuadro")


def test_a_holiday_gives_the_order_another_day(account: Account) -> None:
    Holiday.objects.create(day=date(2026, 9, 22), name="Feriado", legal_basis="Acuerdo")
    assert an_order("FUGA-CUADRO", account).due_at == NOON + timedelta(days=3)


def test_the_same_key_is_the_same_order(account: Account) -> None:
    assert an_order(key="k").pk == an_order(key="k", matter="Otra cosa").pk
    assert WorkOrder.objects.count() == Event.objects.filter(kind="WORK_ORDER_ISSUED").count() == 1


def test_an_order_says_where_what_for_and_of_which_account(clerk: User) -> None:
    with pytest.raises(WorkOrderRefused, match="«S/N»"):
        an_order(place=" ")
    with pytest.raises(WorkOrderRefused, match="asunto"):
        an_order(matter=" ")
    with pytest.raises(WorkOrderRefused, match="elija la cuenta"):
        an_order("MEDIDOR-CAMBIO")
    WorkOrderType.objects.filter(code="FUGA-TOMA").update(is_active=False)
    with pytest.raises(WorkOrderRefused, match="ya no se usa"):
        an_order()
    assert not WorkOrder.objects.exists()


def test_an_area_without_staff_takes_no_order(clerk: User) -> None:
    User.objects.filter(area__name="Operación").update(is_active=False)
    with pytest.raises(AreaWithoutStaff, match="En el área «Operación» no hay personal"):
        an_order()


def test_nobody_orders_work_at_their_own_house(account: Account, clerk: User) -> None:
    declare_link(user=user("coordinadora"), customer=account.holder, kind=StaffLink.Kind.SELF, at=NOON, by=clerk)
    with pytest.raises(OwnAccount):
        an_order("FUGA-CUADRO", account)


def test_a_list_hands_orders_over_and_another_person_of_the_area_acknowledges_it(account: Account) -> None:
    orders = [an_order(), an_order("FUGA-CUADRO", account)]
    delivery = deliver_orders(orders=orders, at=NOON, by=user("coordinadora"))
    assert delivery.document.folio == "REL-000001"
    assert {state_of(order) for order in orders} == {"DELIVERED"}
    assert deliver_orders(orders=orders, at=NOON, by=user("coordinadora")).pk == delivery.pk
    with pytest.raises(WorkOrderRefused, match="Quien entrega"):
        acknowledge_delivery(delivery=delivery, at=NOON, by=user("coordinadora"))
    with pytest.raises(WorkOrderRefused, match="acusa recibo alguien de ahí"):
        acknowledge_delivery(delivery=delivery, at=NOON, by=user("tecnica"))
    acknowledge_delivery(delivery=delivery, at=NOON, by=user("operador"))
    assert acknowledge_delivery(delivery=delivery, at=NOON + HOUR, by=user("ayudante")).acknowledged_at == NOON
    assert Event.objects.get(kind="DELIVERY_ACKNOWLEDGED").sentence == (
        "Operador acusó recibo de la relación REL-000001 con 2 órdenes (OT-000001 y OT-000002)"
    )


def test_a_list_is_of_one_area_and_of_what_waits_to_be_handed_over(account: Account) -> None:
    leak, meter = an_order(), an_order("VERIFICA-LECTURA", account)
    with pytest.raises(WorkOrderRefused, match="áreas distintas"):
        deliver_orders(orders=[leak, meter], at=NOON, by=user("coordinadora"))
    deliver_orders(orders=[leak], at=NOON, by=user("coordinadora"))
    with pytest.raises(WrongState, match="ya se entregó"):
        deliver_orders(orders=[leak, an_order()], at=NOON, by=user("coordinadora"))
    with pytest.raises(WorkOrderRefused, match="al menos una"):
        deliver_orders(orders=[], at=NOON, by=user("coordinadora"))


def test_orders_are_programmed_in_turn_and_once(account: Account) -> None:
    orders = [an_order(), an_order()]
    program_orders(orders=orders, crew=crew(), day=TODAY, at=NOON, by=user("operador"))
    program_orders(orders=orders, crew=crew(), day=TODAY, at=NOON, by=user("operador"))
    assert [order.place_in_day for order in day_of_crew(crew(), TODAY)] == [1, 2]
    assert Event.objects.filter(kind="WORK_ORDERS_PROGRAMMED").count() == 1
    with pytest.raises(WrongState, match="ya está programada para el 21 sep 2026 con «Cuadrilla 1»"):
        program_orders(orders=orders, crew=crew("Cuadrilla 2"), day=TODAY, at=NOON, by=user("ayudante"))


def test_only_what_is_urgent_is_programmed_before_it_was_handed_over(account: Account) -> None:
    order = an_order("FUGA-CUADRO", account)
    with pytest.raises(WorkOrderRefused, match="aún no se entrega"):
        program_orders(orders=[order], crew=crew(), day=TODAY, at=NOON, by=user("operador"))
    deliver_orders(orders=[order], at=NOON, by=user("coordinadora"))
    program_orders(orders=[order], crew=crew(), day=TODAY, at=NOON, by=user("operador"))


def test_nothing_is_programmed_for_yesterday_nor_for_another_area_nor_for_a_crew_out_of_service(clerk: User) -> None:
    order = an_order()
    with pytest.raises(WorkOrderRefused, match="ya pasó"):
        program_orders(orders=[order], crew=crew(), day=date(2026, 9, 20), at=NOON, by=user("operador"))
    with pytest.raises(WorkOrderRefused, match="es de «Comercialización»"):
        program_orders(orders=[order], crew=crew("Medición 1"), day=TODAY, at=NOON, by=user("operador"))
    Crew.objects.filter(name="Cuadrilla 1").update(is_active=False)
    with pytest.raises(WorkOrderRefused, match="no está en servicio"):
        program_orders(orders=[order], crew=crew(), day=TODAY, at=NOON, by=user("operador"))


def test_a_programmed_order_is_moved_arranged_and_taken_out(clerk: User) -> None:
    first, second, third = (programmed(an_order()) for _ in range(3))
    arrange_day(crew=crew(), day=TODAY, order_ids=[third.pk, first.pk])
    assert [order.pk for order in day_of_crew(crew(), TODAY)] == [third.pk, first.pk, second.pk]
    move_programmed(order=first, crew=crew("Cuadrilla 2"), day=date(2026, 9, 22), at=NOON, by=user("operador"))
    unprogram_order(order=second, reason="Falta material", at=NOON, by=user("operador"))
    assert [order.pk for order in day_of_crew(crew(), TODAY)] == [third.pk]
    assert state_of(second) == "DELIVERED"
    start_work_order(order=third, at=NOON, by=user("operador"))
    with pytest.raises(WrongState, match="«en campo»"):
        move_programmed(order=third, crew=crew("Cuadrilla 2"), day=TODAY, at=NOON, by=user("operador"))
    with pytest.raises(WrongState, match="«en campo»"):
        unprogram_order(order=third, reason="No", at=NOON, by=user("operador"))


def test_the_board_shows_what_waits_what_is_programmed_and_how_full_each_day_is(clerk: User) -> None:
    waits, goes = an_order(), programmed(an_order())
    area = Area.objects.get(name="Operación")
    assert [order.pk for order in waiting_to_be_programmed(area_id=area.pk)] == [waits.pk]
    assert [order.pk for order in programme(area_id=area.pk, first=TODAY, last=TODAY)] == [goes.pk]
    assert loads(area_id=area.pk, days=[TODAY])[crew().pk, TODAY].left == 7


def test_an_order_is_cancelled_with_a_reason_while_nobody_is_out_for_it(clerk: User) -> None:
    order = an_order()
    with pytest.raises(WorkOrderRefused, match="por qué se cancela"):
        cancel_work_order(order=order, reason=" ", at=NOON, by=clerk)
    cancel_work_order(order=order, reason="Repetida", at=NOON, by=clerk)
    assert cancel_work_order(order=order, reason="Repetida", at=NOON, by=clerk).state == "CANCELLED"
    out = start_work_order(order=programmed(an_order()), at=NOON, by=clerk)
    with pytest.raises(WrongState, match="«en campo» y no se puede cancelar"):
        cancel_work_order(order=out, reason="Ya no", at=NOON, by=clerk)


def test_an_order_is_called_back_even_from_the_street_but_not_once_done(clerk: User) -> None:
    out = start_work_order(order=programmed(an_order()), at=NOON, by=clerk)
    assert recall_work_order(order=out, reason="Ya pagó", at=NOON, by=clerk).state == "RECALLED"
    done = programmed(an_order())
    report_work_order(order=done, report=a_report(), at=NOON + HOUR, by=clerk, key="done")
    with pytest.raises(OrderAlreadyActed, match="ya está «hecha»"):
        recall_work_order(order=done, reason="Ya pagó", at=NOON, by=clerk)
    for _ in range(2):
        assert recall_if_pending(order=done, reason="Se canceló el pago", at=NOON, by=clerk).state == "DONE"
    assert Event.objects.get(kind="WORK_ORDER_RECALLED_LATE").sentence == (
        "No se pudo retirar la orden OT-000002, que ya está hecha: Se canceló el pago"
    )


def test_an_order_passes_to_another_area_and_leaves_the_programme(clerk: User) -> None:
    order = programmed(an_order())
    area = Area.objects.get(name="Comercialización")
    moved = reassign_work_order(order=order, area=area, reason="Es de medición", at=NOON, by=clerk)
    assert (moved.state, moved.crew, moved.delivery, moved.area) == ("DELIVERED", None, None, area)
    deliver_orders(orders=[moved], at=NOON, by=user("coordinadora"))
    with pytest.raises(AreaWithoutStaff):
        empty = Area.objects.create(name="Archivo")
        reassign_work_order(order=order, area=empty, reason="Por probar", at=NOON, by=clerk)


def test_duplicated_orders_are_merged_into_one(account: Account, clerk: User) -> None:
    kept, twin = an_order(), an_order()
    with pytest.raises(WorkOrderRefused, match="consigo misma"):
        merge_work_orders(into=kept, orders=[kept], reason="Misma fuga", at=NOON, by=clerk)
    for _ in range(2):
        merge_work_orders(into=kept, orders=[twin], reason="Misma fuga", at=NOON, by=clerk)
    twin.refresh_from_db()
    assert (twin.state, twin.merged_into_id) == ("MERGED", kept.pk)
    assert Event.objects.filter(kind="WORK_ORDERS_MERGED").count() == 1
    other = an_order("VERIFICA-LECTURA", account)
    with pytest.raises(WorkOrderRefused, match="misma área"):
        merge_work_orders(into=kept, orders=[other], reason="Misma casa", at=NOON, by=clerk)


def test_what_is_pending_near_is_found_by_account_by_place_and_by_distance(account: Account) -> None:
    premises = account.connection.premises
    premises.latitude, premises.longitude = "20.480000", "-100.960000"
    premises.save()
    order = an_order("FUGA-CUADRO", account)
    same_place = an_order(place="Jilguero S/N")
    assert [near.order.pk for near in pending_near(account_id=account.pk)] == [order.pk]
    assert [near.order.pk for near in pending_near(place="jilguero s/n")] == [same_place.pk]
    order.refresh_from_db()
    (near,) = pending_near(latitude=order.latitude, longitude=order.longitude)
    assert (near.order.pk, near.metres) == (order.pk, 0)
    assert pending_near(account_id=account.pk, excluding=[order.pk]) == []


def test_orders_are_found_by_origin_by_account_and_by_lateness(account: Account) -> None:
    order = an_order("FUGA-CUADRO", account, origin_kind="CASE", origin_id=77)
    assert orders_of("CASE", 77) == orders_of_account(account.pk) == [order]
    assert not late_orders(NOON).exists()
    assert late_orders(order.due_at + HOUR).get() == order


def test_a_file_is_kept_with_its_order_once(clerk: User) -> None:
    order, file = an_order(), store_file(name="fuga.png", content=PNG, at=NOON, by=clerk)
    for _ in range(2):
        add_order_file(order=order, file=file, label="Fotografía de la fuga", at=NOON, by=clerk)
    assert order.files.count() == Event.objects.filter(kind="WORK_ORDER_FILE_ADDED").count() == 1


def test_the_database_refuses_a_step_that_the_graph_does_not_have(clerk: User) -> None:
    order = an_order()
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkOrder.objects.filter(pk=order.pk).update(state="CLOSED")


def test_crews_have_one_name_people_with_dates_and_leave_no_orders_behind(clerk: User) -> None:
    area = Area.objects.get(name="Operación")
    with pytest.raises(CatalogueRejected, match="Ya hay una cuadrilla"):
        save_crew(crew=None, name="cuadrilla 1", area=area, at=NOON, by=clerk)
    member = add_crew_member(crew=crew(), user=user("operador"), on=TODAY, at=NOON, by=clerk)
    assert add_crew_member(crew=crew(), user=user("operador"), on=TODAY, at=NOON, by=clerk).pk == member.pk
    with pytest.raises(CatalogueRejected, match="día posterior"):
        end_crew_member(member=member, on=TODAY, at=NOON, by=clerk)
    end_crew_member(member=member, on=date(2026, 9, 30), at=NOON, by=clerk)
    programmed(an_order())
    with pytest.raises(CatalogueRejected, match="páselas a otra cuadrilla"):
        save_crew(crew=crew(), name="Cuadrilla 1", area=area, is_active=False, at=NOON, by=clerk)
    assert make_person("nueva").area == area
    assert not Customer.objects.filter(name="nueva").exists()
