"""The papers of money put right: voucher of a traced payment, claim, refund, returned cheque."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cauce.core.money import ZERO
from cauce.documents.rules.parts import Person, Reprint


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditVoucherSheet:
    """The voucher of a payment that Contabilidad traced (vale): it is applied once, with the deposit's date.

    `used` is the sentence printed across a voucher already applied.

    :raises ValueError: the amount is not positive.
    """

    folio: str
    account: str
    holder: str
    address: str
    amount: Decimal
    deposited_on: date
    bank: str
    bank_reference: str
    claim_folio: str
    issued_at: datetime
    issued_by: Person
    qr: str | None = None
    reprint: Reprint | None = None
    used: str = ""

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f"voucher {self.folio}: {self.amount} cannot be applied")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentClaimSheet:
    """The acknowledgement of a claim of a payment that the account does not show (acuse de aclaración de pago).

    `attachments` name the papers that the customer left; `answer_by` is the day by which an answer is due, none
    when there is no term.

    :raises ValueError: the amount is not positive, or the answer is due before the claim.
    """

    folio: str
    account: str
    holder: str
    address: str
    amount: Decimal
    deposited_on: date
    bank: str
    bank_reference: str
    filed_at: datetime
    filed_by: str
    received_by: Person
    answer_by: date | None = None
    attachments: tuple[str, ...] = ()
    story: str = ""
    legends: tuple[str, ...] = ()
    qr: str | None = None
    reprint: Reprint | None = None

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f"claim {self.folio}: {self.amount} cannot be claimed")
        if self.answer_by is not None and self.answer_by < self.filed_at.date():
            raise ValueError(f"claim {self.folio}: its answer is due before it was filed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSheet:
    """The authorisation and receipt of a refund of a credit balance (devolución de saldo a favor).

    `paid_at` is none while it is authorised but not paid. Balances are positive credits.

    :raises ValueError: the amount is not positive or the credit left does not follow.
    """

    folio: str
    account: str | None
    holder: str
    address: str
    amount: Decimal
    credit_before: Decimal
    credit_after: Decimal
    reason: str
    authorised_by: Person
    authorised_at: datetime
    method: str
    paid_at: datetime | None = None
    paid_by: str = ""
    desk: str = ""
    receiver: Person | None = None
    reference: str = ""
    legal_basis: str = ""
    qr: str | None = None
    reprint: Reprint | None = None

    def __post_init__(self) -> None:
        if self.amount <= 0 or self.credit_before - self.amount != self.credit_after or self.credit_after < 0:
            raise ValueError(
                f"refund {self.folio}: {self.amount} of {self.credit_before} does not leave {self.credit_after}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalCharge:
    """A charge that the law adds, with the article that orders it."""

    label: str
    amount: Decimal
    legal_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedChequeSheet:
    """The letter that tells a customer that the cheque was returned (aviso de cheque devuelto).

    `cause` is the bank's. `total` is what the cheque no longer paid with the charges of the law.

    :raises ValueError: the cheque and its charges do not add up to `total`.
    """

    folio: str
    account: str | None
    holder: str
    address: str
    issued_on: date
    receipt: str
    paid_on: date
    cheque: str
    bank: str
    amount: Decimal
    returned_on: date
    cause: str
    charges: tuple[LegalCharge, ...]
    total: Decimal
    signed_by: Person
    pay_by: date | None = None
    debt_periods: str = ""
    consequences: tuple[str, ...] = ()
    qr: str | None = None

    def __post_init__(self) -> None:
        owed = self.amount + sum((charge.amount for charge in self.charges), ZERO)
        if owed != self.total:
            raise ValueError(f"returned cheque {self.folio}: it adds up to {owed}, not to {self.total}")
