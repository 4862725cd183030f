"""The review list (crítica): readings that wait, accounts without a useful line and findings, in street order."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from cauce.core.bulk import id_array
from cauce.metering.models import ReadingFinding, ReadingRound
from cauce.metering.queries.anomalies import anomalies_on
from cauce.metering.queries.standings import standings
from cauce.metering.queries.unread import read_rounds, unread_source, with_unread
from cauce.metering.rules import ESTIMATES, AnomalyRules, Bills

READING, UNREAD, FINDING = "READING", "UNREAD", "FINDING"
PAGE_ITEMS = 50


class ReviewKey(NamedTuple):
    """Where a page of the list ended: the place in the street and what was shown of the account there."""

    route: str
    route_order: int
    account_id: int
    kind: str
    item_id: int


class ReviewFilter(NamedTuple):
    """What of the list is wanted; blank for all. ``holds`` is «si» or «no»."""

    kind: str = ""
    reason: str = ""
    route: str = ""
    reader: str = ""
    severity: str = ""
    holds: str = ""


class ReviewItem(NamedTuple):
    """Something of a round that waits for a person.

    ``kind`` tells what ``item_id`` is: a reading, an account without a useful line, or a finding. ``reading_id`` is the
    reading to decide, when there is one. ``proposed_m3`` is what was counted (whole m³), None when nothing could be.
    """

    kind: str
    item_id: int
    account_id: int
    number: str
    holder: str
    route: str
    route_order: int
    round_id: int
    cycle: int
    reading_id: int | None
    reason: str
    previous_value: int | None
    value: int | None
    proposed_m3: int | None
    taken_on: date | None
    reader: str
    holds: bool
    times: int
    revisit: bool

    @property
    def key(self) -> ReviewKey:
        """Where the next page begins."""
        return ReviewKey(self.route, self.route_order, self.account_id, self.kind, self.item_id)


_READINGS = """
    SELECT 'READING' AS kind, reading.id AS item_id, reading.account_id, reading.round_id, reading.id AS reading_id,
           reading.reason, true AS holds, 1 AS times
    FROM metering_reading reading
    WHERE reading.round_id = ANY(%(rounds)s) AND reading.status = 'REVIEW'
"""

# What is found of a reading that waits, or of an account that nobody read, is told on its card: it is one thing to do.
# The readings that wait are few and have an index of their own.
_FINDINGS = """
    SELECT 'FINDING', finding.id, finding.account_id, finding.round_id, finding.reading_id, finding.code,
           finding.holds, finding.times_in_a_row
    FROM metering_readingfinding finding
    WHERE finding.round_id = ANY(%(rounds)s) AND finding.settled_at IS NULL AND finding.reading_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM metering_reading waiting
                      WHERE waiting.id = finding.reading_id AND waiting.status = 'REVIEW'
                        AND waiting.round_id = ANY(%(rounds)s))
"""

# The accounts without a reading are few: what else is asked of them goes by index, one by one.
_UNREAD = """
    SELECT 'UNREAD', missing.account_id, missing.account_id, missing.round_id, NULL::bigint,
           CASE WHEN EXISTS (SELECT FROM metering_roundline line
                             WHERE line.round_id = missing.round_id AND line.account_id = missing.account_id)
                THEN 'SIN_LECTURA_UTIL' ELSE 'SIN_LINEA' END,
           true, 1
    FROM ({unread} OFFSET 0) AS missing
    WHERE (SELECT decision.kind FROM metering_readingdecision decision
           WHERE decision.round_id = missing.round_id AND decision.account_id = missing.account_id
             AND NOT EXISTS (SELECT FROM metering_readingdecision next WHERE next.replaces_id = decision.id)
           LIMIT 1) IN ('REVISIT', 'REOPENED') IS NOT FALSE
"""

_PARTS = {READING: _READINGS, FINDING: _FINDINGS, UNREAD: _UNREAD}

_COLUMNS = "kind, item_id, account_id, round_id, reading_id, reason, holds, times"

_LIST = """
    SELECT shown.kind, shown.item_id, shown.account_id, shown.number, holder.name, shown.route, shown.route_order,
           shown.round_id, shown.cycle, shown.reading_id, shown.reason, reading.previous_value, reading.value,
           reading.proposed_m3, reading.taken_on, coalesce(reading.reader_code, ''), shown.holds, shown.times, false
    FROM (SELECT item.*, account.number, account.holder_id, account.cycle, account.route_order, route.number AS route
          FROM ({parts}) AS item ({columns})
          JOIN registry_account account ON account.id = item.account_id
          JOIN registry_route route ON route.id = account.route_id
          WHERE {conditions}
          ORDER BY route.number, account.route_order, item.account_id, item.kind, item.item_id
          LIMIT %(limit)s) AS shown
    JOIN registry_customer holder ON holder.id = shown.holder_id
    LEFT JOIN metering_reading reading ON reading.id = shown.reading_id
    ORDER BY shown.route, shown.route_order, shown.account_id, shown.kind, shown.item_id
"""

_COUNTS = """
    SELECT item.kind, item.reason, count(*) FROM ({parts}) AS item ({columns}) GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""

