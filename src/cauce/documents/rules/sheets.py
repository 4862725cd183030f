"""The contract of each printed document: who prints fills one of these, and it carries all that the paper says.

Amounts are `Decimal` pesos in whole centavos, days are `date`, periods the first day of their month. A sheet whose
figures do not add up cannot be built: a wrong paper is refused before it is printed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

ZERO = Decimal("0.00")
NOT_OFFICIAL = "DEMOSTRACIÓN, NO OFICIAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues the paper. While its figures are not official, every document carries the mark that says so.

    `address` is one line, telephone included; `place` is where papers are dated.
    """

    name: str
    legal_name: str
    address: str
    place: str
    official: bool

    @property
    def mark(self) -> str | None:
        """The words of the mark, or none when the document is official."""
        return None if self.official else NOT_OFFICIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line of a bill: what is charged, the arithmetic behind it (in grey) and the amount without VAT."""

    label: str
    amount: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthConsumption:
    """A bar of the twelve-month chart: m³ of a period, none when there is no figure for it."""

    period: date
    volume_m3: int | None
    estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSheet:
    """A bill (recibo).

    `meter` is none for accounts that pay a flat fee; then the readings are none too. `lines` are the month's
    charges before VAT; `prior_debt` is overdue of this fiscal year, `prior_year_debt` (rezago) of earlier ones;
    `other_lines` are dues outside the month's services (reinstalación, instalments, orders). `credit_applied` is
    positive and printed with a minus sign. `qr` is the text of the QR code, none to leave it out.

    :raises ValueError: the parts do not add up to `total`, or there are more than twelve months.
    """

    folio: str
    account: str
    holder: str
    address: str
    delivery_code: str
    route: str
    cycle: int
    period: date
    issued_on: date
    due_on: date
    tariff: str
    meter: str | None
    previous_reading: int | None
    current_reading: int | None
    read_from: date | None
    read_until: date | None
    consumption_m3: int | None
    consumption_note: str
    lines: tuple[BillLine, ...]
    vat: Decimal
    vat_note: str
    total: Decimal
    reference: str
    qr: str | None
    payment_instructions: str
    history: tuple[MonthConsumption, ...]
    legends: tuple[str, ...]
    prior_debt: Decimal = ZERO
    prior_periods: tuple[date, ...] = ()
    prior_year_debt: Decimal = ZERO
    prior_year_periods: tuple[date, ...] = ()
    surcharges: Decimal = ZERO
    surcharges_note: str = ""
    other_lines: tuple[BillLine, ...] = ()
    credit_applied: Decimal = ZERO
    discount: Decimal = ZERO
    months_overdue: int = 0
    advice: str = ""
    # The folio of the bill that this one corrects.
    replaces: str = ""

    def __post_init__(self) -> None:
        if len(self.history) > 12:
            raise ValueError(f"bill {self.folio}: the chart has twelve months, not {len(self.history)}")
        owed = self.month_charges + self.prior_debt + self.prior_year_debt + self.surcharges
        owed += sum((line.amount for line in self.other_lines), ZERO) - self.credit_applied - self.discount
        if owed != self.total:
            raise ValueError(f"bill {self.folio}: its parts add up to {owed}, not to {self.total}")

    @property
    def month_charges(self) -> Decimal:
        """«Cargos del mes»: the month's lines and their VAT."""
        return sum((line.amount for line in self.lines), ZERO) + self.vat


class MovementKind(Enum):
    """What moved an account, as the statement names it."""

    OPENING = "Saldo inicial"
    BILL = "Recibo"
    SURCHARGE = "Recargos"
    CHARGE = "Cargo"
    PAYMENT = "Pago"
    REVERSAL = "Reverso"
    ADJUSTMENT = "Ajuste"
    WAIVER = "Condonación"
    REBATE = "Bonificación"
    AGREEMENT = "Convenio"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMovement:
    """One business document in a statement; a charge is positive in `amount`, a credit negative."""

    on: date
    kind: MovementKind
    folio: str
    description: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSheet:
    """The statement of an account (estado de cuenta) between two days, both included.

    `overdue` counts `surcharges_to_post`: those earned to `until` that no movement says yet.

    :raises ValueError: the opening balance and the movements do not add up to `balance`.
    """

    account: str
    holder: str
    address: str
    tariff: str
    status: str
    since: date
    until: date
    printed_on: date
    opening: Decimal
    movements: tuple[StatementMovement, ...]
    balance: Decimal
    overdue: Decimal
    months_overdue: int
    surcharges_to_post: Decimal = ZERO
    qr: str | None = None

    def __post_init__(self) -> None:
        reached = self.opening + sum((movement.amount for movement in self.movements), ZERO)
        if reached != self.balance:
            raise ValueError(f"statement of {self.account}: it adds up to {reached}, not to {self.balance}")

    @property
    def charges(self) -> Decimal:
        """What was charged between the two days."""
        return sum((movement.amount for movement in self.movements if movement.amount > 0), ZERO)

    @property
    def credits(self) -> Decimal:
        """What was paid, reversed or credited between the two days, as a positive amount."""
        return -sum((movement.amount for movement in self.movements if movement.amount < 0), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAmount:
    """The total of a concept for a use in a run: bills that carry it, amount without VAT, VAT."""

    concept: str
    use: str
    bills: int
    amount: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAccount:
    """An account that a run did not bill, and the rule that says why."""

    account: str
    holder: str
    rule: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTotalsSheet:
    """The totals of a billing run (corrida): by concept and use, and who was not billed by name.

    :raises ValueError: the amounts do not add up to `total`, or the accounts to `accounts`.
    """

    title: str
    period: date
    cycle: int
    state: str
    printed_on: date
    law: str
    accounts: int
    billed: int
    amounts: tuple[RunAmount, ...]
    total: Decimal
    parked: tuple[RunAccount, ...]
    held: tuple[RunAccount, ...]
    exempt: tuple[RunAccount, ...]
    folio: str | None = None
    folios: str = ""
    computed_by: str = ""
    approved_by: str = ""

    def __post_init__(self) -> None:
        summed = sum((row.amount + row.vat for row in self.amounts), ZERO)
        if summed != self.total:
            raise ValueError(f"run {self.title}: its concepts add up to {summed}, not to {self.total}")
        named = self.billed + len(self.parked) + len(self.held) + len(self.exempt)
        if named != self.accounts:
            raise ValueError(f"run {self.title}: {named} accounts are told of {self.accounts}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofStep:
    """A step of the arithmetic of a price: where it comes from, how it is worked, what it gives."""

    label: str
    working: str
    result: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSection:
    """The steps that lead to one line of the bill, with the article that orders it."""

    concept: str
    legal_basis: str
    steps: tuple[ProofStep, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSheet:
    """The explanation of a bill (explicación del recibo): why each figure is what it is.

    :raises ValueError: the sections do not add up to `total`.
    """

    folio: str
    account: str
    holder: str
    period: date
    printed_on: date
    tariff: str
    law: str
    readings: str
    sections: tuple[ProofSection, ...]
    total: Decimal
    notes: tuple[str, ...] = ()
    qr: str | None = None

    def __post_init__(self) -> None:
        explained = sum((section.amount for section in self.sections), ZERO)
        if explained != self.total:
            raise ValueError(f"proof of {self.folio}: its sections add up to {explained}, not to {self.total}")
