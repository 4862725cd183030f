"""Whatever one capability sets off in another, on one page: the kind of an event → the tasks it defers.

A reaction runs after the event's transaction has committed, may run twice, and never decides a race: the
operation that would collide locks the account and checks again.
"""

REACTIONS: dict[str, tuple[str, ...]] = {
    "WORK_ORDER_DONE": ("cases.note_field_result",),
    "WORK_ORDER_NOT_DONE": ("cases.note_field_result",),
    "INSPECTION_REPORTED": ("cases.note_field_result",),
    "PAYMENT_TAKEN": ("workorders.issue_paid_orders",),
    "PAYMENT_REVERSED": ("workorders.recall_unpaid_orders",),
    "PAYMENT_DISHONOURED": ("workorders.recall_unpaid_orders",),
}
