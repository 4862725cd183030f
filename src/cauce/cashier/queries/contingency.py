"""Collecting without power: what became of each pre-printed receipt, and what each route owes on paper."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, F, Max, QuerySet

from cauce.cashier.models import ContingencyBlock, ContingencyReceipt, Desk
from cauce.core.money import ZERO
from cauce.ledger.queries import collection_law, surcharges_due
from cauce.registry.rules.addresses import one_line_address

# What is owed of each account of some routes, due or not. A reversed charge is no debt, and what had settled it was
# mirrored. Each table is read once for all the accounts of the routes.
_DEBTS = """
    WITH accounts AS MATERIALIZED (
        SELECT account.id, account.number, account.route_id, account.route_order, account.delivery_code,
               holder.name AS holder, premises.street, premises.exterior_number, premises.interior_number,
               premises.colony, premises.postal_code
        FROM registry_account account
        JOIN registry_customer holder ON holder.id = account.holder_id
        JOIN registry_connection place ON place.id = account.connection_id
        JOIN registry_premises premises ON premises.id = place.premises_id
        WHERE account.route_id = ANY(%(routes)s) AND account.merged_into_id IS NULL
    ), charges AS MATERIALIZED (
        SELECT charge.account_id, charge.id, charge.amount, charge.due_on,
               coalesce(charge.period, date_trunc('month', charge.due_on)::date) AS period
        FROM accounts
        JOIN ledger_transfer charge ON charge.account_id = accounts.id
        WHERE charge.debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS') AND charge.reverses_id IS NULL
    ), reversed AS (
        SELECT reversal.reverses_id AS id
        FROM accounts
        JOIN ledger_transfer reversal ON reversal.account_id = accounts.id AND reversal.reverses_id IS NOT NULL
    ), settled AS (
        SELECT allocation.charge_id, sum(allocation.amount) AS amount
        FROM charges
        JOIN ledger_allocation allocation ON allocation.charge_id = charges.id
        GROUP BY allocation.charge_id
    ), owed AS (
        SELECT charges.account_id,
               sum(charges.amount - coalesce(settled.amount, 0)) AS total,
               sum(charges.amount - coalesce(settled.amount, 0)) FILTER (WHERE charges.due_on < %(on)s) AS overdue,
               count(DISTINCT charges.period) FILTER (WHERE charges.due_on < %(on)s) AS months
        FROM charges
        LEFT JOIN settled ON settled.charge_id = charges.id
        WHERE charges.amount > coalesce(settled.amount, 0)
          AND charges.id NOT IN (SELECT id FROM reversed)
        GROUP BY charges.account_id
    )
    SELECT accounts.id, accounts.route_id, accounts.delivery_code, accounts.route_order, accounts.number,
           accounts.holder, owed.months, coalesce(owed.overdue, 0), owed.total, accounts.street,
           accounts.exterior_number, accounts.interior_number, accounts.colony, accounts.postal_code
    FROM owed
    JOIN accounts ON accounts.id = owed.account_id
    ORDER BY accounts.route_id, accounts.route_order, accounts.id
"""


class RouteDebt(NamedTuple):
    """What an account of a route owes on a day, in pesos, with the surcharges that paying that day would add."""

    account_id: int
    route_id: int
    delivery: str
    number: str
    holder: str
    address: str
    months_overdue: int
    overdue: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class BlockState:
    """What became of the folios of a block: how many were used and spoilt, and which nobody has told of."""

    block: ContingencyBlock
    used: int
    spoilt: int
    missing: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many receipts it has."""
        return self.block.last - self.block.first + 1

    @property
    def is_finished(self) -> bool:
        """Whether everything is known of every folio."""
        return not self.missing


def route_debts(route_ids: Collection[int], *, on: date) -> list[RouteDebt]:
    """What each account of some routes owes on a day, in the order of the walk; those that owe nothing are left out.

    One query for what is owed and three for the surcharges of what is overdue, whatever the number of accounts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DEBTS, {"routes": list(route_ids), "on": on})
        rows = cursor.fetchall()
    overdue_ids = [row[0] for row in rows if row[6]]
    extra: dict[int, Decimal] = {}
    if overdue_ids:
        rule = collection_law(on).surcharges
        for due in surcharges_due(overdue_ids, on, rule):
            extra[due.account_id] = extra.get(due.account_id, ZERO) + due.amount + rule.vat_on(due.amount)
    return [
        RouteDebt(
            account_id=account_id,
            route_id=route_id,
            delivery=delivery or str(order),
            number=number,
            holder=holder,
            address=one_line_address(*place),
            months_overdue=months,
            overdue=overdue + extra.get(account_id, ZERO),
            total=total + extra.get(account_id, ZERO),
        )
        for account_id, route_id, delivery, order, number, holder, months, overdue, total, *place in rows
    ]


def next_contingency_number(series: str) -> int:
    """The first folio of a series that nobody has printed."""
    last = ContingencyBlock.objects.filter(series=series).aggregate(last=Max("last"))["last"]
    return 1 if last is None else int(last) + 1


def contingency_series(desk: Desk) -> str:
    """The series of a desk's pre-printed receipts; a code that does not fit is told by its number."""
    series = f"CT-{desk.code}"
    longest = ContingencyBlock._meta.get_field("series").max_length or 0
    return series if len(series) <= longest else f"CT-{desk.pk}"


def contingency_folio(block: ContingencyBlock, number: int) -> str:
    """A pre-printed folio as it is printed."""
    return f"{block.series}-{number:06d}"


def block_states(blocks: Iterable[ContingencyBlock]) -> list[BlockState]:
    """What became of the folios of each block. One query."""
    found = list(blocks)
    told: dict[int, dict[int, bool]] = {}
    rows = ContingencyReceipt.objects.filter(block__in=found).values_list("block_id", "number", "payment_id")
    for block_id, number, payment_id in rows:
        told.setdefault(block_id, {})[number] = payment_id is not None
    return [_state(block, told.get(block.pk, {})) for block in found]


def blocks_of(desk: Desk | None = None) -> QuerySet[ContingencyBlock]:
    """The blocks printed, of a desk or of all, the last first."""
    blocks = ContingencyBlock.objects.select_related("desk", "printed_by").order_by("-printed_at", "-pk")
    return blocks if desk is None else blocks.filter(desk=desk)


def unfinished_blocks() -> QuerySet[ContingencyBlock]:
    """The blocks with folios of which nothing is known, the oldest first."""
    blocks = ContingencyBlock.objects.annotate(told=Count("receipts"))
    return blocks.filter(told__lt=F("last") - F("first") + 1).select_related("desk").order_by("pk")


def block_of_folio(series: str, number: int) -> ContingencyBlock | None:
    """The block that holds a pre-printed folio."""
    blocks = ContingencyBlock.objects.filter(series__iexact=series, first__lte=number, last__gte=number)
    return blocks.select_related("desk").first()


def _state(block: ContingencyBlock, told: dict[int, bool]) -> BlockState:
    used = sum(told.values())
    return BlockState(block, used, len(told) - used, tuple(_missing(block, told)))


def _missing(block: ContingencyBlock, told: Collection[int]) -> Iterator[int]:
    return (number for number in range(block.first, block.last + 1) if number not in told)
