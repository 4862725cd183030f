"""A new law against the one before it, over what was really consumed in twelve months.

Equal uses are priced once by each law; the database joins the prices back to the months of every account.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction

from cauce.billing.models import ComparedAccount, LawComparison
from cauce.core.money import ZERO
from cauce.core.periods import add_months
from cauce.metering.models import Consumption
from cauce.tariffs.rules import USE_CLASS_NAMES, PricingError, Schedule, Usage, UseClass, price

_MONTHS = 12
_MOST_TOLD = 20
_UNPRICED_TOLD = 20
# Up to so many percent more; the last has no end.
_STEPS = (Decimal(0), Decimal(5), Decimal(10), Decimal(20))

_USES = """
CREATE TEMPORARY TABLE compared_use ON COMMIT DROP AS
SELECT account.id AS account_id, account.route_id, code.use_class, used.period, used.m3, account.tariff_code_id AS code,
       account.category, account.has_water, account.has_sewerage, account.has_treatment, account.discharge_m3,
       toma.dwellings, account.exemption, account.pupils,
       concat_ws('|', extract(month FROM used.period), account.tariff_code_id, account.category, account.has_water,
                 account.has_sewerage, account.has_treatment, coalesce(account.discharge_m3, -1), toma.dwellings,
                 account.exemption, coalesce(account.pupils, -1), coalesce(used.m3, -1)) AS use_key
FROM registry_account account
JOIN registry_connection toma ON toma.id = account.connection_id
JOIN tariffs_tariffcode code ON code.code = account.tariff_code_id
JOIN LATERAL (
    SELECT consumed.period, consumed.volume_m3 AS m3 FROM metering_consumption consumed
    WHERE account.has_water AND consumed.account_id = account.id AND consumed.superseded_at IS NULL
      AND consumed.period BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT month::date, NULL FROM generate_series(%(first)s::date, %(last)s::date, interval '1 month') month
    WHERE NOT account.has_water OR NOT EXISTS (
        SELECT FROM metering_meterinstallation meter WHERE meter.account_id = account.id AND meter.removed_on IS NULL)
) used ON true
WHERE account.state IN ('ACTIVE', 'REDUCED') AND account.merged_into_id IS NULL;
"""
_PRICES = """
CREATE TEMPORARY TABLE compared_price ON COMMIT DROP AS
SELECT * FROM unnest(%s::text[], %s::numeric[], %s::numeric[]) AS given (use_key, old_total, new_total)
"""
_DISTINCT = """
SELECT DISTINCT ON (use_key) use_key, extract(month FROM period)::integer, code, category, has_water, has_sewerage,
       has_treatment, discharge_m3, dwellings, exemption, pupils, m3
FROM compared_use
"""
_BY = """
SELECT {group}, count(DISTINCT used.account_id), sum(coalesce(used.m3, 0)), sum(given.old_total), sum(given.new_total)
FROM compared_use used JOIN compared_price given USING (use_key) {join}
WHERE given.old_total IS NOT NULL AND given.new_total IS NOT NULL
GROUP BY 1 ORDER BY 1
"""
_BY_ACCOUNT = """
SELECT used.account_id, count(*), sum(coalesce(used.m3, 0)), sum(given.old_total), sum(given.new_total)
FROM compared_use used JOIN compared_price given USING (use_key)
WHERE given.old_total IS NOT NULL AND given.new_total IS NOT NULL
GROUP BY 1 ORDER BY sum(given.new_total) - sum(given.old_total) DESC, 1
"""


class AccountTotals(NamedTuple):
    """What the months of an account come to by both laws, in pesos with VAT."""

    account_id: int
    months: int
    volume_m3: int
    old_total: Decimal
    new_total: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more it would pay."""
        return self.new_total - self.old_total


@dataclass(frozen=True, slots=True)
class Compared:
    """Two laws over a year: the figures as they are kept, and each account's."""

    result: dict[str, Any]
    accounts: list[AccountTotals]


def last_year_of_consumption() -> tuple[date, date] | None:
    """The twelve months that end with the last one consumed; None while nothing was."""
    last = (
        Consumption.objects.filter(superseded_at__isnull=True).order_by("-period").values_list("period", flat=True)
    ).first()
    return None if last is None else (add_months(last, 1 - _MONTHS), last)


def compare_over(old: Schedule, new: Schedule, *, first: date, last: date) -> Compared:
    """Price every use of the months from ``first`` to ``last`` by both laws, each by its column of the month.

    The services and the tariff are those that each account has now; a reading counts as the month it was billed in.
    """
    with transaction.atomic(), _uses(first, last) as cursor:
        unpriced = _price(cursor, _all_year(old), _all_year(new))
        by_use = _grouped(cursor, "used.use_class", "")
        by_route = _grouped(cursor, "route.number", "JOIN registry_route route ON route.id = used.route_id")
        by_month = _grouped(cursor, "to_char(used.period, 'YYYY-MM')", "")
        cursor.execute(_BY_ACCOUNT)
        accounts = [AccountTotals(*row) for row in cursor.fetchall()]
    for row in by_use:
        row["use"] = row["group"]
        row["group"] = USE_CLASS_NAMES[UseClass(row["group"])]
    old_total = sum((each.old_total for each in accounts), ZERO)
    new_total = sum((each.new_total for each in accounts), ZERO)
    result = {
        "first": f"{first:%Y-%m}",
        "last": f"{last:%Y-%m}",
        "accounts": len(accounts),
        "old_total": str(old_total),
        "new_total": str(new_total),
        "difference": str(new_total - old_total),
        "percent": str(_percent(old_total, new_total)),
        "by_use": by_use,
        "by_route": by_route,
        "by_month": by_month,
        "distribution": _distribution(accounts),
        "unpriced": unpriced,
    }
    return Compared(result, accounts)


