"""Two sessions that meet on one row: the second one waits for the first, and reads what the first one left."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections, transaction

from cauce.core.errors import DomainError

PATIENCE = 20.0
_WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)) LIMIT 1"


def after_waiting(first: Callable[[], object], second: Callable[[], object]) -> object:
    """Do ``first``, begin ``second`` in another session, and let the first commit once the second waits for it.

    :returns: what ``second`` gave, or the refusal that it was told. Anything else that it raises is raised here.
    """
    database = connection.settings_dict["NAME"]

    def meanwhile() -> object:
        connections.close_all()
        connection.settings_dict["NAME"] = database
        try:
            return second()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(meanwhile)
            deadline = time.monotonic() + PATIENCE
            while not (waiting.done() or _somebody_waits_for_this_one()):
                assert time.monotonic() < deadline, "the second session neither waits nor ends"
                time.sleep(0.01)
            assert not waiting.done(), f"the second session did not wait for the first: {waiting.result()!r}"
        return waiting.result(PATIENCE)


def _somebody_waits_for_this_one() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return cursor.fetchone() is not None
