"""Work that the screens leave running: each takes ids and calls one operation."""

from procrastinate.contrib.django import app

from cauce.backoffice.imports.running import run_batch
from cauce.imports.models import ImportBatch


@app.task(name="backoffice.take_in_file", queue="imports", pass_context=False)
def take_in_file(batch_id: int) -> None:
    """Take in, or try, a received file; one that already went does nothing."""
    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    if batch.state == ImportBatch.State.PENDING:
        run_batch(batch)
