"""Where each account stands before a reading of its is decided: what to count from, what is ahead, what it averages."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection

from cauce.core.bulk import id_array
from cauce.core.periods import add_months
from cauce.metering.queries.anomalies import anomalies_on
from cauce.metering.queries.meter_facts import (
    InstalledMeter,
    count_change,
    ever_changed,
    last_change,
    meters_by_account,
)
from cauce.metering.queries.parameters import reading_parameters
from cauce.metering.rules import (
    AnomalyRules,
    Average,
    BilledMonth,
    Bills,
    ReadingParameters,
    average_of_last,
    effective_months,
    estimated_volume,
    is_plausible,
    rolled_over_volume,
    settle,
)

_MONTHS_BACK = 25


@dataclass(frozen=True, slots=True)
class Standing:
    """An account before a period is decided.

    It is counted from ``previous_value`` (the last real reading, whatever its month; with a change of meter since then,
    the new one's initial figure, and ``carried_m3`` is what the removed ones measured). ``chain_value`` and
    ``chain_serial`` are that last real reading as it was taken. ``ahead_m3`` was estimated and not covered yet,
    ``billed_until`` the day up to which it is billed. ``contradicts`` names the removed meter whose closing reading
    cannot be. ``effective`` are the months that tell what it uses.
    """

    account_id: int
    serial: str
    digits: int
    previous_value: int | None
    previous_on: date | None
    carried_m3: int
    chain_value: int | None
    chain_serial: str
    ahead_m3: int
    billed_until: date | None
    contradicts: str
    effective: tuple[BilledMonth, ...]
    minimum_m3: int
    parameters: ReadingParameters

    @property
    def average(self) -> Average | None:
        """Of its last six effective months."""
        return average_of_last(self.effective)

    def estimated_m3(self, rule: Bills) -> int | None:
        """What a rule estimates (whole m³); None when there is no month to go by."""
        return estimated_volume(rule, average=self.average, minimum_m3=self.minimum_m3)

    def measured_m3(self, value: int, *, may_turn: bool = False) -> int | None:
        """The m³ from the last real reading to ``value``; None when it goes back and no turn of the meter explains it.

        ``may_turn`` takes the turn without asking whether the volume is plausible.
        """
        if self.previous_value is None:
            return None
        if value >= self.previous_value:
            return value - self.previous_value + self.carried_m3
        turned = rolled_over_volume(value, self.previous_value, self.digits) + self.carried_m3
        plausible = turned > 0 and is_plausible(settle(turned, self.ahead_m3).volume_m3, self.average, self.parameters)
        return turned if turned > 0 and (may_turn or plausible) else None


class _Chain(NamedTuple):
    value: int | None
    on: date | None
    serial: str
    ahead_m3: int
    billed_until: date | None


_NO_CHAIN = _Chain(None, None, "", 0, None)

_CHAINS = """
    SELECT DISTINCT ON (account_id) account_id,
           CASE source WHEN 'ESTIMATED' THEN previous_value ELSE current_value END,
           CASE source WHEN 'ESTIMATED' THEN previous_on ELSE current_on END,
           meter_serial, ahead_m3, current_on
    FROM metering_consumption
    WHERE account_id = ANY(%s::bigint[]) AND period < %s AND superseded_at IS NULL AND source <> 'HISTORY'
    ORDER BY account_id, period DESC
"""

_OPENINGS = """
    SELECT DISTINCT ON (account_id) account_id, value, taken_on, '', 0, NULL::date
    FROM metering_openingreading WHERE account_id = ANY(%s::bigint[]) AND period < %s
    ORDER BY account_id, period DESC
"""

_MONTHS = """
    SELECT account_id, period, volume_m3, source, settled_m3, current_on - previous_on
    FROM metering_consumption
    WHERE account_id = ANY(%s::bigint[]) AND superseded_at IS NULL AND period >= %s AND period < %s
"""


def standings(account_ids: Collection[int], period: date, table: AnomalyRules | None = None) -> dict[int, Standing]:
    """Where each of the accounts stands before ``period`` is decided.

    Six queries, however many they are; five with the ``table`` of anomalies that rules it at hand.
    """
    parameters, minimum_m3 = reading_parameters(period), (table or anomalies_on(period)).minimum_m3
    ids = id_array(account_ids)
    installed = meters_by_account(account_ids)
    months: defaultdict[int, list[BilledMonth]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CHAINS, [ids, period])
        chains = {row[0]: _Chain._make(row[1:]) for row in cursor.fetchall()}
        cursor.execute(_OPENINGS, [ids, period])
        openings = {row[0]: _Chain._make(row[1:]) for row in cursor.fetchall()}
        cursor.execute(_MONTHS, [ids, add_months(period, -_MONTHS_BACK), period])
        for row in cursor.fetchall():
            months[row[0]].append(BilledMonth._make(row[1:]))
    return {
        account_id: _standing(
            account_id,
            installed.get(account_id, []),
            _chain_of(chains.get(account_id), openings.get(account_id)),
            months[account_id],
            period,
            parameters,
            minimum_m3,
        )
        for account_id in account_ids
    }


def _chain_of(billed: _Chain | None, opening: _Chain | None) -> _Chain:
    if billed is None:
        return opening or _NO_CHAIN
    if billed.value is None and opening is not None:
        return billed._replace(value=opening.value, on=opening.on)
    return billed


def _standing(
    account_id: int,
    meters: list[InstalledMeter],
    chain: _Chain,
    months: list[BilledMonth],
    period: date,
    parameters: ReadingParameters,
    minimum_m3: int,
) -> Standing:
    current = meters[-1] if meters and meters[-1].removed_on is None else None
    changed = ever_changed(meters)
    value, carried_m3, contradicts = chain.value, 0, ""
    if (
        changed
        and current is not None
        and value is not None
        and chain.on is not None
        and chain.serial != current.serial
    ):
        value, carried_m3 = count_change(value, chain.on, current, meters, parameters)
        if value is None:
            contradicts = next(meter.serial for meter in reversed(meters) if meter.removed_on is not None)
    return Standing(
        account_id=account_id,
        serial=current.serial if current else "",
        digits=parameters.digits_of(current.brand, current.digits) if current else parameters.default_digits,
        previous_value=value,
        previous_on=chain.on,
        carried_m3=carried_m3,
        chain_value=chain.value,
        chain_serial=chain.serial,
        ahead_m3=chain.ahead_m3,
        billed_until=chain.billed_until,
        contradicts=contradicts,
        effective=tuple(
            effective_months(
                months,
                period=period,
                changed_on=last_change(meters) if changed else None,
                longest_days=parameters.interval_days[1],
            )
        ),
        minimum_m3=minimum_m3,
        parameters=parameters,
    )