def those_who_pay_most_more(compared: Compared) -> list[AccountTotals]:
    """The accounts that would pay most more, a few."""
    return [each for each in compared.accounts[:_MOST_TOLD] if each.difference > 0]


@contextmanager
def _uses(first: date, last: date) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        # One database session may compare twice in one transaction.
        cursor.execute("DROP TABLE IF EXISTS compared_use, compared_price")
        cursor.execute(_USES, {"first": first, "last": last})
        yield cursor


def _price(cursor: Any, old: Schedule, new: Schedule) -> list[dict[str, Any]]:
    """Price each distinct use by both laws; those that one of them gives no price to are told and left out."""
    cursor.execute(_DISTINCT)
    uses = cursor.fetchall()
    unpriced: dict[str, int] = {}
    rows: list[tuple[Any, ...]] = []
    for key, month, *facts in uses:
        totals: list[Decimal | None] = []
        for law in (old, new):
            try:
                totals.append(price(law, _usage(law, month, facts)).total)
            except PricingError as refused:
                totals.append(None)
                reason = f"{law.decree}: {refused.message}"
                unpriced[reason] = unpriced.get(reason, 0) + 1
        rows.append((key, *totals))
    cursor.execute(_PRICES, [[row[place] for row in rows] for place in range(3)])
    cursor.execute("ANALYZE compared_price")
    told = sorted(unpriced.items(), key=lambda pair: -pair[1])[:_UNPRICED_TOLD]
    return [{"why": why, "uses": uses_count} for why, uses_count in told]


def _usage(law: Schedule, month: int, facts: Sequence[Any]) -> Usage:
    code, category, water, sewerage, treatment, discharge_m3, dwellings, exemption, pupils, m3 = facts
    return Usage(
        tariff_code=code,
        period=date(law.year, month, 1),
        m3=m3,
        category=category or None,
        has_water=water,
        has_sewerage=sewerage,
        has_treatment=treatment,
        discharge_m3=discharge_m3,
        dwellings=dwellings,
        exemption=exemption or None,
        pupils=pupils,
    )


def _all_year(law: Schedule) -> Schedule:
    """The law as if it ruled its whole year: a reform of July is compared over twelve months too."""
    return replace(law, valid_from=date(law.year, 1, 1), valid_until=date(law.year + 1, 1, 1))


def _grouped(cursor: Any, group: str, join: str) -> list[dict[str, Any]]:
    cursor.execute(_BY.format(group=group, join=join))
    return [
        {
            "group": name,
            "accounts": accounts,
            "m3": int(m3),
            "old_total": str(old_total),
            "new_total": str(new_total),
            "difference": str(new_total - old_total),
            "percent": str(_percent(old_total, new_total)),
        }
        for name, accounts, m3, old_total, new_total in cursor.fetchall()
    ]


def _percent(old: Decimal, new: Decimal) -> Decimal:
    return Decimal(0) if not old else ((new - old) * 100 / old).quantize(Decimal("0.01"))


def _distribution(accounts: Sequence[AccountTotals]) -> list[dict[str, Any]]:
    """How many accounts pay less, the same, or how many percent more."""
    labels = [
        "Pagan menos",
        "Pagan lo mismo",
        "Hasta 5 % más",
        "De 5 a 10 % más",
        "De 10 a 20 % más",
        "Más de 20 % más",
    ]
    counts = [0] * len(labels)
    money = [ZERO] * len(labels)
    for each in accounts:
        place = _place_of(each)
        counts[place] += 1
        money[place] += each.difference
    return [
        {"group": label, "accounts": count, "difference": str(amount)}
        for label, count, amount in zip(labels, counts, money, strict=True)
    ]


def _place_of(each: AccountTotals) -> int:
    if each.difference < 0:
        return 0
    if each.difference == 0:
        return 1
    percent = Decimal("Infinity") if not each.old_total else each.difference * 100 / each.old_total
    return 1 + sum(1 for step in _STEPS if percent > step)


def comparison_of(old_id: int, new_id: int) -> LawComparison | None:
    """The last comparison of two laws."""
    return LawComparison.objects.filter(old=old_id, new=new_id).order_by("-pk").first()


def compared_accounts(comparison: LawComparison) -> Any:
    """The accounts of a comparison, with what its lists show."""
    return ComparedAccount.objects.filter(comparison=comparison).select_related(
        "account__holder", "account__tariff_code", "account__route"
    )
