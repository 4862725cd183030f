"""Reads of the portfolio of a day: which accounts, how much, how old."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from cauce.collections.models import ArrearsLine, ArrearsSnapshot
from cauce.collections.rules import Filters
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.core.money import ZERO
from cauce.ledger.queries import pending_charges


class NoPortfolio(DomainError):
    """The portfolio of that day, or its accounts, is not kept."""


class Debtor(NamedTuple):
    """An account that owes overdue on a day, as its portfolio has it; ``debt`` is pesos and ``route`` a number."""

    account_id: int
    number: str
    debt: Decimal
    months: int
    oldest_due_on: date
    use_class: str
    activity: str
    tariff_code: str
    state: str
    sector_id: int | None
    route: str
    route_order: int
    latitude: Decimal | None
    longitude: Decimal | None


_DEBTOR = (
    "account_id",
    "account__number",
    "debt",
    "months",
    "oldest_due_on",
    "use_class",
    "account__activity",
    "tariff_code_id",
    "state",
    "sector_id",
    "route__number",
    "route_order",
    "account__connection__premises__latitude",
    "account__connection__premises__longitude",
)


def snapshot_of(day: date) -> ArrearsSnapshot:
    """The portfolio of ``day`` with its accounts.

    :raises NoPortfolio: if it has not been taken, or only its figures are kept: ``take_arrears_snapshot`` takes it.
    """
    snapshot = ArrearsSnapshot.objects.filter(day=day, has_lines=True).first()
    if snapshot is None:
        raise NoPortfolio(f"La cartera al {format_date(day)} no está calculada; calcúlela y vuelva a intentarlo.")
    return snapshot


def selected_debtors(filters: Filters, *, day: date) -> list[Debtor]:
    """The debtors of the portfolio of ``day`` that ``filters`` let through, in walking order (route, place in it).

    One query. An operation that may come first calls ``operations.take_arrears_snapshot`` before: it does nothing when
    the day is already taken.

    :raises NoPortfolio: if the portfolio of the day is not taken.
    """
    rows = lines_of(snapshot_of(day), filters).order_by("route__number", "route_order", "account_id")
    return [Debtor(*row) for row in rows.values_list(*_DEBTOR).iterator(chunk_size=10_000)]


def lines_of(snapshot: ArrearsSnapshot, filters: Filters) -> QuerySet[ArrearsLine]:
    """The debtors of a portfolio that ``filters`` let through, without order."""
    return ArrearsLine.objects.filter(snapshot=snapshot).filter(condition_of(filters))


def condition_of(filters: Filters) -> Q:
    """``filters`` as a condition on the lines of a portfolio."""
    equal = {
        "sector_id": filters.sector,
        "route_id": filters.route,
        "cycle": filters.cycle,
        "has_meter": filters.has_meter,
        "with_agreement": filters.with_agreement,
        "debt__gte": filters.min_debt,
        "debt__lte": filters.max_debt,
        "months__gte": filters.min_months,
        "months__lte": filters.max_months,
    }
    several = {
        "use_class": filters.use_classes,
        "tariff_code_id": filters.tariff_codes,
        "age": filters.ages,
        "state": filters.account_states,
        "cause": filters.causes,
    }
    asked: dict[str, Any] = {name: value for name, value in equal.items() if value is not None}
    for name, values in several.items():
        if values:
            # One value is asked for as one, so that its index gives the rows already in order.
            asked[name if len(values) == 1 else f"{name}__in"] = values[0] if len(values) == 1 else list(values)
    return Q(**asked)


def overdue_debts(account_ids: Sequence[int], *, day: date) -> dict[int, Decimal]:
    """What each account owes on ``day`` that fell due before it, from the ledger; who owes nothing overdue is left out.

    Pesos by value date, of all the books of debt, posted surcharges included; one query.
    """
    owed: dict[int, Decimal] = {}
    for charge in pending_charges(account_ids, as_of=day):
        if charge.account_id is not None and charge.due_on < day:
            owed[charge.account_id] = owed.get(charge.account_id, ZERO) + charge.pending
    return owed
