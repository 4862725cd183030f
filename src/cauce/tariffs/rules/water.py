"""What the water of a use costs: its months, its dwellings, its school's allotment."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cauce.core.money import ZERO, split_whole
from cauce.core.periods import format_period
from cauce.tariffs.rules.errors import NoLawInForce, NoMeteredTable
from cauce.tariffs.rules.intervals import MonthShare, months_of
from cauce.tariffs.rules.tables import Step, flat_fee, metered
from cauce.tariffs.rules.values import SHORT_HASH, Parameters, Schedule, Usage


@dataclass(slots=True)
class Worksheet:
    """The arithmetic as it goes: the steps of the proof, and the terms the water's line adds up."""

    steps: list[Step] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """What the water costs by one law, in pesos to the centavo."""

    schedule: Schedule
    amount: Decimal


def water(laws: tuple[Schedule, ...], usage: Usage, m3: int | None, sheet: Worksheet) -> list[Part]:
    """What ``m3`` (None: flat fee) costs by each law that rules its months; the billed month's law is the first.

    :raises PricingError: a month has no law, or the law no table or fee for the clave.
    """
    if m3 is None:
        return [Part(laws[0], _flat(laws[0], usage, sheet))]
    by_law: dict[str, Part] = {}
    for share in _shares(laws[0].parameters, usage, m3, sheet):
        law = next((law for law in laws if law.rules_in(share.period)), None)
        if law is None:
            raise NoLawInForce(share.period)
        if law is not laws[0]:
            sheet.steps.append(["law", format_period(share.period), law.decree, law.sha256[:SHORT_HASH], law.official])
        amount = _month(law, usage, share, sheet)
        before = by_law.get(law.sha256)
        by_law[law.sha256] = Part(law, amount if before is None else before.amount + amount)
    return list(by_law.values())


def billed_months(usage: Usage, parameters: Parameters) -> tuple[date, ...]:
    """The months a use is priced in, the oldest first: pricing it needs the law of each."""
    return tuple(share.period for share in _months(parameters, usage, 0))


def _months(parameters: Parameters, usage: Usage, m3: int) -> tuple[MonthShare, ...]:
    return months_of(
        period=usage.period,
        m3=m3,
        read_from=usage.read_from,
        read_until=usage.read_until,
        interval_days=parameters.interval_days,
    )


def _shares(parameters: Parameters, usage: Usage, m3: int, sheet: Worksheet) -> tuple[MonthShare, ...]:
    """The volume charged in each month: what a school has free is taken off before it is shared."""
    shares = _months(parameters, usage, m3)
    per_pupil = parameters.m3_per_pupil.get(usage.tariff_code)
    if per_pupil is not None and usage.pupils:
        allotment = int(per_pupil * usage.pupils * len(shares))
        charged = max(0, m3 - allotment)
        sheet.steps.append(["allotment", usage.pupils, str(per_pupil), len(shares), allotment, m3, charged])
        shares = _months(parameters, usage, charged)
    shortest, longest = parameters.interval_days
    days = sum(share.days for share in shares)
    if usage.read_from and usage.read_until and not shortest <= days <= longest:
        sheet.steps.append(
            [
                "interval",
                usage.read_from.isoformat(),
                usage.read_until.isoformat(),
                [shortest, longest],
                [[format_period(share.period), share.days, share.m3] for share in shares],
            ]
        )
    return shares


def _month(law: Schedule, usage: Usage, share: MonthShare, sheet: Worksheet) -> Decimal:
    table = law.metered.get(usage.tariff_code)
    if table is None:
        raise NoMeteredTable(usage.tariff_code)
    if usage.dwellings == 1:
        charge = metered(table, period=share.period, m3=share.m3, parameters=law.parameters)
        sheet.steps.extend(charge.steps)
        sheet.terms.extend(str(amount) for amount in (charge.base, charge.consumption) if amount)
        return charge.base + charge.consumption

    rule = law.parameters.dwellings
    volumes = [(share.m3, 1)]
    if rule.share_volume:
        volumes = sorted(Counter(split_whole(share.m3, usage.dwellings)).items(), reverse=True)
    sheet.steps.append(["dwellings", usage.dwellings, share.m3, [list(volume) for volume in volumes]])
    consumption = bases = ZERO
    for m3, count in volumes:
        charge = metered(table, period=share.period, m3=m3, parameters=law.parameters)
        # Each share has the same base charge: it is proved once.
        sheet.steps.extend(step for step in charge.steps if step not in sheet.steps)
        consumption += charge.consumption * count
        if rule.base_per_dwelling:
            # A volume that is not shared is one charge, yet each dwelling owes its base.
            bases += charge.base * (count if rule.share_volume else usage.dwellings)
        else:
            bases = max(bases, charge.base)
    sheet.steps.append(["shared", format_period(share.period), str(bases), str(consumption), str(bases + consumption)])
    sheet.terms.extend(str(amount) for amount in (bases, consumption) if amount)
    return bases + consumption


def _flat(law: Schedule, usage: Usage, sheet: Worksheet) -> Decimal:
    charge = flat_fee(law.flat_fees, tariff_code=usage.tariff_code, category=usage.category, period=usage.period)
    sheet.steps.extend(charge.steps)
    amount = charge.consumption
    if usage.dwellings > 1 and law.parameters.dwellings.flat_fee_per_dwelling:
        amount *= usage.dwellings
        sheet.steps.append(["flat_fees", str(charge.consumption), usage.dwellings, str(amount)])
    sheet.terms.append(str(amount))
    return amount
