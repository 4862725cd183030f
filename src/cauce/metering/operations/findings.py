"""Looking for what is odd in a round that was taken: in bulk, as many times as it is asked, once each finding."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction

from cauce.core.bulk import id_array
from cauce.core.es_mx import format_long_period
from cauce.events.operations import publish
from cauce.metering.events import FINDINGS_NEED_ORDERS
from cauce.metering.models import Reading, ReadingRound
from cauce.metering.operations.unread import note_unread
from cauce.metering.queries.anomalies import anomalies_on
from cauce.metering.queries.parameters import reading_parameters
from cauce.metering.queries.rounds import accounts_without_useful_reading
from cauce.metering.queries.standings import standings
from cauce.metering.rules import (
    AnomalyKind,
    AnomalyRules,
    Found,
    PastRound,
    Place,
    ReadAccount,
    Step,
    far_from_house,
    find,
    place_of,
    times_in_a_row,
    too_fast,
)
from cauce.users.models import User

CHUNK_READINGS = 5_000
ROUNDS_BACK = 12


class FoundInRound(NamedTuple):
    """How many findings are new, and how many of those ask for a work order."""

    found: int
    orders: int


class _Row(NamedTuple):
    account_id: int
    reading_id: int | None
    value: int | None
    previous_value: int | None
    volume_m3: int | None
    reason: str
    days: int | None


_READINGS = """
    SELECT DISTINCT ON (account_id) account_id, id, value, previous_value, proposed_m3, reason, taken_on - previous_on
    FROM metering_reading
    WHERE round_id = %s AND account_id > %s
    ORDER BY account_id, line
    LIMIT %s
"""

_PAST_ROUNDS = """
    SELECT id FROM metering_readinground
    WHERE cycle = %s AND period < %s AND file_name <> '' ORDER BY period DESC LIMIT %s
"""

_PAST_READINGS = """
    SELECT DISTINCT ON (account_id, round_id) account_id, round_id, value, reason
    FROM metering_reading
    WHERE account_id = ANY(%s::bigint[]) AND round_id = ANY(%s)
    ORDER BY account_id, round_id, line
"""

_WALK = """
    SELECT reading.id, reading.account_id, reading.reader_code, account.route_id, reading.taken_on, reading.taken_time,
           reading.latitude, reading.longitude, premises.latitude, premises.longitude
    FROM metering_reading reading
    JOIN registry_account account ON account.id = reading.account_id
    JOIN registry_connection toma ON toma.id = account.connection_id
    JOIN registry_premises premises ON premises.id = toma.premises_id
    WHERE reading.round_id = %(round)s AND reading.taken_on IS NOT NULL
      AND (%(reader)s::text IS NULL OR reading.reader_code = %(reader)s AND reading.taken_on = %(day)s)
    ORDER BY reading.reader_code, reading.taken_on, reading.taken_time, reading.line
"""

_STORE = """
    INSERT INTO metering_readingfinding
        (round_id, account_id, reading_id, code, facts, times_in_a_row, holds, found_at, note)
    SELECT %s, given.account_id, given.reading_id, given.code, given.facts::jsonb, given.times, given.holds, %s, ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::boolean[])
        AS given (account_id, reading_id, code, facts, times, holds)
    ON CONFLICT DO NOTHING
    RETURNING code
"""


def find_anomalies(*, reading_round: ReadingRound, at: datetime, by: User) -> FoundInRound:
    """Write what is odd about each account of a round, by the table of anomalies in force; five thousand at a time.

    Only what its row says holds a bill. Idempotent: what was found, settled or not, is not written again. When some
    new finding asks for a work order it tells so, once, and another capability issues it.
    """
    table = anomalies_on(reading_round.period)
    found = FoundInRound(0, 0)
    for chunk in _chunks(reading_round):
        with transaction.atomic():
            found = _added(found, _store(reading_round, table, _judged(reading_round, table, chunk), at=at))
    with transaction.atomic():
        found = _added(found, _store(reading_round, table, _walked(reading_round, table), at=at))
        _ask_for_orders(reading_round, found, at=at, by=by)
        note_unread(reading_round, at=at)
    return found


@transaction.atomic
def find_anomalies_of_reading(*, reading: Reading, at: datetime, by: User) -> FoundInRound:
    """Write what is odd about an account that was read at the door, and about its reader's walk of that day.

    As ``find_anomalies`` does with a whole round, and as idempotent.
    """
    reading_round = reading.round
    table = anomalies_on(reading_round.period)
    with connection.cursor() as cursor:
        cursor.execute(_READINGS, [reading_round.pk, reading.account_id - 1, 1])
        rows = [_Row._make(row) for row in cursor.fetchall()]
    found = _judged(reading_round, table, rows) + _walked(reading_round, table, of=reading)
    stored = _store(reading_round, table, found, at=at)
    _ask_for_orders(reading_round, stored, at=at, by=by)
    return stored


def _ask_for_orders(reading_round: ReadingRound, found: FoundInRound, *, at: datetime, by: User) -> None:
    if not found.orders:
        return
    publish(
        FINDINGS_NEED_ORDERS,
        subject_kind="ReadingRound",
        subject_id=reading_round.pk,
        facts={
            "period": format_long_period(reading_round.period),
            "cycle": reading_round.cycle,
            "found": found.found,
            "orders": found.orders,
        },
        at=at,
        by=by,
    )


def _added(one: FoundInRound, other: FoundInRound) -> FoundInRound:
    return FoundInRound(one.found + other.found, one.orders + other.orders)


def _chunks(reading_round: ReadingRound) -> Iterator[list[_Row]]:
    """The round's accounts by their first line, and then the ones it expected and nobody read."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_READINGS, [reading_round.pk, last, CHUNK_READINGS])
            rows = [_Row._make(row) for row in cursor.fetchall()]
        if not rows:
            break
        yield rows
        last = rows[-1].account_id
    unread = list(accounts_without_useful_reading(reading_round).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(unread), CHUNK_READINGS):
        yield [
            _Row(account_id, None, None, None, None, "SIN_LINEA", None)
            for account_id in unread[start : start + CHUNK_READINGS]
        ]


