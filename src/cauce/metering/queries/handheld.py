"""The file that a terminal takes to the street, in the order of the walk."""

from collections.abc import Iterator
from datetime import date

from django.db import connection

from cauce.metering.rules.handheld import line_to_fill

_FETCHED = 5_000

_TO_READ = """
    SELECT account.number, meter.serial, coalesce(reader.code, '')
    FROM registry_account account
    JOIN registry_route route ON route.id = account.route_id
    JOIN metering_meterinstallation installed ON installed.account_id = account.id AND installed.removed_on IS NULL
    JOIN metering_meter meter ON meter.id = installed.meter_id
    LEFT JOIN metering_routeassignment assignment ON assignment.route_id = route.id AND assignment.period = %(period)s
    LEFT JOIN metering_reader reader ON reader.id = assignment.reader_id
    WHERE account.cycle = %(cycle)s AND account.state IN ('ACTIVE', 'REDUCED') AND account.merged_into_id IS NULL
      AND (%(reader)s = '' OR reader.code = %(reader)s)
    ORDER BY route.number, account.route_order, account.id
"""


def lines_for_handheld(period: date, cycle: int, reader_code: str = "") -> Iterator[str]:
    """The lines to fill of a cycle in a month, each of 63 characters; with a code, those of a reader's routes only.

    One query, some thousand rows at a time.

    :raises LineDoesNotFit: naming the account and what is too long for the terminal.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_TO_READ, {"period": period, "cycle": cycle, "reader": reader_code})
        while rows := cursor.fetchmany(_FETCHED):
            for number, serial, code in rows:
                yield line_to_fill(number, serial, code)
