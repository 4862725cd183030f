"""What is done with work orders and with the agenda of aforos."""

from cauce.workorders.operations.agenda import (
    MOST_PLACES,
    change_agenda_slot,
    close_agenda_slot,
    open_agenda,
    register_technician,
    reopen_agenda_slot,
)
from cauce.workorders.operations.agenda_attending import cancel_inspection, mark_no_show, record_reminder
from cauce.workorders.operations.agenda_basis import load_inspection_basis
from cauce.workorders.operations.agenda_booking import book_inspection, book_inspection_again, move_inspection
from cauce.workorders.operations.agenda_refusals import (
    AgendaBusy,
    AgendaPowerMissing,
    AgendaRefused,
    AlreadyBooked,
    InspectionElsewhere,
    InspectionRefused,
    InspectionReportRefused,
    PlaceTaken,
)
from cauce.workorders.operations.agenda_reports import report_inspection
from cauce.workorders.operations.catalogue import load_order_catalogue, save_material, save_order_type
from cauce.workorders.operations.crews import add_crew_member, end_crew_member, save_crew
from cauce.workorders.operations.deliveries import acknowledge_delivery, deliver_orders
from cauce.workorders.operations.findings import issue_finding_orders
from cauce.workorders.operations.issuing import AskedOrder, issue_work_orders
from cauce.workorders.operations.office_file import content_of
from cauce.workorders.operations.orders import (
    add_order_file,
    cancel_work_order,
    issue_work_order,
    merge_work_orders,
    reassign_work_order,
    recall_if_pending,
    recall_work_order,
)
from cauce.workorders.operations.payments import issue_paid_orders, recall_unpaid_orders
from cauce.workorders.operations.programme import (
    arrange_day,
    move_programmed,
    program_orders,
    start_work_order,
    unprogram_order,
)
from cauce.workorders.operations.refusals import (
    AreaWithoutStaff,
    CatalogueRejected,
    DebtBelowMinimum,
    OrderAlreadyActed,
    OwnReport,
    ReportRefused,
    WorkOrderRefused,
    WrongState,
)
from cauce.workorders.operations.replacements import issue_replacement_orders
from cauce.workorders.operations.reports import report_work_order
from cauce.workorders.operations.reviews import (
    close_work_orders,
    reopen_work_order,
    retry_work_order,
    review_work_orders,
)
from cauce.workorders.rules.inspections import InspectionReport
from cauce.workorders.rules.reports import WorkOrderReport

__all__ = [
    "MOST_PLACES",
    "AgendaBusy",
    "AgendaPowerMissing",
    "AgendaRefused",
    "AlreadyBooked",
    "AreaWithoutStaff",
    "AskedOrder",
    "CatalogueRejected",
    "DebtBelowMinimum",
    "InspectionElsewhere",
    "InspectionRefused",
    "InspectionReport",
    "InspectionReportRefused",
    "OrderAlreadyActed",
    "OwnReport",
    "PlaceTaken",
    "ReportRefused",
    "WorkOrderRefused",
    "WorkOrderReport",
    "WrongState",
    "acknowledge_delivery",
    "add_crew_member",
    "add_order_file",
    "arrange_day",
    "book_inspection",
    "book_inspection_again",
    "cancel_inspection",
    "cancel_work_order",
    "change_agenda_slot",
    "close_agenda_slot",
    "close_work_orders",
    "content_of",
    "deliver_orders",
    "end_crew_member",
    "issue_finding_orders",
    "issue_paid_orders",
    "issue_replacement_orders",
    "issue_work_order",
    "issue_work_orders",
    "load_inspection_basis",
    "load_order_catalogue",
    "mark_no_show",
    "merge_work_orders",
    "move_inspection",
    "move_programmed",
    "open_agenda",
    "program_orders",
    "reassign_work_order",
    "recall_if_pending",
    "recall_unpaid_orders",
    "recall_work_order",
    "record_reminder",
    "register_technician",
    "reopen_agenda_slot",
    "reopen_work_order",
    "report_inspection",
    "report_work_order",
    "retry_work_order",
    "review_work_orders",
    "save_crew",
    "save_material",
    "save_order_type",
    "start_work_order",
    "unprogram_order",
]
