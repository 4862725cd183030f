"""What the customer takes away from the window: the paper of a payment and the order to pay at the desk."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from cauce.core.money import ZERO, round_to_cents
from cauce.documents.rules.parts import Reprint


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """What a payment settled: a bill, a period, an instalment, an advance."""

    label: str
    amount: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptTender:
    """What this receipt was paid with by one method.

    `is_cash` is what change is given from; `in_clearing` a cheque taken «salvo buen cobro».
    """

    method: str
    amount: Decimal
    reference: str = ""
    is_cash: bool = False
    in_clearing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPayment:
    """The sum that this receipt is part of: how many receipts it paid, its total and how much of it was cash."""

    receipts: int
    total: Decimal
    cash: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Contingency:
    """The pre-printed receipt that was given when there was no power, and when it was received and captured."""

    folio: str
    received_at: datetime
    captured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSheet:
    """The paper of a payment (comprobante de pago), on half a letter sheet or on the 80 mm roll.

    `amount` is what the lines settle; `tenders` pay it with `rounding`, what the coins add (negative when they take
    off it). `tendered` is the cash the customer handed over, none when no change is given; in a shared payment it is
    for the whole sum. `effective_on` is the value date when it is not the day of the paper; `replaces` the folio
    that this one stands for; `cancelled` the sentence printed across a receipt that was cancelled.

    :raises ValueError: the lines do not add up to `amount`, nor the tenders to it with its rounding, or less cash
        was tendered than paid.
    """

    folio: str
    account: str | None
    holder: str
    address: str
    paid_on: date
    paid_at: str
    desk: str
    cashier: str
    amount: Decimal
    lines: tuple[ReceiptLine, ...]
    tenders: tuple[ReceiptTender, ...]
    balance_after: Decimal
    favour_used: Decimal = ZERO
    rounding: Decimal = ZERO
    tendered: Decimal | None = None
    shared: SharedPayment | None = None
    effective_on: date | None = None
    contingency: Contingency | None = None
    replaces: str = ""
    reprint: Reprint | None = None
    qr: str | None = None
    legends: tuple[str, ...] = ()
    cancelled: str = ""

    def __post_init__(self) -> None:
        settled = sum((line.amount for line in self.lines), ZERO)
        if settled != self.amount:
            raise ValueError(f"receipt {self.folio}: its lines add up to {settled}, not to {self.amount}")
        received = sum((tender.amount for tender in self.tenders), ZERO)
        if received != self.amount + self.rounding:
            due = self.amount + self.rounding
            raise ValueError(f"receipt {self.folio}: its tenders add up to {received}, not to {due}")
        if self.tendered is not None and self.tendered < self.cash_due:
            raise ValueError(f"receipt {self.folio}: {self.tendered} tendered for {self.cash_due}")

    @property
    def received(self) -> Decimal:
        """What was received for this receipt: its amount with its rounding."""
        return self.amount + self.rounding

    @property
    def cash_due(self) -> Decimal:
        """The cash that the change is reckoned from: of the whole payment when it is shared."""
        if self.shared is not None:
            return self.shared.cash
        return sum((tender.amount for tender in self.tenders if tender.is_cash), ZERO)

    @property
    def change(self) -> Decimal | None:
        """What was given back, none when no change is given."""
        return None if self.tendered is None else self.tendered - self.cash_due

    @property
    def is_in_clearing(self) -> bool:
        """Whether a cheque of it is still to be paid by its bank."""
        return any(tender.in_clearing for tender in self.tenders)


class OrderKind(Enum):
    """What a payment order asks to be paid, as the paper names it."""

    SERVICES = "Servicios"
    DEBT = "Adeudo"
    ADVANCE = "Pago anticipado"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrderItem:
    """A line of a payment order, `amount` and `vat` apart.

    A service has its quantity, price and VAT percentage; a period's debt or an advance has none of them.

    :raises ValueError: the amount is not the quantity by the price.
    """

    description: str
    amount: Decimal
    vat: Decimal = ZERO
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    vat_percent: Decimal | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.quantity is not None and self.unit_price is not None:
            expected = round_to_cents(self.quantity * self.unit_price)
            if expected != self.amount:
                raise ValueError(f"{self.description}: {self.quantity} by {self.unit_price} is not {self.amount}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrderSheet:
    """The order to pay at the desk (orden de pago, «pase a caja»), on half a letter sheet.

    `as_of` is the day to which a debt was computed; `cancelled` the sentence of an order that no longer
    stands, and `expired` says that it ended by itself.

    :raises ValueError: the lines do not add up to `total`, or a debt does not say its day.
    """

    folio: str
    kind: OrderKind
    account: str | None
    to_name: str
    address: str
    issued_at: datetime
    issued_by: str
    expires_on: date
    items: tuple[PaymentOrderItem, ...]
    total: Decimal
    as_of: date | None = None
    subject: str = ""
    qr: str | None = None
    reprint: Reprint | None = None
    legends: tuple[str, ...] = ()
    cancelled: str = ""
    expired: bool = False

    def __post_init__(self) -> None:
        if self.subtotal + self.vat != self.total:
            raise ValueError(f"order {self.folio}: its lines add up to {self.subtotal + self.vat}, not to {self.total}")
        if self.kind is OrderKind.DEBT and self.as_of is None:
            raise ValueError(f"order {self.folio}: a debt says the day to which it was computed")

    @property
    def subtotal(self) -> Decimal:
        """The lines without VAT."""
        return sum((item.amount for item in self.items), ZERO)

    @property
    def vat(self) -> Decimal:
        """The VAT of the lines."""
        return sum((item.vat for item in self.items), ZERO)
