"""What the rules need to know of many accounts' meters before their lines are judged."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection

from cauce.core.bulk import id_array
from cauce.core.periods import previous_period
from cauce.metering.rules import (
    Average,
    MeterFacts,
    ReadingParameters,
    RemovedMeter,
    carried_volume,
    choose_average,
    first_whole_period,
    history_from,
    measured_from,
)


class AccountMeter(NamedTuple):
    """An account of the padrón, its meter's facts for a period, and the consumption it already has in it, if any."""

    account_id: int
    facts: MeterFacts
    consumption_source: str | None


class InstalledMeter(NamedTuple):
    """A meter that an account has or had, the one in place last."""

    serial: str
    brand: str
    digits: int
    installed_on: date | None
    initial_value: int
    removed_on: date | None
    final_value: int | None


class _Months(NamedTuple):
    """An account's consumption around a period: its averages' months, last month's reading, what it already has."""

    history_m3: int | None
    history_months: int
    measured_m3: int | None
    measured_months: int
    last_value: int | None
    last_on: date | None
    last_serial: str | None
    source: str | None
    ahead_m3: int | None
    estimated_until: date | None


_NO_MONTHS = _Months(None, 0, None, 0, None, None, None, None, None, None)

# Each query asks by account id alone, so that its plan never hangs on how fresh the statistics of a period are: a
# round is taken in minutes after the previous one, before any ANALYZE.
_ACCOUNTS = "SELECT id, number FROM registry_account WHERE number = ANY(string_to_array(%s, ','))"

_INSTALLATIONS = """
    SELECT installation.account_id, meter.serial, meter.brand, meter.register_digits, installation.installed_on,
           installation.initial_value, installation.removed_on, installation.final_value
    FROM metering_meterinstallation AS installation
    JOIN metering_meter AS meter ON meter.id = installation.meter_id
    WHERE installation.account_id = ANY(%s::bigint[])
    ORDER BY installation.account_id, installation.removed_on, installation.id
"""

_MONTHS = """
    SELECT account_id,
           sum(volume_m3) FILTER (WHERE source = 'HISTORY' AND period < %(period)s),
           count(*) FILTER (WHERE source = 'HISTORY' AND period < %(period)s),
           sum(volume_m3) FILTER (WHERE source = 'MEASURED' AND period >= %(measured_from)s AND period < %(period)s
               AND settled_m3 = 0 AND coalesce(current_on - previous_on, 0) <= %(longest)s),
           count(*) FILTER (WHERE source = 'MEASURED' AND period >= %(measured_from)s AND period < %(period)s
               AND settled_m3 = 0 AND coalesce(current_on - previous_on, 0) <= %(longest)s),
           max(CASE source WHEN 'ESTIMATED' THEN previous_value ELSE current_value END)
               FILTER (WHERE period = %(previous)s),
           max(CASE source WHEN 'ESTIMATED' THEN previous_on ELSE current_on END) FILTER (WHERE period = %(previous)s),
           max(meter_serial) FILTER (WHERE period = %(previous)s),
           max(source) FILTER (WHERE period = %(period)s),
           max(ahead_m3) FILTER (WHERE period = %(previous)s),
           max(current_on) FILTER (WHERE period = %(previous)s AND source = 'ESTIMATED')
    FROM metering_consumption
    WHERE account_id = ANY(%(account_ids)s::bigint[]) AND superseded_at IS NULL
      AND period >= %(history_from)s AND period <= %(period)s
    GROUP BY account_id
"""

_OPENINGS = """
    SELECT account_id, value, taken_on FROM metering_openingreading WHERE account_id = ANY(%s::bigint[]) AND period = %s
"""

_MONTHS_OF_CHANGED_METERS = """
    SELECT account_id, period, volume_m3, source
    FROM metering_consumption
    WHERE account_id = ANY(%s::bigint[]) AND superseded_at IS NULL AND source <> 'ESTIMATED'
      AND settled_m3 = 0 AND coalesce(current_on - previous_on, 0) <= %s AND period >= %s AND period < %s
"""


