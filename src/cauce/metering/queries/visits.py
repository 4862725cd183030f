"""The houses of a round where somebody must go back, in the order of the walk."""

from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from cauce.metering.models import ReadingRound
from cauce.metering.rules.visits import VISIT_FINDINGS


class SecondVisit(NamedTuple):
    """A house to go back to: why (a code of anomaly), what was said when it was asked, and what was read there.

    ``asked`` is blank when it comes of a finding and nobody asked for it yet.
    """

    account_id: int
    number: str
    holder: str
    route: str
    route_order: int
    street: str
    exterior_number: str
    interior_number: str
    colony: str
    serial: str
    reader: str
    code: str
    asked: str
    value: int | None
    previous_value: int | None
    taken_on: date | None


_VISITS = """
    WITH wanted AS (
        SELECT DISTINCT ON (account_id) account_id, reading_id, code, asked FROM (
            SELECT decision.account_id, decision.reading_id, decision.anomaly AS code, decision.reason AS asked,
                   0 AS rank
            FROM metering_readingdecision decision
            WHERE decision.round_id = %(round)s AND decision.kind = 'REVISIT'
              AND NOT EXISTS (SELECT FROM metering_readingdecision next WHERE next.replaces_id = decision.id)
              AND NOT EXISTS (SELECT FROM metering_readingcapture capture
                              JOIN metering_reading again ON again.id = capture.reading_id
                              WHERE again.round_id = decision.round_id AND again.account_id = decision.account_id
                                AND capture.received_at > decision.decided_at)
            UNION ALL
            SELECT finding.account_id, finding.reading_id, finding.code, '', 1
            FROM metering_readingfinding finding
            WHERE finding.round_id = %(round)s AND finding.settled_at IS NULL AND finding.code = ANY(%(codes)s)
        ) every ORDER BY account_id, rank, code
    )
    SELECT account.id, account.number, holder.name, route.number, account.route_order, premises.street,
           premises.exterior_number, premises.interior_number, premises.colony, coalesce(meter.serial, ''),
           coalesce(reading.reader_code, ''), wanted.code, wanted.asked, reading.value, reading.previous_value,
           reading.taken_on
    FROM wanted
    JOIN registry_account account ON account.id = wanted.account_id
    JOIN registry_customer holder ON holder.id = account.holder_id
    JOIN registry_route route ON route.id = account.route_id
    JOIN registry_connection toma ON toma.id = account.connection_id
    JOIN registry_premises premises ON premises.id = toma.premises_id
    LEFT JOIN metering_meterinstallation installed ON installed.account_id = account.id AND installed.removed_on IS NULL
    LEFT JOIN metering_meter meter ON meter.id = installed.meter_id
    LEFT JOIN metering_reading reading ON reading.id = wanted.reading_id
    WHERE %(route)s = '' OR route.number = %(route)s
    ORDER BY route.number, account.route_order, account.id
"""


def second_visits(reading_round: ReadingRound, route: str = "") -> list[SecondVisit]:
    """Where somebody must go back: asked for in the review and not visited yet, or told by a finding. One query."""
    asked: dict[str, Any] = {"round": reading_round.pk, "codes": list(VISIT_FINDINGS), "route": route}
    with connection.cursor() as cursor:
        cursor.execute(_VISITS, asked)
        return [SecondVisit._make(row) for row in cursor.fetchall()]
