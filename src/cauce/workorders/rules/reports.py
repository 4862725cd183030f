"""What a crew tells of an order, and what is missing in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

LONGEST_REASON = 80
RADIO = "RADIO"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderReport:
    """What was found and done in one visit, as it came by a sheet, by radio or from a telephone in the street.

    ``materials`` are codes with their quantity; ``photos`` are numbers of stored files.
    """

    is_done: bool
    reason: str = ""
    reading: int | None = None
    seal: str = ""
    meter_serial: str = ""
    meter_brand: str = ""
    initial_reading: int | None = None
    diameter: str = ""
    notes: str = ""
    means: str = "SHEET"
    finished_at: datetime
    materials: tuple[tuple[str, Decimal], ...] = ()
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    photos: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a kind of order asks of who did it. Without a meter in place there is no reading to bring."""

    closing_fields: Collection[str] = ()
    needs_photo: bool = False
    has_meter: bool = True
    reasons_not_done: Sequence[str] = ()


def missing_in(report: WorkOrderReport, asked: Asked) -> tuple[str, ...]:
    """The codes of what an order that was done asks and the report does not bring; ``PHOTO`` among them.

    A photograph cannot be dictated: what comes by radio may bring it later.
    """
    if not report.is_done:
        return ()
    brought = {
        "READING": report.reading is not None or not asked.has_meter,
        "SEAL": bool(report.seal.strip()),
        "METER_SERIAL": bool(report.meter_serial.strip()),
        "DIAMETER": bool(report.diameter.strip()),
        "INITIAL_READING": report.initial_reading is not None,
    }
    missing = [field for field in asked.closing_fields if not brought[field]]
    if asked.needs_photo and not report.photos and report.means != RADIO:
        missing.append("PHOTO")
    return tuple(missing)


def is_photo_to_come(report: WorkOrderReport, asked: Asked) -> bool:
    """Whether the order was dictated as done and its photograph is still to be brought."""
    return report.is_done and asked.needs_photo and not report.photos and report.means == RADIO


def is_known_reason(reason: str, asked: Asked) -> bool:
    """Whether a reason for not having done an order is one of those of its kind; any, if the kind names none."""
    given = reason.strip()
    return bool(given) and len(given) <= LONGEST_REASON and given in (asked.reasons_not_done or (given,))


def added_up(materials: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """The quantity of each material, however many times it was named."""
    total: dict[str, Decimal] = {}
    for code, quantity in materials:
        total[code] = total.get(code, Decimal(0)) + quantity
    return total
