"""Reads of the órdenes de pago: what the law prices, what a debt asks for to a day, and what an order asks for now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from cauce.cashier.models import PaymentOrder, PaymentOrderCharge, Receipt
from cauce.cashier.rules import OrderLine
from cauce.core.es_mx import format_date, format_long_period
from cauce.core.money import ZERO
from cauce.core.periods import period_of
from cauce.events.models import Event
from cauce.ledger.models import Reason, Transfer
from cauce.ledger.queries import CollectionLaw, collection_law, pending_charges, surcharges_due
from cauce.ledger.rules import ADVANCE, AGREEMENT_BOOK, OpenCharge
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules.values import SURCHARGE, OneOffCharge

# What the lines of an order of debt say they are.
DEBT = "ADEUDO"


def services_of_law(on: date) -> Mapping[str, OneOffCharge]:
    """The services that the law in force on a day lets charge, by code, in its order.

    :raises NoLawInForce: if no law rules that day: nothing is charged under one that ended.
    """
    return schedule_for_period(period_of(on)).one_off_charges


def priced_services(asked: Mapping[str, Decimal], on: date) -> list[OrderLine]:
    """Quantities by code at the law's price and VAT, in the law's order; codes it does not know are left out.

    :raises NoLawInForce: if no law rules that day.
    """
    return [
        OrderLine(
            concept=service.code,
            description=service.name,
            quantity=asked[service.code],
            unit_price=service.amount,
            vat_percent=service.vat_percent,
        )
        for service in services_of_law(on).values()
        if service.code in asked
    ]


def order_expiry(on: date) -> date:
    """The last day that an order issued on ``on`` may be paid, by the law in force.

    :raises NoLawInForce: if no law had been in force by that day.
    """
    return on + timedelta(days=collection_law(on).desk.order_days)


@dataclass(frozen=True, slots=True)
class PeriodDebt:
    """What a period of an account asks for to a day: its charges, and the surcharges that a payment would post."""

    period: date
    due_on: date
    charges: tuple[OpenCharge, ...]
    surcharges_to_post: Decimal
    is_overdue: bool
    surcharges_posted: Decimal

    @property
    def charged(self) -> Decimal:
        """What is pending of its charges but for its surcharges."""
        return sum((charge.pending for charge in self.charges), ZERO) - self.surcharges_posted

    @property
    def surcharges(self) -> Decimal:
        """Its surcharges to the day, posted or not."""
        return self.surcharges_posted + self.surcharges_to_post

    @property
    def total(self) -> Decimal:
        """All that it asks for."""
        return self.charged + self.surcharges


def debt_by_period(account_id: int, on: date, law: CollectionLaw) -> list[PeriodDebt]:
    """What an account owes to the day ``on`` by period, but for what its orders of services and its notes ask apart."""
    charges = pending_charges([account_id])
    documents = {charge.document_id for charge in charges if charge.document_id is not None}
    orders = set(PaymentOrder.objects.filter(document__in=documents).values_list("document_id", flat=True))
    to_post = {due.period: due.amount for due in surcharges_due([account_id], on, law.surcharges)}
    by_period: dict[date, list[OpenCharge]] = {}
    for charge in charges:
        if charge.document_id not in orders and charge.book != AGREEMENT_BOOK:
            by_period.setdefault(charge.period or period_of(charge.due_on), []).append(charge)
    found = []
    for period, owed in sorted(by_period.items()):
        due_on = min(charge.due_on for charge in owed)
        posted = sum((charge.pending for charge in owed if law.order.is_surcharge(charge)), ZERO)
        surcharge = to_post.get(period, ZERO)
        to_charge = surcharge + law.surcharges.vat_on(surcharge)
        found.append(PeriodDebt(period, due_on, tuple(owed), to_charge, due_on < on, posted))
    return found


def debt_lines(debt: PeriodDebt, as_of: date) -> list[OrderLine]:
    """How a period's debt reads on an order: what it charged, and its surcharges to the day."""
    period = format_long_period(debt.period)
    told = [
        (DEBT, f"Adeudo de {period}", debt.charged),
        (SURCHARGE, f"Recargos de {period} al {format_date(as_of)}", debt.surcharges),
    ]
    return [
        OrderLine(concept=concept, description=description, quantity=Decimal(1), unit_price=amount, vat_percent=ZERO)
        for concept, description, amount in told
        if amount > 0
    ]


