"""Órdenes de pago: what somebody is to pay, computed for them, that the cashier only receives."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from cauce.cashier.events import PAYMENT_ORDER_ISSUED
from cauce.cashier.models import PaymentOrder, PaymentOrderLine
from cauce.cashier.rules import OrderLine
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.ledger.models import Book, Reason
from cauce.ledger.operations import begin_posting, lock_accounts, write_transfers
from cauce.ledger.queries import booking_day
from cauce.ledger.rules import Entry
from cauce.registry.models import Account, Customer
from cauce.tariffs.rules.values import VAT
from cauce.users.models import User

SERIES = "OP"


class EmptyOrder(DomainError):
    """An order that charges nothing."""

    def __init__(self) -> None:
        super().__init__("La orden de pago no cobra nada; agregue al menos un concepto con importe mayor que cero.")


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
    """Charge services of the law to a person, with or without account, under an orden de pago.

    Each line and its VAT is owed from today and due on ``expires_on``; money directed to the order's document settles
    it and nothing else. Idempotent by key.

    :raises EmptyOrder: if no line charges anything.
    :raises KeyReused: if the key was used with other data; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    if not lines or any(line.amount <= 0 for line in lines):
        raise EmptyOrder
    body = {
        "party": party.pk,
        "account": account.pk if account else None,
        "lines": [[line.concept, line.description, line.quantity, line.unit_price, line.vat_percent] for line in lines],
        "expires": expires_on,
    }
    posting, is_new = begin_posting(operation="issue_payment_order", key=key, body=body, at=at, by=by)
    if not is_new:
        return PaymentOrder.objects.get(posting=posting)
    lock_accounts([account.pk] if account else [], party_ids=[party.pk])
    booked_on = booking_day(at)
    document = create_document(kind=Document.Kind.PAYMENT_ORDER, series=SERIES, issued_on=booked_on, at=at, by=by)
    total = sum((line.amount + line.vat for line in lines), ZERO)
    order = PaymentOrder.objects.create(
        document=document, party=party, account=account, posting=posting, expires_on=expires_on, total=total
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
    charges = [(line.concept, Book.REVENUE, line.amount) for line in lines]
    tax = sum((line.vat for line in lines), ZERO)
    charges += [(VAT, Book.VAT_PENDING, tax)] if tax > 0 else []
    write_transfers(
        posting=posting,
        entries=[
            _charge(concept, source, amount, party, account, document, booked_on, expires_on)
            for concept, source, amount in charges
        ],
        booked_on=booked_on,
    )
    publish(
        PAYMENT_ORDER_ISSUED,
        subject_kind="PaymentOrder",
        subject_id=document.pk,
        account_id=account.pk if account else None,
        facts={"folio": document.folio, "total": format_money(total)},
        at=at,
        by=by,
    )
    return order


def _charge(
    concept: str,
    source: Book,
    amount: Decimal,
    party: Customer,
    account: Account | None,
    document: Document,
    on: date,
    due_on: date,
) -> Entry:
    return Entry(
        debit_book=Book.RECEIVABLE,
        credit_book=source,
        concept=concept,
        amount=amount,
        effective_on=on,
        reason=Reason.SERVICE,
        party_id=party.pk,
        account_id=account.pk if account else None,
        due_on=due_on,
        document_id=document.pk,
    )
