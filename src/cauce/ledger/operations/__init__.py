"""The verbs of the ledger. Nothing else writes what is owed."""

from cauce.ledger.operations.closing import DayNotOver, close_day, keep_day_open, keep_day_still
from cauce.ledger.operations.late_money import charge_again, has_later_surcharges, take_back_surcharges
from cauce.ledger.operations.locks import AccountBusy, lock_accounts
from cauce.ledger.operations.opening import import_balances
from cauce.ledger.operations.posting import (
    LONGEST_KEY,
    ROOM_FOR_PARTS,
    DayBeingClosed,
    KeyReused,
    KeyTooLong,
    begin_posting,
    post,
    write_allocations,
    write_transfers,
)
from cauce.ledger.operations.reversals import AdvanceSpent, AlreadyReversed, ChargeSettled, reverse_posting
from cauce.ledger.operations.settling import Applied, apply_advances, settle, settle_from_advances
from cauce.ledger.operations.surcharges import accrue_surcharges, post_surcharges, surcharge_entries

__all__ = [
    "LONGEST_KEY",
    "ROOM_FOR_PARTS",
    "AccountBusy",
    "AdvanceSpent",
    "AlreadyReversed",
    "Applied",
    "ChargeSettled",
    "DayBeingClosed",
    "DayNotOver",
    "KeyReused",
    "KeyTooLong",
    "accrue_surcharges",
    "apply_advances",
    "begin_posting",
    "charge_again",
    "close_day",
    "has_later_surcharges",
    "import_balances",
    "keep_day_open",
    "keep_day_still",
    "lock_accounts",
    "post",
    "post_surcharges",
    "reverse_posting",
    "settle",
    "settle_from_advances",
    "surcharge_entries",
    "take_back_surcharges",
    "write_allocations",
    "write_transfers",
]
