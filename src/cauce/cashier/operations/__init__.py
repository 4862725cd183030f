"""The verbs of the desk."""

from cauce.cashier.operations.bars import OverLimit, SamePerson, refuse_over_limit, refuse_same_person
from cauce.cashier.operations.orders import EmptyOrder, issue_payment_order
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
from cauce.cashier.operations.taking import (
    AmountsDoNotAddUp,
    DirectedTooMuch,
    DocumentSettled,
    PaymentShare,
    take_payment,
)
from cauce.cashier.operations.undoing import DrawerMissing, ReasonMissing, ReceiptAlreadyCancelled, reverse_payment

__all__ = [
    "AmountsDoNotAddUp",
    "CashierElsewhere",
    "DeskTaken",
    "DirectedTooMuch",
    "DocumentSettled",
    "DrawerMissing",
    "EmptyOrder",
    "OverLimit",
    "PaymentShare",
    "ReasonMissing",
    "ReceiptAlreadyCancelled",
    "SamePerson",
    "SessionClosed",
    "SessionLeftOpen",
    "close_session",
    "issue_payment_order",
    "open_channel_session",
    "open_desk",
    "open_session",
    "refuse_over_limit",
    "refuse_same_person",
    "reverse_payment",
    "take_payment",
]
