"""An account's readings, its chart and its meters, as screens show them."""

from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from cauce.core.periods import add_months, next_period
from cauce.metering.models import Consumption, MeterInstallation
from cauce.metering.rules import reason_name


class AccountReading(NamedTuple):
    """A reading of an account with what it measured (m³) or why it waits (``reason`` and its name).

    ``decision`` is the code of what a person decided of it. A month estimated without any reading is there too.
    """

    period: date
    taken_on: date | None
    meter_serial: str
    value: int | None
    previous_value: int | None
    volume_m3: int | None
    status: str
    reason: str
    reason_name: str
    incident: str
    reader_code: str
    decision: str = ""


class ChartPoint(NamedTuple):
    """A month of the chart; ``volume_m3`` and ``source`` are None where there is no consumption."""

    period: date
    volume_m3: int | None
    source: str | None


_READINGS = """
    SELECT round.period, reading.taken_on, reading.meter_serial, reading.value, reading.previous_value,
           consumption.volume_m3, reading.status, reading.reason, reading.incident, reading.reader_code,
           coalesce(decision.kind, '')
    FROM metering_reading AS reading
    JOIN metering_readinground AS round ON round.id = reading.round_id
    LEFT JOIN metering_consumption AS consumption
        ON consumption.account_id = reading.account_id AND consumption.period = round.period
        AND consumption.reading_id = reading.id AND consumption.superseded_at IS NULL
    LEFT JOIN metering_readingdecision AS decision
        ON decision.round_id = reading.round_id AND decision.account_id = reading.account_id
        AND decision.reading_id = reading.id
        AND NOT EXISTS (SELECT FROM metering_readingdecision AS next WHERE next.replaces_id = decision.id)
    WHERE reading.account_id = %(account)s
    UNION ALL
    SELECT consumption.period, NULL, consumption.meter_serial, NULL, consumption.previous_value, consumption.volume_m3,
           'DECIDED', decision.anomaly, '', '', decision.kind
    FROM metering_consumption AS consumption
    JOIN metering_readingdecision AS decision ON decision.id = consumption.decision_id
    WHERE consumption.account_id = %(account)s AND consumption.superseded_at IS NULL AND consumption.reading_id IS NULL
    ORDER BY 1 DESC, 2 DESC NULLS LAST
    LIMIT %(limit)s
"""

_OPENING = """
    SELECT period, taken_on, value FROM metering_openingreading WHERE account_id = %s ORDER BY period DESC LIMIT %s
"""


def account_readings(account_id: int, limit: int = 36) -> list[AccountReading]:
    """The account's last readings, newest first; the old system's last one closes the list. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_READINGS, {"account": account_id, "limit": limit})
        readings = [
            AccountReading(
                period=period,
                taken_on=taken_on,
                meter_serial=serial,
                value=value,
                previous_value=previous_value,
                volume_m3=volume_m3,
                status=status,
                reason=reason,
                reason_name=reason_name(reason) if reason else "",
                incident=incident,
                reader_code=reader_code,
                decision=decision,
            )
            for (
                period,
                taken_on,
                serial,
                value,
                previous_value,
                volume_m3,
                status,
                reason,
                incident,
                reader_code,
                decision,
            ) in cursor.fetchall()
        ]
        cursor.execute(_OPENING, [account_id, max(limit - len(readings), 0)])
        openings = [
            AccountReading(period, taken_on, "", value, None, None, "OPENING", "", "", "", "")
            for period, taken_on, value in cursor.fetchall()
        ]
    return readings + openings


def consumption_series(account_id: int, period: date, months: int = 24) -> list[ChartPoint]:
    """The ``months`` that end with ``period``, oldest first, a gap where there is no consumption. One query."""
    start = add_months(period, 1 - months)
    known = {
        month: (volume_m3, source)
        for month, volume_m3, source in Consumption.objects.filter(
            account_id=account_id, superseded_at__isnull=True, period__gte=start, period__lt=next_period(period)
        ).values_list("period", "volume_m3", "source")
    }
    return [
        ChartPoint(month, *known.get(month, (None, None)))
        for month in (add_months(start, index) for index in range(months))
    ]


def current_installation(account_id: int) -> MeterInstallation | None:
    """The meter that the account has now, or None when it pays a flat fee."""
    return MeterInstallation.objects.current().filter(account_id=account_id).select_related("meter").first()


def current_of_meter(meter_id: int) -> MeterInstallation | None:
    """Where a meter is now, or None when it is in no account."""
    return MeterInstallation.objects.current().filter(meter=meter_id).select_related("account").order_by("pk").first()


def installations_of(account_id: int) -> QuerySet[MeterInstallation]:
    """Every meter the account has had, the newest first."""
    return MeterInstallation.objects.filter(account_id=account_id).select_related("meter").order_by("-pk")


def account_ids_by_serial(serial: str, limit: int = 12) -> list[int]:
    """Accounts that have, or had, a meter whose serial starts with ``serial``; those that have it now come first."""
    starts = serial.strip().upper()
    if not starts:
        return []
    found = (
        MeterInstallation.objects.filter(meter__serial__startswith=starts)
        .order_by(F("removed_on").desc(nulls_first=True), "meter__serial")
        .values_list("account_id", flat=True)[: limit * 2]
    )
    return list(dict.fromkeys(found))[:limit]