def advance_line(amount: Decimal) -> OrderLine:
    """How an advance reads on an order."""
    return OrderLine(
        concept=ADVANCE,
        description="Pago anticipado, queda a favor",
        quantity=Decimal(1),
        unit_price=amount,
        vat_percent=ZERO,
    )


def charges_of_order(order: PaymentOrder, owed: Sequence[OpenCharge]) -> set[int]:
    """Which of the charges that its account or person owes an order asks for; none for an advance.

    An order of debt asks for the charges it named and for the surcharges of their periods, whenever they were posted.
    """
    if order.kind == PaymentOrder.Kind.ADVANCE:
        return set()
    if order.kind == PaymentOrder.Kind.SERVICES:
        return {charge.id for charge in owed if charge.document_id == order.document_id and charge.pending > 0}
    named = dict(PaymentOrderCharge.objects.filter(order=order).values_list("charge_id", "charge__period"))
    periods = {period for period in named.values() if period is not None}
    since = set(
        Transfer.objects.filter(
            account=order.account_id, reason=Reason.SURCHARGE, period__in=periods, reverses__isnull=True
        ).values_list("pk", flat=True)
    )
    return {charge.id for charge in owed if charge.pending > 0 and (charge.id in named or charge.id in since)}


def order_due(order: PaymentOrder, on: date) -> Decimal:
    """What an order asks for on the day ``on``, in pesos: the desk receives exactly this.

    Services ask for what is left of what they charged; an advance, for its total; a debt, for what is left of its
    charges with their surcharges to that day. It does not say whether the order may still be paid: its state does.
    """
    if order.kind == PaymentOrder.Kind.ADVANCE:
        return order.total
    if order.account_id is None:
        owed = pending_charges([order.party_id], of_parties=True)
    else:
        owed = pending_charges([order.account_id])
    asked = charges_of_order(order, owed)
    due = sum((charge.pending for charge in owed if charge.id in asked), ZERO)
    if order.kind == PaymentOrder.Kind.DEBT and order.account_id is not None:
        law = collection_law(on)
        periods = set(PaymentOrderCharge.objects.filter(order=order).values_list("charge__period", flat=True))
        due += sum(
            (
                surcharge.amount + law.surcharges.vat_on(surcharge.amount)
                for surcharge in surcharges_due([order.account_id], on, law.surcharges)
                if surcharge.period in periods
            ),
            ZERO,
        )
    return due


def payable_orders(account_id: int, on: date) -> QuerySet[PaymentOrder]:
    """The orders of an account that wait to be paid, the first to expire first."""
    orders = PaymentOrder.objects.filter(account=account_id, cancellation__isnull=True).with_state(on)
    return orders.in_state(PaymentOrder.State.PENDING).select_related("document__by").order_by("expires_on", "pk")


def order_of_folio(series: str, number: int, on: date) -> PaymentOrder | None:
    """The order of a folio, as its barcode gives it, with its state on a day; None if there is no such order."""
    return (
        PaymentOrder.objects.filter(document__series=series, document__number=number)
        .with_state(on)
        .select_related("document__by", "account__holder", "party")
        .first()
    )


def history_of_order(order: PaymentOrder) -> QuerySet[Event]:
    """What happened to an order: its own events and those of its receipts, the first first."""
    receipts = Receipt.objects.filter(directed_to=order.document_id).values("pk")
    return (
        Event.objects.filter(
            Q(subject_kind="PaymentOrder", subject_id=order.pk) | Q(subject_kind="Receipt", subject_id__in=receipts)
        )
        .select_related("by")
        .order_by("pk")
    )


def history_of_person(party_id: int) -> QuerySet[Event]:
    """What happened to a person apart from any account: what was ordered and what was paid, the last first."""
    orders = PaymentOrder.objects.filter(party=party_id, account__isnull=True).values("pk")
    receipts = Receipt.objects.filter(party=party_id, account__isnull=True).values("pk")
    return (
        Event.objects.filter(
            Q(subject_kind="Customer", subject_id=party_id)
            | Q(subject_kind="PaymentOrder", subject_id__in=orders)
            | Q(subject_kind="Receipt", subject_id__in=receipts)
        )
        .select_related("by")
        .order_by("-pk")
    )


def issuers_of_orders() -> list[tuple[int, str]]:
    """Who has issued orders: id and name, by name."""
    people = PaymentOrder.objects.values_list("document__by", "document__by__full_name")
    return list(people.distinct().order_by("document__by__full_name", "document__by"))
