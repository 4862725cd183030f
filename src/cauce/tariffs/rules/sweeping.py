"""What a bill should have been: its proof checked step by step, and its use priced again by the law of its months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cauce.core.money import ZERO, round_to_cents
from cauce.tariffs.rules.checking import Fault, StatedLine, check_proof
from cauce.tariffs.rules.errors import PricingError
from cauce.tariffs.rules.pricing import price
from cauce.tariffs.rules.usages import read_usage, usage_of_proof
from cauce.tariffs.rules.values import VAT, WATER, Schedule

# An adjustment by a percentage takes part of a line off after it was priced.
_ADJUSTED = "adjusted"
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledUse:
    """What equal bills have in common: by which law, of which use, with which lines and proof.

    ``usage`` is the use as the bill keeps it, None in older bills; ``volume_m3`` is the bill's own.
    """

    period: date
    tariff_code: str
    volume_m3: int | None
    usage: Mapping[str, Any] | None
    lines: tuple[StatedLine, ...]
    proof: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SweepFaults:
    """What differs: in its own proof, and in its price by the law."""

    of_proof: tuple[Fault, ...]
    of_price: tuple[Fault, ...]


def sweep_bill(billed: BilledUse, laws: Sequence[Schedule], ruling: Sequence[Schedule]) -> SweepFaults:
    """Recompute a bill both ways. ``laws`` begin with the bill's own; ``ruling`` with the one that rules its month."""
    of_proof = check_proof(billed.proof, billed.lines, laws, period=billed.period, tariff_code=billed.tariff_code)
    return SweepFaults(tuple(of_proof), tuple(_price_faults(billed, laws[0], ruling)))


def _price_faults(billed: BilledUse, law: Schedule, ruling: Sequence[Schedule]) -> list[Fault]:
    code, period = billed.tariff_code, billed.period
    try:
        if billed.usage is None:
            usage = usage_of_proof(billed.proof, law, tariff_code=code, period=period, volume_m3=billed.volume_m3)
        else:
            usage = read_usage(billed.usage, tariff_code=code, period=period)
    except (KeyError, TypeError, ValueError):
        return [Fault(WATER, None, None, "No se puede leer el uso que se cobró.")]
    faults = []
    if usage.has_water and usage.m3 != billed.volume_m3:
        why = f"El recibo dice {_m3(billed.volume_m3)} y se cobraron {_m3(usage.m3)}."
        faults.append(Fault(WATER, None, None, why))
    try:
        given = price(ruling[0], usage, ruling[1:])
    except PricingError as refused:
        return [*faults, Fault(WATER, None, None, f"La ley no le da precio: {refused.message}")]
    expected = {line.concept: (line.amount, line.vat_percent) for line in given.lines}
    _take_off(billed.proof, expected)
    by_another = "" if ruling[0] is law else f" ({ruling[0].decree}, que rige el mes)"
    stated = {line.concept: line for line in billed.lines}
    vat_stated = sum((line.vat for line in billed.lines), ZERO)
    vat_expected = sum((round_to_cents(amount * percent / _HUNDRED) for amount, percent in expected.values()), ZERO)
    for concept in expected.keys() | stated.keys():
        is_amount = stated[concept].amount if concept in stated else None
        should_be = expected[concept][0] if concept in expected else None
        if is_amount != should_be:
            why = f"Por las tablas de la ley{by_another} su uso cuesta otra cosa."
            faults.append(Fault(concept, is_amount, should_be, why))
    if vat_stated != vat_expected:
        faults.append(Fault(VAT, vat_stated, vat_expected, f"Por la ley{by_another} su IVA es otro."))
    return sorted(faults, key=lambda fault: fault.concept)


def _take_off(proof: Mapping[str, Any], expected: dict[str, tuple[Decimal, Decimal]]) -> None:
    """What an adjustment by percentage took off each line, done again on what the law gives."""
    for name, *operands in proof["steps"]:
        if name == _ADJUSTED and operands[1] in expected:
            amount, vat_percent = expected[operands[1]]
            taken = round_to_cents(amount * Decimal(operands[2]) / _HUNDRED)
            expected[operands[1]] = (amount - taken, vat_percent)


def _m3(volume: int | None) -> str:
    return "cuota fija" if volume is None else f"{volume} m³"
