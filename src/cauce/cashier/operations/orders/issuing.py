"""Órdenes de pago: what somebody is to pay, computed for them, that the cashier only receives."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from cauce.cashier.events import PAYMENT_ORDER_ISSUED
from cauce.cashier.models import PaymentOrder, PaymentOrderCharge, PaymentOrderLine
from cauce.cashier.operations.debtors import hold_debtor, refuse_own_debtor
from cauce.cashier.queries.orders import advance_line, debt_by_period, debt_lines, order_expiry, priced_services
from cauce.cashier.rules import OrderLine
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import begin_posting, lock_accounts, write_transfers
from cauce.ledger.queries import booking_day, collection_law
from cauce.ledger.rules import Entry
from cauce.registry.models import Account, Customer
from cauce.registry.operations import refuse_own_account
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User

SERIES = "OP"


class EmptyOrder(DomainError):
    """An order that charges nothing."""

    def __init__(self) -> None:
        super().__init__("La orden de pago no cobra nada; agregue al menos un concepto con importe mayor que cero.")


class OrderAlreadyExpired(DomainError):
    """An order cannot expire before it is issued, nor after the law lets it."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(
            f"La orden puede pagarse desde hoy y a más tardar el {format_date(last)}; elija un día entre el "
            f"{format_date(first)} y el {format_date(last)}."
        )


class OrderChanged(DomainError):
    """What is to be paid is no longer what the person who issues the order saw."""

    def __init__(self, seen: Decimal, now: Decimal) -> None:
        super().__init__(
            f"La cuenta cambió mientras usted la revisaba: la orden sería por {format_money(now)} y no por "
            f"{format_money(seen)}. Revise el nuevo importe y emítala otra vez."
        )


class OrderNotPayable(DomainError):
    """An order that was cancelled or whose day has passed."""

    def __init__(self, order: PaymentOrder, folio: str) -> None:
        became = f"venció el {format_date(order.expires_on)}"
        if order.state == PaymentOrder.State.CANCELLED:
            became = "se canceló"
        super().__init__(f"La orden {folio} {became} y ya no se cobra; pida en ventanilla que se emita otra.")


class OrderNotExact(DomainError):
    """An order is received whole: neither a part of it nor more."""

    def __init__(self, order: PaymentOrder, folio: str, due: Decimal) -> None:
        if due == order.total:
            why = "una orden se cobra completa"
        elif order.kind == PaymentOrder.Kind.DEBT:
            why = f"decía {format_money(order.total)} al {format_date(order.expires_on)}; hoy su adeudo es otro"
        else:
            why = f"era por {format_money(order.total)}, pero una parte ya se pagó"
        super().__init__(f"La orden {folio} pide {format_money(due)} ({why}); cobre exactamente ese importe.")


class OrderOutgrown(DomainError):
    """What an order of debt asks for has grown since: a payment that had settled a part was undone."""

    def __init__(self, order: PaymentOrder, folio: str, due: Decimal) -> None:
        super().__init__(
            f"La orden {folio} es por {format_money(order.total)} y hoy sus periodos deben {format_money(due)}, porque "
            "se canceló un pago; pida en ventanilla que se emita otra."
        )


class OrderOfAnother(DomainError):
    """Money of one account directed to the order of another."""

    def __init__(self, folio: str) -> None:
        super().__init__(f"La orden {folio} no es de la cuenta o persona que se cobra; búsquela por su folio.")