def _judged(
    reading_round: ReadingRound, table: AnomalyRules, rows: Sequence[_Row]
) -> list[tuple[int, int | None, Found]]:
    ids = [row.account_id for row in rows]
    stand = standings(ids, reading_round.period, table)
    past = _past_of(reading_round, ids)
    longest_days = reading_parameters(reading_round.period).interval_days[1]
    found: list[tuple[int, int | None, Found]] = []
    for row in rows:
        account = ReadAccount(
            period=reading_round.period,
            value=row.value,
            previous_value=row.previous_value,
            measured_m3=row.volume_m3,
            reason=row.reason,
            days=row.days,
            past=past[row.account_id],
            volumes={month.period: month.volume_m3 for month in stand[row.account_id].effective},
        )
        of_account = find(account, table, longest_days=longest_days)
        if row.reason and (told := _told_by_reason(account, table)):
            of_account.append(told)
        found.extend((row.account_id, row.reading_id, each) for each in of_account)
    return found


def _told_by_reason(account: ReadAccount, table: AnomalyRules) -> Found | None:
    """The reason a line was held for is a finding too when it repeats itself too often or asks for a work order."""
    row = table.row(account.reason)
    times = times_in_a_row(account.reason, account.past)
    if row.escalates is not None and times >= row.escalates.times:
        return Found(row.escalates.to, times, {"veces": times})
    return Found(account.reason, times, {"veces": times}) if row.order else None


def _past_of(reading_round: ReadingRound, account_ids: Sequence[int]) -> Mapping[int, list[PastRound]]:
    with connection.cursor() as cursor:
        cursor.execute(_PAST_ROUNDS, [reading_round.cycle, reading_round.period, ROUNDS_BACK])
        rounds = [row[0] for row in cursor.fetchall()]
        cursor.execute(_PAST_READINGS, [id_array(account_ids), rounds])
        known: defaultdict[int, dict[int, PastRound]] = defaultdict(dict)
        for account_id, round_id, value, reason in cursor.fetchall():
            known[account_id][round_id] = PastRound(value, reason)
    missing = PastRound(None, "SIN_LINEA")
    return {
        account_id: [known[account_id].get(round_id, missing) for round_id in rounds] if known[account_id] else []
        for account_id in account_ids
    }


def _walked(
    reading_round: ReadingRound, table: AnomalyRules, *, of: Reading | None = None
) -> list[tuple[int, int | None, Found]]:
    """What the walk of a round says, or only that of the reader and day ``of`` a reading."""
    far: list[tuple[int, int | None, Found]] = []
    account_of: dict[int, int] = {}

    def walk() -> Iterator[Step]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                _WALK,
                {
                    "round": reading_round.pk,
                    "reader": None if of is None else of.reader_code,
                    "day": None if of is None else of.taken_on,
                },
            )
            while rows := cursor.fetchmany(CHUNK_READINGS):
                for row in rows:
                    step, house = _step(row)
                    if away := far_from_house(step.place, house, table):
                        far.append((step.account_id, step.reading_id, away))
                    account_of[step.reading_id] = step.account_id
                    if step.minute >= 0:
                        yield step

    fast = too_fast(walk(), table)
    return far + [(account_of[reading_id], reading_id, each) for reading_id, each in fast.items()]


def _step(
    row: tuple[int, int, str, int, date, str, Decimal | None, Decimal | None, Decimal | None, Decimal | None],
) -> tuple[Step, Place | None]:
    reading_id, account_id, reader, route_id, on, at, latitude, longitude, house_latitude, house_longitude = row
    minute = int(at[:2]) * 60 + int(at[2:]) if at else -1
    step = Step(reading_id, account_id, reader, route_id, on, minute, place_of(latitude, longitude))
    return step, place_of(house_latitude, house_longitude)


def _store(
    reading_round: ReadingRound,
    table: AnomalyRules,
    found: Sequence[tuple[int, int | None, Found]],
    *,
    at: datetime,
) -> FoundInRound:
    if not found:
        return FoundInRound(0, 0)
    rows = [(account_id, reading_id, each, table.row(each.code)) for account_id, reading_id, each in found]
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                reading_round.pk,
                at,
                [account_id for account_id, *_ in rows],
                [reading_id for _, reading_id, *_ in rows],
                [each.code for _, _, each, _ in rows],
                [json.dumps(dict(each.facts)) for _, _, each, _ in rows],
                [min(each.times, 32_000) for _, _, each, _ in rows],
                # The reading of a reason that holds waits by itself.
                [row.holds and row.kind is AnomalyKind.FINDING for *_, row in rows],
            ],
        )
        new = [code for (code,) in cursor.fetchall()]
    return FoundInRound(len(new), sum(1 for code in new if table.row(code).order))
