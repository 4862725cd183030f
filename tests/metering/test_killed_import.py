"""A reading file whose import dies in the middle."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from cauce.imports.models import ImportBatch
from cauce.metering.models import Consumption, Reading
from cauce.metering.operations import import_readings
from cauce.users.models import User
from tests.metering.accounts import add_opening, make_account
from tests.metering.town import reading_line

ACCOUNTS = 300


@pytest.mark.commits
def test_an_import_killed_in_the_middle_is_finished_by_running_it_again(
    write_file: Callable[..., Path], committed_database: str, now: datetime
) -> None:
    lines = []
    for index in range(ACCOUNTS):
        number, serial = f"{index + 1:06d}", f"S{index}"
        add_opening(make_account(number, serial=serial), 100)
        lines.append(reading_line(number, serial=serial, value=110))
    # The first account comes again at the end of the file with another reading: both halves of the pair must wait.
    lines.append(reading_line("000001", serial="S0", value=111))
    path = write_file("lecturas_202609_c1.txt", *lines)
    script = textwrap.dedent(f"""
        import django; django.setup()
        from datetime import UTC, datetime
        from pathlib import Path
        from cauce.metering.operations import readings
        from cauce.users.models import User
        readings.CHUNK_LINES = 2
        readings.import_readings(
            path=Path({str(path)!r}), dry_run=False, at=datetime(2026, 9, 6, tzinfo=UTC),
            by=User.objects.get(username="cli-captura"))
    """)
    environment = os.environ | {"DATABASE_URL": committed_database, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    victim = subprocess.Popen([sys.executable, "-c", script], env=environment)
    deadline = time.monotonic() + 60
    while Reading.objects.count() < 10 and time.monotonic() < deadline and victim.poll() is None:
        time.sleep(0.01)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()

    half = Reading.objects.count()
    assert 10 <= half < ACCOUNTS
    assert Consumption.objects.count() == half - 1
    clerk = User.objects.get(username="cli-captura")
    outcome = import_readings(path=path, dry_run=False, at=now, by=clerk)

    assert (outcome.taken, outcome.new) == (ACCOUNTS + 1, ACCOUNTS + 1 - half)
    assert outcome.by_code == {"LECTURAS_DISTINTAS": 2}
    assert Reading.objects.filter(status="REVIEW", account__number="000001").count() == 2
    assert Consumption.objects.count() == ACCOUNTS - 1
    assert list(ImportBatch.objects.order_by("pk").values_list("state", flat=True)) == ["FAILED", "DONE"]
