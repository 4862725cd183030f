"""What a law says and what a use costs, as values that never change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cauce.core.money import round_to_cents

WATER = "AGUA"
SEWERAGE = "ALCANTARILLADO"
TREATMENT = "TRATAMIENTO"
SERVICES = (WATER, SEWERAGE, TREATMENT)
VAT = "IVA"
SURCHARGE = "RECARGO"

LAST_TABLE_ROW = 100
UNIT_PRICE_ROW = LAST_TABLE_ROW + 1

SHORT_HASH = 16
"""How many characters of a law's hash identify it in a proof."""

Months = tuple[Decimal, ...]
"""Twelve amounts, January to December."""


class TableKind(StrEnum):
    """How a printed table turns cubic metres into pesos."""

    AMOUNT_PER_M3 = "amount_per_m3"
    INCREASING_BLOCKS = "increasing_blocks"
    RANGE_PRICE = "range_price"
    FLAT_FEE = "flat_fee"
    ONE_OFF_CHARGES = "one_off_charges"


class UseClass(StrEnum):
    """The uses a clave may belong to."""

    DOMESTIC = "DOMESTIC"
    MIXED = "MIXED"
    COMMERCIAL = "COMMERCIAL"
    INDUSTRIAL = "INDUSTRIAL"
    PUBLIC_SCHOOL = "PUBLIC_SCHOOL"
    PRIVATE_SCHOOL = "PRIVATE_SCHOOL"
    GOVERNMENT = "GOVERNMENT"


USE_CLASS_NAMES: Mapping[UseClass, str] = {
    UseClass.DOMESTIC: "Doméstico",
    UseClass.MIXED: "Combinado",
    UseClass.COMMERCIAL: "Comercial",
    UseClass.INDUSTRIAL: "Industrial",
    UseClass.PUBLIC_SCHOOL: "Escuela oficial",
    UseClass.PRIVATE_SCHOOL: "Escuela particular",
    UseClass.GOVERNMENT: "Oficina de gobierno",
}


class ConceptKind(StrEnum):
    """What a charge is, for allocation and reports."""

    SERVICE = "SERVICE"
    TAX = "TAX"
    SURCHARGE = "SURCHARGE"
    ENFORCEMENT = "ENFORCEMENT"
    INSTALMENT = "INSTALMENT"
    ONE_OFF = "ONE_OFF"


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the catalogue. ``allocation_rank``: 1 is paid first."""

    code: str
    name: str
    kind: ConceptKind
    allocation_rank: int
    bears_surcharge: bool


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A clave as the law names it."""

    code: str
    name: str
    use_class: str


@dataclass(frozen=True, slots=True)
class AmountTable:
    """Kind ``amount_per_m3``: ``amounts[month - 1][m3 - 1]`` is the amount of that whole volume, 1 to 100 m³.

    Above the table the whole volume is multiplied by ``unit_price`` (row 101), not only what exceeds.
    """

    file: str
    base: Months
    amounts: tuple[tuple[Decimal, ...], ...]
    unit_price: Months


@dataclass(frozen=True, slots=True)
class Range:
    """Cubic metres ``first_m3`` to ``last_m3``, both included (None: no end), and their price per m³ each month."""

    first_m3: int
    last_m3: int | None
    prices: Months


@dataclass(frozen=True, slots=True)
class BlockTable:
    """Kind ``increasing_blocks``: each cubic metre at the price of the block it falls in."""

    file: str
    base: Months
    blocks: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class RangeTable:
    """Kind ``range_price``: the whole volume at the price of the range it falls in."""

    file: str
    base: Months
    ranges: tuple[Range, ...]


MeteredTable = AmountTable | BlockTable | RangeTable


@dataclass(frozen=True, slots=True)
class FlatFeeTable:
    """Kind ``flat_fee``: pesos a month by (clave, category); the category is None where the law makes no difference."""

    file: str
    fees: Mapping[tuple[str, str | None], Months]


@dataclass(frozen=True, slots=True)
class OneOffCharge:
    """A charge of the catalogue of derechos, in pesos before VAT."""

    code: str
    name: str
    amount: Decimal
    vat_percent: Decimal


@dataclass(frozen=True, slots=True)
class ByCode:
    """A value for each clave: the one it names, else the one for the others, else none."""

    named: Mapping[str, Decimal]
    others: Decimal | None

    def of(self, tariff_code: str) -> Decimal | None:
        """The value of a clave, None if the law gives none."""
        return self.named.get(tariff_code, self.others)


@dataclass(frozen=True, slots=True)
class SurchargeRule:
    """Percent a started month on overdue principal, simple; ``cap_percent`` of the principal is None without a cap."""

    monthly_percent: Decimal
    bears: frozenset[str]
    cap_percent: Decimal | None
    vat_percent: Decimal

    def vat_on(self, surcharge: Decimal) -> Decimal:
        """The VAT on pesos of surcharge, rounded once."""
        return round_to_cents(surcharge * self.vat_percent / 100)


@dataclass(frozen=True, slots=True)
class DwellingsRule:
    """How several dwellings on one connection are charged."""

    share_volume: bool
    base_per_dwelling: bool
    flat_fee_per_dwelling: bool


