"""``cauce bench billing``: accounts a second from stored readings to bills that are owed, against a bare COPY."""

import resource
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from time import perf_counter
from typing import Final

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from cauce.billing.models import BillingRun
from cauce.billing.operations import approve_run, load_draft_bounds, open_run, plan_run, start_issuing
from cauce.cli.access import approval_user, capture_user
from cauce.cli.bench.town import fill_town
from cauce.cli.processes import work_on_run
from cauce.cli.scratch import scratch_database
from cauce.core.clock import now
from cauce.tariffs.operations import load_law

PROCESSES: Final = 2
_PERIOD: Final = date(2026, 9, 1)
_SMALLER: Final = 10
# What billing an account writes, each table with the column that halves it.
_WRITTEN: Final = (
    ("billing_runaccount", "id"),
    ("documents_document", "id"),
    ("billing_bill", "document_id"),
    ("billing_billline", "bill_id"),
    ("ledger_transfer", "id"),
)


def run(accounts: int, progress: Callable[[str], None]) -> dict[str, object]:
    """Bill a cycle of a tenth of ``accounts`` and then of all of them, each in a fresh town; tell speed and growth.

    The figure is the whole way: drafts and then bills, lines, transfers and proofs. ``peak_mb`` is the memory of the
    largest process. The limit is the COPY of the same rows into tables with the same indexes, in the same database.
    """
    fewer = max(1, accounts // _SMALLER)
    smaller_seconds, smaller = _measure(fewer, progress)
    seconds, whole = _measure(accounts, progress)
    return {
        **whole,
        "processes": PROCESSES,
        "smaller": smaller,
        "growth_of_seconds": round(seconds / smaller_seconds, 2),
        "growth_of_accounts": round(Decimal(accounts) / fewer, 2),
    }


def _measure(accounts: int, progress: Callable[[str], None]) -> tuple[Decimal, dict[str, object]]:
    with scratch_database() as url:
        progress(f"Poblando una ciudad de {accounts:,} cuentas…")
        capturer, approver = capture_user(), approval_user()
        load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=now(), by=capturer, approved_by=approver)
        load_draft_bounds(path=settings.OFFICE_DIR / "cortazar" / "facturacion.yaml", at=now(), by=capturer)
        fill_town(accounts, period=_PERIOD)
        progress("Calculando la prefactura…")
        begun = perf_counter()
        billing_run = open_run(period=_PERIOD, cycle=1, at=now(), by=capturer)
        plan_run(billing_run, at=now(), by=capturer)
        work_on_run(billing_run.pk, processes=PROCESSES)
        drafted = perf_counter()
        progress("Emitiendo los recibos…")
        approve_run(billing_run, note="Prueba de velocidad", at=now(), by=approver)
        start_issuing(billing_run, at=now(), by=capturer)
        work_on_run(billing_run.pk, processes=PROCESSES)
        issued = perf_counter()
        peak_kb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        progress("Midiendo el límite de COPY…")
        limit = _copy_seconds(url)
        billing_run.refresh_from_db()
        assert billing_run.state == BillingRun.State.ISSUED
        seconds = Decimal(issued - begun)
        per_second, limit_per_second = accounts / seconds, accounts / Decimal(limit)
        return seconds, {
            "accounts": accounts,
            "billed": billing_run.totals["counts"]["BILLED"],
            "draft_seconds": round(Decimal(drafted - begun), 2),
            "issue_seconds": round(Decimal(issued - drafted), 2),
            "seconds": round(seconds, 2),
            "accounts_per_second": round(per_second),
            "copy_limit_per_second": round(limit_per_second),
            "ratio": round(per_second / limit_per_second, 2),
            "rows": _rows_written(),
            "peak_mb": round(peak_kb / 1024),
        }


def _rows_written() -> int:
    with connection.cursor() as cursor:
        total = 0
        for table, _ in _WRITTEN:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)).as_string())
            total += cursor.fetchone()[0]
    return total


def _copy_seconds(url: str) -> float:
    """How long the bare COPY of what was written takes, by as many connections as there were processes."""
    with psycopg.connect(url) as source:
        for table, _ in _WRITTEN:
            source.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                    sql.Identifier(f"limit_{table}"), sql.Identifier(table)
                )
            )
    halves: list[list[tuple[str, list[bytes]]]] = [
        [(table, _read_half(url, table, column, half)) for table, column in _WRITTEN] for half in range(PROCESSES)
    ]
    threads = [threading.Thread(target=_write_half, args=(url, half)) for half in halves]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return perf_counter() - begun


def _read_half(url: str, table: str, column: str, half: int) -> list[bytes]:
    query = sql.SQL("COPY (SELECT * FROM {} WHERE {} %% {} = {}) TO STDOUT").format(
        sql.Identifier(table), sql.Identifier(column), sql.Literal(PROCESSES), sql.Literal(half)
    )
    with psycopg.connect(url) as source, source.cursor().copy(query.as_string().replace("%%", "%")) as copy:
        return [bytes(block) for block in copy]


def _write_half(url: str, tables: list[tuple[str, list[bytes]]]) -> None:
    with psycopg.connect(url) as target:
        for table, blocks in tables:
            statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(f"limit_{table}"))
            with target.cursor().copy(statement) as copy:
                for block in blocks:
                    copy.write(block)
            target.commit()
