"""What is done with the park of meters: its table, its day, a meter's facts, its tests, and changing the worst."""

from cauce.metering.operations.park.bench import record_bench_test
from cauce.metering.operations.park.meters import complete_meter, put_meter_away
from cauce.metering.operations.park.proposals import (
    approve_replacement,
    propose_replacement,
    refuse_replacement,
    withdraw_replacement,
)
from cauce.metering.operations.park.refusals import (
    BenchTestRefused,
    MeterFactsRefused,
    ParkNotKnown,
    ParkTableRejected,
    ReplacementNotReady,
    ReplacementRefused,
)
from cauce.metering.operations.park.table import load_park_table
from cauce.metering.operations.park.taking import take_park

__all__ = [
    "BenchTestRefused",
    "MeterFactsRefused",
    "ParkNotKnown",
    "ParkTableRejected",
    "ReplacementNotReady",
    "ReplacementRefused",
    "approve_replacement",
    "complete_meter",
    "load_park_table",
    "propose_replacement",
    "put_meter_away",
    "record_bench_test",
    "refuse_replacement",
    "take_park",
    "withdraw_replacement",
]
