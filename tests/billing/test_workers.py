"""Several processes on one run, processes that die half way, and desks that collect meanwhile: all really committed."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from django.db import connection, transaction

from cauce.billing.models import Bill, BillingRun, RunAccount, RunChunk
from cauce.billing.operations import approve_run, open_run, plan_run, start_issuing, work_on_run
from cauce.billing.rules import Outcome
from cauce.cashier.models import Payment
from cauce.cashier.operations import PaymentShare, take_payment
from cauce.cashier.rules import Tendered
from cauce.cli import processes
from cauce.documents.models import Document
from cauce.events.models import Event
from cauce.ledger.models import Posting
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.billing.cycles import SEPTEMBER, an_account, load_the_law
from tests.cashier.test_race import at_once, window

pytestmark = pytest.mark.commits
NOON = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)
ACCOUNTS, CHUNK = 30, 3
COMMAND = [sys.executable, "-m", "cauce.cli", "bill", "run", "--month", "2026-09", "--cycle", "1", "--json"]
AT_MOST_SECONDS = 60


@pytest.fixture
def town(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """A cycle of small chunks, and its database as the one of every process that starts."""
    monkeypatch.setattr("cauce.billing.operations.runs.CHUNK_SIZE", CHUNK)
    monkeypatch.setenv("DATABASE_URL", committed_database)
    load_the_law(NOON)
    return [an_account(m3=place) for place in range(ACCOUNTS)]


@pytest.fixture
def planned(town: list[Account]) -> BillingRun:
    clerk = User.objects.get(username="cli-captura")
    return plan_run(open_run(period=SEPTEMBER, cycle=1, at=NOON, by=clerk), at=NOON, by=clerk)


def being_issued(run: BillingRun) -> BillingRun:
    work_on_run(run, moment=lambda: NOON)
    approver = User.objects.get(username="cli-autoriza")
    return start_issuing(approve_run(run, at=NOON, by=approver), at=NOON, by=approver)


def assert_whole() -> None:
    """Every account is billed once, under folios that follow one another, and the books tie."""
    run = BillingRun.objects.get()
    assert run.state == BillingRun.State.ISSUED
    assert RunAccount.objects.filter(outcome=Outcome.BILLED).count() == ACCOUNTS
    assert Bill.objects.count() == Bill.objects.values("account").distinct().count() == ACCOUNTS
    assert list(Bill.objects.order_by("position").values_list("position", flat=True)) == list(range(ACCOUNTS))
    bills = Document.objects.filter(kind=Document.Kind.BILL).order_by("number")
    assert list(bills.values_list("number", flat=True)) == list(range(1, ACCOUNTS + 1))
    assert Posting.objects.filter(operation="issue_chunk").count() == ACCOUNTS // CHUNK
    for kind in ("RUN_COMPUTED", "RUN_APPROVED", "RUN_ISSUED"):
        assert Event.objects.filter(kind=kind).count() == 1
    assert [check.name for check in verify() if check.broken] == []


@contextmanager
def killed_while_it_waits(database: str, *command: str) -> Iterator[None]:
    """Run a command until it waits for what this transaction holds, in the middle of a chunk, and then kill it."""
    with (
        subprocess.Popen([*COMMAND, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process,
        psycopg.connect(database, autocommit=True) as watching,
    ):
        try:
            deadline = time.monotonic() + AT_MOST_SECONDS
            while not watching.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchone():
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline, "it never waited"
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL)
    yield


def finish() -> dict[str, object]:
    done = subprocess.run(
        [*COMMAND, "--approve", "--issue"], capture_output=True, text=True, check=False, timeout=AT_MOST_SECONDS
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_run_killed_while_it_is_computed_ends_whole(
    planned: BillingRun, town: list[Account], committed_database: str
):
    with transaction.atomic():
        # Another row of an account of the sixth chunk: the process meets it when it writes its draft.
        RunAccount.objects.create(run=planned, account=town[16], outcome="PARKED", rule="X", chunk_ordinal=0, place=0)
        with killed_while_it_waits(committed_database):
            transaction.set_rollback(True)
    assert RunChunk.objects.exclude(computed_at=None).count() == 5
    assert RunAccount.objects.count() == 5 * CHUNK
    assert finish()["billed"] == ACCOUNTS
    assert_whole()


def test_a_run_killed_while_it_is_issued_ends_whole(planned: BillingRun, town: list[Account], committed_database: str):
    run = being_issued(planned)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        a_bill_in_the_way(run, town[16])
        with killed_while_it_waits(committed_database, "--approve", "--issue"):
            transaction.set_rollback(True)
    assert RunChunk.objects.exclude(issued_at=None).count() == 5
    assert Bill.objects.count() == 5 * CHUNK
    assert finish()["billed"] == ACCOUNTS
    assert_whole()


def a_bill_in_the_way(run: BillingRun, account: Account) -> None:
    """A bill of the same account and period: the process meets it when all but the bill of its chunk is written."""
    nothing = dict.fromkeys(
        (
            "subtotal",
            "vat",
            "total",
            "arrears",
            "prior_year_debt",
            "surcharges",
            "other_charges",
            "advance_applied",
            "amount_due",
        ),
        Decimal(0),
    )
    Bill.objects.create(
        document_id=10**9,
        run=run,
        account=account,
        party=account.holder,
        schedule=run.schedule,
        period=run.period,
        issued_on=run.issue_on,
        due_on=run.due_on,
        proof={},
        **nothing,
    )


def test_two_processes_share_a_run_and_do_nothing_twice(planned: BillingRun):
    processes.work_on_run(planned.pk, processes=2)
    planned.refresh_from_db()
    assert planned.state == BillingRun.State.COMPUTED
    run = being_issued(planned)
    processes.work_on_run(run.pk, processes=2)
    assert_whole()


def test_two_commands_at_once_are_one_run(town: list[Account]):
    started = [
        subprocess.Popen([*COMMAND, "--approve", "--issue"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=AT_MOST_SECONDS) for process in started]
    assert [process.returncode for process in started] == [0, 0], answers
    first, second = (json.loads(stdout) for stdout, _ in answers)
    assert first == second
    assert first["billed"] == Bill.objects.count() == ACCOUNTS
    assert [check.name for check in verify() if check.broken] == []


def test_a_desk_that_collects_while_its_account_is_billed_leaves_the_books_whole(
    planned: BillingRun, town: list[Account]
):
    run = being_issued(planned)
    session = window(1)

    def act(number: int) -> None:
        if number == 0:
            work_on_run(run, moment=lambda: NOON)
            return
        for account in town[:: 2 if number == 1 else 3]:
            take_payment(
                shares=[PaymentShare(account=account, amount=Decimal("10.00"))],
                tenders=[Tendered("CASH", Decimal("10.00"))],
                session=session,
                at=NOON,
                by=session.cashier,
                key=f"{number} {account.pk}",
            )

    assert at_once(act, 3) == [None, None, None]
    assert Payment.objects.count() == 15 + 10
    assert_whole()


def test_a_run_waits_for_the_desk_that_holds_an_account(planned: BillingRun, town: list[Account]):
    run = being_issued(planned)

    def act(number: int) -> None:
        if number == 1:
            with transaction.atomic():
                lock_accounts([town[16].pk])
                # Longer than the run waits for a lock before it tries again.
                time.sleep(3.5)
            return
        time.sleep(0.5)
        work_on_run(run, moment=lambda: NOON)

    assert at_once(act, 2) == [None, None]
    assert_whole()