def account_meters(numbers: Collection[str], period: date, parameters: ReadingParameters) -> dict[str, AccountMeter]:
    """Meters of the accounts with these numbers, ready to judge their lines of ``period``; unknown ones are absent.

    Four queries; five when some of the accounts ever changed meter.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [",".join(numbers)])
        accounts: dict[int, str] = dict(cursor.fetchall())
        account_ids = id_array(accounts)
        installations = meters_by_account(accounts)
        with_removed = {account_id for account_id, meters in installations.items() if ever_changed(meters)}
        cursor.execute(
            _MONTHS,
            {
                "account_ids": account_ids,
                "period": period,
                "previous": previous_period(period),
                "history_from": history_from(period),
                "measured_from": measured_from(period),
                "longest": parameters.interval_days[1],
            },
        )
        months = {row[0]: _Months._make(row[1:]) for row in cursor.fetchall()}
        cursor.execute(_OPENINGS, [account_ids, previous_period(period)])
        openings: dict[int, tuple[int, date]] = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    changed_on = {account_id: last_change(installations[account_id]) for account_id in with_removed}
    averages = _averages_since_change(changed_on, period, parameters)
    digits: dict[tuple[str, int], int] = {}
    meters: dict[str, AccountMeter] = {}
    for account_id, number in accounts.items():
        of_month = months.get(account_id, _NO_MONTHS)
        of_account = installations.get(account_id, [])
        current = of_account[-1] if of_account and of_account[-1].removed_on is None else None
        register = (current.brand, current.digits) if current else ("", 0)
        if register not in digits:
            digits[register] = parameters.digits_of(*register)
        value, on, last_serial = of_month.last_value, of_month.last_on, of_month.last_serial
        if value is None and account_id in openings:
            value, on = openings[account_id]
        carried_m3 = 0
        if account_id in changed_on:
            average = averages[account_id]
            if value is not None and on is not None and current is not None and last_serial != current.serial:
                value, carried_m3 = count_change(value, on, current, of_account, parameters)
        else:
            average = choose_average(
                history=_average(of_month.history_m3, of_month.history_months),
                measured=_average(of_month.measured_m3, of_month.measured_months),
            )
        meters[number] = AccountMeter(
            account_id,
            MeterFacts(
                serial=current.serial if current else "",
                digits=digits[register],
                previous_value=value,
                previous_on=on,
                average=average,
                carried_m3=carried_m3,
                ahead_m3=of_month.ahead_m3 or 0,
                billed_from=of_month.estimated_until,
            ),
            of_month.source,
        )
    return meters


def meters_by_account(account_ids: Iterable[int]) -> dict[int, list[InstalledMeter]]:
    """Every meter that each account had, the one in place last; accounts without any are absent. One query."""
    installations: defaultdict[int, list[InstalledMeter]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_INSTALLATIONS, [id_array(account_ids)])
        for row in cursor.fetchall():
            installations[row[0]].append(InstalledMeter._make(row[1:]))
    return dict(installations)


def ever_changed(meters: list[InstalledMeter]) -> bool:
    """Whether some meter of the account was ever taken out."""
    return any(meter.removed_on is not None for meter in meters)


def _average(total_m3: int | None, months: int) -> Average | None:
    return Average(int(total_m3), months) if months and total_m3 is not None else None


def last_change(installations: list[InstalledMeter]) -> date:
    """The day of the account's last change of meter; some of them was removed, and the one in place comes last."""
    removed_on = [installation.removed_on for installation in installations if installation.removed_on is not None]
    current = installations[-1]
    return current.installed_on if current.removed_on is None and current.installed_on else removed_on[-1]


def _averages_since_change(
    changed_on: dict[int, date], period: date, parameters: ReadingParameters
) -> dict[int, Average | None]:
    """Averages of accounts that changed meter, from the months that are wholly of the meter they have now."""
    if not changed_on:
        return {}
    volumes: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _MONTHS_OF_CHANGED_METERS,
            [id_array(changed_on), parameters.interval_days[1], history_from(period), period],
        )
        for account_id, month, volume_m3, source in cursor.fetchall():
            oldest = history_from(period) if source == "HISTORY" else measured_from(period)
            if month >= max(oldest, first_whole_period(changed_on[account_id])):
                volumes[account_id, source].append(volume_m3)
    return {
        account_id: choose_average(
            history=_average(sum(volumes[account_id, "HISTORY"]), len(volumes[account_id, "HISTORY"])),
            measured=_average(sum(volumes[account_id, "MEASURED"]), len(volumes[account_id, "MEASURED"])),
        )
        for account_id in changed_on
    }


def count_change(
    previous_value: int,
    previous_on: date,
    current: InstalledMeter,
    installations: list[InstalledMeter],
    parameters: ReadingParameters,
) -> tuple[int | None, int]:
    """The figure to count from and what removed meters measured since the last reading, taken on another meter."""
    removed = [
        RemovedMeter(
            installation.initial_value,
            installation.final_value,
            parameters.digits_of(installation.brand, installation.digits),
        )
        for installation in installations
        if installation.removed_on is not None
        and installation.final_value is not None
        and installation.removed_on >= previous_on
    ]
    if not removed:
        return previous_value, 0
    carried_m3 = carried_volume(previous_value, removed)
    return (None, 0) if carried_m3 is None else (current.initial_value, carried_m3)
