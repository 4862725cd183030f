"""Reads of collection."""

from cauce.collections.queries.contacts import contacts_of, paid_since, pending_promise
from cauce.collections.queries.figures import Cut, ages_of, latest_snapshot, parts_of
from cauce.collections.queries.ledger_arrears import LedgerArrears, ledger_arrears
from cauce.collections.queries.portfolio import (
    Debtor,
    NoPortfolio,
    condition_of,
    lines_of,
    overdue_debts,
    selected_debtors,
    snapshot_of,
)

__all__ = [
    "Cut",
    "Debtor",
    "LedgerArrears",
    "NoPortfolio",
    "ages_of",
    "condition_of",
    "contacts_of",
    "latest_snapshot",
    "ledger_arrears",
    "lines_of",
    "overdue_debts",
    "paid_since",
    "parts_of",
    "pending_promise",
    "selected_debtors",
    "snapshot_of",
]