@transaction.atomic
def issue_payment_order(
    *,
    party: Customer,
    account: Account | None,
    lines: Sequence[OrderLine],
    expires_on: date,
    at: datetime,
    by: User,
    key: str,
) -> PaymentOrder:
    """Charge services to a person, with or without account, under an orden de pago.

    Each line and its VAT is owed from today and due on ``expires_on``; money directed to the order's document settles
    it and nothing else. Unpaid by then, it expires and stops being owed. Idempotent by key. The screens price the lines
    by the law: :func:`issue_service_order`.

    :raises EmptyOrder: if no line charges anything.
    :raises OrderAlreadyExpired: if it expires before today.
    :raises OwnAccount: if who issues it is linked to the account or person.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    if not lines or any(line.amount <= 0 for line in lines):
        raise EmptyOrder
    account_id = None if account is None else account.pk
    refuse_own_debtor(account_id=account_id, party_id=party.pk, by=by)
    today = local_day(at)
    if expires_on < today:
        raise OrderAlreadyExpired(today, order_expiry(today))
    body = {
        "party": party.pk,
        "account": account_id,
        "lines": [[line.concept, line.description, line.quantity, line.unit_price, line.vat_percent] for line in lines],
        "expires": expires_on,
    }
    posting, is_new = begin_posting(operation="issue_payment_order", key=key, body=body, at=at, by=by)
    if not is_new:
        return PaymentOrder.objects.get(posting=posting)
    hold_debtor(account_id=account_id, party_id=party.pk)
    order = _write_order(PaymentOrder.Kind.SERVICES, party, account, lines, expires_on, None, posting, at, by)
    charges = [(line.concept, Book.REVENUE, line.amount) for line in lines]
    tax = sum((line.vat for line in lines), ZERO)
    charges += [(VAT, Book.VAT_PENDING, tax)] if tax > 0 else []
    write_transfers(
        posting=posting,
        entries=[_charge(order, concept, source, amount) for concept, source, amount in charges],
        booked_on=order.document.issued_on,
    )
    _tell(order, at, by)
    return order


@transaction.atomic
def issue_service_order(
    *,
    party: Customer,
    account: Account | None,
    services: Mapping[str, Decimal],
    expected: Decimal | None = None,
    at: datetime,
    by: User,
    key: str,
) -> PaymentOrder:
    """Charge quantities of services, by their code, at the price and VAT of the law in force today, until its expiry.

    ``expected`` is the total that who issues it was shown. Idempotent by key.

    :raises EmptyOrder: if no known service is asked for.
    :raises OrderChanged: if the total is not ``expected``.
    :raises NoLawInForce: if no law rules today.
    :raises OwnAccount: if who issues it is linked to the account or person.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    today = local_day(at)
    done = PaymentOrder.objects.filter(posting__key=key).first()
    lines = priced_services(services, today)
    total = sum((line.amount + line.vat for line in lines), ZERO)
    if done is None and expected is not None and lines and total != expected:
        raise OrderChanged(expected, total)
    return issue_payment_order(
        party=party,
        account=account,
        lines=lines,
        expires_on=order_expiry(today) if done is None else done.expires_on,
        at=at,
        by=by,
        key=key,
    )


