"""What the cashier asked for, made exact: how much of each debt is paid and with what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cauce.cashier.rules.desk import CASH, Tendered, rounded_cash
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.ledger.rules import AllocationOrder, OpenCharge, allocate


class MoneyDoesNotMatch(DomainError):
    """What the customer hands over does not pay what is to be paid; the message says by how much."""


class OtherMethod(NamedTuple):
    """Money that is not cash; ``amount`` None is all that the rest does not pay."""

    method: str
    amount: Decimal | None
    reference: str = ""
    institution: str = ""


@dataclass(frozen=True, slots=True)
class Tray:
    """What goes in: the tenders, what the coins add (negative when they take off it) and the change to give back."""

    tenders: tuple[Tendered, ...]
    rounding: Decimal
    change: Decimal

    @property
    def cash(self) -> Decimal:
        """Cash that stays in the drawer."""
        return sum((tender.amount for tender in self.tenders if tender.method == CASH), ZERO)


def tray_of(total: Decimal, *, handed: Decimal | None, others: Sequence[OtherMethod], coin: Decimal | None) -> Tray:
    """What ``total`` is paid with: the other methods first, and the rest in cash, of which ``handed`` was handed over.

    Without ``handed`` the cash is exact. Only cash gives change. One of the others may say no amount: it pays what the
    rest does not.

    :raises MoneyDoesNotMatch: if it is not enough, or what gives no change is too much.
    """
    if total <= 0:
        raise MoneyDoesNotMatch("No hay nada que cobrar: escriba un importe mayor que cero o marque otra cuenta.")
    paid = _filled(total, handed or ZERO, others)
    by_others = sum((tender.amount for tender in paid), ZERO)
    if by_others > total:
        raise MoneyDoesNotMatch(
            f"Lo que no es efectivo suma {format_money(by_others)} y se cobran {format_money(total)}; sólo el efectivo "
            "da cambio. Baje ese importe, o cobre más como anticipo."
        )
    if by_others == total:
        if handed:
            raise MoneyDoesNotMatch(
                f"Ya se cubren los {format_money(total)} sin efectivo; borre los {format_money(handed)} de efectivo o "
                "baje la otra forma de pago."
            )
        return Tray(tuple(paid), ZERO, ZERO)
    due = total - by_others
    if any(other.amount is None for other in others):
        return Tray((Tendered(CASH, due), *paid), ZERO, ZERO)
    cash = rounded_cash(due, coin)
    if cash <= 0:
        raise MoneyDoesNotMatch(
            f"Faltan {format_money(due)} y no hay moneda tan chica; cóbrelos con la otra forma de pago."
        )
    if handed is not None and handed < cash:
        raise MoneyDoesNotMatch(
            f"Entregó {format_money(handed + by_others)} y son {format_money(cash + by_others)}: faltan "
            f"{format_money(cash - handed)}. Complete con otra forma de pago, o elija «Otro importe» para cobrar menos."
        )
    change = ZERO if handed is None else handed - cash
    return Tray((Tendered(CASH, cash, handed=handed), *paid), cash - due, change)


def _filled(total: Decimal, handed: Decimal, others: Sequence[OtherMethod]) -> list[Tendered]:
    """The other methods with their amounts; the one that says none takes what is left."""
    known = sum((other.amount for other in others if other.amount is not None), ZERO)
    open_ones = [other for other in others if other.amount is None]
    if len(open_ones) > 1:
        raise MoneyDoesNotMatch("Dos formas de pago están sin importe; escriba cuánto se paga con cada una.")
    left = total - known - handed
    if open_ones and left <= 0:
        raise MoneyDoesNotMatch(
            f"Lo demás ya cubre los {format_money(total)}; quite la forma de pago que está sin importe o escriba "
            "cuánto se paga con ella."
        )
    return [
        Tendered(other.method, left if other.amount is None else other.amount, other.reference, other.institution)
        for other in others
    ]


def spread(
    amount: Decimal, debts: Mapping[str, Sequence[OpenCharge]], order: AllocationOrder, *, on: date
) -> dict[str, Decimal]:
    """Give each debtor its part of ``amount``, the oldest debts first whoever owes them; the parts add up to it.

    What no debt takes goes to the first debtor, in its favour.

    :raises ValueError: if there are no debtors or ``amount`` is not positive.
    """
    if not debts:
        raise ValueError("spread needs somebody to give to")
    owner: dict[int, str] = {}
    pooled: list[OpenCharge] = []
    for name, charges in debts.items():
        for charge in charges:
            owner[charge.id] = name
            pooled.append(charge)
    parts = dict.fromkeys(debts, ZERO)
    for charge_id, part in allocate(amount, pooled, order, on=on):
        parts[owner[charge_id]] += part
    first = next(iter(parts))
    parts[first] += amount - sum(parts.values(), ZERO)
    return parts
