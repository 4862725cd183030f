"""What is done with meters and readings: installing, removing, taking in files, deciding what is doubtful."""

from cauce.metering.operations.anomaly_table import load_anomaly_table
from cauce.metering.operations.assignments import ReaderIsAway, ReaderRejected, assign_routes, save_reader
from cauce.metering.operations.deciding import Refusal
from cauce.metering.operations.decision_cases import Choice
from cauce.metering.operations.decisions import (
    DecidedTogether,
    accept_reading,
    correct_reading,
    decide_together,
    estimate_consumption,
    park_reading,
    reopen_decision,
    request_second_visit,
    settle_finding,
)
from cauce.metering.operations.findings import find_anomalies
from cauce.metering.operations.handheld import CaptureRefused, UnknownCycle, capture_reading, open_round
from cauce.metering.operations.history import import_consumption_history, import_previous_readings
from cauce.metering.operations.losses import (
    LossRefused,
    estimate_lost_meters,
    replace_lost_meter,
    report_meter_loss,
    tell_meter_found,
)
from cauce.metering.operations.meters import (
    AccountHasMeter,
    AccountIsClosed,
    ImpossibleDate,
    ImpossibleFigure,
    MeterAlreadyRemoved,
    MeterIsElsewhere,
    install_meter,
    remove_meter,
)
from cauce.metering.operations.padron import import_padron
from cauce.metering.operations.readings import ReadingsOfAnotherMonth, UnknownReadingFile, import_readings
from cauce.metering.operations.refusals import (
    AlreadyDecided,
    AnomalyTableRejected,
    DecisionRefused,
    ImpossibleReading,
    LaterMonthCounted,
    MeterChangeWithoutClosing,
    MonthAlreadyBilled,
    NotBilledSo,
    NotDecided,
    OwnReading,
    PostMayNotRelease,
)
from cauce.metering.operations.rounds import close_round
from cauce.metering.operations.sharing import MeterNotShareable, end_sharing, share_meter

__all__ = [
    "AccountHasMeter",
    "AccountIsClosed",
    "AlreadyDecided",
    "AnomalyTableRejected",
    "CaptureRefused",
    "Choice",
    "DecidedTogether",
    "DecisionRefused",
    "ImpossibleDate",
    "ImpossibleFigure",
    "ImpossibleReading",
    "LaterMonthCounted",
    "LossRefused",
    "MeterAlreadyRemoved",
    "MeterChangeWithoutClosing",
    "MeterIsElsewhere",
    "MeterNotShareable",
    "MonthAlreadyBilled",
    "NotBilledSo",
    "NotDecided",
    "OwnReading",
    "PostMayNotRelease",
    "ReaderIsAway",
    "ReaderRejected",
    "ReadingsOfAnotherMonth",
    "Refusal",
    "UnknownCycle",
    "UnknownReadingFile",
    "accept_reading",
    "assign_routes",
    "capture_reading",
    "close_round",
    "correct_reading",
    "decide_together",
    "end_sharing",
    "estimate_consumption",
    "estimate_lost_meters",
    "find_anomalies",
    "import_consumption_history",
    "import_padron",
    "import_previous_readings",
    "import_readings",
    "install_meter",
    "load_anomaly_table",
    "open_round",
    "park_reading",
    "remove_meter",
    "reopen_decision",
    "replace_lost_meter",
    "report_meter_loss",
    "request_second_visit",
    "save_reader",
    "settle_finding",
    "share_meter",
    "tell_meter_found",
]
