"""The papers for a day without power: blank receipts with their folios, and the debts of each route."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cauce.core.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class ContingencyBlockSheet:
    """Pre-numbered blank receipts (recibos de contingencia), four to a letter page, in the order of their folios.

    :raises ValueError: there are none, or a folio is twice.
    """

    desk: str
    folios: tuple[str, ...]
    printed_on: date

    def __post_init__(self) -> None:
        if not self.folios:
            raise ValueError("a block has at least one receipt")
        if len(set(self.folios)) != len(self.folios):
            raise ValueError("a folio is printed once")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDebtRow:
    """What an account of a route owes; `delivery` is its place in the walk."""

    delivery: str
    account: str
    holder: str
    address: str
    months_overdue: int
    overdue: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDebts:
    """The accounts of a route that owe, in order of delivery."""

    route: str
    rows: tuple[RouteDebtRow, ...]

    @property
    def overdue(self) -> Decimal:
        """What the route has overdue."""
        return sum((row.overdue for row in self.rows), ZERO)

    @property
    def total(self) -> Decimal:
        """What the route owes."""
        return sum((row.total for row in self.rows), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDebtsSheet:
    """The morning's list of debts by route (lista de adeudos).

    :raises ValueError: the routes do not add up to `overdue` and `total`.
    """

    as_of: date
    printed_at: datetime
    routes: tuple[RouteDebts, ...]
    overdue: Decimal
    total: Decimal

    def __post_init__(self) -> None:
        overdue = sum((route.overdue for route in self.routes), ZERO)
        total = sum((route.total for route in self.routes), ZERO)
        if (overdue, total) != (self.overdue, self.total):
            raise ValueError(f"list of debts: its routes add up to {overdue} and {total}")
