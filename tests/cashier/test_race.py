"""Sessions that meet: real connections, real processes, on a database of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from cauce.cashier.models import CashSession, Payment, Receipt, Tender
from cauce.cashier.operations import PaymentShare, open_desk, open_session, take_payment
from cauce.cashier.rules import Tendered
from cauce.core.errors import DomainError
from cauce.ledger.operations import AccountBusy, KeyReused, lock_accounts
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.ledger.debts import a_debt, make_account, write_debts

NOON = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)
WINDOWS = 16
pytestmark = pytest.mark.commits


@pytest.fixture
def account(committed_database: str) -> Account:
    clerk = User.objects.get(username="cli-captura")
    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=NOON,
        by=clerk,
        approved_by=User.objects.get(username="cli-autoriza"),
    )
    account = make_account("000123")
    write_debts([a_debt(account, "AGUA", "500.00", date(2026, 8, 20))], at=NOON, by=clerk)
    return account


def at_once(what: Callable[[int], object], count: int = WINDOWS) -> list[object]:
    """Run ``what`` in ``count`` threads that start together, each with its own connection."""
    together = Barrier(count)

    def one(number: int) -> object:
        connections.close_all()
        connection.settings_dict["NAME"] = database
        together.wait()
        try:
            return what(number)
        except DomainError as error:
            return error
        finally:
            connections.close_all()

    database = connection.settings_dict["NAME"]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def window(number: int) -> CashSession:
    cashier = User.objects.create(username=f"cajero{number}")
    desk = open_desk(code=f"V{number}", name=f"Ventanilla {number}", series=f"V{number}")
    return open_session(desk=desk, cashier=cashier, at=NOON)


def test_sixteen_windows_with_one_key_are_one_payment(account: Account):
    session = window(1)

    def pay(number: int) -> Payment:
        return take_payment(
            shares=[PaymentShare(account=account, amount=Decimal("100.00"))],
            tenders=[Tendered(Tender.Method.CASH, Decimal("100.00"))],
            session=session,
            at=NOON,
            by=session.cashier,
            key="one key",
        )

    payments = at_once(pay)
    assert {getattr(payment, "pk", payment) for payment in payments} == {Payment.objects.get().pk}
    assert Receipt.objects.count() == 1
    assert balance(account.pk) == Decimal("415.00")  # 500.00 and 15.00 of surcharges, less 100.00


def test_one_key_with_another_amount_is_refused_and_writes_nothing(account: Account):
    session = window(1)

    def pay(number: int) -> Payment:
        amount = Decimal("100.00") if number % 2 else Decimal("90.00")
        return take_payment(
            shares=[PaymentShare(account=account, amount=amount)],
            tenders=[Tendered(Tender.Method.CASH, amount)],
            session=session,
            at=NOON,
            by=session.cashier,
            key="one key",
        )

    outcomes = at_once(pay)
    refused = [outcome for outcome in outcomes if isinstance(outcome, KeyReused)]
    assert len(refused) == WINDOWS // 2
    assert Payment.objects.count() == 1


def test_sixteen_windows_on_one_account_settle_it_exactly(account: Account):
    sessions = [window(number) for number in range(WINDOWS)]

    def pay(number: int) -> Payment:
        return take_payment(
            shares=[PaymentShare(account=account, amount=Decimal("50.00"))],
            tenders=[Tendered(Tender.Method.CASH, Decimal("50.00"))],
            session=sessions[number],
            at=NOON,
            by=sessions[number].cashier,
            key=f"key {number}",
        )

    outcomes = at_once(pay)
    assert all(isinstance(outcome, Payment) for outcome in outcomes), outcomes
    assert sum(receipt.applied for receipt in Receipt.objects.all()) == Decimal("515.00")
    assert balance(account.pk) == Decimal("515.00") - 50 * WINDOWS


def test_an_account_held_by_another_window_says_so_in_seconds(account: Account):
    held, freed = Barrier(2), Barrier(2)

    def contend(number: int) -> str:
        with transaction.atomic():
            if number == 0:
                lock_accounts([account.pk])
                held.wait()
                freed.wait()
                return "held"
            held.wait()
            try:
                lock_accounts([account.pk])
            finally:
                freed.wait()
        return "not refused"

    first, second = at_once(contend, 2)
    assert first == "held"
    assert isinstance(second, AccountBusy)
    assert "otra caja" in str(second).lower()


def test_several_commands_with_one_key_are_one_payment(account: Account, committed_database: str):
    environment = {**os.environ, "DATABASE_URL": committed_database}
    command = [sys.executable, "-m", "cauce.cli", "pay", "123", "--amount", "40.00", "--method", "cash"]

    def run(key: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*command, "--key", key, "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    started = [run("K") for _ in range(4)]
    answers = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * len(started), answers
    assert {json.loads(stdout)["folio"] for stdout, _ in answers} == {"LC-000001"}
    assert Payment.objects.count() == 1
    other = subprocess.run(
        [*command[:-3], "41.00", "--method", "cash", "--key", "K", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert other.returncode == 1
    assert "error" in json.loads(other.stdout)
    assert Payment.objects.count() == 1
