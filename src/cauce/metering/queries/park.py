"""What is known of each meter of the park, in bulk: where it is, what it counted, and how its account goes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from cauce.core.periods import add_months, period_of
from cauce.metering.models import ParkSnapshot, ParkTable
from cauce.metering.rules.finding_codes import STOPPED_IN_A_ROW
from cauce.metering.rules.park import MONTHS_LOOKED_AT, ParkRules
from cauce.metering.rules.park_file import park_rules
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules import NoLawInForce, Pricer, PricingError, Usage

_METERS = """
    WITH counted AS (
        SELECT account_id,
               array_agg(volume_m3 ORDER BY period)
                   FILTER (WHERE source <> 'ESTIMATED' AND settled_m3 = 0) AS months,
               (array_agg(current_value ORDER BY period DESC)
                   FILTER (WHERE current_value IS NOT NULL))[1] AS last_value,
               (array_agg(meter_serial ORDER BY period DESC)
                   FILTER (WHERE current_value IS NOT NULL))[1] AS last_serial
        FROM metering_consumption
        WHERE superseded_at IS NULL AND period >= %(since)s AND period <= %(until)s {of_accounts}
        GROUP BY account_id
    ), opened AS (
        SELECT DISTINCT ON (account_id) account_id, value
        FROM metering_openingreading WHERE true {of_accounts} ORDER BY account_id, period DESC
    ), failed AS (
        SELECT DISTINCT ON (test.meter_id) test.meter_id, test.usual_error, test.verdict
        FROM metering_benchtest test
        WHERE NOT EXISTS (SELECT FROM metering_benchtest later WHERE later.replaces_id = test.document_id)
        ORDER BY test.meter_id, test.tested_on DESC, test.document_id DESC
    ), stopped AS (
        SELECT DISTINCT account_id FROM metering_readingfinding WHERE code = %(stopped)s AND settled_at IS NULL
    )
    SELECT meter.id, installation.id, account.id, account.route_id, route.sector_id, code.use_class,
           meter.brand, meter.diameter, meter.model_name, meter.accuracy_class, meter.register_digits,
           installation.installed_on, installation.initial_value,
           CASE WHEN counted.last_value IS NULL THEN opened.value
                WHEN counted.last_serial IN ('', meter.serial) THEN counted.last_value END,
           coalesce(counted.months, '{{}}'),
           CASE WHEN failed.verdict = 'FAILED' THEN failed.usual_error END,
           stopped.account_id IS NOT NULL,
           account.tariff_code_id, account.category, account.has_water, account.has_sewerage, account.has_treatment,
           account.discharge_m3, account.exemption, account.pupils, connection.dwellings
    FROM metering_meterinstallation installation
    JOIN metering_meter meter ON meter.id = installation.meter_id
    JOIN registry_account account ON account.id = installation.account_id
    JOIN registry_route route ON route.id = account.route_id
    JOIN registry_connection connection ON connection.id = account.connection_id
    JOIN tariffs_tariffcode code ON code.code = account.tariff_code_id
    LEFT JOIN counted ON counted.account_id = account.id
    LEFT JOIN opened ON opened.account_id = account.id
    LEFT JOIN failed ON failed.meter_id = meter.id
    LEFT JOIN stopped ON stopped.account_id = account.id
    WHERE installation.removed_on IS NULL {of_installations}
      AND NOT EXISTS (SELECT FROM metering_meterloss loss
                      WHERE loss.installation_id = installation.id AND loss.state = 'OPEN')
