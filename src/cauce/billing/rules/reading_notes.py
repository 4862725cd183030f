"""What a bill says of how its m³ were known: an estimate, or a reading that takes off what had been estimated."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from cauce.billing.rules.compact import compact_json
from cauce.core.es_mx import format_periods, format_volume
from cauce.metering.rules import remainder_m3

_ESTIMATES = {
    "AVERAGE_6": "promedio de 6 meses",
    "PREVIOUS_PLUS_AVERAGE": "anterior más promedio",
    "MINIMUM": "consumo mínimo",
}


def reading_note_json(
    *,
    estimate: str,
    measured_m3: int | None,
    settled_m3: int,
    ahead_m3: int,
    months: tuple[date, ...] = (),
    apportioned: Mapping[str, int] | None = None,
) -> str | None:
    """The note as the bill keeps it (m³ are whole); None for a reading that says all by itself.

    ``estimate`` is the rule that estimated, blank for a reading; ``months`` are those whose estimates it takes off.
    ``apportioned`` is how a meter that serves several accounts was divided (``metering.queries.apportion``).
    """
    if not estimate and not settled_m3 and not ahead_m3 and not apportioned:
        return None
    return compact_json(
        {
            "estimate": estimate,
            "measured_m3": measured_m3,
            "settled_m3": settled_m3,
            "ahead_m3": ahead_m3,
            "months": [month.isoformat() for month in months],
            **(apportioned or {}),
        }
    )


def reading_note_words(note: Mapping[str, Any] | None) -> str:
    """The note for who pays; blank when there is nothing to say."""
    if not note:
        return ""
    return "; ".join(words for words in (_count_words(note), *_apportioned_words(note)) if words)


def _apportioned_words(note: Mapping[str, Any]) -> Iterator[str]:
    if "children" in note:
        branches = "una toma derivada" if note["children"] == 1 else f"{note['children']} tomas derivadas"
        marked, taken_off = format_volume(note["total_m3"]), format_volume(note["children_m3"])
        yield f"el medidor marcó {marked} y se descuentan {taken_off} de {branches}"
    if "of_parts" in note:
        parts = "una parte" if note["parts"] == 1 else f"{note['parts']} partes"
        yield f"{parts} de {note['of_parts']} de los {format_volume(note['shared_m3'])} de un medidor compartido"


def _count_words(note: Mapping[str, Any]) -> str:
    if not note["estimate"] and not note["settled_m3"] and not note["ahead_m3"]:
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


def division_fault(billed_m3: int, note: Mapping[str, Any], known_m3: Collection[int]) -> str:
    """What is wrong with the m³ of a bill whose meter serves several accounts; blank when nothing is.

    ``known_m3`` are the consumptions that the meter had in the month, those put right since included.
    """
    total = marked_m3 = note["total_m3"] if "children" in note else note["shared_m3"]
    if "children" in note:
        total = remainder_m3(marked_m3, note["children_m3"])
    # Whole m³: one that is left over by the division goes to one of the parts.
    least = most = total
    if "of_parts" in note:
        least, left = divmod(total * note["parts"], note["of_parts"])
        most = least + bool(left)
    if not least <= billed_m3 <= most:
        return f"El recibo cobra {billed_m3} m³ y de los {marked_m3} m³ del medidor le tocan {least}."
    if marked_m3 not in known_m3:
        return f"El recibo parte de {marked_m3} m³ y el medidor no tiene esa lectura guardada en el mes."
    return ""
