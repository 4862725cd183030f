"""``cauce bench batch``: how long it takes to prepare, approve and issue a batch of notices of many accounts."""

import os
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from django.conf import settings
from django.db import connection

from cauce.cli.access import approval_user, capture_user
from cauce.cli.bench.town import fill_town
from cauce.cli.scratch import scratch_database
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.operations import (
    approve_batch,
    issue_batch_chunk,
    load_ladder,
    prepare_batch,
    start_issuing_batch,
    take_arrears_snapshot,
)
from cauce.collections.queries.notices import issuer_on, notice_sheets
from cauce.collections.rules import Filters
from cauce.core.clock import now, today
from cauce.core.periods import period_of
from cauce.documents.printing import print_slip_run
from cauce.tariffs.operations import load_law
from cauce.workorders.operations import load_order_catalogue

DEBTOR_OF_EACH: Final = 5
"""In the synthetic town, one account of each five owes two months."""
PRINTED: Final = 1000


def run(accounts: int, progress: Callable[[str], None]) -> dict[str, object]:
    """Prepare, approve and issue a batch with so many debtors, in a town five times larger; tell how long each took.

    The portfolio of the day is taken before: it is taken once a day, whatever the batches. Papers are printed of the
    first thousand.
    """
    with scratch_database():
        at, day, by, approver = now(), today(), capture_user(), approval_user()
        load_law(directory=settings.LAW_DIR / "cortazar" / "2026", at=at, by=by, approved_by=approver)
        office = settings.OFFICE_DIR / "cortazar"
        load_order_catalogue(path=office / "ordenes.yaml", at=at, by=by)
        load_ladder(path=office / "cobranza.yaml", at=at, by=by)
        progress(f"Poblando {accounts * DEBTOR_OF_EACH:,} cuentas, {accounts:,} con adeudo…")
        fill_town(accounts * DEBTOR_OF_EACH, period=period_of(day))
        progress("Calculando la cartera del día…")
        snapshot = _timed(lambda: take_arrears_snapshot(day=day, at=at, by=by))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        load = round(Decimal(os.getloadavg()[0]), 2)
        step = LadderStep.objects.get(pk="AVISO")
        progress("Preparando la relación…")
        begun = perf_counter()
        batch = prepare_batch(step=step, filters=Filters(), day=day, capacity=400, at=at, by=by, key="bench/batch")
        prepared = _since(begun)
        approve_batch(batch=batch, at=at, by=approver)
        start_issuing_batch(batch=batch, at=at, by=by)
        progress("Emitiéndola…")
        begun = perf_counter()
        while issue_batch_chunk(batch=batch, at=at, by=by):
            pass
        issued = _since(begun)
        progress(f"Imprimiendo {PRINTED:,} avisos…")
        printed = _timed(lambda: _print_some(batch.pk))
        batch.refresh_from_db()
        return {
            "accounts": accounts,
            "going": batch.accounts,
            "excluded": LadderAct.objects.filter(batch=batch, state="EXCLUDED").count(),
            "load_before": load,
            "portfolio_seconds": snapshot,
            "prepare_seconds": prepared,
            "issue_seconds": issued,
            "build_seconds": prepared + issued,
            "print_1000_seconds": printed,
        }


def _print_some(batch_id: int) -> None:
    batch = CollectionBatch.objects.select_related("step", "document").get(pk=batch_id)
    with TemporaryDirectory() as folder:
        at = now()
        print_slip_run(islice(notice_sheets(batch, at), PRINTED), issuer_on(at), Path(folder) / "avisos.pdf")


def _timed(work: Callable[[], object]) -> Decimal:
    begun = perf_counter()
    work()
    return _since(begun)


def _since(begun: float) -> Decimal:
    return round(Decimal(perf_counter() - begun), 2)
