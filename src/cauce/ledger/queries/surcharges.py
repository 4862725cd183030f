"""Surcharges that overdue periods have earned and nobody has posted yet."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from cauce.core.money import ZERO
from cauce.ledger.rules import Credit, Pause, Principal, surcharges_accrued, surcharges_to_post
from cauce.tariffs.rules.values import SURCHARGE, SurchargeRule

# All the principal of every period that still owes some of it: a period is rounded as a whole, so the months that a
# settled concept bore before it was paid count in the same sum. Periods paid in full earned their last surcharge then.
_PRINCIPALS = """
    WITH bearing AS MATERIALIZED (
        SELECT charge.id, charge.account_id, charge.party_id, charge.concept, charge.period, charge.due_on,
               charge.amount,
               (SELECT sum(amount) FROM ledger_allocation WHERE charge_id = charge.id) AS settled
        FROM ledger_transfer charge
        WHERE charge.account_id = ANY(%(ids)s)
          AND charge.debit_book = 'RECEIVABLE'
          AND charge.concept = ANY(%(concepts)s)
          AND charge.due_on < %(to)s
          AND charge.period IS NOT NULL
          AND charge.reverses_id IS NULL
    ), overdue AS (
        SELECT DISTINCT account_id, period
        FROM bearing
        WHERE (%(paid_too)s OR amount > coalesce(settled, 0))
          AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = bearing.id)
    )
    SELECT account_id, bearing.party_id, bearing.concept, period, bearing.due_on, bearing.amount,
           credits.days, credits.amounts
    FROM bearing
    JOIN overdue USING (account_id, period)
    LEFT JOIN LATERAL (
        SELECT array_agg(effective_on ORDER BY id) AS days, array_agg(amount ORDER BY id) AS amounts
        FROM ledger_allocation
        WHERE charge_id = bearing.id
    ) credits ON bearing.settled IS NOT NULL
    WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = bearing.id)
    ORDER BY account_id, bearing.id
"""
# A surcharge that was paid before it was known not to be due was returned as money in favour.
_POSTED = """
    SELECT account_id, period, sum(CASE WHEN debit_book = 'RECEIVABLE' THEN amount ELSE -amount END)
    FROM ledger_transfer posted
    WHERE account_id = ANY(%(ids)s)
      AND concept = %(surcharge)s
      AND (debit_book = 'RECEIVABLE' OR reason = 'SURCHARGE_RETURNED')
      AND reverses_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = posted.id)
    GROUP BY account_id, period
"""
_PAUSES = """
    SELECT account_id, valid_from, valid_until
    FROM registry_hold
    WHERE account_id = ANY(%(ids)s) AND stops_surcharges
"""


_CHARGED = """
    SELECT account_id, min(party_id), period, min(due_on),
           sum(CASE WHEN debit_book = 'RECEIVABLE' THEN amount ELSE -amount END)
    FROM ledger_transfer posted
    WHERE account_id = ANY(%(ids)s)
      AND concept = %(surcharge)s
      AND period IS NOT NULL
      AND ((debit_book = 'RECEIVABLE' AND reason = 'SURCHARGE') OR reason = 'SURCHARGE_RETURNED')
      AND reverses_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = posted.id)
    GROUP BY account_id, period
    HAVING sum(CASE WHEN debit_book = 'RECEIVABLE' THEN amount ELSE -amount END) > 0
"""


class SurchargeDue(NamedTuple):
    """A surcharge to post: pesos of one period of an account, due when the first of it fell due."""

    account_id: int
    party_id: int
    period: date
    due_on: date
    amount: Decimal


class SurchargeState(NamedTuple):
    """What one period of an account has earned up to a day and what is posted of it, in pesos."""

    account_id: int
    party_id: int
    period: date
    due_on: date
    accrued: Decimal
    posted: Decimal


def surcharges_due(account_ids: Iterable[int], to: date, rule: SurchargeRule) -> list[SurchargeDue]:
    """What each overdue period of many accounts has earned up to the day ``to`` beyond what is posted or waived.

    Three queries whatever the number of accounts, and only one when nothing is overdue.
    """
    due: list[SurchargeDue] = []
    for state in surcharge_states(account_ids, to, rule):
        missing = surcharges_to_post({state.period: state.accrued}, {state.period: state.posted})
        if missing:
            due.append(
                SurchargeDue(state.account_id, state.party_id, state.period, state.due_on, missing[state.period])
            )
    return due


def surcharge_states(
    account_ids: Iterable[int], to: date, rule: SurchargeRule, *, paid_too: bool = False
) -> list[SurchargeState]:
    """What each period that owes principal has earned up to the day ``to`` and has posted; ``paid_too``, also the rest.

    Three queries whatever the number of accounts, and only one when nothing is overdue.
    """
    asked: dict[str, Any] = {
        "ids": list(account_ids),
        "to": to,
        "concepts": sorted(rule.bears),
        "surcharge": SURCHARGE,
        "paid_too": paid_too,
    }
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
    states: list[SurchargeState] = []
    for account_id, owed in principals.items():
        accrued = surcharges_accrued(owed, rule, to, pauses.get(account_id, ()))
        held = posted.get(account_id, {})
        for period in sorted({principal.period for principal in owed}):
            party_id, due_on = owner[account_id, period]
            states.append(
                SurchargeState(account_id, party_id, period, due_on, accrued.get(period, ZERO), held.get(period, ZERO))
            )
    return states


def surcharges_of_nothing(account_ids: Iterable[int], known: Iterable[SurchargeState]) -> list[SurchargeState]:
    """Surcharges charged to periods whose principal was taken back whole, which earn none; ``known`` have theirs."""
    told = {(state.account_id, state.period) for state in known}
    with connection.cursor() as cursor:
        cursor.execute(_CHARGED, {"ids": list(account_ids), "surcharge": SURCHARGE})
        return [
            SurchargeState(account_id, party_id, period, due_on, ZERO, posted)
            for account_id, party_id, period, due_on, posted in cursor.fetchall()
            if (account_id, period) not in told
        ]
