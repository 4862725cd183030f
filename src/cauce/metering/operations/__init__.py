"""What is done with meters and readings: installing, removing, and taking in files."""

from cauce.metering.operations.history import import_consumption_history, import_previous_readings
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
from cauce.metering.operations.readings import UnknownReadingFile, import_readings

__all__ = [
    "AccountHasMeter",
    "AccountIsClosed",
    "ImpossibleDate",
    "ImpossibleFigure",
    "MeterAlreadyRemoved",
    "MeterIsElsewhere",
    "UnknownReadingFile",
    "import_consumption_history",
    "import_padron",
    "import_previous_readings",
    "import_readings",
    "install_meter",
    "remove_meter",
]
