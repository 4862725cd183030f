"""From what was typed to what is collected: the shares of the payment, each line with its amount."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cauce.backoffice.desk.cart import ACCOUNT, ORDER, Line
from cauce.backoffice.desk.forms import ADVANCE, ALL, DIRECTED, EACH, OTHER, OVERDUE, CollectForm
from cauce.cashier.models import PaymentOrder
from cauce.cashier.operations import PaymentShare
from cauce.cashier.rules.collecting import MoneyDoesNotMatch, Tray, spread, tray_of
from cauce.core import es_mx
from cauce.core.errors import DomainError
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.ledger.queries import CollectionLaw
from cauce.registry.models import Account

_CARRIED = re.compile(
    rf"(?P<kind>[{ACCOUNT}{ORDER}])(?P<id>[0-9]{{1,18}}):(?P<amount>[0-9]{{1,10}}\.[0-9]{{2}}):(?P<directed>[0-9]{{0,18}})"
)


class NothingToPay(DomainError):
    """Nothing was chosen, or what was chosen cannot be collected."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of the payment is for one line; ``directed_to`` is the document that it settles and nothing else."""

    line: Line
    amount: Decimal
    directed_to: Document | None = None

    @property
    def share(self) -> PaymentShare:
        """As the operation takes it."""
        if self.line.account is not None:
            return PaymentShare(amount=self.amount, account=self.line.account.account, directed_to=self.directed_to)
        assert self.line.order is not None
        return _share_of_order(self.line.order.order, self.amount)

    @property
    def carried(self) -> str:
        """As a hidden field carries it from the check to the payment."""
        return f"{self.line.key}:{self.amount:.2f}:{self.directed_to.pk if self.directed_to else ''}"

    @property
    def note(self) -> str:
        """What it leaves, for the check."""
        if self.directed_to is not None:
            return f"se aplica sólo a {self.directed_to.folio}"
        if self.line.order is not None:
            return "orden de pago"
        left = self.line.exact - self.amount
        if left > 0:
            return f"quedan por pagar {es_mx.format_money(left)}"
        if left < 0:
            return f"quedan a favor {es_mx.format_money(-left)}"
        return "queda al corriente"


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be collected and with what."""

    parts: tuple[Part, ...]
    tray: Tray

    @property
    def total(self) -> Decimal:
        """Pesos that settle debts or stay in favour."""
        return sum((part.amount for part in self.parts), ZERO)

    @property
    def received(self) -> Decimal:
        """Pesos that come in: the total with what the coins add or take off."""
        return self.total + self.tray.rounding


def plan_of(
    form: CollectForm, lines: Sequence[Line], ticked: Sequence[str], amounts: Mapping[str, Decimal], law: CollectionLaw
) -> Plan:
    """What a valid form asks for, over the ticked lines.

    :raises NothingToPay: if it chooses nothing that can be paid.
    :raises MoneyDoesNotMatch: if what is received does not pay it.
    """
    chosen = [line for line in lines if line.key in ticked]
    refused = next((line.refusal for line in chosen if line.refusal), "")
    if refused:
        raise NothingToPay(refused)
    if not chosen:
        raise NothingToPay("Marque al menos una cuenta u orden para cobrar.")
    parts = [part for part in _parts(form, chosen, amounts) if part.amount > 0]
    if not parts:
        raise NothingToPay(
            "No hay nada que cobrar con esa opción. Elija «Otro importe» o «Anticipo» y escriba cuánto paga."
        )
    return Plan(tuple(parts), tray_for(form, sum((part.amount for part in parts), ZERO), law))


def tray_for(form: CollectForm, total: Decimal, law: CollectionLaw) -> Tray:
    """What a valid form pays ``total`` with.

    :raises MoneyDoesNotMatch: if it does not.
    """
    return tray_of(total, handed=form.cleaned_data["efectivo"], others=form.others, coin=law.desk.coin)


def carried_shares(parts: Sequence[str]) -> list[PaymentShare]:
    """The shares that the check carries in hidden fields; three queries at most.

    :raises NothingToPay: if they are not what the check wrote.
    """
    read = [_CARRIED.fullmatch(part) for part in parts]
    if not read or not all(read):
        raise NothingToPay("El cobro llegó incompleto y no se hizo; vuelva a la cuenta y cobre de nuevo.")
    found = [part for part in read if part is not None]
    accounts = Account.objects.in_bulk([int(part["id"]) for part in found if part["kind"] == ACCOUNT])
    orders = PaymentOrder.objects.select_related("document", "account", "party").in_bulk(
        [int(part["id"]) for part in found if part["kind"] == ORDER]
    )
    directed = [int(part["directed"]) for part in found if part["directed"] and part["kind"] == ACCOUNT]
    documents = Document.objects.in_bulk(directed) if directed else {}
    try:
        return [_carried(part, accounts, orders, documents) for part in found]
    except KeyError as error:
        raise NothingToPay("Una de las cuentas u órdenes ya no está; vuelva a buscarla y cobre de nuevo.") from error


def spread_over(amount: Decimal, lines: Sequence[Line], law: CollectionLaw, *, on: date) -> dict[str, Decimal]:
    """Each line's part of a sum: first the orders that it covers whole, then the oldest debts of the accounts.

    :raises MoneyDoesNotMatch: if there is nothing to give it to.
    """
    parts = dict.fromkeys((line.key for line in lines), ZERO)
    left = amount
    for line in lines:
        if line.order is not None:
            parts[line.key] = line.exact if line.exact <= left else ZERO
            left -= parts[line.key]
    debts = {line.key: line.charges for line in lines if line.account is not None}
    if left > 0 and not debts:
        raise MoneyDoesNotMatch(
            f"Las órdenes piden {es_mx.format_money(amount - left)}, ni un peso más; cobre exactamente eso."
        )
    return parts | (spread(left, debts, law.order, on=on) if left > 0 else {})


def _parts(form: CollectForm, chosen: Sequence[Line], amounts: Mapping[str, Decimal]) -> list[Part]:
    what, typed = form.cleaned_data["que"], form.cleaned_data["importe"]
    if what == ALL:
        return [Part(line, line.exact) for line in chosen]
    if what == OVERDUE:
        return [Part(line, line.overdue) for line in chosen]
    if what == EACH:
        return [_own(line, amounts.get(line.key, ZERO)) for line in chosen]
    if len(chosen) > 1:
        raise NothingToPay("Con varias cuentas, cobre todo, lo vencido, otro importe o cada una con el suyo.")
    if what == OTHER:
        return [_own(chosen[0], _needed(typed))]
    if what == ADVANCE:
        return [_own(chosen[0], chosen[0].exact + _needed(typed))]
    return [_directed(chosen[0], what.removeprefix(DIRECTED), typed)]


def _carried(
    part: re.Match[str],
    accounts: Mapping[int, Account],
    orders: Mapping[int, PaymentOrder],
    documents: Mapping[int, Document],
) -> PaymentShare:
    amount, pk = Decimal(part["amount"]), int(part["id"])
    if part["kind"] == ACCOUNT:
        directed_to = documents[int(part["directed"])] if part["directed"] else None
        return PaymentShare(amount=amount, account=accounts[pk], directed_to=directed_to)
    return _share_of_order(orders[pk], amount)


def _share_of_order(order: PaymentOrder, amount: Decimal) -> PaymentShare:
    party = order.party if order.account is None else None
    return PaymentShare(amount=amount, account=order.account, party=party, directed_to=order.document)


def _own(line: Line, amount: Decimal) -> Part:
    if line.order is not None and amount not in (ZERO, line.exact):
        raise NothingToPay(
            f"La orden {line.title} se cobra completa, {es_mx.format_money(line.exact)}; quítela o cobre ese importe."
        )
    return Part(line, amount)


def _needed(typed: Decimal | None) -> Decimal:
    if not typed:
        raise NothingToPay("Escriba el importe que se paga.")
    return typed


def _directed(line: Line, document_id: str, typed: Decimal | None) -> Part:
    account = line.account
    choices = []
    if account is not None:
        choices = [(bill.document, bill.amount) for bill in account.bills]
        choices += [(due.order.document, due.amount) for due in account.orders if due.order.account_id is not None]
        choices += [(note.document, note.amount) for note in account.notes]
    for document, owed in choices:
        if str(document.pk) == document_id:
            amount = typed or owed
            if amount > owed:
                raise NothingToPay(
                    f"{document.folio} debe {es_mx.format_money(owed)}; cobre a lo más eso, o no dirija el pago."
                )
            return Part(line, amount, document)
    raise NothingToPay("Ese recibo, orden o pagaré ya no tiene nada por pagar; elija otra cosa.")
