"""Who pays while the crew reports, with real sessions: it is decided once, written, and never lost."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest
from django.db import connection, connections, transaction

from cauce.collections import tasks
from cauce.collections.models import OrderRecall
from cauce.collections.operations import recall_paid_orders
from cauce.core.errors import DomainError
from cauce.ledger.operations import lock_accounts
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from cauce.workorders.models import WorkOrder, WorkOrderResult
from cauce.workorders.operations import DebtBelowMinimum, WrongState
from tests.collections.reductions import NOON, a_debtor, a_window, done, make_town, ordered, pay
from tests.collections.test_recall import react, reconnections

pytestmark = pytest.mark.commits
ROUNDS = 12
LATER = NOON + timedelta(hours=2)
PATIENCE = 60.0
WORKER = [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "1"]


@pytest.fixture
def town(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", committed_database)
    make_town()
    return committed_database


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


def test_paying_while_the_crew_reports_is_decided_once(town: str) -> None:
    session = a_window()
    won = []
    for _ in range(ROUNDS):
        account = a_debtor()
        order = ordered(account)
        reported, paid = at_once(
            lambda order=order: done(order, at=LATER),  # type: ignore[misc]
            lambda account=account: pay(account, "1400.00", session, at=LATER),  # type: ignore[misc]
        )
        assert not isinstance(paid, DomainError)
        react("WORK_ORDER_DONE")
        react("PAYMENT_TAKEN")
        recall = OrderRecall.objects.get(order=order)
        account.refresh_from_db()
        order.refresh_from_db()
        if isinstance(reported, DomainError):
            assert isinstance(reported, DebtBelowMinimum)
            assert (recall.outcome, account.state, order.state) == ("CALLED_BACK", "ACTIVE", "RECALLED")
            assert not WorkOrderResult.objects.filter(order=order).exists() and not reconnections(account)
        else:
            assert (recall.outcome, account.state, order.state) == ("ACTED", "REDUCED", "DONE")
            assert [one.pk for one in reconnections(account)] == [recall.reconnection_id]
        won.append(recall.outcome)
    assert OrderRecall.objects.count() == ROUNDS
    assert [check.name for check in verify() if check.broken] == []


def test_reporting_while_the_task_calls_it_back_is_decided_once(town: str) -> None:
    session = a_window()
    by = User.objects.get(username="coordinadora")
    for _ in range(ROUNDS):
        account = a_debtor()
        order = ordered(account)
        pay(account, "1400.00", session)

        def call_back(account: Account = account) -> object:
            return recall_paid_orders(account_id=account.pk, cause="Pagó", at=LATER, by=by)

        reported, *_ = at_once(lambda order=order: done(order, at=LATER), call_back, call_back)  # type: ignore[misc]
        assert isinstance(reported, DebtBelowMinimum | WrongState)
        assert OrderRecall.objects.get(order=order).outcome == "CALLED_BACK"


def test_two_workers_open_one_reconnection(town: str) -> None:
    account = a_debtor()
    done(ordered(account), at=LATER)
    pay(account, "1400.00", at=LATER)
    at_once(*[lambda: react("PAYMENT_TAKEN")] * 4)
    assert len(reconnections(account)) == 1
    assert balance(account.pk) > 0 and OrderRecall.objects.get().outcome == "ACTED"


def test_a_worker_killed_in_between_loses_nothing(town: str) -> None:
    account = a_debtor()
    order = ordered(account)
    pay(account, "1400.00")
    with transaction.atomic():
        lock_accounts([account.pk])
        worker = subprocess.Popen(WORKER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until_somebody_waits(town, worker)
        worker.send_signal(signal.SIGKILL)
        worker.wait(PATIENCE)
    order.refresh_from_db()
    assert order.state == "PROGRAMMED" and not OrderRecall.objects.exists()
    tasks.recall_what_was_left.func(timestamp=0)
    order.refresh_from_db()
    assert order.state == "RECALLED" and OrderRecall.objects.get().outcome == "CALLED_BACK"


def test_a_worker_that_runs_calls_it_back_within_a_second(town: str) -> None:
    warm, account = a_debtor(), a_debtor()
    first, order = ordered(warm), ordered(account)
    worker = subprocess.Popen(WORKER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        pay(warm, "1400.00")
        wait_for(lambda: WorkOrder.objects.get(pk=first.pk).state == "RECALLED", PATIENCE)
        pay(account, "1400.00")
        wait_for(lambda: WorkOrder.objects.get(pk=order.pk).state == "RECALLED", PATIENCE)
    finally:
        worker.terminate()
        worker.wait(PATIENCE)
    assert OrderRecall.objects.count() == 2


def wait_until_somebody_waits(database: str, worker: subprocess.Popen[bytes]) -> None:
    """Until the worker waits for the account that this transaction holds."""
    with psycopg.connect(database, autocommit=True) as watching:
        statement = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        wait_for(lambda: worker.poll() is None and watching.execute(statement).fetchone() is not None, PATIENCE)


def wait_for(happened: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
