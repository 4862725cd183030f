"""Reads of the ledger: what is owed, what money is in favour, what late payment has cost, how the account reads."""

from cauce.ledger.queries.balances import advance_balances, balance, balances, party_balance
from cauce.ledger.queries.charges import open_charges, open_charges_of_parties, pending_charges
from cauce.ledger.queries.days import booking_day, open_day_from
from cauce.ledger.queries.law import CollectionLaw, collection_law
from cauce.ledger.queries.statement import (
    DebtSummary,
    OpenPeriod,
    debt_summaries,
    debt_summary,
    statement_movements,
)
from cauce.ledger.queries.surcharges import (
    SurchargeDue,
    SurchargeState,
    surcharge_states,
    surcharges_due,
    surcharges_of_nothing,
)

__all__ = [
    "CollectionLaw",
    "DebtSummary",
    "OpenPeriod",
    "SurchargeDue",
    "SurchargeState",
    "advance_balances",
    "balance",
    "balances",
    "booking_day",
    "collection_law",
    "debt_summaries",
    "debt_summary",
    "open_charges",
    "open_charges_of_parties",
    "open_day_from",
    "party_balance",
    "pending_charges",
    "statement_movements",
    "surcharge_states",
    "surcharges_due",
    "surcharges_of_nothing",
]
