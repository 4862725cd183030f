"""The four kinds of table, one pure function each: a month's whole m³ to pesos, with the steps that prove it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cauce.core.money import ZERO, round_to_cents
from cauce.core.periods import format_period
from cauce.tariffs.rules.errors import NoFlatFee
from cauce.tariffs.rules.values import (
    LAST_TABLE_ROW,
    UNIT_PRICE_ROW,
    AmountTable,
    BlockTable,
    FlatFeeTable,
    MeteredTable,
    Parameters,
    Range,
    RangeTable,
)

Step = list[Any]
"""One step of a proof: its name and its operands, in JSON's own types (see ``rules.proof``)."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What a table gives: the base charge and the consumption's amount, in pesos to the centavo, apart."""

    base: Decimal
    consumption: Decimal
    steps: tuple[Step, ...]


def metered(table: MeteredTable, *, period: date, m3: int, parameters: Parameters) -> Charge:
    """The charge of a metered consumption by whichever kind of table the clave has."""
    if isinstance(table, AmountTable):
        return amount_per_m3(table, period=period, m3=m3, parameters=parameters)
    if isinstance(table, BlockTable):
        return increasing_blocks(table, period=period, m3=m3)
    return range_price(table, period=period, m3=m3)


def amount_per_m3(table: AmountTable, *, period: date, m3: int, parameters: Parameters) -> Charge:
    """Guanajuato's table: row 0 is the base, rows 1 to 100 the amount of the whole volume, row 101 a unit price.

    Above 100 m³ every cubic metre is multiplied by row 101, not only what exceeds. The base is added where the law
    says so; without consumption it is all there is.
    """
    month = period.month - 1
    column = format_period(period)
    base = table.base[month]
    base_step: Step = ["base", table.file, column, str(base)]
    if m3 == 0:
        return Charge(base, ZERO, (base_step,))
    if m3 <= LAST_TABLE_ROW:
        amount = table.amounts[month][m3 - 1]
        step: Step = ["row", table.file, column, m3, str(amount)]
        adds_base = parameters.adds_base_in_table
    else:
        price = table.unit_price[month]
        amount = round_to_cents(price * m3)
        step = ["unit", table.file, column, UNIT_PRICE_ROW, m3, str(price), str(amount)]
        adds_base = parameters.adds_base_above_table
    if adds_base:
        return Charge(base, amount, (base_step, step))
    return Charge(ZERO, amount, (step,))


def increasing_blocks(table: BlockTable, *, period: date, m3: int) -> Charge:
    """Each cubic metre at the price of the block it falls in, plus the base; rounded once, over the sum."""
    month = period.month - 1
    column = format_period(period)
    base = table.base[month]
    steps: list[Step] = [["base", table.file, column, str(base)]]
    exact = Decimal(0)
    for block in table.blocks:
        if m3 < block.first_m3:
            break
        last = m3 if block.last_m3 is None else min(m3, block.last_m3)
        volume = last - block.first_m3 + 1
        exact += block.prices[month] * volume
        steps.append(["block", table.file, column, block.first_m3, last, volume, str(block.prices[month])])
    return Charge(base, round_to_cents(exact), tuple(steps))


def range_price(table: RangeTable, *, period: date, m3: int) -> Charge:
    """The whole volume at the price of the range it falls in, plus the base."""
    month = period.month - 1
    column = format_period(period)
    base = table.base[month]
    base_step: Step = ["base", table.file, column, str(base)]
    if m3 == 0:
        return Charge(base, ZERO, (base_step,))
    price = _range_of(table, m3).prices[month]
    amount = round_to_cents(price * m3)
    return Charge(base, amount, (base_step, ["range", table.file, column, m3, str(price), str(amount)]))


def flat_fee(table: FlatFeeTable, *, tariff_code: str, category: str | None, period: date) -> Charge:
    """The fee of an account without a meter; it already holds the base charge.

    :raises NoFlatFee: the law has none for that clave and category.
    """
    months = table.fees.get((tariff_code, category))
    if months is None:
        raise NoFlatFee(tariff_code, category)
    fee = months[period.month - 1]
    return Charge(ZERO, fee, (["flat", table.file, format_period(period), tariff_code, category, str(fee)],))


def _range_of(table: RangeTable, m3: int) -> Range:
    # A loaded law has no gaps and its last range is open, so the loop always finds one.
    return next(band for band in table.ranges if band.last_m3 is None or m3 <= band.last_m3)
