"""Whatever one capability sets off in another, on one page: the kind of an event → the tasks it defers.

A reaction runs after the event's transaction has committed, may run twice, and never decides a race: the
operation that would collide locks the account and checks again.
"""

REACTIONS: dict[str, tuple[str, ...]] = {
    "WORK_ORDER_DONE": (
        "cases.note_field_result",
        "collections.note_reduction_result",
        "collections.note_order_result",
    ),
    "WORK_ORDER_NOT_DONE": (
        "cases.note_field_result",
        "collections.note_reduction_result",
        "collections.note_order_result",
    ),
    "WORK_ORDER_MERGED": ("cases.note_field_result",),
    "INSPECTION_REPORTED": ("cases.note_field_result",),
    "PAYMENT_TAKEN": ("collections.recall_orders", "workorders.issue_paid_orders"),
    "PAYMENT_REVERSED": ("workorders.recall_unpaid_orders", "collections.mark_recall_undone"),
    "PAYMENT_DISHONOURED": ("workorders.recall_unpaid_orders", "collections.mark_recall_undone"),
    "PAYMENT_MOVED_HERE": ("collections.recall_orders",),
    "PAYMENT_MOVED_AWAY": ("collections.mark_recall_undone",),
    "BANK_FILE_IMPORTED": ("collections.recall_bank_paid_orders",),
    "RESOLUTION_APPROVED": ("collections.recall_orders",),
    "AGREEMENT_SIGNED": ("collections.recall_orders",),
    "WAIVER_APPLIED": ("collections.recall_orders",),
    "AGREEMENT_IN_FORCE": ("collections.recall_orders",),
    "REDUCTIONS_AUTHORISED": ("collections.issue_reduction_orders",),
    "BATCH_ISSUE_STARTED": ("collections.issue_batch",),
    "READINGS_TAKEN": ("metering.find_anomalies",),
    "READING_CAPTURED": ("metering.find_anomalies_of_reading",),
    "FINDINGS_NEED_ORDERS": ("workorders.issue_finding_orders",),
    "REPLACEMENT_APPROVED": ("workorders.issue_replacement_orders",),
    "BATCH_ISSUED": ("collections.print_batch",),
}
