"""What an account owes past its due date, by the ledger alone."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from cauce.core.money import ZERO
from cauce.ledger.queries import pending_charges


def overdue_debts(account_ids: Collection[int], *, on: date) -> dict[int, Decimal]:
    """What was pending of each account, by value date, of what was due before ``on``; zero for who owes nothing.

    Surcharges count once they are posted. One query.
    """
    overdue = dict.fromkeys(account_ids, ZERO)
    for charge in pending_charges(list(account_ids), as_of=on):
        if charge.account_id is not None and charge.due_on < on:
            overdue[charge.account_id] += charge.pending
    return overdue


def overdue_debt(account_id: int, *, on: date) -> Decimal:
    """What one account owes past its due date. One query."""
    return overdue_debts([account_id], on=on)[account_id]
