"""What is being paid together: some accounts and some órdenes de pago, carried in the address by their ids."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import QueryDict

from cauce.cashier.models import PaymentOrder
from cauce.cashier.queries.desk import AccountDue, OrderDue, accounts_due, orders_due
from cauce.ledger.queries import CollectionLaw
from cauce.ledger.rules import OpenCharge

MOST_LINES = 500
ACCOUNT, ORDER = "c", "o"


@dataclass(frozen=True, slots=True)
class Cart:
    """Ids of accounts and of orders, in the order they were added."""

    accounts: tuple[int, ...] = ()
    orders: tuple[int, ...] = ()

    @property
    def query(self) -> str:
        """The cart as the address carries it."""
        parts = {"cuentas": self.accounts, "ordenes": self.orders}
        return urlencode({name: ".".join(map(str, ids)) for name, ids in parts.items() if ids})

    @property
    def accounts_text(self) -> str:
        """Its accounts as a hidden field carries them."""
        return ".".join(map(str, self.accounts))

    @property
    def orders_text(self) -> str:
        """Its orders as a hidden field carries them."""
        return ".".join(map(str, self.orders))

    def adding(self, *, accounts: Sequence[int] = (), orders: Sequence[int] = ()) -> "Cart":
        """The cart with more in it, each once and as many as a payment takes."""
        return Cart(
            tuple(dict.fromkeys((*self.accounts, *accounts)))[:MOST_LINES],
            tuple(dict.fromkeys((*self.orders, *orders)))[:MOST_LINES],
        )

    def without(self, key: str) -> "Cart":
        """The cart without one of its lines."""
        kind, pk = key[:1], int(key[1:])
        if kind == ACCOUNT:
            return replace(self, accounts=tuple(one for one in self.accounts if one != pk))
        return replace(self, orders=tuple(one for one in self.orders if one != pk))


@dataclass(frozen=True, slots=True)
class Line:
    """One account or one order of the cart, with what settles it today (pesos)."""

    key: str
    account: AccountDue | None = None
    order: OrderDue | None = None

    @property
    def exact(self) -> Decimal:
        """What settles it."""
        if self.account is not None:
            return self.account.exact
        assert self.order is not None
        return self.order.amount

    @property
    def overdue(self) -> Decimal:
        """What settles what is late: an order is always due."""
        return self.account.overdue if self.account is not None else self.exact

    @property
    def title(self) -> str:
        """The number of the account or the folio of the order."""
        if self.account is not None:
            return self.account.account.number
        assert self.order is not None
        return self.order.folio

    @property
    def holder(self) -> str:
        """Whose it is."""
        if self.account is not None:
            return self.account.account.holder.name
        assert self.order is not None
        return self.order.order.party.name

    @property
    def address(self) -> str:
        """Where it is, empty for an order without account."""
        if self.account is not None:
            return self.account.account.connection.premises.address
        assert self.order is not None
        account = self.order.order.account
        return account.connection.premises.address if account is not None else ""

    @property
    def refusal(self) -> str:
        """Why it cannot be collected, empty when it can."""
        return self.order.refusal if self.order is not None else ""

    @property
    def charges(self) -> list[OpenCharge]:
        """What an account owes, charge by charge."""
        return self.account.charges if self.account is not None else []


def cart_of(params: QueryDict) -> Cart:
    """The cart that an address or a form carries; what is no id is left out."""
    return Cart().adding(accounts=_ids(params.get("cuentas", "")), orders=_ids(params.get("ordenes", "")))


def lines_of(cart: Cart, *, on: date, law: CollectionLaw) -> list[Line]:
    """The lines of a cart that exist, accounts first, each in its place."""
    accounts = [Line(f"{ACCOUNT}{due.account.pk}", account=due) for due in accounts_due(cart.accounts, on=on, law=law)]
    orders = [Line(f"{ORDER}{due.order.pk}", order=due) for due in orders_due(cart.orders, on=on)]
    return accounts + orders


def whose_of(cart: Cart) -> tuple[set[int], set[int]]:
    """The accounts and the persons without account that a cart is about. One query if it has orders."""
    accounts: set[int] = set(cart.accounts)
    parties: set[int] = set()
    if cart.orders:
        rows = PaymentOrder.objects.filter(pk__in=cart.orders).values_list("account", "party")
        accounts |= {account_id for account_id, _ in rows if account_id is not None}
        parties |= {party_id for account_id, party_id in rows if account_id is None}
    return accounts, parties


def clash_of(lines: Sequence[Line]) -> str:
    """Why the lines cannot be paid together, empty when they can: an order that is part of another line."""
    accounts = {line.account.account.pk: line for line in lines if line.account is not None}
    for line in lines:
        if line.order is not None and line.order.order.account_id in accounts:
            number = accounts[line.order.order.account_id].title
            return (
                f"La orden {line.title} es de la cuenta {number}, que ya está en este cobro con todo lo que debe. "
                "Deje una de las dos: la cuenta completa o sólo la orden."
            )
    return ""


def _ids(text: str) -> list[int]:
    return [int(part) for part in text.split(".") if part.isdecimal() and len(part) < 19]
