"""The verbs of the ledger. Nothing else writes what is owed."""

from cauce.ledger.operations.closing import DayNotOver, close_day, keep_day_open, keep_day_still
from cauce.ledger.operations.late_money import bring_surcharges_to, charge_again
from cauce.ledger.operations.locks import AccountBusy, lock_accounts, no_waiting_in_silence
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
from cauce.ledger.operations.reposting import ChargeHeld, Reposted, repost_charges
from cauce.ledger.operations.reversals import (
    CORRECTION,
    AdvanceSpent,
    AlreadyReversed,
    ChargeSettled,
    mirror_of,
    reverse_posting,
    undo_transfers,
)
from cauce.ledger.operations.settling import (
    Applied,
    Settlement,
    apply_advances,
    collect_vat,
    settle,
    settle_from_advances,
)
from cauce.ledger.operations.surcharges import accrue_surcharges, post_surcharges, surcharge_entries

__all__ = [
    "CORRECTION",
    "LONGEST_KEY",
    "ROOM_FOR_PARTS",
    "AccountBusy",
    "AdvanceSpent",
    "AlreadyReversed",
    "Applied",
    "ChargeHeld",
    "ChargeSettled",
    "DayBeingClosed",
    "DayNotOver",
    "KeyReused",
    "KeyTooLong",
    "Reposted",
    "Settlement",
    "accrue_surcharges",
    "apply_advances",
    "begin_posting",
    "bring_surcharges_to",
    "charge_again",
    "close_day",
    "collect_vat",
    "import_balances",
    "keep_day_open",
    "keep_day_still",
    "lock_accounts",
    "mirror_of",
    "no_waiting_in_silence",
    "post",
    "post_surcharges",
    "repost_charges",
    "reverse_posting",
    "settle",
    "settle_from_advances",
    "surcharge_entries",
    "undo_transfers",
    "write_allocations",
    "write_transfers",
]
