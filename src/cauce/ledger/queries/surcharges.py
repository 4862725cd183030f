"""Surcharges that overdue periods have earned and nobody has posted yet."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from cauce.ledger.rules import Credit, Pause, Principal, surcharges_accrued, surcharges_to_post
from cauce.tariffs.rules.values import SURCHARGE, SurchargeRule

# All the principal of every period that still owes some of it: a period is rounded as a whole, so the months that a
# settled concept bore before it was paid count in the same sum. Periods paid in full earned their last surcharge then.
_PRINCIPALS = """
    WITH bearing AS (
        SELECT charge.id, charge.account_id, charge.party_id, charge.concept, charge.period, charge.due_on,
               charge.amount, settled.amount AS settled, settled.days, settled.amounts
        FROM ledger_transfer charge
        LEFT JOIN LATERAL (
            SELECT sum(allocation.amount) AS amount,
                   array_agg(allocation.effective_on ORDER BY allocation.id) AS days,
                   array_agg(allocation.amount ORDER BY allocation.id) AS amounts
            FROM ledger_allocation allocation
            WHERE allocation.charge_id = charge.id
        ) settled ON true
        WHERE charge.account_id = ANY(%(ids)s)
          AND charge.debit_book = 'RECEIVABLE'
          AND charge.concept = ANY(%(concepts)s)
          AND charge.due_on < %(to)s
          AND charge.reverses_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = charge.id)
    )
    SELECT account_id, party_id, concept, period, due_on, amount, days, amounts
    FROM bearing
    WHERE period IS NOT NULL
      AND (account_id, period) IN (
          SELECT account_id, period FROM bearing WHERE amount > coalesce(settled, 0)
      )
    ORDER BY account_id, id
"""
_POSTED = """
    SELECT account_id, period, sum(amount)
    FROM ledger_transfer posted
    WHERE account_id = ANY(%(ids)s)
      AND concept = %(surcharge)s
      AND debit_book = 'RECEIVABLE'
      AND reverses_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = posted.id)
    GROUP BY account_id, period
"""
_PAUSES = """
    SELECT account_id, valid_from, valid_until
    FROM registry_hold
    WHERE account_id = ANY(%(ids)s) AND stops_surcharges
"""


class SurchargeDue(NamedTuple):
    """A surcharge to post: pesos of one period of an account, due when the first of it fell due."""

    account_id: int
    party_id: int
    period: date
    due_on: date
    amount: Decimal


def surcharges_due(account_ids: Iterable[int], to: date, rule: SurchargeRule) -> list[SurchargeDue]:
    """What each overdue period of many accounts has earned up to the day ``to`` beyond what is posted or waived.

    Three queries whatever the number of accounts, and only one when nothing is overdue.
    """
    asked: dict[str, Any] = {"ids": list(account_ids), "to": to, "concepts": sorted(rule.bears), "surcharge": SURCHARGE}
    principals: dict[int, list[Principal]] = {}
    owner: dict[tuple[int, date], tuple[int, date]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PRINCIPALS, asked)
        for account_id, party_id, concept, period, due_on, amount, days, amounts in cursor.fetchall():
            credits = [Credit(day, part) for day, part in zip(days or (), amounts or (), strict=True)]
            principals.setdefault(account_id, []).append(Principal(concept, period, due_on, amount, credits))
            _, earliest = owner.get((account_id, period), (party_id, due_on))
            owner[account_id, period] = (party_id, min(due_on, earliest))
        if not principals:
            return []
        overdue = {**asked, "ids": list(principals)}
        posted: dict[int, dict[date, Decimal]] = {}
        cursor.execute(_POSTED, overdue)
        for account_id, period, amount in cursor.fetchall():
            posted.setdefault(account_id, {})[period] = amount
        pauses: dict[int, list[Pause]] = {}
        cursor.execute(_PAUSES, overdue)
        for account_id, since, until in cursor.fetchall():
            pauses.setdefault(account_id, []).append(Pause(since, until))
    due: list[SurchargeDue] = []
    for account_id, owed in principals.items():
        accrued = surcharges_accrued(owed, rule, to, pauses.get(account_id, ()))
        for period, amount in surcharges_to_post(accrued, posted.get(account_id, {})).items():
            party_id, due_on = owner[account_id, period]
            due.append(SurchargeDue(account_id, party_id, period, due_on, amount))
    return due
