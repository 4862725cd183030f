"""What billing asks of a chunk of accounts: one query each, plain rows, no model instances."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from cauce.core.bulk import id_array
from cauce.core.periods import add_months, next_period


class Measured(NamedTuple):
    """The volume (whole m³) to bill to an account in a period, and the two readings it comes from.

    ``billed_from`` is the day from which it is billed when that is not the earlier reading's: an estimate had billed up
    to then. ``settled_m3`` of ``measured_m3`` had been estimated, in ``settled_months``; ``ahead_m3`` is still to be
    covered by readings. ``estimate_rule`` is blank for what was read, ``decision_id`` None for what nobody decided.
    """

    volume_m3: int
    previous_value: int | None
    current_value: int | None
    previous_on: date | None
    current_on: date | None
    meter_serial: str
    source: str
    billed_from: date | None = None
    measured_m3: int | None = None
    settled_m3: int = 0
    ahead_m3: int = 0
    estimate_rule: str = ""
    decision_id: int | None = None
    settled_months: tuple[date, ...] = ()


# Findings hold few accounts or none: only when their row of the table says so.
_CONSUMPTION = """
    WITH held AS (
        SELECT finding.account_id FROM metering_readingfinding AS finding
        WHERE finding.settled_at IS NULL AND finding.holds
          AND finding.round_id IN (SELECT id FROM metering_readinground WHERE period = %(period)s)
    )
    SELECT account_id, volume_m3, previous_value, current_value, previous_on, current_on, meter_serial, source,
           billed_from, measured_m3, settled_m3, ahead_m3, estimate_rule, decision_id,
           CASE WHEN settled_m3 > 0 THEN
               (SELECT coalesce(array_agg(estimate.period ORDER BY estimate.period), '{}')
                FROM metering_consumption estimate
                WHERE estimate.account_id = live.account_id AND estimate.superseded_at IS NULL
                  AND estimate.source = 'ESTIMATED' AND estimate.period < live.period
                  AND estimate.current_on > live.previous_on)
           ELSE '{}' END
    FROM metering_consumption live
    WHERE account_id = ANY(%(account_ids)s::bigint[]) AND period = %(period)s AND superseded_at IS NULL
      AND source <> 'HISTORY'
      AND account_id NOT IN (SELECT held.account_id FROM held)
"""

# A scalar subquery and not NOT EXISTS: asked account by account it always goes by the index. As a join, with the
# statistics of a period that has just been read, it becomes a nested loop over all of it.
_REASONS = """
    SELECT wanted.id,
           coalesce(
               (SELECT held.code FROM metering_readingfinding AS held
                WHERE held.round_id = round.id AND held.account_id = wanted.id AND held.holds
                  AND held.settled_at IS NULL
                LIMIT 1),
               (SELECT reading.reason
                FROM metering_reading AS reading
                WHERE reading.round_id = round.id AND reading.account_id = wanted.id
                  AND reading.status IN ('REVIEW', 'DECIDED')
                ORDER BY reading.line
                LIMIT 1),
               CASE
                   WHEN EXISTS (SELECT FROM metering_roundline AS line
                                WHERE line.round_id = round.id AND line.account_id = wanted.id)
                     OR EXISTS (SELECT FROM metering_reading AS reading
                                WHERE reading.round_id = round.id AND reading.account_id = wanted.id)
                   THEN 'SIN_LECTURA_UTIL'
                   ELSE 'SIN_LINEA'
               END)
    FROM unnest(%s::bigint[]) AS wanted (id)
    LEFT JOIN metering_readinground AS round ON round.period = %s AND round.cycle = %s
    WHERE (SELECT live.id
           FROM metering_consumption AS live
           WHERE live.account_id = wanted.id AND live.period = %s
             AND live.superseded_at IS NULL AND live.source <> 'HISTORY') IS NULL
       OR EXISTS (SELECT FROM metering_readingfinding AS held
                  WHERE held.round_id = round.id AND held.account_id = wanted.id AND held.holds
                    AND held.settled_at IS NULL)
"""

_LAST_MONTHS = """
    SELECT account_id, period, volume_m3, source
    FROM metering_consumption
    WHERE account_id = ANY(%s::bigint[]) AND period >= %s AND period < %s AND superseded_at IS NULL
    ORDER BY account_id, period
"""

_METERED = (
    "SELECT account_id FROM metering_meterinstallation WHERE account_id = ANY(%s::bigint[]) AND removed_on IS NULL"
)


def consumption_for_chunk(account_ids: Sequence[int], period: date) -> dict[int, Measured]:
    """The live consumption of each account in ``period``; accounts without one are absent. One query.

    What the old system billed (its history) is never billed again and does not appear, nor what a finding holds.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CONSUMPTION, {"account_ids": id_array(account_ids), "period": period})
        return {row[0]: Measured._make((*row[1:14], tuple(row[14]))) for row in cursor.fetchall()}


def reading_reasons(account_ids: Sequence[int], period: date, cycle: int) -> dict[int, str]:
    """Why each account has no consumption to bill in ``period``; accounts that have one are absent. One query.

    The code is that of its reading in review or parked, or of the finding that holds it; SIN_LECTURA_UTIL when all its
    lines were rejected; SIN_LINEA when the round's file had no line that starts with it, or there is no round yet.
    Ask only for accounts with a meter.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, [id_array(account_ids), period, cycle, period])
        return dict(cursor.fetchall())


def consumption_last_months(
    account_ids: Sequence[int], period: date, months: int = 12
) -> dict[int, list[tuple[date, int, str]]]:
    """Period, volume (m³) and source of the ``months`` that end with ``period``, oldest first. One query.

    Months without consumption are absent, and so are accounts without any.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST_MONTHS, [id_array(account_ids), add_months(period, 1 - months), next_period(period)])
        series: defaultdict[int, list[tuple[date, int, str]]] = defaultdict(list)
        for account_id, month, volume_m3, source in cursor.fetchall():
            series[account_id].append((month, volume_m3, source))
    return dict(series)


def metered_account_ids(account_ids: Sequence[int]) -> set[int]:
    """Which of the accounts have a meter installed now; the others pay a flat fee. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_METERED, [id_array(account_ids)])
        return {row[0] for row in cursor.fetchall()}
