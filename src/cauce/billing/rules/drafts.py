"""The draft of a bill (prefactura): what was read and what is charged, as the run keeps them."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from cauce.billing.rules.compact import compact_json
from cauce.core.money import ZERO
from cauce.tariffs.rules.values import VAT, Price


@dataclass(frozen=True, slots=True)
class Measure:
    """What was read for a bill: m³, the two readings with their days, the meter, and whether it was estimated.

    ``note_json`` is what the bill says of it, as text; None when it says all by itself. ``decision_id`` is the decision
    by which it is billed so, if somebody had to decide.
    """

    volume_m3: int
    previous_value: int | None
    current_value: int | None
    previous_on: date | None
    current_on: date | None
    meter_serial: str
    is_estimated: bool
    note_json: str | None = None
    decision_id: int | None = None

    def as_json(self) -> str:
        """The measure as the draft keeps it."""
        return compact_json(
            [
                self.volume_m3,
                self.previous_value,
                self.current_value,
                self.previous_on and self.previous_on.isoformat(),
                self.current_on and self.current_on.isoformat(),
                self.meter_serial,
                self.is_estimated,
                self.note_json,
                self.decision_id,
            ]
        )


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One concept of a draft bill."""

    concept: str
    amount: Decimal
    vat_percent: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class DraftPrice:
    """The priced part of a draft bill (prefactura), in pesos: its lines, their sums, and what it charges by concept.

    The VAT of all the lines is one charge; what comes to nothing is not charged.
    """

    lines: tuple[DraftLine, ...]
    subtotal: Decimal
    vat: Decimal
    charges: tuple[tuple[str, Decimal], ...]


def price_json(price: Price, tariff_code: str, usage_json: str) -> str:
    """The part of a draft that all equal uses share.

    Lines, use and proof are kept as the text they are: the bill takes them as they were written, and the database need
    not take them apart twice.
    """
    lines = [[line.concept, str(line.amount), str(line.vat_percent), str(line.vat)] for line in price.lines]
    return (
        f'"code":{json.dumps(tariff_code)},"lines":{json.dumps(compact_json(lines))},'
        f'"usage":{json.dumps(usage_json)},"proof":{json.dumps(price.proof_json)}'
    )


def draft_json(shared: str, measure: Measure | None) -> str:
    """A whole draft as it is stored."""
    return f'{{{shared},"measure":{json.dumps(measure.as_json()) if measure else "null"}}}'


@lru_cache(maxsize=20_000)
def read_price(lines_json: str) -> DraftPrice:
    """Read the lines of a draft back from what is stored; equal uses share the result."""
    lines = tuple(
        DraftLine(concept, Decimal(amount), Decimal(percent), Decimal(vat))
        for concept, amount, percent, vat in json.loads(lines_json)
    )
    vat = sum((line.vat for line in lines), ZERO)
    charges = [(line.concept, line.amount) for line in lines] + [(VAT, vat)]
    return DraftPrice(
        lines,
        sum((line.amount for line in lines), ZERO),
        vat,
        tuple((concept, amount) for concept, amount in charges if amount > 0),
    )


def read_measure(measure_json: str | None) -> Measure | None:
    """Read what was measured back from what is stored; None for a flat fee."""
    if measure_json is None:
        return None
    m3, previous, current, previous_on, current_on, serial, estimated, *more = json.loads(measure_json)
    return Measure(
        m3,
        previous,
        current,
        date.fromisoformat(previous_on) if previous_on else None,
        date.fromisoformat(current_on) if current_on else None,
        serial,
        estimated,
        *more,
    )
