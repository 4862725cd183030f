"""Desks and their sessions, payment orders, payments and the receipts of each account, and what puts them right."""

from cauce.cashier.models.bank import (
    BankMovement,
    BankResolution,
    ClearingMatch,
    ClearingMatchItem,
    ClearingMatchReversal,
)
from cauce.cashier.models.claims import (
    ContingencyBlock,
    ContingencyReceipt,
    CreditVoucher,
    PaymentClaim,
    VoucherDeposit,
    VoucherUse,
)
from cauce.cashier.models.corrections import Dishonour, Refund, TenderCorrection
from cauce.cashier.models.desks import (
    BankDeposit,
    CashCount,
    CashSession,
    CashWithdrawal,
    Desk,
    SessionClose,
    SessionReview,
)
from cauce.cashier.models.movements import BOOK_OF_METHOD, METHOD_OF_BOOK, CashMovement
from cauce.cashier.models.orders import PaymentOrder, PaymentOrderCancellation, PaymentOrderCharge, PaymentOrderLine
from cauce.cashier.models.payments import Payment, Receipt, ReceiptCancellation, Tender

__all__ = [
    "BOOK_OF_METHOD",
    "METHOD_OF_BOOK",
    "BankDeposit",
    "BankMovement",
    "BankResolution",
    "CashCount",
    "CashMovement",
    "CashSession",
    "CashWithdrawal",
    "ClearingMatch",
    "ClearingMatchItem",
    "ClearingMatchReversal",
    "ContingencyBlock",
    "ContingencyReceipt",
    "CreditVoucher",
    "Desk",
    "Dishonour",
    "Payment",
    "PaymentClaim",
    "PaymentOrder",
    "PaymentOrderCancellation",
    "PaymentOrderCharge",
    "PaymentOrderLine",
    "Receipt",
    "ReceiptCancellation",
    "Refund",
    "SessionClose",
    "SessionReview",
    "Tender",
    "TenderCorrection",
    "VoucherDeposit",
    "VoucherUse",
]
