"""Meters, where each one was, what was read, what a person decided of it, and what was consumed."""

from cauce.metering.models.anomalies import AnomalyTable, ReadingFinding
from cauce.metering.models.assignments import RouteAssignment
from cauce.metering.models.consumption import Consumption
from cauce.metering.models.decisions import ReadingDecision
from cauce.metering.models.handheld import ReadingCapture
from cauce.metering.models.losses import MeterLoss
from cauce.metering.models.meters import Meter, MeterInstallation, MeterInstallationQuerySet
from cauce.metering.models.readers import Reader
from cauce.metering.models.readings import OpeningReading, Reading, ReadingRound, RoundLine
from cauce.metering.models.sharing import MeterShare

__all__ = [
    "AnomalyTable",
    "Consumption",
    "Meter",
    "MeterInstallation",
    "MeterInstallationQuerySet",
    "MeterLoss",
    "MeterShare",
    "OpeningReading",
    "Reader",
    "Reading",
    "ReadingCapture",
    "ReadingDecision",
    "ReadingFinding",
    "ReadingRound",
    "RoundLine",
    "RouteAssignment",
]
