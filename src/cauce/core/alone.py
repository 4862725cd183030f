"""One at a time: work that no other session of the database may be doing meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable


class Occupied(Exception):
    """Somebody else is at it and did not end in time."""


@contextmanager
def alone(what: str, *, at_most: str = "0") -> Iterator[None]:
    """Keep every other session from doing ``what`` until the block ends; the lock dies with the process that holds it.

    It waits ``at_most`` (PostgreSQL's ``3s``; ``0`` is as long as it takes): the server needs a moment to see that a
    process was killed.

    :raises Occupied: if the other does not end in time.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [at_most])
            cursor.execute("SELECT pg_advisory_lock(hashtext('cauce'), hashtext(%s))", [what])
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Occupied from error
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('cauce'), hashtext(%s))", [what])