"""
_ELSEWHERE = """
    SELECT meter.id,
           CASE WHEN lost.installation_id IS NOT NULL THEN 'STOLEN'
                WHEN meter.put_away <> '' THEN meter.put_away
                WHEN last.id IS NULL THEN 'STORE' ELSE 'REMOVED' END,
           last.id, last.account_id, account.route_id, route.sector_id, code.use_class, meter.brand, meter.diameter,
           meter.model_name, meter.accuracy_class, last.installed_on
    FROM metering_meter meter
    LEFT JOIN LATERAL (
        SELECT id, account_id, installed_on FROM metering_meterinstallation
        WHERE meter_id = meter.id ORDER BY removed_on DESC NULLS FIRST, id DESC LIMIT 1
    ) last ON true
    LEFT JOIN LATERAL (
        SELECT installation_id FROM metering_meterloss
        WHERE installation_id = last.id AND state IN ('OPEN', 'REPLACED') LIMIT 1
    ) lost ON true
    LEFT JOIN registry_account account ON account.id = last.account_id
    LEFT JOIN registry_route route ON route.id = account.route_id
    LEFT JOIN tariffs_tariffcode code ON code.code = account.tariff_code_id
    WHERE lost.installation_id IS NOT NULL
       OR NOT EXISTS (SELECT FROM metering_meterinstallation current
                      WHERE current.meter_id = meter.id AND current.removed_on IS NULL)
"""


class MeterInPlace(NamedTuple):
    """A meter in an account, with what its account counted (m³ by month, oldest first) and what prices its water."""

    meter_id: int
    installation_id: int
    account_id: int
    route_id: int
    sector_id: int | None
    use_class: str
    brand: str
    diameter: str
    model_name: str
    accuracy_class: str
    digits: int
    installed_on: date | None
    initial_value: int
    last_value: int | None
    months: list[int]
    test_error: Decimal | None
    is_told_stopped: bool
    tariff_code: str
    category: str
    has_water: bool
    has_sewerage: bool
    has_treatment: bool
    discharge_m3: int | None
    exemption: str
    pupils: int | None
    dwellings: int

    def usage(self, period: date, m3: int) -> Usage:
        """The use of its account if it had counted ``m3`` in a month."""
        return Usage(
            tariff_code=self.tariff_code,
            period=period,
            m3=m3,
            category=self.category or None,
            has_water=self.has_water,
            has_sewerage=self.has_sewerage,
            has_treatment=self.has_treatment,
            discharge_m3=self.discharge_m3,
            dwellings=self.dwellings,
            exemption=self.exemption or None,
            pupils=self.pupils,
        )


class MeterElsewhere(NamedTuple):
    """A meter that is in no account: its state, and the last account where it was."""

    meter_id: int
    state: str
    installation_id: int | None
    account_id: int | None
    route_id: int | None
    sector_id: int | None
    use_class: str | None
    brand: str
    diameter: str
    model_name: str
    accuracy_class: str
    installed_on: date | None


@dataclass(frozen=True, slots=True)
class RulingTable:
    """The park's table in force, as a record and as the rules read it."""

    table: ParkTable
    rules: ParkRules


def park_table_on(day: date) -> RulingTable | None:
    """The table that rules on a day: the last that began by then; None while there is none. One query."""
    table = ParkTable.objects.filter(valid_from__lte=day).order_by("-valid_from", "-pk").first()
    return None if table is None else RulingTable(table, park_rules(table.rows))


def latest_park() -> ParkSnapshot | None:
    """The last day that the park was taken."""
    return ParkSnapshot.objects.select_related("taken_by").defer("figures").order_by("-day").first()


