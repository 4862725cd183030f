"""What billing does in the background."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cauce.billing import operations
from cauce.billing.models import BillingRun
from cauce.billing.queries import run_pdf_path, sheets_of_run
from cauce.billing.queries.sweeping import open_year_periods
from cauce.core.clock import now, today
from cauce.documents.printing import print_bill_run
from cauce.documents.queries import issuer
from cauce.ledger.operations import AccountBusy
from cauce.users.models import User
from cauce.users.operations import CAPTURE_USER

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


@app.periodic(cron="40 7 * * *")
@app.task(name="billing.sweep_open_year", queueing_lock="billing.sweep_open_year", pass_context=False)
def sweep_open_year(timestamp: int) -> None:
    """Each night compute again every bill of the open year, and look at the watch list (the clock of tasks is UTC)."""
    at, by = now(), User.objects.get(username=CAPTURE_USER)
    first, last = open_year_periods(today())
    operations.sweep_tariffs(first_period=first, last_period=last, at=at, by=by)
    operations.review_watch_list(at=at, by=by)
