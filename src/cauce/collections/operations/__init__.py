"""The verbs of collection."""

from cauce.collections.operations.batches import (
    approve_batch,
    close_finished_batches,
    discard_batch,
    exclude_act,
    prepare_batch,
    start_issuing_batch,
)
from cauce.collections.operations.by_use import ServiceTableRejected, load_service_table
from cauce.collections.operations.catalogue import load_ladder, save_ladder_step
from cauce.collections.operations.contacts import (
    ContactFacts,
    ContactNotPossible,
    evaluate_promise,
    evaluate_promises,
    log_contact,
)
from cauce.collections.operations.deliveries import capture_delivery, mark_batch_sent, note_order_result
from cauce.collections.operations.infractions import (
    FINE_SERVICE,
    InfractionRefused,
    dismiss_infraction,
    fine_infraction,
    hear_infraction,
    notify_infraction,
    record_infraction,
)
from cauce.collections.operations.law_charges import LawPrice, ServiceNotInLaw, law_price
from cauce.collections.operations.legal import (
    fill_legal_record,
    issue_credential,
    issue_legal_record,
    revoke_credential,
    void_legal_record,
)
from cauce.collections.operations.notices import NOTICE_SERIES, issue_batch_chunk
from cauce.collections.operations.portfolio import (
    PortfolioOfTheFuture,
    take_arrears_snapshot,
    thin_arrears_snapshots,
)
from cauce.collections.operations.recall import (
    NotCalledBack,
    mark_recall_undone,
    note_reduction_result,
    recall_paid_orders,
    report_late_execution,
)
from cauce.collections.operations.reconnection import NothingToReconnect, open_reconnection
from cauce.collections.operations.reduction import (
    MOST_AT_ONCE,
    ReductionBlocked,
    WrongBatch,
    authorise_reductions,
    issue_reduction_order,
)
from cauce.collections.operations.refusals import (
    BatchRefused,
    LadderRejected,
    NoticePaid,
    NoticeRefused,
    RecordRefused,
)
from cauce.collections.operations.selections import SelectionNotPossible, save_selection, withdraw_selection
from cauce.collections.operations.vouchers import MOST_DAYS, MOST_PERSONS, deliver_water_voucher, issue_water_voucher

__all__ = [
    "FINE_SERVICE",
    "MOST_AT_ONCE",
    "MOST_DAYS",
    "MOST_PERSONS",
    "NOTICE_SERIES",
    "BatchRefused",
    "ContactFacts",
    "ContactNotPossible",
    "InfractionRefused",
    "LadderRejected",
    "LawPrice",
    "NotCalledBack",
    "NothingToReconnect",
    "NoticePaid",
    "NoticeRefused",
    "PortfolioOfTheFuture",
    "RecordRefused",
    "ReductionBlocked",
    "SelectionNotPossible",
    "ServiceNotInLaw",
    "ServiceTableRejected",
    "WrongBatch",
    "approve_batch",
    "authorise_reductions",
    "capture_delivery",
    "close_finished_batches",
    "deliver_water_voucher",
    "discard_batch",
    "dismiss_infraction",
    "evaluate_promise",
    "evaluate_promises",
    "exclude_act",
    "fill_legal_record",
    "fine_infraction",
    "hear_infraction",
    "issue_batch_chunk",
    "issue_credential",
    "issue_legal_record",
    "issue_reduction_order",
    "issue_water_voucher",
    "law_price",
    "load_ladder",
    "load_service_table",
    "log_contact",
    "mark_batch_sent",
    "mark_recall_undone",
    "note_order_result",
    "note_reduction_result",
    "notify_infraction",
    "open_reconnection",
    "prepare_batch",
    "recall_paid_orders",
    "record_infraction",
    "report_late_execution",
    "revoke_credential",
    "save_ladder_step",
    "save_selection",
    "start_issuing_batch",
    "take_arrears_snapshot",
    "thin_arrears_snapshots",
    "void_legal_record",
    "withdraw_selection",
]
