"""The arrears of a day straight from the ledger, without any portfolio taken."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection

from cauce.collections.rules.ages import AGES

SAMPLE: Final = 10

# By account, and the charges of people without account on a row of their own.
_ARREARS: Final = """
WITH pending AS (
    SELECT charge.account_id, charge.due_on, charge.amount - coalesce(settled.amount, 0) AS pending
    FROM ledger_transfer charge
    LEFT JOIN (
        SELECT charge_id, sum(amount) AS amount
        FROM ledger_allocation
        WHERE effective_on <= %(day)s
        GROUP BY charge_id
    ) settled ON settled.charge_id = charge.id
    WHERE charge.debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
      AND charge.reverses_id IS NULL
      AND charge.effective_on <= %(day)s
      AND charge.due_on < %(day)s
      AND charge.amount > coalesce(settled.amount, 0)
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = charge.id)
)
SELECT account_id, %(day)s::date - due_on AS days, sum(pending)
FROM pending
GROUP BY account_id, days
"""


@dataclass(frozen=True, slots=True)
class LedgerArrears:
    """What is overdue on a day, in pesos: whole, by the age of each charge, and what people without account owe apart.

    ``accounts`` counts the debtors and ``sample`` are the ids of those that owe the most.
    """

    day: date
    total: Decimal
    accounts: int
    by_age: dict[str, Decimal]
    accounts_by_age: dict[str, int]
    without_account: Decimal
    sample: tuple[int, ...]


def ledger_arrears(day: date) -> LedgerArrears:
    """What every account owes on ``day`` that fell due before it, by value date; surcharges once they are posted."""
    by_age = {age.code: Decimal("0.00") for age in AGES}
    owed: dict[int, Decimal] = {}
    oldest: dict[int, int] = {}
    without_account = Decimal("0.00")
    with connection.cursor() as cursor:
        cursor.execute(_ARREARS, {"day": day})
        for account_id, days, pending in cursor.fetchall():
            if account_id is None:
                without_account += pending
                continue
            by_age[_age(days)] += pending
            owed[account_id] = owed.get(account_id, Decimal("0.00")) + pending
            oldest[account_id] = max(days, oldest.get(account_id, 0))
    accounts_by_age = {age.code: 0 for age in AGES}
    for days in oldest.values():
        accounts_by_age[_age(days)] += 1
    largest = sorted(owed, key=lambda account_id: (-owed[account_id], account_id))[:SAMPLE]
    return LedgerArrears(
        day=day,
        total=sum(by_age.values(), Decimal("0.00")),
        accounts=len(owed),
        by_age=by_age,
        accounts_by_age=accounts_by_age,
        without_account=without_account,
        sample=tuple(largest),
    )


def _age(days: int) -> str:
    return next(age.code for age in AGES if age.holds(days))
