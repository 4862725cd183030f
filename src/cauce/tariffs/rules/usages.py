"""The use that was priced, as a bill keeps it, and what an older bill's proof says of it."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from cauce.tariffs.rules.intervals import is_one_month
from cauce.tariffs.rules.values import SEWERAGE, Schedule, Usage

# A bill has its own columns for these two.
_APART = ("tariff_code", "period")
_DAYS = ("read_from", "read_until")
_DEFAULTS = {field.name: field.default for field in fields(Usage) if field.name not in _APART}


def usage_json(usage: Usage, interval_days: tuple[int, int]) -> str:
    """The use in few characters: only what is not the usual, and the readings' days only where they change the price.

    Equal uses give the same text. The tariff code and the period are told by the bill itself.
    """
    days_count = not is_one_month(usage.read_from, usage.read_until, interval_days)
    kept: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(usage, name)
        if name in _DAYS:
            if days_count:
                kept[name] = value.isoformat()
        elif value != default:
            kept[name] = value
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_usage(kept: Mapping[str, Any], *, tariff_code: str, period: date) -> Usage:
    """The use of a bill that keeps it."""
    facts = dict(kept)
    for name in _DAYS:
        if name in facts:
            facts[name] = date.fromisoformat(facts[name])
    return Usage(tariff_code=tariff_code, period=period, m3=facts.pop("m3", None), **facts)


def usage_of_proof(
    proof: Mapping[str, Any], law: Schedule, *, tariff_code: str, period: date, volume_m3: int | None
) -> Usage:
    """The use of a bill that does not keep it: its volume is the bill's and the rest is what its proof went by."""
    facts: dict[str, Any] = {}
    has_water = any(step[0] == "line" for step in proof["steps"])
    for name, *operands in proof["steps"]:
        if name == "flat":
            facts["category"] = operands[3]
        elif name == "flat_fees":
            facts["dwellings"] = operands[1]
        elif name == "dwellings":
            facts["dwellings"] = operands[0]
        elif name == "allotment":
            facts["pupils"] = operands[0]
        elif name == "notional":
            facts["discharge_m3"] = operands[0]
        elif name == "interval":
            facts["read_from"], facts["read_until"] = (date.fromisoformat(day) for day in operands[:2])
        elif name in ("percent", "fixed"):
            facts["has_sewerage" if operands[0] == SEWERAGE else "has_treatment"] = True
        elif name == "exempt":
            facts["exemption"] = _exemption_named(law, operands[0])
    return Usage(
        tariff_code=tariff_code, period=period, m3=volume_m3 if has_water else None, has_water=has_water, **facts
    )


def _exemption_named(law: Schedule, name: str) -> str:
    return next((code for code, item in law.parameters.exemptions.items() if item.name == name), name)