@transaction.atomic
def issue_debt_order(
    *,
    account: Account,
    as_of: date,
    periods: Collection[date],
    expected: Decimal | None = None,
    at: datetime,
    by: User,
    key: str,
) -> PaymentOrder:
    """Ask for what some periods of an account owe, with their surcharges to the day ``as_of``, which is its last day.

    It charges nothing: it keeps which charges it asks for. The desk receives exactly what is left of them with their
    surcharges to the day of the payment: the order's total if nothing else has come in and no month of surcharge has
    yet to start, less if it is paid before one starts or other money settled a part. Never more: the order expires on
    ``as_of``, and if a payment is undone and more is owed it is not received. ``expected`` is the total that who issues
    it was shown. Idempotent by key.

    :raises EmptyOrder: if those periods owe nothing.
    :raises OrderChanged: if the total is not ``expected``.
    :raises OrderAlreadyExpired: if ``as_of`` is before today or after the law's expiry.
    :raises NoLawInForce: if no law says how to collect.
    :raises OwnAccount: if who issues it is linked to the account.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    refuse_own_account(by=by, account_ids=[account.pk])
    body = {"account": account.pk, "as_of": as_of, "periods": sorted(periods)}
    posting, is_new = begin_posting(operation="issue_debt_order", key=key, body=body, at=at, by=by)
    if not is_new:
        return PaymentOrder.objects.get(posting=posting)
    today = local_day(at)
    if not today <= as_of <= order_expiry(today):
        raise OrderAlreadyExpired(today, order_expiry(today))
    lock_accounts([account.pk])
    owed = debt_by_period(account.pk, as_of, collection_law(today))
    asked = [debt for debt in owed if debt.period in periods]
    total = sum((debt.total for debt in asked), ZERO)
    if total <= 0:
        raise EmptyOrder
    if expected is not None and total != expected:
        raise OrderChanged(expected, total)
    lines = [line for debt in asked for line in debt_lines(debt, as_of)]
    order = _write_order(PaymentOrder.Kind.DEBT, account.holder, account, lines, as_of, as_of, posting, at, by)
    PaymentOrderCharge.objects.bulk_create(
        PaymentOrderCharge(order=order, charge_id=charge.id, amount=charge.pending)
        for debt in asked
        for charge in debt.charges
    )
    _tell(order, at, by)
    return order


@transaction.atomic
def issue_advance_order(
    *, party: Customer, account: Account | None, amount: Decimal, at: datetime, by: User, key: str
) -> PaymentOrder:
    """Ask for money that stays in favour of an account or person; it settles nothing that is owed today.

    It charges nothing and may be paid once, whole, until the law's expiry. Idempotent by key.

    :raises EmptyOrder: if the amount is not positive.
    :raises NoLawInForce: if no law says until when.
    :raises OwnAccount: if who issues it is linked to the account or person.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    if amount <= 0:
        raise EmptyOrder
    account_id = None if account is None else account.pk
    refuse_own_debtor(account_id=account_id, party_id=party.pk, by=by)
    body = {"party": party.pk, "account": account_id, "amount": f"{amount:.2f}"}
    posting, is_new = begin_posting(operation="issue_advance_order", key=key, body=body, at=at, by=by)
    if not is_new:
        return PaymentOrder.objects.get(posting=posting)
    hold_debtor(account_id=account_id, party_id=party.pk)
    line = advance_line(amount)
    expires_on = order_expiry(local_day(at))
    order = _write_order(PaymentOrder.Kind.ADVANCE, party, account, [line], expires_on, None, posting, at, by)
    _tell(order, at, by)
    return order


def _write_order(
    kind: PaymentOrder.Kind,
    party: Customer,
    account: Account | None,
    lines: Sequence[OrderLine],
    expires_on: date,
    as_of: date | None,
    posting: Posting,
    at: datetime,
    by: User,
) -> PaymentOrder:
    document = create_document(kind=Document.Kind.PAYMENT_ORDER, series=SERIES, issued_on=booking_day(at), at=at, by=by)
    order = PaymentOrder.objects.create(
        document=document,
        kind=kind,
        party=party,
        account=account,
        posting=posting,
        as_of=as_of,
        expires_on=expires_on,
        total=sum((line.amount + line.vat for line in lines), ZERO),
    )
    PaymentOrderLine.objects.bulk_create(
        PaymentOrderLine(
            order=order,
            concept=line.concept,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.amount,
            vat_percent=line.vat_percent,
            vat=line.vat,
        )
        for line in lines
    )
    return order


def _tell(order: PaymentOrder, at: datetime, by: User) -> None:
    publish(
        PAYMENT_ORDER_ISSUED,
        subject_kind="PaymentOrder",
        subject_id=order.pk,
        account_id=order.account_id,
        facts={"folio": order.document.folio, "total": format_money(order.total)},
        at=at,
        by=by,
    )


def _charge(order: PaymentOrder, concept: str, source: str, amount: Decimal) -> Entry:
    return Entry(
        debit_book=Book.RECEIVABLE,
        credit_book=source,
        concept=concept,
        amount=amount,
        effective_on=order.document.issued_on,
        reason=Reason.SERVICE,
        party_id=order.party_id,
        account_id=order.account_id,
        due_on=order.expires_on,
        document_id=order.document_id,
    )
