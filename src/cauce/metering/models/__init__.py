"""Meters, where each one was, what was read, what a person decided of it, and what was consumed."""

from cauce.metering.models.anomalies import AnomalyTable, ReadingFinding
from cauce.metering.models.assignments import RouteAssignment
from cauce.metering.models.consumption import Consumption
from cauce.metering.models.decisions import ReadingDecision
from cauce.metering.models.handheld import ReadingCapture
from cauce.metering.models.losses import MeterLoss
from cauce.metering.models.meters import Meter, MeterInstallation, MeterInstallationQuerySet
from cauce.metering.models.park import (
    BenchFlow,
    BenchTest,
    ParkMeter,
    ParkSnapshot,
    ParkTable,
    ReplacementLine,
    ReplacementProposal,
)
from cauce.metering.models.readers import Reader
from cauce.metering.models.readings import OpeningReading, Reading, ReadingRound, RoundLine
from cauce.metering.models.sharing import MeterShare
from cauce.metering.models.unread import RoundUnread

__all__ = [
    "AnomalyTable",
    "BenchFlow",
    "BenchTest",
    "Consumption",
    "Meter",
    "MeterInstallation",
    "MeterInstallationQuerySet",
    "MeterLoss",
    "MeterShare",
    "OpeningReading",
    "ParkMeter",
    "ParkSnapshot",
    "ParkTable",
    "Reader",
    "Reading",
    "ReadingCapture",
    "ReadingDecision",
    "ReadingFinding",
    "ReadingRound",
    "ReplacementLine",
    "ReplacementProposal",
    "RoundLine",
    "RoundUnread",
    "RouteAssignment",
]
