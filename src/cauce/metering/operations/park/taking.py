"""Taking the park of meters of a day: each meter where it is, how it goes and what changing it pays."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction

from cauce.core.bulk import copy_rows
from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_quantity
from cauce.core.money import ZERO
from cauce.core.periods import period_of
from cauce.events.operations import publish
from cauce.metering.events import PARK_TAKEN
from cauce.metering.models import ParkMeter, ParkSnapshot
from cauce.metering.operations.park.refusals import ParkNotKnown
from cauce.metering.queries.park import (
    MeterElsewhere,
    MeterInPlace,
    ParkPricer,
    RulingTable,
    kept_figures,
    meters_elsewhere,
    meters_in_place,
    park_figures,
    park_table_on,
)
from cauce.metering.rules.park import (
    MeterHistory,
    ParkRules,
    Reason,
    Trend,
    age_band,
    age_years,
    counted_since,
    expected_of,
    is_stopped,
    payback_months,
    peers_of,
    plausible_count,
    reasons_kept,
    suspicion,
    trend_of,
    warranty_until,
)
from cauce.users.models import User

_COLUMNS = (
    "meter_id", "state", "installation_id", "account_id", "route_id", "sector_id", "use_class", "brand", "diameter",
    "model_name", "accuracy_class", "installed_on", "age_years", "age_band", "warranty_until", "in_warranty",
    "counted_m3", "base_m3", "recent_m3", "zeros", "is_stopped", "is_suspect", "reason", "reasons", "expected_m3",
    "pesos_a_year", "cost", "payback_months",
)  # fmt: skip
_MONTHS_OF_YEAR = 12


class Peers(NamedTuple):
    """What the accounts of each use and route, and of each use, count lately of what they used to."""

    of_route: Mapping[tuple[str, int], Decimal | None]
    of_use: Mapping[str, Decimal | None]

    def of(self, meter: MeterInPlace) -> Decimal | None:
        """What a meter is compared with: its use in its route, or else its use in the town."""
        near = self.of_route.get((meter.use_class, meter.route_id))
        return self.of_use.get(meter.use_class) if near is None else near


@dataclass(frozen=True, slots=True)
class Judged:
    """What a meter in place comes to."""

    reasons: list[Reason]
    counted_m3: int | None
    expected_m3: Decimal
    pesos_a_year: Decimal
    cost: Decimal
    payback_months: int | None


@transaction.atomic
def take_park(*, at: datetime, by: User, anew: bool = False) -> ParkSnapshot:
    """Take the park as it is on the day of ``at``: all its meters, and the figures that the pages show.

    Idempotent: a day already taken is returned as it is, unless ``anew`` asks to take it again. The meters of the day
    before are let go; its figures stay.

    :raises ParkNotKnown: if no table of the park rules that day, or a later day was taken.
    """
    day = local_day(at)
    ruling = park_table_on(day)
    if ruling is None:
        raise ParkNotKnown(
            f"No hay tabla del parque de medidores vigente al {format_date(day)}: pida a Informática que cargue los "
            "datos de la oficina (medidores.yaml)."
        )
    ParkSnapshot.objects.bulk_create([ParkSnapshot(day=day, taken_at=at, taken_by=by)], ignore_conflicts=True)
    snapshot = ParkSnapshot.objects.select_for_update().get(day=day)
    if snapshot.table_id is not None and not anew:
        return snapshot
    if ParkSnapshot.objects.filter(day__gt=day, table__isnull=False).exists():
        raise ParkNotKnown(f"Ya se calculó el parque de un día posterior al {format_date(day)}.")
    _write(day, ruling.rules)
    _sum(snapshot, ruling, at, by)
    publish(
        PARK_TAKEN,
        subject_kind="ParkSnapshot",
        subject_id=snapshot.pk,
        facts={
            "day": format_date(day),
            "installed": format_quantity(snapshot.installed),
            "stopped": format_quantity(snapshot.stopped),
            "suspects": format_quantity(snapshot.suspects),
        },
        at=at,
        by=by,
    )
    return snapshot


def _write(day: date, rules: ParkRules) -> None:
    with connection.cursor() as cursor:
        # Every account and month is gone through once: in memory, never looking one table up row by row in another.
        cursor.execute(
            "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; LOCK TABLE metering_parkmeter IN EXCLUSIVE MODE"
        )
    # What an account counts lately of what it used to is compared with the others': all are read before one is judged.
    placed = [(meter, trend_of(meter.months, rules.suspicion)) for meter in meters_in_place(day)]
    peers, pricer = _peers(placed, rules), ParkPricer(period_of(day))
    rows = [_in_place(meter, trend, peers.of(meter), day=day, rules=rules, pricer=pricer) for meter, trend in placed]
    # The padrón may name one meter in two accounts: its first account tells of it.
    told = {row[0] for row in rows}
    unique = {row[0]: row for row in reversed(rows)}
    elsewhere = [_elsewhere(meter) for meter in meters_elsewhere() if meter.meter_id not in told]
    ParkMeter.objects.all().delete()
    copy_rows(ParkMeter._meta.db_table, _COLUMNS, [*unique.values(), *elsewhere])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE metering_parkmeter; SET LOCAL work_mem TO DEFAULT; SET LOCAL jit TO DEFAULT")


def _peers(placed: Iterable[tuple[MeterInPlace, Trend]], rules: ParkRules) -> Peers:
    of_route: dict[tuple[str, int], list[Decimal]] = defaultdict(list)
    of_use: dict[str, list[Decimal]] = defaultdict(list)
    for meter, trend in placed:
        if trend.ratio is not None and trend.base_m3 is not None and trend.base_m3 >= rules.suspicion.least_base_m3:
            of_route[meter.use_class, meter.route_id].append(trend.ratio)
            of_use[meter.use_class].append(trend.ratio)
    return Peers(
        {key: peers_of(ratios, rules.suspicion) for key, ratios in of_route.items()},
        {key: peers_of(ratios, rules.suspicion) for key, ratios in of_use.items()},
    )


def _judge(
    meter: MeterInPlace, trend: Trend, peers: Decimal | None, *, day: date, rules: ParkRules, pricer: ParkPricer
) -> Judged:
    """What is thought of a meter in place, and what it costs and brings to change it."""
    years = age_years(meter.installed_on, day)
    counted = plausible_count(counted_since(meter.initial_value, meter.last_value, meter.digits), years, trend)
    history = MeterHistory(meter.brand, years, counted, tuple(meter.months), meter.test_error)
    reasons = suspicion(history, trend, peers, rules)
    expected = expected_of(reasons)
    pesos = ZERO
    if expected:
        pesos = pricer.pesos_a_month(meter, trend.recent_m3 or ZERO, expected) * _MONTHS_OF_YEAR
    cost = rules.cost_of(meter.diameter)
    return Judged(reasons, counted, expected, pesos, cost, payback_months(cost, pesos))


def _in_place(
    meter: MeterInPlace, trend: Trend, peers: Decimal | None, *, day: date, rules: ParkRules, pricer: ParkPricer
) -> tuple[object, ...]:
    judged = _judge(meter, trend, peers, day=day, rules=rules, pricer=pricer)
    years = age_years(meter.installed_on, day)
    until = warranty_until(meter.installed_on, rules.life_of(meter.brand))
    is_suspect, reasons = bool(judged.reasons), json.dumps(reasons_kept(judged.reasons), ensure_ascii=False)
    return (
        meter.meter_id, ParkMeter.State.INSTALLED.value, meter.installation_id, meter.account_id, meter.route_id,
        meter.sector_id, meter.use_class, meter.brand, meter.diameter, meter.model_name, meter.accuracy_class,
        meter.installed_on, years, age_band(years), until, until is not None and until >= day, judged.counted_m3,
        trend.base_m3, trend.recent_m3, min(trend.zeros, 32_000), is_stopped(trend, rules) or meter.is_told_stopped,
        is_suspect, judged.reasons[0].code.value if is_suspect else "", reasons,
        judged.expected_m3, judged.pesos_a_year, judged.cost, judged.payback_months,
    )  # fmt: skip


def _elsewhere(meter: MeterElsewhere) -> tuple[object, ...]:
    nothing = (None, None, 0, False, False, "", "[]", ZERO, ZERO, ZERO, None)
    return (
        meter.meter_id, meter.state, meter.installation_id, meter.account_id, meter.route_id, meter.sector_id,
        meter.use_class or "", meter.brand, meter.diameter, meter.model_name, meter.accuracy_class, meter.installed_on,
        None, "", None, False, None, *nothing,
    )  # fmt: skip


def _sum(snapshot: ParkSnapshot, ruling: RulingTable, at: datetime, by: User) -> None:
    figures = park_figures()
    whole = next(figure for figure in figures if not figure.cut)
    snapshot.table, snapshot.taken_at, snapshot.taken_by = ruling.table, at, by
    snapshot.meters, snapshot.installed, snapshot.stopped = whole.meters, whole.installed, whole.stopped
    snapshot.suspects, snapshot.expected_m3 = whole.suspects, whole.expected_m3
    snapshot.pesos_a_year, snapshot.figures = whole.pesos_a_year, kept_figures(figures)
    snapshot.save()
