"""What a document says, before any paper: the sheets that callers fill, and the payment reference.

`sheets` holds the contract of each printed document, `references` the number that banks and stores read, `files`
what an uploaded file is.
"""

from cauce.documents.rules.files import content_type_of
from cauce.documents.rules.references import InvalidReferenceError, PaymentReference, parse_reference, payment_reference
from cauce.documents.rules.sheets import (
    BillLine,
    BillSheet,
    Issuer,
    MonthConsumption,
    MovementKind,
    ProofSection,
    ProofSheet,
    ProofStep,
    ReceiptLine,
    ReceiptSheet,
    RunAccount,
    RunAmount,
    RunTotalsSheet,
    StatementMovement,
    StatementSheet,
)

__all__ = [
    "BillLine",
    "BillSheet",
    "InvalidReferenceError",
    "Issuer",
    "MonthConsumption",
    "MovementKind",
    "PaymentReference",
    "ProofSection",
    "ProofSheet",
    "ProofStep",
    "ReceiptLine",
    "ReceiptSheet",
    "RunAccount",
    "RunAmount",
    "RunTotalsSheet",
    "StatementMovement",
    "StatementSheet",
    "content_type_of",
    "parse_reference",
    "payment_reference",
]
