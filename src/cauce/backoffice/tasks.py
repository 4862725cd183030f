"""Work that the screens leave running: each takes ids and calls one operation."""

from datetime import date

from procrastinate.contrib.django import app

from cauce.backoffice.imports.running import run_batch
from cauce.backoffice.sessions.lists import write_lists
from cauce.core.clock import now
from cauce.imports.models import ImportBatch


@app.task(name="backoffice.take_in_file", queue="imports", pass_context=False)
def take_in_file(batch_id: int) -> None:
    """Take in, or try, a received file; one that already went does nothing."""
    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    if batch.state == ImportBatch.State.PENDING:
        run_batch(batch)


@app.task(name="backoffice.print_debts", queue="reports", pass_context=False)
def print_debts(day: str) -> None:
    """Write the lists of debts of every route as of a day; writing them again replaces them."""
    write_lists(date.fromisoformat(day), printed_at=now())
