"""The verbs of billing."""

from cauce.billing.operations.computing import RunPricer, compute_chunk
from cauce.billing.operations.errors import AccountsBilledTwice, DraftNotChangeable, RunNotReady, SamePersonApproves
from cauce.billing.operations.issuing import issue_chunk
from cauce.billing.operations.runs import (
    BILL_SERIES,
    CHUNK_SIZE,
    approve_run,
    cancel_run,
    finish_computing,
    finish_issuing,
    open_run,
    plan_run,
    return_draft,
    start_issuing,
    withdraw_draft,
)
from cauce.billing.operations.working import work_on_run

__all__ = [
    "BILL_SERIES",
    "CHUNK_SIZE",
    "AccountsBilledTwice",
    "DraftNotChangeable",
    "RunNotReady",
    "RunPricer",
    "SamePersonApproves",
    "approve_run",
    "cancel_run",
    "compute_chunk",
    "finish_computing",
    "finish_issuing",
    "issue_chunk",
    "open_run",
    "plan_run",
    "return_draft",
    "start_issuing",
    "withdraw_draft",
    "work_on_run",
]
