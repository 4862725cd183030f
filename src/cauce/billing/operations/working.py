"""Working on a run from any number of processes until its present phase is over."""

import time
from collections.abc import Callable
from datetime import datetime

from cauce.billing.models import BillingRun
from cauce.billing.operations.computing import RunPricer, compute_chunk
from cauce.billing.operations.issuing import issue_chunk
from cauce.billing.operations.runs import finish_computing, finish_issuing
from cauce.ledger.operations import AccountBusy

# A desk that holds an account is waited for this many times, at this pace, before the chunk is left to the next try.
_TRIES = 20
_PAUSE_SECONDS = 1


def work_on_run(run: BillingRun, *, moment: Callable[[], datetime]) -> None:
    """Claim chunks of a run until none is left in its present phase, then close the phase.

    Each chunk is a transaction of its own; ``moment`` tells the time of each. Idempotent: what is done is not done
    again, on any number of workers.

    :raises AccountBusy: a desk held an account of a chunk for longer than a run waits; work on it again.
    """
    run.refresh_from_db()
    if run.state == BillingRun.State.COMPUTING:
        pricer = RunPricer(run)
        while compute_chunk(run, pricer=pricer, at=moment()):
            pass
        finish_computing(run, at=moment())
    elif run.state == BillingRun.State.ISSUING:
        while _issue_next(run, moment):
            pass
        finish_issuing(run, at=moment())
    run.refresh_from_db()


def _issue_next(run: BillingRun, moment: Callable[[], datetime]) -> bool:
    assert run.approved_by is not None
    for _ in range(_TRIES - 1):
        try:
            return issue_chunk(run, at=moment(), by=run.approved_by)
        except AccountBusy:
            time.sleep(_PAUSE_SECONDS)
    return issue_chunk(run, at=moment(), by=run.approved_by)
