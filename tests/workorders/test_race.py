"""Two people on one order at once, each with their own connection: one wins and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from cauce.core.errors import DomainError
from cauce.metering.queries import current_installation
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import Crew, WorkOrder, WorkOrderResult
from cauce.workorders.operations import (
    OrderAlreadyActed,
    WrongState,
    deliver_orders,
    merge_work_orders,
    program_orders,
    recall_work_order,
    report_work_order,
)
from tests.metering.accounts import make_account
from tests.workorders.orders import NOON, TODAY, a_report, an_order, make_office, programmed

pytestmark = pytest.mark.commits
ROUNDS = 6


@pytest.fixture
def account(committed_database: str) -> Account:
    make_office()
    return make_account()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together, each with its own connection."""
    together = Barrier(len(acts))
    database = connection.settings_dict["NAME"]

    def one(act: Callable[[], object]) -> object:
        connections.close_all()
        connection.settings_dict["NAME"] = database
        together.wait()
        try:
            return act()
        except DomainError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_two_heads_program_one_order_and_one_is_told(account: Account) -> None:
    order, by = an_order(), User.objects.get(username="operador")
    crews = list(Crew.objects.filter(area=order.area))
    outcomes = at_once(
        *(
            lambda crew=crew: program_orders(orders=[order], crew=crew, day=TODAY, at=NOON, by=by)  # type: ignore[misc]
            for crew in crews
        )
    )
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == len(crews) - 1
    assert order.steps.filter(to_state="PROGRAMMED").count() == 1


def test_two_people_report_one_order_and_its_meter_changes_once(account: Account) -> None:
    order = programmed(an_order("MEDIDOR-CAMBIO", account), "Medición 1")
    by = User.objects.get(username="tecnica")

    def tell(serial: str) -> Callable[[], object]:
        report = a_report(
            reading=10, meter_serial=serial, meter_brand="ITRON", initial_reading=0, diameter="1/2", seal="S"
        )
        return lambda: report_work_order(
            order=order, report=report, at=NOON + timedelta(hours=2), by=by, key=f"k/{serial}"
        )

    outcomes = at_once(tell("N1"), tell("N2"))
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1
    assert WorkOrderResult.objects.count() == 1
    installation = current_installation(account.pk)
    assert installation is not None
    assert installation.meter.serial == WorkOrderResult.objects.get().meter_serial


def test_the_same_result_sent_twice_is_one(account: Account) -> None:
    order, by = programmed(an_order("FUGA-CUADRO", account)), User.objects.get(username="operador")

    def tell() -> object:
        report = a_report(reading=10)
        return report_work_order(order=order, report=report, at=NOON + timedelta(hours=2), by=by, key="same").pk

    assert len(set(at_once(tell, tell, tell))) == 1


@pytest.mark.parametrize("round", range(ROUNDS))
def test_an_order_called_back_while_it_is_reported_is_one_or_the_other(account: Account, round: int) -> None:
    order, by = programmed(an_order("REDUCCION", account)), User.objects.get(username="operador")
    report = a_report(reading=10, seal="S", means="RADIO")
    recalled, reported = at_once(
        lambda: recall_work_order(order=order, reason="Ya pagó", at=NOON, by=by),
        lambda: report_work_order(order=order, report=report, at=NOON + timedelta(hours=2), by=by, key="r"),
    )
    order.refresh_from_db()
    account.refresh_from_db()
    if order.state == "RECALLED":
        assert isinstance(reported, WrongState)
        assert account.state == Account.State.ACTIVE
    else:
        assert order.state == "DONE"
        assert isinstance(recalled, OrderAlreadyActed)
        assert account.state == Account.State.REDUCED


def test_the_same_order_asked_for_twice_is_one_without_a_gap(account: Account) -> None:
    outcomes = at_once(*(lambda: an_order(key="once").pk for _ in range(6)))
    assert len(set(outcomes)) == WorkOrder.objects.count() == 1
    assert an_order().document.number == 2


def test_two_people_deliver_the_same_orders_and_there_is_one_list(account: Account) -> None:
    order, by = an_order(), User.objects.get(username="coordinadora")
    outcomes = at_once(*(lambda: deliver_orders(orders=[order], at=NOON, by=by).pk for _ in range(3)))
    assert len(set(outcomes)) == 1


@pytest.mark.parametrize("round", range(ROUNDS))
def test_two_people_merge_two_orders_one_into_the_other_and_one_stays(account: Account, round: int) -> None:
    one, other, by = an_order(), an_order(), User.objects.get(username="operador")
    outcomes = at_once(
        lambda: merge_work_orders(into=one, orders=[other], reason="Misma fuga", at=NOON, by=by),
        lambda: merge_work_orders(into=other, orders=[one], reason="Misma fuga", at=NOON, by=by),
    )
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1
    assert sorted(WorkOrder.objects.values_list("state", flat=True)) == ["ISSUED", "MERGED"]


@pytest.mark.parametrize("round", range(ROUNDS))
def test_an_order_merged_while_it_is_reported_is_one_or_the_other(account: Account, round: int) -> None:
    order, kept, by = programmed(an_order()), an_order(), User.objects.get(username="operador")
    merged, reported = at_once(
        lambda: merge_work_orders(into=kept, orders=[order], reason="Misma fuga", at=NOON, by=by),
        lambda: report_work_order(order=order, report=a_report(), at=NOON + timedelta(hours=2), by=by, key="r"),
    )
    order.refresh_from_db()
    refused = reported if order.state == "MERGED" else merged
    assert order.state in {"MERGED", "DONE"}
    assert isinstance(refused, WrongState)
