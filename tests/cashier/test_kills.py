"""Processes that die in the middle of the desk's work: all of it is there or none, and asking again finds out."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from stdnum import luhn

from cauce.cashier.models import BankMovement, CashMovement, CashSession, Desk, Payment, Receipt
from cauce.cashier.operations import PaymentShare, import_bank, open_desk, open_session, take_payment
from cauce.cashier.rules import Tendered
from cauce.core.errors import DomainError
from cauce.documents.models import Document
from cauce.ledger.models import ClosedDay, Posting, Transfer
from cauce.ledger.operations import close_day, lock_accounts
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.billing.cycles import load_the_law
from tests.cashier.test_race import at_once
from tests.ledger.debts import a_debt, make_account, write_debts

pytestmark = pytest.mark.commits
NOON = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)
TODAY = date(2026, 9, 20)
AT_MOST_SECONDS = 60
PAY = [sys.executable, "-m", "cauce.cli", "pay", "123", "--amount", "40.00", "--method", "cash", "--key", "K", "--json"]


@pytest.fixture
def account(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("DATABASE_URL", committed_database)
    load_the_law(NOON)
    account = make_account("000123")
    write_debts([a_debt(account, "AGUA", "500.00", date(2026, 8, 20))], at=NOON, by=clerk())
    return account


def clerk() -> User:
    return User.objects.get(username="cli-captura")


def nothing_is_broken() -> bool:
    return [check.name for check in verify() if check.broken] == []


@contextmanager
def killed_while_it_waits(database: str, *command: str) -> Iterator[None]:
    """Run a command until it waits for a lock in the middle of its work, and then kill it without a word."""
    process = subprocess.Popen(
        command, env={**os.environ, "DATABASE_URL": database}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        wait_until_somebody_waits(database, process)
        yield
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until_somebody_waits(database: str, process: subprocess.Popen[bytes] | None = None) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    limit = time.monotonic() + AT_MOST_SECONDS
    with psycopg.connect(database, autocommit=True) as watcher:
        while time.monotonic() < limit:
            assert process is None or process.poll() is None, process.communicate()[1].decode()[-400:]
            if watcher.execute(waiting).fetchone() != (0,):
                return
            time.sleep(0.05)
    raise AssertionError("nobody waited")


def gone(database: str) -> None:
    """Wait for the database to let go of what the dead one held."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'"
    limit = time.monotonic() + AT_MOST_SECONDS
    with psycopg.connect(database, autocommit=True) as watcher:
        while watcher.execute(others).fetchone() != (1,) and time.monotonic() < limit:
            time.sleep(0.05)


def test_a_payment_killed_half_way_leaves_nothing_and_its_key_is_free(account: Account, committed_database: str):
    """It dies waiting for its folio: its act, its surcharges, the payment and its tender were already written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO documents_folioseries (code, name, next_number) VALUES ('LC', 'LC', 1)"
                " ON CONFLICT (code) DO UPDATE SET next_number = documents_folioseries.next_number"
            )
        with killed_while_it_waits(committed_database, *PAY):
            pass
    gone(committed_database)
    assert not Payment.objects.exists()
    assert not Posting.objects.filter(key="K").exists()
    assert not CashMovement.objects.exists()
    assert balance(account.pk) == Decimal("500.00")
    answered = json.loads(subprocess.run(PAY, capture_output=True, check=True, timeout=AT_MOST_SECONDS).stdout)
    assert (answered["folio"], Payment.objects.count()) == ("LC-000001", 1)
    again = json.loads(subprocess.run(PAY, capture_output=True, check=True, timeout=AT_MOST_SECONDS).stdout)
    assert again["folio"] == "LC-000001"
    assert Payment.objects.count() == Receipt.objects.count() == 1
    assert nothing_is_broken()


def test_a_bank_file_killed_half_way_is_read_again_and_counts_once(
    account: Account, committed_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its chunks are whole: those before the one that died stay, and the same file completes the rest."""
    paid = [make_account() for _ in range(30)]
    path = bank_file(tmp_path, [*paid, account])
    script = (
        "import django; django.setup()\n"
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from cauce.cashier.operations.bank import importing\n"
        "from cauce.users.models import User\n"
        "importing.CHUNK_LINES = 5\n"
        "importing.import_bank(path=Path(sys.argv[1]), dry_run=False, at=datetime(2026, 9, 20, 18, tzinfo=UTC),\n"
        "                 by=User.objects.get(username='cli-captura'))\n"
    )
    with transaction.atomic():
        lock_accounts([paid[12].pk])
        with killed_while_it_waits(committed_database, sys.executable, "-c", script, str(path)):
            pass
    gone(committed_database)
    # The header is the first line of the first chunk.
    assert BankMovement.objects.count() in (4, 9, 14, 19, 24, 29)
    assert nothing_is_broken()
    import_bank(path=path, dry_run=False, at=NOON, by=clerk())
    assert BankMovement.objects.count() == Receipt.objects.count() == 31
    assert [balance(one.pk) for one in paid] == [Decimal("-10.00")] * 30
    folios = Document.objects.filter(kind=Document.Kind.PAYMENT).order_by("number").values_list("number", flat=True)
    assert list(folios) == list(range(1, 32))
    assert nothing_is_broken()


