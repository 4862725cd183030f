"""What billing does in the background."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cauce.billing import operations
from cauce.billing.models import BillingRun
from cauce.billing.queries import run_pdf_path, sheets_of_run
from cauce.core.clock import now
from cauce.documents.printing import print_bill_run
from cauce.documents.queries import issuer
from cauce.ledger.operations import AccountBusy

# A desk that holds an account for very long does not leave a run half way for ever.
_LATER = RetryStrategy(max_attempts=10, wait=60, retry_exceptions={AccountBusy})


@app.task(name="billing.work_on_run", queue="billing", pass_context=False, retry=_LATER)
def work_on_run(run_id: int) -> None:
    """Work on a run until its present phase is over; safe on any number of workers and any number of times."""
    operations.work_on_run(BillingRun.objects.get(pk=run_id), moment=now)


@app.task(name="billing.print_run", queue="billing", pass_context=False)
def print_run(run_id: int) -> None:
    """Print the bills of an issued run, two to a sheet, where ``run_pdf_path`` says; printing again gives the same."""
    run = BillingRun.objects.select_related("schedule").get(pk=run_id)
    path = run_pdf_path(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    print_bill_run(sheets_of_run(run), issuer(is_official=run.schedule.official), path)
