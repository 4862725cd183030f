"""A bank's file whose process dies, and one that two processes take in at once: each movement counts once."""

import os
import signal
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from cauce.cashier.models import BankMovement, Receipt
from cauce.cashier.operations import import_bank
from cauce.imports.models import ImportBatch
from cauce.ledger.queries import balance, collection_law
from cauce.registry.models import Account
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.cashier.bank_files import assert_whole, owing, row, start_taking_in, write_bank_file
from tests.ledger.debts import make_account

pytestmark = pytest.mark.commits
SEPTEMBER = date(2026, 9, 20)
NOON = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)


def a_town(count: int) -> list[Account]:
    clerk = User.objects.get(username="cli-captura")
    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=NOON,
        by=clerk,
        approved_by=User.objects.get(username="cli-autoriza"),
    )
    assert collection_law(SEPTEMBER)
    accounts = [make_account() for _ in range(count)]
    owing(*accounts, at=NOON, by=clerk)
    return accounts


def test_a_file_killed_in_the_middle_is_finished_by_taking_it_in_again(tmp_path: Path, committed_database: str) -> None:
    accounts = a_town(120)
    path = write_bank_file(tmp_path, [row(account, "116.00", f"A{account.number}") for account in accounts])
    victim = start_taking_in(path, committed_database, at=NOON, chunk_lines=2)
    deadline = time.monotonic() + 60
    while BankMovement.objects.count() < 10 and time.monotonic() < deadline and victim.poll() is None:
        time.sleep(0.01)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    half = BankMovement.objects.count()
    assert 10 <= half < 120
    assert Receipt.objects.count() == half
    outcome = import_bank(path=path, dry_run=False, at=NOON, by=User.objects.get(username="cli-captura"))
    assert (outcome.taken, outcome.new, outcome.extra["applied_total"]) == (120, 120 - half, "13920.00")
    assert all(balance(account.pk) == 0 for account in accounts)
    assert list(ImportBatch.objects.order_by("pk").values_list("state", flat=True)) == ["FAILED", "DONE"]
    assert_whole()


def test_the_same_file_at_once_in_two_processes_counts_once(tmp_path: Path, committed_database: str) -> None:
    accounts = a_town(60)
    path = write_bank_file(tmp_path, [row(account, "116.00", f"A{account.number}") for account in accounts])
    together = [start_taking_in(path, committed_database, at=NOON, chunk_lines=5) for _ in range(2)]
    ends = {process.wait(timeout=120) for process in together}
    assert ends <= {0, 3} and 0 in ends
    assert BankMovement.objects.count() == Receipt.objects.count() == 60
    assert all(balance(account.pk) == 0 for account in accounts)
    assert_whole()
