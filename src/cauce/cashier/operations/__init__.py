"""The verbs of the desk."""

from cauce.cashier.operations.orders import EmptyOrder, issue_payment_order
from cauce.cashier.operations.payments import (
    AmountsDoNotAddUp,
    DocumentSettled,
    PaymentShare,
    ReasonMissing,
    ReceiptAlreadyCancelled,
    reverse_payment,
    take_payment,
)
from cauce.cashier.operations.sessions import (
    CashierElsewhere,
    DeskTaken,
    SessionClosed,
    SessionLeftOpen,
    close_session,
    open_channel_session,
    open_desk,
    open_session,
)

__all__ = [
    "AmountsDoNotAddUp",
    "CashierElsewhere",
    "DeskTaken",
    "DocumentSettled",
    "EmptyOrder",
    "PaymentShare",
    "ReasonMissing",
    "ReceiptAlreadyCancelled",
    "SessionClosed",
    "SessionLeftOpen",
    "close_session",
    "issue_payment_order",
    "open_channel_session",
    "open_desk",
    "open_session",
    "reverse_payment",
    "take_payment",
]
