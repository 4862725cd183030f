"""A billing run worked by processes of the command that asked for it: no worker of the queue needs to be running.

Nothing of Django is imported at the top: a fresh process imports this module before it sets Django up.
"""

import multiprocessing
import os

# Starting a process costs a second or two: a run smaller than this is sooner done in one.
_ACCOUNTS_WORTH_A_PROCESS = 20_000


def processes_for(accounts: int) -> int:
    """How many processes a run of so many accounts deserves on this machine."""
    return max(1, min(os.cpu_count() or 1, accounts // _ACCOUNTS_WORTH_A_PROCESS))


def work_on_run(run_id: int, *, processes: int) -> None:
    """Work on a run's present phase in ``processes`` fresh processes and wait for them; with one, in this process."""
    if processes > 1:
        context = multiprocessing.get_context("spawn")
        with context.Pool(processes, initializer=_start) as pool:
            pool.map(_work, [run_id] * processes, chunksize=1)
    # The last look is ours: a process that found no chunk left may end before another has written its last one.
    _work(run_id)


def _start() -> None:
    import django

    django.setup()


def _work(run_id: int) -> None:
    from cauce.billing.tasks import work_on_run as task

    task(run_id)
