"""The price of a use by a law, with its proof."""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal

from cauce.core.money import ZERO, round_to_cents
from cauce.core.periods import format_period
from cauce.tariffs.rules.errors import (
    ImpossibleUse,
    NegativeConsumption,
    NoDrainageCharge,
    NoLawInForce,
    NoServices,
    UnknownExemption,
    UnknownTariffCode,
)
from cauce.tariffs.rules.intervals import is_one_month
from cauce.tariffs.rules.values import (
    SEWERAGE,
    SHORT_HASH,
    TREATMENT,
    WATER,
    Parameters,
    Price,
    PriceLine,
    Schedule,
    Usage,
)
from cauce.tariffs.rules.water import Part, Worksheet, water

_CACHE_LIMIT = 20_000
_HUNDRED = Decimal(100)


def price(schedule: Schedule, usage: Usage, earlier: Iterable[Schedule] = ()) -> Price:
    """Price one account's period: its lines, the VAT of each and the proof of every figure.

    AGUA is rounded once; sewerage and treatment are percentages of that line; VAT is rounded line by line; the total
    only sums. ``earlier`` are the laws of the months before, needed when the readings reach back into them.

    :raises NoLawInForce: neither ``schedule`` nor ``earlier`` rules one of the months.
    :raises PricingError: the law gives no price for the use; the subclass says why.
    """
    _refuse_impossible(schedule, usage)
    laws = (schedule, *earlier)
    sheet = Worksheet()
    if usage.has_water:
        parts = water(laws, usage, usage.m3, sheet)
        amounts = {WATER: _sum(parts)}
        sheet.steps.append(["line", WATER, sheet.terms, str(amounts[WATER])])
        amounts |= _percentages(parts, usage, sheet)
        quantity = 1 if usage.m3 is None else usage.m3
    elif usage.discharge_m3 is not None and schedule.parameters.drainage_only.by_volume:
        parts = water(laws, usage, usage.discharge_m3, sheet)
        sheet.steps.append(["notional", usage.discharge_m3, sheet.terms, str(_sum(parts))])
        amounts = _percentages(parts, usage, sheet)
        quantity = usage.discharge_m3
    else:
        amounts = _fixed_drainage(schedule, usage, sheet)
        quantity = 1
    if usage.exemption is not None:
        amounts = _exempted(schedule, usage.exemption, amounts, sheet)
    lines = tuple(
        _line(schedule.parameters, usage.tariff_code, concept, amount, quantity, sheet)
        for concept, amount in amounts.items()
    )
    subtotal = sum((line.amount for line in lines), ZERO)
    vat = sum((line.vat for line in lines), ZERO)
    total = subtotal + vat
    sheet.steps.append(["total", str(subtotal), str(vat), str(total)])
    proof = {
        "law": schedule.decree,
        "hash": schedule.sha256[:SHORT_HASH],
        "official": schedule.official,
        "code": usage.tariff_code,
        "period": format_period(usage.period),
        "steps": sheet.steps,
    }
    return Price(lines, subtotal, vat, total, json.dumps(proof, ensure_ascii=False, separators=(",", ":")))


class Pricer:
    """``price`` for a whole run: equal uses are priced once, and their price and proof are shared."""

    def __init__(self, schedule: Schedule, earlier: Iterable[Schedule] = ()) -> None:
        self.schedule = schedule
        self._earlier = tuple(earlier)
        self._known: dict[tuple[object, ...], Price] = {}

    def price(self, usage: Usage) -> Price:
        """The same as ``rules.price``, remembered.

        :raises PricingError: as ``rules.price`` does.
        """
        if not is_one_month(usage.read_from, usage.read_until, self.schedule.parameters.interval_days):
            return price(self.schedule, usage, self._earlier)
        key = (
            usage.tariff_code,
            usage.m3,
            usage.period,
            usage.category,
            usage.has_water,
            usage.has_sewerage,
            usage.has_treatment,
            usage.discharge_m3,
            usage.dwellings,
            usage.exemption,
            usage.pupils,
        )
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            known = self._known[key] = price(self.schedule, usage, self._earlier)
        return known


def _refuse_impossible(schedule: Schedule, usage: Usage) -> None:
    if not schedule.rules_in(usage.period):
        raise NoLawInForce(usage.period)
    if usage.tariff_code not in schedule.tariff_codes:
        raise UnknownTariffCode(usage.tariff_code)
    for m3 in (usage.m3, usage.discharge_m3):
        if m3 is not None and m3 < 0:
            raise NegativeConsumption(m3)
    if usage.dwellings < 1:
        raise ImpossibleUse("La toma debe servir al menos a una vivienda; corrija las viviendas en el padrón.")
    if usage.pupils is not None and usage.pupils < 0:
        raise ImpossibleUse("El número de alumnos es negativo; corríjalo en el padrón.")
    if not (usage.has_water or usage.has_sewerage or usage.has_treatment):
        raise NoServices


def _percentages(parts: list[Part], usage: Usage, sheet: Worksheet) -> dict[str, Decimal]:
    """Sewerage and treatment: a percentage of the rounded water of each law, for accounts that have the service."""
    services: tuple[tuple[str, bool, Callable[[Parameters], Decimal]], ...] = (
        (SEWERAGE, usage.has_sewerage, lambda parameters: parameters.sewerage_percent),
        (TREATMENT, usage.has_treatment, lambda parameters: parameters.treatment_percent),
    )
    amounts: dict[str, Decimal] = {}
    for concept, has_service, percent_of in services:
        if not has_service:
            continue
        amounts[concept] = ZERO
        for part in parts:
            percent = percent_of(part.schedule.parameters)
            amount = round_to_cents(part.amount * percent / _HUNDRED)
            sheet.steps.append(["percent", concept, str(percent), str(part.amount), str(amount)])
            amounts[concept] += amount
    return amounts


def _fixed_drainage(schedule: Schedule, usage: Usage, sheet: Worksheet) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = {}
    for concept, has_service in ((SEWERAGE, usage.has_sewerage), (TREATMENT, usage.has_treatment)):
        if not has_service:
            continue
        fixed = schedule.parameters.drainage_only.fixed.get(concept)
        amount = None if fixed is None else fixed.of(usage.tariff_code)
        if amount is None:
            raise NoDrainageCharge(usage.tariff_code)
        sheet.steps.append(["fixed", concept, usage.tariff_code, str(amount)])
        amounts[concept] = amount
    return amounts


def _exempted(
    schedule: Schedule, exemption_code: str, amounts: dict[str, Decimal], sheet: Worksheet
) -> dict[str, Decimal]:
    exemption = schedule.parameters.exemptions.get(exemption_code)
    if exemption is None:
        raise UnknownExemption(exemption_code)
    left: dict[str, Decimal] = {}
    for concept, amount in amounts.items():
        if concept in exemption.concepts:
            left[concept] = amount - round_to_cents(amount * exemption.percent / _HUNDRED)
            sheet.steps.append(
                ["exempt", exemption.name, concept, str(exemption.percent), str(amount), str(left[concept])]
            )
        else:
            left[concept] = amount
    return left


def _line(
    parameters: Parameters, tariff_code: str, concept: str, amount: Decimal, quantity: int, sheet: Worksheet
) -> PriceLine:
    percent = parameters.vat_rate(concept, tariff_code)
    vat = round_to_cents(amount * percent / _HUNDRED)
    sheet.steps.append(["vat", concept, str(percent), str(amount), str(vat)])
    return PriceLine(concept, amount, percent, vat, quantity)


def _sum(parts: Iterable[Part]) -> Decimal:
    return sum((part.amount for part in parts), ZERO)