def meters_in_place(day: date, installation_ids: Sequence[int] | None = None) -> Iterator[MeterInPlace]:
    """The meters in place with what their accounts counted until ``day``; all, or those asked for. One query."""
    asked: dict[str, Any] = {
        "since": add_months(period_of(day), -MONTHS_LOOKED_AT),
        "until": day,
        "stopped": STOPPED_IN_A_ROW,
        "ids": list(installation_ids or ()),
    }
    few = installation_ids is not None
    of_accounts = "AND account_id IN (SELECT account_id FROM metering_meterinstallation WHERE id = ANY(%(ids)s))"
    statement = _METERS.format(
        of_accounts=of_accounts if few else "", of_installations="AND installation.id = ANY(%(ids)s)" if few else ""
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        while rows := cursor.fetchmany(5000):
            yield from (MeterInPlace(*row) for row in rows)


def meters_elsewhere() -> list[MeterElsewhere]:
    """The meters that are in no account, or that were reported as lost. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE)
        return [MeterElsewhere(*row) for row in cursor.fetchall()]


class ParkPricer:
    """What the m³ that are missing would be billed, by the law in force in a month; nothing while there is no law."""

    def __init__(self, period: date) -> None:
        self._period = period
        try:
            self._pricer: Pricer | None = Pricer(schedule_for_period(period))
        except NoLawInForce:
            self._pricer = None

    def pesos_a_month(self, meter: MeterInPlace, counted_m3: Decimal, expected_m3: Decimal) -> Decimal:
        """How much more the account's month would come to (pesos, with VAT) with the m³ that are missing.

        The law prices whole m³: what is counted and what should be are rounded apart. Nothing where it gives no price.
        """
        if self._pricer is None:
            return Decimal(0)
        now, then = int(counted_m3.to_integral_value()), int((counted_m3 + expected_m3).to_integral_value())
        try:
            before, after = (self._pricer.price(meter.usage(self._period, m3)).total for m3 in (now, then))
        except PricingError:
            return Decimal(0)
        return max(after - before, Decimal(0))


# What the figures are told apart by, with the column of each one.
CUTS: Mapping[str, str] = {
    "estado": "state",
    "antiguedad": "age_band",
    "marca": "brand",
    "diametro": "diameter",
    "clase": "accuracy_class",
    "uso": "use_class",
    "motivo": "reason",
}
_FIGURES = """
    SELECT GROUPING({columns}), {columns}, count(*), count(*) FILTER (WHERE is_stopped),
           count(*) FILTER (WHERE in_warranty), count(*) FILTER (WHERE is_suspect),
           coalesce(sum(expected_m3), 0), coalesce(sum(pesos_a_year), 0), count(*) FILTER (WHERE state = 'INSTALLED')
    FROM metering_parkmeter
    WHERE (%(route)s::bigint IS NULL OR route_id = %(route)s) AND (%(sector)s::bigint IS NULL OR sector_id = %(sector)s)
      AND (%(use)s = '' OR use_class = %(use)s)
    GROUP BY GROUPING SETS ((), {sets})
"""


class ParkFigure(NamedTuple):
    """How many meters there are of one kind; ``cut`` is blank for all of them. m³ a month and pesos a year missing."""

    cut: str
    key: str
    meters: int
    stopped: int
    in_warranty: int
    suspects: int
    expected_m3: Decimal
    pesos_a_year: Decimal
    installed: int


# Where the amounts of a figure are: kept as text, they stay as exact.
_AMOUNTS = (6, 7)


def park_figures(*, route: int | None = None, sector: int | None = None, use: str = "") -> list[ParkFigure]:
    """The figures of the park as it was last taken, of all of it or of a route, a sector or a use. One query."""
    columns = list(CUTS.values())
    statement = _FIGURES.format(columns=", ".join(columns), sets=", ".join(f"({column})" for column in columns))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"route": route, "sector": sector, "use": use})
        rows = cursor.fetchall()
    told = [_figure(list(CUTS), row) for row in rows]
    return sorted(told, key=lambda figure: (figure.cut, -figure.meters, figure.key))


def _figure(cuts: Sequence[str], row: Sequence[object]) -> ParkFigure:
    bits, keys, counts = int(str(row[0])), row[1 : len(cuts) + 1], row[len(cuts) + 1 :]
    # GROUPING has a bit set for each column that the row is not told apart by, the first column being the highest.
    cut = next((name for place, name in enumerate(cuts) if not bits >> (len(cuts) - 1 - place) & 1), "")
    key = str(keys[cuts.index(cut)] or "") if cut else ""
    return ParkFigure(cut, key, *counts)  # type: ignore[arg-type]


def kept_figures(figures: Sequence[ParkFigure]) -> list[list[object]]:
    """Figures as a snapshot keeps them."""
    return [[str(each) if isinstance(each, Decimal) else each for each in figure] for figure in figures]


def figures_kept(rows: Sequence[Sequence[Any]]) -> list[ParkFigure]:
    """The figures that a snapshot keeps."""
    return [
        ParkFigure._make(Decimal(each) if place in _AMOUNTS else each for place, each in enumerate(row)) for row in rows
    ]
