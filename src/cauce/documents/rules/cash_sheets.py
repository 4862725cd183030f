"""The papers of the drawer: the close of a session, the day of all desks, deposits, withdrawals, counts and their acts.

Moments are already in the utility's time zone. A figure that the caller gives and the sheet can reckon must agree.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cauce.core.money import ZERO
from cauce.documents.rules.parts import (
    Bag,
    ListedCheque,
    ListedContingency,
    ListedVoucher,
    Person,
    Pieces,
    Reprint,
    worth,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMethod:
    """What a session collected by one method, how many times, and what of it was cancelled before the close.

    `counted` is what the cashier declared in the blind close, none when that method is not counted.
    """

    method: str
    count: int
    collected: Decimal
    cancelled: Decimal = ZERO
    counted: Decimal | None = None
    is_cash: bool = False

    @property
    def net(self) -> Decimal:
        """What stays collected."""
        return self.collected - self.cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCancellation:
    """A receipt cancelled in the session: when, by whom and why."""

    folio: str
    at: datetime
    by: str
    reason: str
    method: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCloseSheet:
    """The close of a cash session (corte de caja).

    `paid_out` is cash that left the drawer otherwise than in bags (refunds). `expected_cash` is what the system says
    that the drawer holds, `counted` what the cashier counted before seeing it, `difference` counted less expected.
    `first_receipt` and `last_receipt` are empty when nothing was collected.

    :raises ValueError: the float does not match its pieces, what is expected does not follow from the movements, the
        difference from the count, or the cancellations are more than the methods say.
    """

    folio: str
    desk: str
    cashier: str
    opened_at: datetime
    closed_at: datetime
    opening_float: Decimal
    opening_pieces: tuple[Pieces, ...]
    methods: tuple[CloseMethod, ...]
    expected_cash: Decimal
    counted: tuple[Pieces, ...]
    difference: Decimal
    printed_on: date
    cancellations: tuple[CloseCancellation, ...] = ()
    withdrawals: tuple[Bag, ...] = ()
    paid_out: Decimal = ZERO
    vouchers: tuple[ListedVoucher, ...] = ()
    cheques: tuple[ListedCheque, ...] = ()
    contingencies: tuple[ListedContingency, ...] = ()
    first_receipt: str = ""
    last_receipt: str = ""
    receipts: int = 0
    supervisor: str = ""
    reviewed_at: datetime | None = None
    notes: tuple[str, ...] = ()
    reprint: Reprint | None = None
    qr: str | None = None

    def __post_init__(self) -> None:
        if self.opening_pieces and worth(self.opening_pieces) != self.opening_float:
            raise ValueError(f"close {self.folio}: the float is {self.opening_float}, not {worth(self.opening_pieces)}")
        expected = self.opening_float + self.cash_collected - self.withdrawn - self.paid_out
        if expected != self.expected_cash:
            raise ValueError(f"close {self.folio}: {expected} of cash is expected, not {self.expected_cash}")
        if self.counted_cash - self.expected_cash != self.difference:
            raise ValueError(f"close {self.folio}: the difference is not {self.difference}")
        if sum((row.cancelled for row in self.methods), ZERO) != sum((row.amount for row in self.cancellations), ZERO):
            raise ValueError(f"close {self.folio}: the cancellations are not those of its methods")

    @property
    def cash_collected(self) -> Decimal:
        """The cash collected that was not cancelled."""
        return sum((row.net for row in self.methods if row.is_cash), ZERO)

    @property
    def collected(self) -> Decimal:
        """All that stays collected."""
        return sum((row.net for row in self.methods), ZERO)

    @property
    def withdrawn(self) -> Decimal:
        """The cash taken out in bags before the close."""
        return sum((bag.amount for bag in self.withdrawals), ZERO)

    @property
    def counted_cash(self) -> Decimal:
        """The cash counted."""
        return worth(self.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAmount:
    """What a desk collected in the day by one method, cancellations of the day already taken off."""

    desk: str
    method: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySession:
    """A session of the day; the cash expected and counted is none while it has not been closed.

    :raises ValueError: the difference is not what was counted less what was expected.
    """

    desk: str
    cashier: str
    opened_at: datetime
    closed_at: datetime | None
    receipts: str
    collected: Decimal
    expected_cash: Decimal | None = None
    counted_cash: Decimal | None = None
    difference: Decimal = ZERO
    state: str = ""

    def __post_init__(self) -> None:
        if self.expected_cash is None or self.counted_cash is None:
            return
        if self.counted_cash - self.expected_cash != self.difference:
            raise ValueError(f"session of {self.desk}: the difference is not {self.difference}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBankFile:
    """A bank's or store's file of the day: rows, what was applied and what could not be identified."""

    name: str
    institution: str
    rows: int
    applied_count: int
    applied: Decimal
    unidentified_count: int = 0
    unidentified: Decimal = ZERO
    rejected_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCorrection:
    """Something put right today.

    `effect` is what it changes of the day beyond what the desks already tell: zero for a cancellation of today (the
    desk's figure counts it) and for a payment moved to another account; minus the amount for a cheque returned, a
    chargeback or a refund of an earlier day's money.
    """

    at: datetime
    kind: str
    folio: str
    account: str | None
    by: str
    reason: str
    amount: Decimal
    effect: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReportSheet:
    """The consolidated day of all desks and banks (consolidado del día).

    `total` is what the desks collected and the banks' files applied; `unidentified` is the day's money that belongs
    to nobody yet; `net` is both with the effect of the corrections.

    :raises ValueError: the desks and banks do not add up to `total`, the files to `unidentified` or all to `net`.
    """

    day: date
    printed_at: datetime
    printed_by: str
    state: str
    amounts: tuple[DayAmount, ...]
    sessions: tuple[DaySession, ...]
    bank_files: tuple[DayBankFile, ...]
    corrections: tuple[DayCorrection, ...]
    contingencies: tuple[ListedContingency, ...]
    total: Decimal
    unidentified: Decimal
    net: Decimal
    folio: str | None = None
    signers: tuple[Person, ...] = ()
    notes: tuple[str, ...] = ()
    qr: str | None = None

    def __post_init__(self) -> None:
        if self.desks_total + self.bank_total != self.total:
            raise ValueError(f"day {self.day}: it adds up to {self.desks_total + self.bank_total}, not {self.total}")
        named = sum((file.unidentified for file in self.bank_files), ZERO)
        if named != self.unidentified:
            raise ValueError(f"day {self.day}: {named} is unidentified in the files, not {self.unidentified}")
        if self.total + self.unidentified + self.corrected != self.net:
            raise ValueError(f"day {self.day}: its net is not {self.net}")

    @property
    def desks_total(self) -> Decimal:
        """What the desks collected."""
        return sum((row.amount for row in self.amounts), ZERO)

    @property
    def bank_total(self) -> Decimal:
        """What the banks' files applied."""
        return sum((file.applied for file in self.bank_files), ZERO)

    @property
    def corrected(self) -> Decimal:
        """What the corrections change of the day."""
        return sum((row.effect for row in self.corrections), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositSlipSheet:
    """What is taken to the bank (ficha de depósito): bags, cash by denomination and cheques.

    `bags` hold all that is deposited, cheques included; they may be left out. `reference` is the bank's.

    :raises ValueError: cash and cheques do not add up to `total`, or the bags hold another sum.
    """

    folio: str
    made_at: datetime
    desks: str
    prepared_by: str
    bank: str
    bank_account: str
    pieces: tuple[Pieces, ...]
    cheques: tuple[ListedCheque, ...]
    bags: tuple[Bag, ...]
    total: Decimal
    reference: str = ""
    carried_by: str = ""
    notes: tuple[str, ...] = ()
    reprint: Reprint | None = None

    def __post_init__(self) -> None:
        if self.cash + self.in_cheques != self.total:
            raise ValueError(f"deposit {self.folio}: it holds {self.cash + self.in_cheques}, not {self.total}")
        held = sum((bag.amount for bag in self.bags), ZERO)
        if self.bags and held != self.total:
            raise ValueError(f"deposit {self.folio}: its bags hold {held}, not {self.total}")

    @property
    def cash(self) -> Decimal:
        """What is deposited in bills and coins."""
        return worth(self.pieces)

    @property
    def in_cheques(self) -> Decimal:
        """What is deposited in cheques."""
        return sum((cheque.amount for cheque in self.cheques), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalSlipSheet:
    """Cash that leaves a drawer during the session (retiro parcial), signed by who gives and who takes it.

    :raises ValueError: the pieces, when they are told, are not worth `amount`.
    """

    folio: str
    desk: str
    cashier: str
    taken_by: str
    taken_at: datetime
    bag: str
    pieces: tuple[Pieces, ...]
    amount: Decimal
    reason: str = ""
    reprint: Reprint | None = None

    def __post_init__(self) -> None:
        if self.pieces and worth(self.pieces) != self.amount:
            raise ValueError(f"withdrawal {self.folio}: it holds {worth(self.pieces)}, not {self.amount}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedMethod:
    """What the count of a drawer found of a method that is not cash: vouchers, cheques."""

    method: str
    expected: Decimal
    counted: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CashCountSheet:
    """The act of a surprise count (acta de arqueo): a drawer counted before the cashier and witnesses.

    `difference` is counted less expected, of cash alone. Without `witnesses` their lines are left blank to sign.

    :raises ValueError: the difference does not follow from the count.
    """

    folio: str
    at: datetime
    desk: str
    cashier: Person
    counted_by: Person
    expected: Decimal
    pieces: tuple[Pieces, ...]
    difference: Decimal
    ended_at: datetime | None = None
    others: tuple[CountedMethod, ...] = ()
    statement: str = ""
    witnesses: tuple[Person, ...] = ()
    reprint: Reprint | None = None
    qr: str | None = None

    def __post_init__(self) -> None:
        if self.counted - self.expected != self.difference:
            raise ValueError(f"count {self.folio}: the difference is not {self.difference}")

    @property
    def counted(self) -> Decimal:
        """The cash found."""
        return worth(self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class CashDifferenceSheet:
    """The act of a shortage or a surplus of cash (acta de faltante, acta de sobrante).

    `session` names the session («turno del 15 de octubre de 2026»); `close_folio` the close or the count where it was
    found. A shortage is a negative `difference`: the cashier undertakes to repay it by `repay_by`, as
    `repayment_terms` say. Without `witnesses` their lines are left blank to sign.

    :raises ValueError: the difference does not follow, or there is none.
    """

    folio: str
    at: datetime
    desk: str
    session: str
    close_folio: str
    cashier: Person
    supervisor: Person
    expected: Decimal
    counted: Decimal
    difference: Decimal
    statement: str = ""
    repay_by: date | None = None
    repayment_terms: str = ""
    witnesses: tuple[Person, ...] = ()
    reprint: Reprint | None = None
    qr: str | None = None

    def __post_init__(self) -> None:
        if self.counted - self.expected != self.difference:
            raise ValueError(f"act {self.folio}: the difference is not {self.difference}")
        if self.difference == 0:
            raise ValueError(f"act {self.folio}: there is no difference to tell")

    @property
    def is_shortage(self) -> bool:
        """Whether money is missing, rather than over."""
        return self.difference < 0
