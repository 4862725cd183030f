"""Who walks each route of a cycle, how much it is, and how long it took last time."""

from datetime import date
from typing import Any

from django.db import connection

from cauce.core.periods import previous_period
from cauce.metering.models import Reader
from cauce.metering.rules.assignments import DEFAULT_SECONDS, LONGEST_STOP_MINUTES, RouteLoad

_ROUTES = """
    SELECT route.id, route.number, coalesce(reader.code, ''), count(account.id)
    FROM registry_route route
    JOIN registry_account account ON account.route_id = route.id AND account.cycle = %(cycle)s
        AND account.state IN ('ACTIVE', 'REDUCED') AND account.merged_into_id IS NULL
        AND EXISTS (SELECT FROM metering_meterinstallation installed
                    WHERE installed.account_id = account.id AND installed.removed_on IS NULL)
    LEFT JOIN metering_routeassignment assignment ON assignment.route_id = route.id
        AND assignment.period = %(period)s
    LEFT JOIN metering_reader reader ON reader.id = assignment.reader_id
    GROUP BY route.id, route.number, reader.code
    ORDER BY route.number
"""

_PACES = """
    WITH step AS (
        SELECT account.route_id,
               extract(epoch FROM to_timestamp(reading.taken_time, 'HH24MI')
                   - lag(to_timestamp(reading.taken_time, 'HH24MI')) OVER walk) / 60 AS minutes
        FROM metering_reading reading
        JOIN metering_readinground round ON round.id = reading.round_id
        JOIN registry_account account ON account.id = reading.account_id
        WHERE round.period = %(before)s AND round.cycle = %(cycle)s AND reading.taken_time <> ''
          AND reading.taken_on IS NOT NULL
        WINDOW walk AS (PARTITION BY reading.reader_code, account.route_id, reading.taken_on
                        ORDER BY reading.taken_time, reading.line)
    )
    SELECT route_id, sum(minutes), count(minutes) FROM step WHERE minutes <= %(longest)s GROUP BY route_id
"""


def route_loads(period: date, cycle: int) -> list[RouteLoad]:
    """The routes of a cycle with who walks them in a month, by number. Two queries.

    The time is that of last month's walk of the same route; of all the cycle's where it was not timed.
    """
    asked: dict[str, Any] = {
        "period": period,
        "cycle": cycle,
        "before": previous_period(period),
        "longest": LONGEST_STOP_MINUTES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PACES, asked)
        paces = {route_id: (float(minutes) * 60, steps) for route_id, minutes, steps in cursor.fetchall()}
        cursor.execute(_ROUTES, asked)
        routes = cursor.fetchall()
    whole, steps = sum(pace[0] for pace in paces.values()), sum(pace[1] for pace in paces.values())
    usual = whole / steps if steps else DEFAULT_SECONDS
    loads = []
    for route_id, number, reader, accounts in routes:
        seconds, timed = paces.get(route_id, (0.0, 0))
        loads.append(
            RouteLoad(route_id, number, reader, accounts, round(accounts * (seconds / timed if timed else usual)))
        )
    return loads


def readers_at_work() -> list[Reader]:
    """The readers who read, by code. One query."""
    return list(Reader.objects.filter(is_active=True).select_related("user").order_by("code"))
