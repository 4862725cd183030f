"""Billing runs, what each account came to in them, and the bills they issued."""

from cauce.billing.models.bills import Bill, BillLine
from cauce.billing.models.runs import BillingRun, RunAccount, RunChunk

__all__ = ["Bill", "BillLine", "BillingRun", "RunAccount", "RunChunk"]
