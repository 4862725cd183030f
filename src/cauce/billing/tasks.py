"""Billing runs worked in the background: by the queue's workers, or by processes of the command that asked."""

import multiprocessing
import os
import time

import django
from procrastinate.contrib.django import app

from cauce.core.clock import now

# A desk that holds an account is waited for this many times, at this pace, before the chunk is left to the next try.
_TRIES = 20
_PAUSE_SECONDS = 1.0


@app.task(name="billing.work_on_run", queue="billing", pass_context=False)
def work_on_run(run_id: int) -> None:
    """Claim chunks of a run until none is left in its present phase, then close the phase; safe on any number of workers."""
    from cauce.billing.models import BillingRun
    from cauce.billing.operations import RunPricer, compute_chunk, finish_computing, finish_issuing, issue_chunk
    from cauce.ledger.operations import AccountBusy

    run = BillingRun.objects.select_related("created_by", "approved_by").get(pk=run_id)
    if run.state == BillingRun.State.COMPUTING:
        pricer = RunPricer(run.period)
        while compute_chunk(run, pricer=pricer, at=now()):
            pass
        finish_computing(run, at=now())
    elif run.state == BillingRun.State.ISSUING:
        assert run.approved_by is not None
        tries = 0
        while True:
            try:
                if not issue_chunk(run, at=now(), by=run.approved_by):
                    break
            except AccountBusy:
                tries += 1
                if tries == _TRIES:
                    raise
                time.sleep(_PAUSE_SECONDS)
        finish_issuing(run, at=now())


def _start_process() -> None:
    django.setup()


def work_in_processes(run_id: int, *, processes: int) -> None:
    """Work on a run in ``processes`` fresh processes and wait for them; with one, in this process."""
    if processes == 1:
        work_on_run(run_id)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, initializer=_start_process) as pool:
        pool.map(work_on_run, [run_id] * processes, chunksize=1)
    # A process that found no chunk left may end before another has written its last one.
    work_on_run(run_id)


def processes_for(accounts: int) -> int:
    """How many processes a run of so many accounts deserves: starting one costs a second."""
    return max(1, min(os.cpu_count() or 1, accounts // 20_000))
