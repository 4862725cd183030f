"""The arithmetic of debt: what a payment settles, what an overdue month costs, how movements read on a statement.

Pure values in, pure values out. Amounts are pesos to the centavo; a period is its month's first day.
"""

from cauce.ledger.rules.allocation import (
    AGREEMENT_BOOK,
    AGREEMENT_INTEREST,
    INSTALMENT,
    PAID_TOGETHER,
    AllocationOrder,
    OpenCharge,
    allocate,
    is_agreement_interest,
    overdue_periods,
    payable_on,
)
from cauce.ledger.rules.entries import ADVANCE, DEPOSIT, PAYMENT, Allotment, Entry, Settled, Source, draw, swapped
from cauce.ledger.rules.posting import body_digest, first_open_day
from cauce.ledger.rules.statement import Movement, StatementEntry, movements_of
from cauce.ledger.rules.surcharges import (
    Credit,
    Pause,
    Principal,
    months_started,
    surcharges_accrued,
    surcharges_to_post,
)

__all__ = [
    "ADVANCE",
    "AGREEMENT_BOOK",
    "AGREEMENT_INTEREST",
    "DEPOSIT",
    "INSTALMENT",
    "PAID_TOGETHER",
    "PAYMENT",
    "AllocationOrder",
    "Allotment",
    "Credit",
    "Entry",
    "Movement",
    "OpenCharge",
    "Pause",
    "Principal",
    "Settled",
    "Source",
    "StatementEntry",
    "allocate",
    "body_digest",
    "draw",
    "first_open_day",
    "is_agreement_interest",
    "months_started",
    "movements_of",
    "overdue_periods",
    "payable_on",
    "surcharges_accrued",
    "surcharges_to_post",
    "swapped",
]
