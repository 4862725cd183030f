"""Reads of billing: runs and their chunks, bills, and what each paper says."""

from cauce.billing.queries.runs import (
    AccountToBill,
    DraftToIssue,
    accounts_not_billed,
    accounts_to_bill,
    approved_runs_of_period,
    bills_of_run,
    drafts_by_chunk,
    drafts_in_runs,
    drafts_to_issue,
    live_bill,
    live_bills,
    run_of,
    run_pdf_path,
    run_progress,
    withdrawn_drafts,
)
from cauce.billing.queries.sheets import bill_sheet, proof_sheet, run_totals_sheet, sheets_of, sheets_of_run

__all__ = [
    "AccountToBill",
    "DraftToIssue",
    "accounts_not_billed",
    "accounts_to_bill",
    "approved_runs_of_period",
    "bill_sheet",
    "bills_of_run",
    "drafts_by_chunk",
    "drafts_in_runs",
    "drafts_to_issue",
    "live_bill",
    "live_bills",
    "proof_sheet",
    "run_of",
    "run_pdf_path",
    "run_progress",
    "run_totals_sheet",
    "sheets_of",
    "sheets_of_run",
    "withdrawn_drafts",
]
