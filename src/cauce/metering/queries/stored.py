"""What is already stored of the accounts of a chunk, so that importers write only what is new. One query each."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db import connection

from cauce.core.bulk import id_array


class StoredReading(NamedTuple):
    """A reading that a round already has; ``reason`` is empty when it was right."""

    value: int | None
    reason: str


class StoredConsumption(NamedTuple):
    """The live consumption (m³) of an account's month."""

    volume_m3: int
    source: str


_READINGS = """
    SELECT account_id, value, reason FROM metering_reading
    WHERE round_id = %s AND account_id = ANY(%s::bigint[])
    ORDER BY account_id, line
"""

_OPENINGS = "SELECT account_id, period, value FROM metering_openingreading WHERE account_id = ANY(%s::bigint[])"

_CONSUMPTION = """
    SELECT account_id, period, volume_m3, source FROM metering_consumption
    WHERE account_id = ANY(%s::bigint[]) AND superseded_at IS NULL
"""


def stored_readings(round_id: int, account_ids: Collection[int]) -> dict[int, tuple[StoredReading, ...]]:
    """The readings of a round by account, in the order of their lines."""
    stored: dict[int, tuple[StoredReading, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READINGS, [round_id, id_array(account_ids)])
        for account_id, value, reason in cursor.fetchall():
            stored[account_id] = (*stored.get(account_id, ()), StoredReading(value, reason))
    return stored


def stored_openings(account_ids: Collection[int]) -> dict[tuple[int, date], int]:
    """The old system's last readings by account and period."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENINGS, [id_array(account_ids)])
        return {(account_id, period): value for account_id, period, value in cursor.fetchall()}


def stored_consumption(account_ids: Collection[int]) -> dict[tuple[int, date], StoredConsumption]:
    """Live consumption by account and period."""
    with connection.cursor() as cursor:
        cursor.execute(_CONSUMPTION, [id_array(account_ids)])
        return {
            (account_id, period): StoredConsumption(volume_m3, source)
            for account_id, period, volume_m3, source in cursor.fetchall()
        }
