"""What went from one age to another between the portfolios of two days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection, transaction

from cauce.collections.models import ArrearsMovement, ArrearsSnapshot

MOVED: Final = """
SELECT coalesce(earlier.age, '') AS age_before, coalesce(later.age, '') AS age_now, count(*) AS accounts,
       coalesce(sum(earlier.debt), 0) AS debt_before, coalesce(sum(later.debt), 0) AS debt_now
FROM (SELECT account_id, age, debt FROM collections_arrearsline WHERE snapshot_id = %(earlier)s) earlier
FULL JOIN (SELECT account_id, age, debt FROM collections_arrearsline WHERE snapshot_id = %(snapshot)s) later
       USING (account_id)
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Move:
    """How many accounts went from one age to another and what they owed and owe (pesos); an empty age owes nothing."""

    age_before: str
    age_now: str
    accounts: int
    debt_before: Decimal
    debt_now: Decimal


def movements(snapshot: ArrearsSnapshot, *, since: date) -> list[Move]:
    """What moved from the portfolio of ``since`` to this one; nothing when either has no accounts left to compare.

    What the day itself is compared with is kept; any other pair is worked out from the accounts of both.
    """
    kept = ArrearsMovement.objects.filter(snapshot=snapshot, since=since)
    moved = [Move(*row) for row in kept.values_list("age_before", "age_now", "accounts", "debt_before", "debt_now")]
    earlier = ArrearsSnapshot.objects.filter(day=since, has_lines=True).values_list("pk", flat=True).first()
    if moved or earlier is None or not snapshot.has_lines:
        return moved
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(MOVED, {"earlier": earlier, "snapshot": snapshot.pk})
        return [Move(*row) for row in cursor.fetchall()]


def days_to_compare(day: date, *, most: int) -> list[date]:
    """The days before ``day`` whose portfolios still have their accounts, the latest first."""
    days = ArrearsSnapshot.objects.filter(has_lines=True, day__lt=day).order_by("-day")
    return list(days.values_list("day", flat=True)[:most])
