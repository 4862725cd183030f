"""What a bill says of how its m³ were known: an estimate, or a reading that takes off what had been estimated."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cauce.billing.rules.compact import compact_json
from cauce.core.es_mx import format_periods, format_volume

_ESTIMATES = {
    "AVERAGE_6": "promedio de 6 meses",
    "PREVIOUS_PLUS_AVERAGE": "anterior más promedio",
    "MINIMUM": "consumo mínimo",
}


def reading_note_json(
    *, estimate: str, measured_m3: int | None, settled_m3: int, ahead_m3: int, months: tuple[date, ...] = ()
) -> str | None:
    """The note as the bill keeps it (m³ are whole); None for a reading that says all by itself.

    ``estimate`` is the rule that estimated, blank for a reading; ``months`` are those whose estimates it takes off.
    """
    if not estimate and not settled_m3 and not ahead_m3:
        return None
    return compact_json(
        {
            "estimate": estimate,
            "measured_m3": measured_m3,
            "settled_m3": settled_m3,
            "ahead_m3": ahead_m3,
            "months": [month.isoformat() for month in months],
        }
    )


def reading_note_words(note: Mapping[str, Any] | None) -> str:
    """The note for who pays; blank when there is nothing to say."""
    if not note:
        return ""
    if note["estimate"]:
        return f"lectura estimada ({_ESTIMATES.get(note['estimate'], 'por regla')})"
    if not note["settled_m3"]:
        return f"quedan {format_volume(note['ahead_m3'])} estimados por liquidar"
    of_months = format_periods([date.fromisoformat(month) for month in note["months"]]) if note["months"] else ""
    told = f"medidos {format_volume(note['measured_m3'])}, liquida {format_volume(note['settled_m3'])} estimados"
    if of_months:
        told += f" de {of_months}"
    if note["ahead_m3"]:
        told += f" y quedan {format_volume(note['ahead_m3'])} por liquidar"
    return told