_REVISITS = """
    SELECT decision.account_id, decision.round_id FROM metering_readingdecision decision
    WHERE decision.round_id = ANY(%s) AND decision.account_id = ANY(%s::bigint[]) AND decision.kind = 'REVISIT'
      AND NOT EXISTS (SELECT FROM metering_readingdecision next WHERE next.replaces_id = decision.id)
"""


def rounds_of(period: date, cycle: int | None = None) -> list[ReadingRound]:
    """The rounds of a month, by cycle."""
    rounds = with_unread(ReadingRound.objects.filter(period=period))
    return list((rounds if cycle is None else rounds.filter(cycle=cycle)).order_by("cycle"))


def rounds_without_findings(rounds: Sequence[ReadingRound]) -> list[ReadingRound]:
    """The rounds in which nothing odd was looked for yet, or nothing was found. One query."""
    looked = set(ReadingFinding.objects.filter(round__in=rounds).order_by().values_list("round", flat=True).distinct())
    return [each for each in rounds if each.pk not in looked]


def review_list(
    rounds: Sequence[ReadingRound],
    chosen: ReviewFilter = ReviewFilter(),  # noqa: B008
    *,
    after: ReviewKey | None = None,
    limit: int | None = PAGE_ITEMS,
    table: AnomalyRules | None = None,
    on: date | None = None,
) -> list[ReviewItem]:
    """What waits in some rounds of a month, in the order of the street, from ``after`` on.

    With a day ``on``, nobody is unread yet in the rounds that are still in the street that day. ``limit`` None is all
    of it. Two queries; three without the month's ``table`` of anomalies at hand.
    """
    if not rounds:
        return []
    conditions, asked = _conditions(chosen, table or anomalies_on(rounds[0].period))
    if after is not None:
        conditions.append(
            "(route.number, account.route_order, item.account_id, item.kind, item.item_id) > "
            "(%(route_from)s, %(order_from)s, %(account_from)s, %(kind_from)s, %(item_from)s)"
        )
        asked |= dict(zip(("route_from", "order_from", "account_from", "kind_from", "item_from"), after, strict=True))
    asked |= _of_rounds(rounds, on) | {"limit": limit}
    statement = _LIST.format(
        parts=_parts(chosen.kind, rounds), columns=_COLUMNS, conditions=" AND ".join(conditions) or "true"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        items = [ReviewItem._make(row) for row in cursor.fetchall()]
        cursor.execute(_REVISITS, [asked["rounds"], id_array({item.account_id for item in items})])
        revisits = set(cursor.fetchall())
    return [item._replace(revisit=True) if (item.account_id, item.round_id) in revisits else item for item in items]


def review_counts(rounds: Sequence[ReadingRound], *, on: date | None = None) -> list[tuple[str, str, int]]:
    """How much waits in some rounds by kind and reason, the most frequent first; ``on`` as in the list. One query."""
    if not rounds:
        return []
    with connection.cursor() as cursor:
        statement = _COUNTS.format(parts=_parts("", rounds), columns=_COLUMNS)
        cursor.execute(statement, _of_rounds(rounds, on))
        return list(cursor.fetchall())


def proposals(
    items: Collection[ReviewItem], period: date, table: AnomalyRules | None = None
) -> dict[tuple[str, int], tuple[Bills, int | None]]:
    """What each item's row of the table proposes to bill and how many m³ it is, by its kind and id.

    Five queries, however many items there are; six without the month's ``table`` of anomalies at hand.
    """
    rules = table or anomalies_on(period)
    stand = standings({item.account_id for item in items}, period, rules)
    proposed: dict[tuple[str, int], tuple[Bills, int | None]] = {}
    for item in items:
        bills = rules.row(item.reason).bills[0]
        if bills in ESTIMATES:
            volume = stand[item.account_id].estimated_m3(bills)
        else:
            volume = item.proposed_m3 if bills is Bills.MEASURED else None
        proposed[item.kind, item.item_id] = (bills, volume)
    return proposed


def _of_rounds(rounds: Sequence[ReadingRound], on: date | None) -> dict[str, Any]:
    unread = [each.pk for each in read_rounds(rounds, on=on)]
    return {"rounds": [each.pk for each in rounds], "unread_rounds": unread}


def _parts(kind: str, rounds: Sequence[ReadingRound]) -> str:
    wanted = [kind] if kind in _PARTS else list(_PARTS)
    parts = " UNION ALL ".join(_PARTS[each] for each in wanted)
    return parts.format(unread=unread_source(rounds)) if UNREAD in wanted else parts


def _conditions(chosen: ReviewFilter, table: AnomalyRules) -> tuple[list[str], dict[str, Any]]:
    conditions, asked = [], dict[str, Any]()
    for column, name, value in (
        ("item.reason", "reason", chosen.reason),
        ("route.number", "route", chosen.route),
    ):
        if value:
            conditions.append(f"{column} = %({name})s")
            asked[name] = value
    if chosen.reader:
        conditions.append(
            "EXISTS (SELECT FROM metering_reading told WHERE told.id = item.reading_id "
            "AND told.reader_code = %(reader)s)"
        )
        asked["reader"] = chosen.reader
    if chosen.holds:
        conditions.append("item.holds" if chosen.holds == "si" else "NOT item.holds")
    if chosen.severity:
        conditions.append("item.reason = ANY(%(codes)s)")
        asked["codes"] = table.codes_of(chosen.severity)
    return conditions, asked