def bank_file(folder: Path, accounts: list[Account]) -> Path:
    path = folder / "banco_20260920.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(["FECHA", "HORA", "SUCURSAL", "REFERENCIA", "DESCRIPCION", "ABONO", "AUTORIZACION"])
        for place, account in enumerate(accounts):
            body = f"{account.number}2609"
            reference = body + luhn.calc_check_digit(body)
            writer.writerow(["20/09/2026", "10:00", "0001", reference, "DEPÓSITO", "10.00", f"{100_000 + place}"])
    return path


def test_a_close_killed_while_it_waits_leaves_the_day_open(account: Account, committed_database: str):
    desk = channel(1)
    script = (
        "import django; django.setup()\n"
        "from datetime import UTC, date, datetime\n"
        "from cauce.ledger.operations import close_day\n"
        "from cauce.users.models import User\n"
        "close_day(day=date(2026, 9, 20), at=datetime(2026, 9, 20, 19, tzinfo=UTC),\n"
        "          by=User.objects.get(username='cli-captura'))\n"
    )
    with transaction.atomic():
        pay(account, desk, "before")
        with killed_while_it_waits(committed_database, sys.executable, "-c", script):
            assert not ClosedDay.objects.exists()
    gone(committed_database)
    assert not ClosedDay.objects.exists()
    assert Payment.objects.get().booked_on == TODAY
    close_day(day=TODAY, at=NOON, by=clerk())
    assert nothing_is_broken()


def pay(account: Account, desk: Desk, key: str, amount: str = "10.00") -> Payment:
    """Money that comes through a channel without cashier: no session keeps the day from being closed."""
    return take_payment(
        shares=[PaymentShare(account=account, amount=Decimal(amount))],
        tenders=[Tendered("BANK_FILE", Decimal(amount))],
        session=None,
        desk=desk,
        at=NOON,
        by=clerk(),
        key=key,
    )


def channel(number: int) -> Desk:
    return open_desk(code=f"K{number}", name=f"Canal {number}", series=f"K{number}", is_attended=False)


def test_the_close_waits_for_who_is_booking_and_who_comes_late_is_told(account: Account, committed_database: str):
    """What began before the close is in the day; what comes during it is refused, and asked again goes to the next."""
    first, second, third = channel(1), channel(2), channel(3)
    other = make_account()

    def act(number: int) -> object:
        if number == 0:
            with transaction.atomic():
                payment = pay(account, first, "began before")
                wait_until_somebody_waits(committed_database)
                time.sleep(0.5)
            return payment
        if number == 1:
            time.sleep(0.2)
            return close_day(day=TODAY, at=NOON, by=clerk())
        wait_until_somebody_waits(committed_database)
        return pay(other, second, "late")

    before, closed, late = at_once(act, 3)
    assert isinstance(before, Payment)
    assert before.booked_on == TODAY
    assert isinstance(closed, ClosedDay)
    again = pay(other, third, "late") if isinstance(late, DomainError) else late
    assert isinstance(again, Payment)
    assert again.booked_on == date(2026, 9, 21)
    assert not Transfer.objects.filter(posting__key="late", booked_on=TODAY).exists()
    assert nothing_is_broken()


def test_two_windows_on_one_account_the_second_waits_and_then_sees_what_is_left(
    account: Account, committed_database: str
):
    first, second = channel(1), channel(2)

    def act(number: int) -> Payment:
        if number == 0:
            with transaction.atomic():
                payment = pay(account, first, "first", "500.00")
                wait_until_somebody_waits(committed_database)
            return payment
        time.sleep(0.3)
        return pay(account, second, "second", "100.00")

    one, other = at_once(act, 2)
    assert isinstance(one, Payment)
    assert isinstance(other, Payment)
    # 500.00 and its 15.00 of surcharges: the second one found what the first had left.
    receipt = other.receipts.get()
    assert (receipt.applied, receipt.advance) == (Decimal("15.00"), Decimal("85.00"))
    assert nothing_is_broken()


def test_the_moment_of_a_close_is_not_before_what_it_waited_for(account: Account):
    pay(account, channel(1), "a little later")
    closed = close_day(day=TODAY, at=datetime(2026, 9, 20, 17, 59, tzinfo=UTC), by=clerk())
    assert closed.closed_at == NOON
    assert nothing_is_broken()


def test_a_session_opened_at_two_windows_at_once_is_one(account: Account):
    desk = open_desk(code="V9", name="Ventanilla 9", series="V9")
    cashier = User.objects.create(username="cajero9")
    sessions = at_once(lambda number: open_session(desk=desk, cashier=cashier, at=NOON), 4)
    assert {getattr(session, "pk", session) for session in sessions} == {CashSession.objects.get().pk}
