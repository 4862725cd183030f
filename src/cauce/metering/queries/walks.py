"""How a round goes by reader and hour, and the order in which a route was really walked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection

from cauce.metering.models import Reader, ReadingRound
from cauce.metering.rules.assignments import LONGEST_STOP_MINUTES
from cauce.metering.rules.walks import WalkStep, walked_order
from cauce.registry.models import Account, Route


class HourOfWalk(NamedTuple):
    """What a reader read in an hour of a day."""

    day: date
    hour: int
    readings: int


@dataclass(frozen=True, slots=True)
class ReaderProgress:
    """How a reader goes: accounts of their routes, the ones read (by anybody), and what they read by hour.

    ``an_hour`` are the readings an hour of walking; ``last_on`` and ``last_time`` (HHMM) of their last reading.
    """

    code: str
    name: str
    expected: int
    left: int
    read: int
    waiting: int
    an_hour: int | None
    last_on: date | None
    last_time: str
    hours: list[HourOfWalk]

    @property
    def percent(self) -> int | None:
        """How much of their routes is read; None without routes."""
        return (self.expected - self.left) * 100 // self.expected if self.expected else None


class WalkPlace(NamedTuple):
    """An account of a route: its place now and in the real walk (1 is the first), and the minute it was read."""

    account: Account
    now: int
    walked: int
    read_at: str


_BY_HOUR = """
    SELECT reader_code, taken_on, left(taken_time, 2)::int, count(*), count(*) FILTER (WHERE status = 'REVIEW'),
           max(taken_time)
    FROM metering_reading WHERE round_id = %s AND taken_on IS NOT NULL AND taken_time <> ''
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

_PACES = """
    WITH step AS (
        SELECT reader_code, extract(epoch FROM to_timestamp(taken_time, 'HH24MI')
                   - lag(to_timestamp(taken_time, 'HH24MI')) OVER walk) / 60 AS minutes
        FROM metering_reading WHERE round_id = %s AND taken_on IS NOT NULL AND taken_time <> ''
        WINDOW walk AS (PARTITION BY reader_code, taken_on ORDER BY taken_time, line)
    )
    SELECT reader_code, sum(minutes), count(minutes) FROM step WHERE minutes <= %s GROUP BY reader_code
"""

_EXPECTED = """
    SELECT coalesce(reader.code, ''), count(*),
           count(*) FILTER (WHERE NOT EXISTS (SELECT FROM metering_reading reading
                                              WHERE reading.round_id = %(round)s AND reading.account_id = account.id))
    FROM registry_account account
    LEFT JOIN metering_routeassignment assignment ON assignment.route_id = account.route_id
        AND assignment.period = %(period)s
    LEFT JOIN metering_reader reader ON reader.id = assignment.reader_id
    WHERE account.cycle = %(cycle)s AND account.state IN ('ACTIVE', 'REDUCED') AND account.merged_into_id IS NULL
      AND EXISTS (SELECT FROM metering_meterinstallation installed
                  WHERE installed.account_id = account.id AND installed.removed_on IS NULL)
    GROUP BY 1
"""

_STEPS = """
    SELECT reading.account_id,
           min((reading.taken_on - DATE '2000-01-01') * 1440
               + left(reading.taken_time, 2)::int * 60 + right(reading.taken_time, 2)::int),
           min(reading.taken_time)
    FROM metering_reading reading JOIN registry_account account ON account.id = reading.account_id
    WHERE reading.round_id = %s AND account.route_id = %s AND reading.taken_on IS NOT NULL AND reading.taken_time <> ''
    GROUP BY reading.account_id
"""


def round_progress(reading_round: ReadingRound) -> list[ReaderProgress]:
    """How each reader of a round goes, by code; who read nothing yet is there too. Four queries."""
    hours: defaultdict[str, list[HourOfWalk]] = defaultdict(list)
    waiting: defaultdict[str, int] = defaultdict(int)
    last: dict[str, tuple[date, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_HOUR, [reading_round.pk])
        for code, day, hour, readings, doubtful, last_time in cursor.fetchall():
            hours[code].append(HourOfWalk(day, hour, readings))
            waiting[code] += doubtful
            last[code] = (day, last_time)
        cursor.execute(_PACES, [reading_round.pk, LONGEST_STOP_MINUTES])
        paces = {code: round(steps * 60 / float(minutes)) for code, minutes, steps in cursor.fetchall() if minutes}
        cursor.execute(
            _EXPECTED, {"round": reading_round.pk, "period": reading_round.period, "cycle": reading_round.cycle}
        )
        expected = {code: (accounts, left) for code, accounts, left in cursor.fetchall()}
    names = dict(Reader.objects.values_list("code", "name"))
    return [
        ReaderProgress(
            code=code,
            name=names.get(code, ""),
            expected=expected.get(code, (0, 0))[0],
            left=expected.get(code, (0, 0))[1],
            read=sum(hour.readings for hour in hours[code]),
            waiting=waiting[code],
            an_hour=paces.get(code),
            last_on=last[code][0] if code in last else None,
            last_time=last[code][1] if code in last else "",
            hours=hours[code],
        )
        for code in sorted({*hours, *expected})
    ]


def walk_of_route(reading_round: ReadingRound, route: Route) -> list[WalkPlace]:
    """The accounts of a route in the order of the walk of a round, with the place each has now. Two queries."""
    accounts = list(
        Account.objects.filter(route=route)
        .select_related("holder", "connection__premises")
        .order_by("route_order", "pk")
    )
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [reading_round.pk, route.pk])
        steps = cursor.fetchall()
    read_at = {account_id: read_time for account_id, _, read_time in steps}
    by_id = {account.pk: (place, account) for place, account in enumerate(accounts, start=1)}
    order = walked_order(list(by_id), [WalkStep(account_id, int(minute)) for account_id, minute, _ in steps])
    return [
        WalkPlace(by_id[account_id][1], by_id[account_id][0], walked, read_at.get(account_id, ""))
        for walked, account_id in enumerate(order, start=1)
    ]
