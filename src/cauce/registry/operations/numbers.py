"""Account numbers are given out one at a time."""

from django.db import connection


def lock_account_numbers() -> None:
    """Wait until no other transaction is giving out account numbers, and keep them out until this one ends.

    Two accounts opened at once, or one opened while a padrón comes in, must not take the same number.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cauce.registry.number'))")
