"""The boundary sweep of a law: every m³ of every table in every month, one after another.

More water must never cost less. Inside a printed table that is refused when the law is read; here the edges are looked
at too: from the base to the first row, from the last row to the price of row 101, from a block or range to the next.
An edge where the price falls is told by file, row and column, and whoever puts the law in force signs that the law
says so; one where it climbs far more than beside it is told as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cauce.core.es_mx import MONTH_ABBREVIATIONS, format_money, format_volume
from cauce.tariffs.rules.tables import metered
from cauce.tariffs.rules.values import LAST_TABLE_ROW, AmountTable, BlockTable, MeteredTable, Schedule

_BEYOND = 2
# A step at an edge is a leap when it is so many times the steps at its sides.
_LEAP = Decimal(3)


@dataclass(frozen=True, slots=True)
class Edge:
    """What one more m³ costs where a table passes from one figure to another, in one month."""

    file: str
    code: str
    month: int
    m3: int
    before: Decimal
    after: Decimal
    usual: Decimal
    """The larger of the steps at its sides."""

    @property
    def step(self) -> Decimal:
        """What the m³ that crosses it costs."""
        return self.after - self.before

    @property
    def falls(self) -> bool:
        """Whether more water costs less."""
        return self.after < self.before

    @property
    def leaps(self) -> bool:
        """Whether it climbs far more than at its sides."""
        return self.usual > 0 and self.step > self.usual * _LEAP

    @property
    def column(self) -> str:
        """The heading of its month."""
        return MONTH_ABBREVIATIONS[self.month - 1]

    def __str__(self) -> str:
        where = f"{self.file}, clave {self.code}, renglón {self.m3}, columna {self.column}"
        costs = (
            f"{format_volume(self.m3)} cuestan {format_money(self.after)} y "
            f"{format_volume(self.m3 - 1)}, {format_money(self.before)}"
        )
        if self.falls:
            return f"{where}: {costs}; más agua no puede costar menos."
        return f"{where}: {costs}; el metro {self.m3} cuesta {format_money(self.step)}."


@dataclass(frozen=True, slots=True)
class TableSweep:
    """What the sweep found in the table of one clave: how far it went and each of its edges, month by month."""

    file: str
    code: str
    last_m3: int
    volumes: int
    edges: tuple[Edge, ...]

    @property
    def falls(self) -> tuple[Edge, ...]:
        """The edges where more water costs less."""
        return tuple(edge for edge in self.edges if edge.falls)

    @property
    def leaps(self) -> tuple[Edge, ...]:
        """The edges that climb far more than at their sides."""
        return tuple(edge for edge in self.edges if edge.leaps)


@dataclass(frozen=True, slots=True)
class BoundarySweep:
    """The sweep of a whole law."""

    tables: tuple[TableSweep, ...]

    @property
    def volumes(self) -> int:
        """How many volumes were priced."""
        return sum(table.volumes for table in self.tables)

    @property
    def falls(self) -> tuple[Edge, ...]:
        """Every edge where more water costs less."""
        return tuple(edge for table in self.tables for edge in table.falls)

    @property
    def leaps(self) -> tuple[Edge, ...]:
        """Every edge that climbs far more than at its sides."""
        return tuple(edge for table in self.tables for edge in table.leaps)


def sweep_boundaries(law: Schedule) -> BoundarySweep:
    """Price each clave's table from 0 m³ to two beyond its last edge, in each month that the law rules."""
    return BoundarySweep(tuple(_sweep(law, code, table) for code, table in law.metered.items()))


def _sweep(law: Schedule, code: str, table: MeteredTable) -> TableSweep:
    edges_at = set(_edges_of(table))
    last_m3 = max(edges_at) + _BEYOND
    months = [month for month in range(1, 13) if law.rules_in(date(law.year, month, 1))]
    edges: list[Edge] = []
    for month in months:
        totals = _totals(law, table, month, last_m3)
        steps = {m3: totals[m3] - totals[m3 - 1] for m3 in range(1, last_m3 + 1)}
        for m3, step in steps.items():
            # Between edges a fall would be of the printed rows themselves, which reading the law refuses.
            if m3 in edges_at or step < 0:
                edges.append(Edge(table.file, code, month, m3, totals[m3 - 1], totals[m3], _usual(steps, m3)))
    return TableSweep(table.file, code, last_m3, len(months) * (last_m3 + 1), tuple(edges))


def _usual(steps: Mapping[int, Decimal], m3: int) -> Decimal:
    return max((steps[side] for side in (m3 - 1, m3 + 1) if side in steps), default=Decimal(0))


def _totals(law: Schedule, table: MeteredTable, month: int, last_m3: int) -> list[Decimal]:
    period = date(law.year, month, 1)
    charges = (metered(table, period=period, m3=m3, parameters=law.parameters) for m3 in range(last_m3 + 1))
    return [charge.base + charge.consumption for charge in charges]


def _edges_of(table: MeteredTable) -> Iterator[int]:
    """The first m³ past each edge of a table."""
    yield 1
    if isinstance(table, AmountTable):
        yield LAST_TABLE_ROW + 1
    else:
        for band in table.blocks if isinstance(table, BlockTable) else table.ranges:
            yield band.first_m3