@dataclass(frozen=True, slots=True)
class DrainageOnlyRule:
    """What who only discharges pays: percentages of what the discharged m³ would cost, or pesos a month by concept."""

    by_volume: bool
    fixed: Mapping[str, ByCode]


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption of the law: ``percent`` off the concepts it names."""

    code: str
    name: str
    percent: Decimal
    concepts: frozenset[str]


@dataclass(frozen=True, slots=True)
class DishonourRule:
    """What a payment that the bank takes back adds to the debt: a percentage of it and a commission with its VAT."""

    compensation_percent: Decimal
    commission: Decimal
    vat_percent: Decimal


@dataclass(frozen=True, slots=True)
class DeskRules:
    """The rules of the cash desk.

    ``coin`` is the smallest one that cash is paid with, None when nothing is rounded. ``limits`` gives, by act and
    role, the pesos up to which the role may authorise it, None without a limit; a role that an act does not name may
    not, and an act that is not there has no limits. ``claim_days`` are the business days to answer a claim of a payment
    and ``card_fee_percent`` the most that a bank keeps of what it pays.
    """

    coin: Decimal | None = None
    order_days: int = 5
    cheque: DishonourRule | None = None
    chargeback: DishonourRule | None = None
    limits: Mapping[str, Mapping[str, Decimal | None]] = field(default_factory=dict)
    claim_days: int = 10
    card_fee_percent: Decimal = Decimal(6)


@dataclass(frozen=True, slots=True)
class PrepaymentRule:
    """The discount for who pays months ahead (anualidad).

    ``windows`` gives, in order, the last (month, day) of each window and its percentage; after the last there is none.
    ``codes`` are the claves it is for, ``least_months`` the fewest months that are paid at once. ``ends_on_change``:
    a change of clave ends the discount; otherwise the months that are left keep their percentage.
    """

    windows: tuple[tuple[tuple[int, int], Decimal], ...]
    codes: frozenset[str]
    least_months: int
    ends_on_change: bool

    def percent_on(self, day: date) -> Decimal:
        """The percentage for who pays on ``day``, zero when no window is open."""
        return next((percent for last, percent in self.windows if (day.month, day.day) <= last), Decimal(0))


@dataclass(frozen=True, slots=True)
class Parameters:
    """The figures and rules of a law beside its tables. ``legal_basis`` says where each comes from, by its own name."""

    sewerage_percent: Decimal
    treatment_percent: Decimal
    adds_base_in_table: bool
    adds_base_above_table: bool
    interval_days: tuple[int, int]
    vat_percent: Mapping[str, ByCode]
    dwellings: DwellingsRule
    drainage_only: DrainageOnlyRule
    m3_per_pupil: Mapping[str, Decimal]
    exemptions: Mapping[str, Exemption]
    surcharge: SurchargeRule
    allocation_order: tuple[str, ...]
    due_days: int
    due_moves_to_business_day: bool
    cycle_days: Mapping[int, tuple[int, int]]
    meter_digits: Mapping[str, int]
    high_consumption_times: Decimal
    high_consumption_minimum_m3: int
    latitude_range: tuple[Decimal, Decimal]
    longitude_range: tuple[Decimal, Decimal]
    legal_basis: Mapping[str, str]
    desk: DeskRules = DeskRules()
    prepayment: PrepaymentRule | None = None

    def vat_rate(self, concept: str, tariff_code: str) -> Decimal:
        """The VAT of a concept for a clave, in percent (LIVA art. 2-A fr. II h: 0 only for domestic water).

        :raises KeyError: a concept or clave without a rate; a law that was loaded has one for each service and clave.
        """
        rate = self.vat_percent[concept].of(tariff_code)
        if rate is None:
            raise KeyError(tariff_code)
        return rate


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """A law ready to price with. Two are the same law when their ``sha256`` is the same.

    ``valid_until`` is the first day it no longer rules.
    """

    sha256: str
    municipality: str
    year: int
    law: str
    decree: str
    gazette: str
    article: str
    valid_from: date
    valid_until: date
    official: bool
    amends: str | None
    tariff_codes: Mapping[str, CodeEntry]
    concepts: Mapping[str, Concept]
    parameters: Parameters
    metered: Mapping[str, MeteredTable]
    flat_fees: FlatFeeTable
    one_off_charges: Mapping[str, OneOffCharge]
    table_rows: Mapping[str, int]

    def rules_in(self, period: date) -> bool:
        """Whether the law rules the month that starts on ``period``."""
        return self.valid_from <= period < self.valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What is priced: one account's use in one period.

    ``m3`` is the metered consumption, None without a meter (flat fee). ``discharge_m3`` is what a drainage-only
    account (``has_water`` False) discharges, None when nobody measures it. ``read_from`` and ``read_until`` are the
    days of the two readings; without them the consumption is the period's.
    """

    tariff_code: str
    period: date
    m3: int | None
    category: str | None = None
    has_water: bool = True
    has_sewerage: bool = False
    has_treatment: bool = False
    discharge_m3: int | None = None
    dwellings: int = 1
    exemption: str | None = None
    pupils: int | None = None
    read_from: date | None = None
    read_until: date | None = None


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One service of a bill, in pesos to the centavo. ``quantity`` is in m³, or 1 where there is no volume."""

    concept: str
    amount: Decimal
    vat_percent: Decimal
    vat: Decimal
    quantity: int

    @property
    def total(self) -> Decimal:
        """The amount with its VAT."""
        return self.amount + self.vat


@dataclass(frozen=True, slots=True)
class Price:
    """What a use costs: ``total`` is the lines plus the VAT of each. ``proof_json`` is the proof ready to be stored."""

    lines: tuple[PriceLine, ...]
    subtotal: Decimal
    vat: Decimal
    total: Decimal
    proof_json: str

    @property
    def proof(self) -> dict[str, Any]:
        """The proof, as ``rules.proof`` describes it."""
        read: dict[str, Any] = json.loads(self.proof_json)
        return read

    def amount_of(self, concept: str) -> Decimal:
        """The amount of one concept, zero if the use has no such line."""
        return next((line.amount for line in self.lines if line.concept == concept), Decimal("0.00"))
