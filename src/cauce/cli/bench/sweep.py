"""``cauce bench sweep``: every bill of a month computed again, from its proof and from its facts."""

import resource
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from os import getloadavg
from time import perf_counter
from typing import Final

from django.conf import settings
from django.db import connection

from cauce.billing.operations import approve_run, open_run, plan_run, start_issuing, sweep_tariffs
from cauce.cli.access import approval_user, capture_user
from cauce.cli.bench.town import fill_town
from cauce.cli.processes import work_on_run
from cauce.cli.scratch import scratch_database
from cauce.core.clock import now
from cauce.tariffs.operations import load_law

_PROCESSES: Final = 2
_PERIOD: Final = date(2026, 9, 1)


def run(bills: int, progress: Callable[[str], None]) -> dict[str, object]:
    """Bill a town and sweep its month; tell the seconds, and the load of the machine when the sweep began.

    ``read_seconds`` is the limit: the same bills and lines read once by the database, nothing computed.
    """
    with scratch_database():
        # A part of the town is not billed: suspended, or its reading is in review.
        accounts = bills * 10 // 9
        progress(f"Poblando y facturando una ciudad de {accounts:,} cuentas…")
        capturer, approver = capture_user(), approval_user()
        load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=now(), by=capturer, approved_by=approver)
        fill_town(accounts, period=_PERIOD)
        billing_run = open_run(period=_PERIOD, cycle=1, at=now(), by=capturer)
        plan_run(billing_run, at=now(), by=capturer)
        work_on_run(billing_run.pk, processes=_PROCESSES)
        approve_run(billing_run, at=now(), by=approver)
        start_issuing(billing_run, at=now(), by=capturer)
        work_on_run(billing_run.pk, processes=_PROCESSES)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE billing_bill, billing_billline")
        load = Decimal(str(round(getloadavg()[0], 1)))
        progress("Revisando los recibos…")
        begun = perf_counter()
        sweep = sweep_tariffs(first_period=_PERIOD, last_period=_PERIOD, at=now(), by=capturer)
        seconds = Decimal(perf_counter() - begun)
        return {
            "bills": sweep.bills,
            "prices": sweep.prices,
            "differences": sweep.differences,
            "seconds": round(seconds, 2),
            "bills_per_second": round(sweep.bills / seconds),
            "read_seconds": round(_read_seconds(), 2),
            "load": load,
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def _read_seconds() -> Decimal:
    begun = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(length(proof::text)) FROM billing_bill")
        cursor.execute("SELECT count(*), sum(amount) FROM billing_billline")
    return Decimal(perf_counter() - begun)
