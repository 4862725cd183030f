"""Billing runs, what each account came to in them, and the bills they issued."""

from cauce.billing.models.adjustments import (
    AdjustedBill,
    Adjustment,
    AdjustmentFile,
    AdjustmentPolicy,
    AdjustmentStep,
)
from cauce.billing.models.bills import Bill, BillLine
from cauce.billing.models.calendar import CycleDates, CycleDatesChange
from cauce.billing.models.comparisons import ComparedAccount, LawComparison
from cauce.billing.models.draft_review import DraftBounds, DraftComparison, SampledDraft, UnusualDraft
from cauce.billing.models.guard import ChangesAcknowledgement, GuardSignature
from cauce.billing.models.runs import BillingRun, RunAccount, RunChunk
from cauce.billing.models.sweeps import SweepDifference, SweepRun
from cauce.billing.models.watch import WatchFinding, WatchRule

__all__ = [
    "AdjustedBill",
    "Adjustment",
    "AdjustmentFile",
    "AdjustmentPolicy",
    "AdjustmentStep",
    "Bill",
    "BillLine",
    "BillingRun",
    "ChangesAcknowledgement",
    "ComparedAccount",
    "CycleDates",
    "CycleDatesChange",
    "DraftBounds",
    "DraftComparison",
    "GuardSignature",
    "LawComparison",
    "RunAccount",
    "RunChunk",
    "SampledDraft",
    "SweepDifference",
    "SweepRun",
    "UnusualDraft",
    "WatchFinding",
    "WatchRule",
]
