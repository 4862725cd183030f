"""A billing run worked by processes of the command that asked for it: no worker of the queue needs to be running.

Nothing of Django is imported at the top: a fresh process imports this module before it sets Django up.
"""

import gc
import multiprocessing
import os
import time

# Starting a process costs a second or two: a run smaller than this is sooner done in one.
_ACCOUNTS_WORTH_A_PROCESS = 20_000
_PAUSE_SECONDS = 0.5


def processes_for(accounts: int) -> int:
    """How many processes a run of so many accounts deserves on this machine."""
    return max(1, min(os.cpu_count() or 1, accounts // _ACCOUNTS_WORTH_A_PROCESS))


def work_on_run(run_id: int, *, processes: int) -> None:
    """Work on a run until its present phase is over, in this process and in as many fresh ones as are missing.

    What a process that dies leaves undone is taken up here; a chunk that somebody else is at work on is waited for.
    """
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_start_and_work, args=(run_id,)) for _ in range(processes - 1)]
    for other in others:
        other.start()
    try:
        while _work(run_id):
            time.sleep(_PAUSE_SECONDS)
    finally:
        for other in others:
            other.join()


def _start_and_work(run_id: int) -> None:
    import django

    django.setup()
    gc.collect()
    gc.freeze()
    _work(run_id)


def _work(run_id: int) -> bool:
    """Do what is left to claim; say whether the phase goes on in somebody else's hands."""
    from cauce.billing.models import BillingRun
    from cauce.billing.tasks import work_on_run as task

    task(run_id)
    going_on = (BillingRun.State.COMPUTING, BillingRun.State.ISSUING)
    return BillingRun.objects.filter(pk=run_id, state__in=going_on).exists()
