"""The arithmetic of the desk: what each account gets of a sum and what it was paid with."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from cauce.core.money import ZERO, round_to_cents

CASH = "CASH"
# What pays the cents that the coins took off a total.
ROUNDED = "ROUNDED"


class Tendered(NamedTuple):
    """Pesos kept by one method, with the reference and the institution of the card, cheque or transfer.

    ``handed`` is what the customer handed over when it was more: the difference is the change.
    """

    method: str
    amount: Decimal
    reference: str = ""
    institution: str = ""
    handed: Decimal | None = None

    @property
    def change(self) -> Decimal:
        """Pesos given back."""
        return ZERO if self.handed is None else self.handed - self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A service of the law in a payment order; ``unit_price`` is in pesos without VAT."""

    concept: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    vat_percent: Decimal

    @property
    def amount(self) -> Decimal:
        """Pesos without VAT, rounded once."""
        return round_to_cents(self.quantity * self.unit_price)

    @property
    def vat(self) -> Decimal:
        """Its VAT, rounded once."""
        return round_to_cents(self.amount * self.vat_percent / 100)


def purse_of(tenders: Sequence[Tendered], rounding: Decimal) -> list[Tendered]:
    """What pays the shares: the tenders, with the cents that the coins took off or without those they added.

    What they added comes off the first cash that can bear it.

    >>> [str(tender.amount) for tender in purse_of([Tendered("CASH", Decimal("10.50"))], Decimal("0.10"))]
    ['10.40']
    """
    if rounding < 0:
        return [*tenders, Tendered(ROUNDED, -rounding)]
    purse = []
    for tender in tenders:
        if tender.method == CASH and 0 < rounding < tender.amount:
            purse.append(tender._replace(amount=tender.amount - rounding))
            rounding = ZERO
        else:
            purse.append(tender)
    return purse


def share_out(tenders: Sequence[Tendered], amounts: Sequence[Decimal]) -> list[list[Tendered]]:
    """Say what each of ``amounts`` is paid with, spending the tenders in their order.

    :raises ValueError: if the tenders and the amounts do not add up to the same, or one is not positive.
    """
    received = sum((tender.amount for tender in tenders), ZERO)
    if received != sum(amounts, ZERO) or min((*amounts, *(tender.amount for tender in tenders)), default=ZERO) <= 0:
        raise ValueError("what is received and what is paid must be positive and add up to the same")
    shares: list[list[Tendered]] = []
    purse = list(tenders)
    for amount in amounts:
        share: list[Tendered] = []
        while amount > 0:
            taken = min(amount, purse[0].amount)
            share.append(purse[0]._replace(amount=taken))
            amount -= taken
            purse[0] = purse[0]._replace(amount=purse[0].amount - taken)
            if purse[0].amount == 0:
                del purse[0]
        shares.append(share)
    return shares


def rounded_cash(amount: Decimal, coin: Decimal | None) -> Decimal:
    """What ``amount`` is paid with in coins that exist: the nearest multiple of ``coin``, half up; None rounds nothing.

    >>> rounded_cash(Decimal("345.27"), Decimal("0.10"))
    Decimal('345.30')
    """
    if coin is None or coin <= 0:
        return amount
    return round_to_cents((amount / coin).quantize(Decimal(1), rounding=ROUND_HALF_UP) * coin)


def rounding_of(total: Decimal, tenders: Sequence[Tendered], coin: Decimal | None) -> Decimal | None:
    """What the coins add to ``total`` (negative when they take off it), zero when the tenders are exact.

    :returns: None if the tenders differ from the total by something else than the rounding of their cash.
    """
    received = sum((tender.amount for tender in tenders), ZERO)
    if received == total:
        return ZERO
    other = sum((tender.amount for tender in tenders if tender.method != CASH), ZERO)
    if other < total and any(tender.method == CASH for tender in tenders):
        expected = rounded_cash(total - other, coin)
        if received - other == expected:
            return received - total
    return None


def favour_key(payment_key: str, account_id: int) -> str:
    """The key of the act that, within a payment, applies first what an account has in favour."""
    return f"{payment_key}/a-favor/{account_id}"
