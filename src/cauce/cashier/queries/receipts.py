"""The comprobantes of a payment as the screen and the paper tell them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from cauce.cashier.models import METHOD_OF_BOOK, Payment, Receipt, Tender
from cauce.cashier.rules import favour_key
from cauce.core import es_mx
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.rules import Contingency, ReceiptLine, ReceiptSheet, ReceiptTender, Reprint, SharedPayment
from cauce.events.models import Event
from cauce.ledger.models import MONEY_BOOKS, Allocation, Book, Transfer
from cauce.tariffs.queries import concept_names
from cauce.tariffs.rules.values import SURCHARGE, VAT

_OWING = "('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')"
# What was owed once the receipt was given: everything up to the last transfer that hangs from it.
_BALANCES_AFTER = f"""
    SELECT receipt.document_id, (
        SELECT coalesce(sum(
            CASE WHEN owed.debit_book IN {_OWING} THEN owed.amount ELSE 0 END
          - CASE WHEN owed.credit_book IN {_OWING} THEN owed.amount ELSE 0 END
        ), 0)
        FROM ledger_transfer owed
        WHERE (owed.account_id = receipt.account_id
               OR (receipt.account_id IS NULL AND owed.account_id IS NULL AND owed.party_id = receipt.party_id))
          AND owed.id <= (
              SELECT max(own.id) FROM ledger_transfer own
              WHERE own.posting_id = receipt.posting_id AND own.document_id = receipt.document_id
          )
    )
    FROM cashier_receipt receipt
    WHERE receipt.document_id = ANY(%s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Prints:
    """How many times a comprobante or a paper of the drawer was printed, and the last of them."""

    times: int
    at: datetime
    by: str

    @property
    def reprint(self) -> Reprint | None:
        """The mark of the paper: none on the first print."""
        if self.times < 2:
            return None
        return Reprint(number=self.times - 1, at=timezone.localtime(self.at), by=self.by)


@dataclass(frozen=True, slots=True)
class ToldReceipt:
    """A comprobante with what it settled, what it was paid with and what was left to pay after it (pesos)."""

    receipt: Receipt
    lines: tuple[ReceiptLine, ...]
    tenders: tuple[ReceiptTender, ...]
    balance_after: Decimal
    favour_used: Decimal = ZERO

    @property
    def holder(self) -> str:
        """Who it is made out to."""
        return self.receipt.party.name

    @property
    def favour(self) -> Decimal:
        """What was left in favour after it."""
        return max(-self.balance_after, ZERO)

    @property
    def rounding(self) -> Decimal:
        """What the coins added to this receipt, negative when they took off it."""
        return sum((tender.amount for tender in self.tenders), ZERO) - self.receipt.amount

    @property
    def cancelled(self) -> str:
        """The sentence of a receipt that does not stand; empty while it does."""
        cancellation = getattr(self.receipt, "cancellation", None)
        if cancellation is None:
            return ""
        on = es_mx.format_date(timezone.localtime(cancellation.cancelled_at).date())
        return f"CANCELADO el {on}"


def payment_of(payment_id: int) -> Payment:
    """A payment with its desk, its cashier and its methods.

    :raises Payment.DoesNotExist: if there is none.
    """
    return Payment.objects.select_related("desk", "by").prefetch_related("tenders").get(pk=payment_id)


def live_receipts(payment: Payment) -> list[Receipt]:
    """The receipts of a payment that stand, in their order."""
    return list(
        Receipt.objects.filter(payment=payment)
        .standing()
        .select_related("document", "posting", "account", "party", "payment__desk", "payment__session")
        .order_by("document_id")
    )


def told_receipts(payment: Payment) -> list[ToldReceipt]:
    """The comprobantes of a payment, in their order; seven queries whatever their number."""
    receipts = list(
        payment.receipts.select_related(
            "document",
            "party",
            "account__holder",
            "account__connection__premises",
            "directed_to",
            "replaces__document",
            "cancellation",
        ).order_by("document_id")
    )
    ids = [receipt.pk for receipt in receipts]
    postings = {receipt.posting_id for receipt in receipts}
    came_in: dict[int, dict[str, Decimal]] = {}
    rows = Transfer.objects.filter(
        posting__in=postings,
        document__in=ids,
        reverses__isnull=True,
        debit_book__in=(*MONEY_BOOKS, Book.UNIDENTIFIED, Book.ROUNDING),
    )
    for document_id, book, amount in rows.values_list("document", "debit_book", "amount").order_by("pk"):
        if book != Book.ROUNDING:
            of_receipt = came_in.setdefault(document_id, {})
            of_receipt[book] = of_receipt.get(book, ZERO) + amount
    settled = _settled_by(postings, ids)
    balances = _balances_after(ids)
    used = _favour_used(payment, receipts)
    return [
        ToldReceipt(
            receipt,
            _lines_of(receipt, settled.get(receipt.pk, ())),
            _tenders_of(payment, came_in.get(receipt.pk, {})),
            balances[receipt.pk],
            ZERO if receipt.replaces_id or receipt.directed_to_id else used.get(receipt.account_id, ZERO),
        )
        for receipt in receipts
    ]


def prints_of(receipt_ids: Collection[int]) -> dict[int, Prints]:
    """How many times each comprobante was printed; those never printed are left out. One query."""
    return _prints("RECEIPT_PRINTED", "Receipt", receipt_ids)


def prints_of_paper(document_id: int) -> Prints | None:
    """How many times a paper of the drawer was printed; None if never. One query."""
    return _prints("CASH_PAPER_PRINTED", "Document", [document_id]).get(document_id)


def _prints(kind: str, subject_kind: str, ids: Collection[int]) -> dict[int, Prints]:
    found: dict[int, Prints] = {}
    events = Event.objects.filter(kind=kind, subject_kind=subject_kind, subject_id__in=list(ids))
    for event in events.select_related("by").order_by("pk"):
        times = found[event.subject_id].times if event.subject_id in found else 0
        found[event.subject_id] = Prints(times + 1, event.at, str(event.by))
    return found


def receipt_sheets(payment: Payment, prints: Mapping[int, Prints]) -> list[ReceiptSheet]:
    """The papers of a payment's comprobantes, in their order, each marked as what print of it this is."""
    told = told_receipts(payment)
    cash = next((tender for tender in payment.tenders.all() if tender.method == Tender.Method.CASH), None)
    shared = None
    if len(told) > 1:
        shared = SharedPayment(receipts=len(told), total=payment.amount, cash=cash.amount if cash else ZERO)
    contingency = getattr(payment, "contingency", None)
    at = timezone.localtime(payment.received_at)
    return [
        ReceiptSheet(
            folio=one.receipt.document.folio,
            account=one.receipt.account.number if one.receipt.account else None,
            holder=one.holder,
            address=one.receipt.account.connection.premises.address if one.receipt.account else "",
            paid_on=payment.booked_on,
            paid_at=es_mx.format_time(at),
            desk=payment.desk.name,
            cashier=str(payment.by),
            amount=one.receipt.amount,
            lines=one.lines,
            tenders=one.tenders,
            balance_after=one.balance_after,
            favour_used=one.favour_used,
            rounding=one.rounding,
            tendered=cash.handed if cash and any(tender.is_cash for tender in one.tenders) else None,
            shared=shared,
            effective_on=one.receipt.effective_on if one.receipt.effective_on != payment.booked_on else None,
            contingency=None
            if contingency is None
            else Contingency(
                folio=str(contingency),
                received_at=timezone.localtime(contingency.received_at),
                captured_at=timezone.localtime(contingency.captured_at),
            ),
            replaces=one.receipt.replaces.document.folio if one.receipt.replaces else "",
            reprint=prints[one.receipt.pk].reprint if one.receipt.pk in prints else None,
            cancelled=one.cancelled,
        )
        for one in told
    ]


@dataclass(frozen=True, slots=True)
class _Settled:
    """Pesos of a receipt that settled one charge."""

    concept: str
    period: date | None
    order: Document | None
    amount: Decimal


def _settled_by(postings: Iterable[int], receipt_ids: Collection[int]) -> dict[int, list[_Settled]]:
    """What each receipt settled when it was given, by receipt. Two queries at most."""
    rows = list(
        Allocation.objects.filter(posting__in=list(postings), credit__document__in=receipt_ids, reverses__isnull=True)
        .order_by("pk")
        .values_list("credit__document", "charge__concept", "charge__period", "charge__document", "amount")
    )
    sources = {document_id for *_, document_id, _ in rows if document_id is not None}
    orders = Document.objects.filter(pk__in=sources, kind=Document.Kind.PAYMENT_ORDER).in_bulk() if sources else {}
    found: dict[int, list[_Settled]] = {}
    for receipt_id, concept, period, document_id, amount in rows:
        found.setdefault(receipt_id, []).append(_Settled(concept, period, orders.get(document_id), amount))
    return found


def _favour_used(payment: Payment, receipts: Sequence[Receipt]) -> dict[int | None, Decimal]:
    """What each account had in favour and the payment applied first. One query."""
    keys = [favour_key(payment.key, receipt.account_id) for receipt in receipts if receipt.account_id is not None]
    applied = Transfer.objects.filter(posting__key__in=keys, debit_book=Book.ADVANCES, reverses__isnull=True)
    return dict(applied.values("account").annotate(used=Sum("amount")).values_list("account", "used"))


def _lines_of(receipt: Receipt, settled: Sequence[_Settled]) -> tuple[ReceiptLine, ...]:
    """One line for each period, order or other debt, and one for what stays in favour."""
    sums: dict[tuple[int, date, str], Decimal] = {}
    surcharges: dict[tuple[int, date, str], Decimal] = {}
    names: Mapping[str, str] | None = None
    for part in settled:
        if part.period is not None:
            key = (0, part.period, es_mx.format_long_period(part.period).capitalize())
        elif part.order is not None:
            key = (1, date.max, f"Orden de pago {part.order.folio}")
        else:
            names = concept_names() if names is None else names
            key = (2, date.max, "IVA" if part.concept == VAT else names.get(part.concept, part.concept))
        sums[key] = sums.get(key, ZERO) + part.amount
        if part.concept == SURCHARGE:
            surcharges[key] = surcharges.get(key, ZERO) + part.amount
    lines = [
        ReceiptLine(
            label=key[2],
            amount=sums[key],
            note=f"incluye recargos {es_mx.format_money(surcharges[key])}" if key in surcharges else "",
        )
        for key in sorted(sums)
    ]
    if receipt.advance > 0:
        lines.append(ReceiptLine(label="Anticipo", amount=receipt.advance, note="queda a favor"))
    return tuple(lines)


def _tenders_of(payment: Payment, came_in: Mapping[str, Decimal]) -> tuple[ReceiptTender, ...]:
    given = {tender.method: tender for tender in payment.tenders.all()}
    tenders = []
    for book, amount in came_in.items():
        method = METHOD_OF_BOOK[Book(book)]
        tender = given.get(method)
        reference = " ".join(part for part in (tender.reference, tender.institution) if part) if tender else ""
        tenders.append(
            ReceiptTender(
                method=method.label,
                amount=amount,
                reference=reference,
                is_cash=method == Tender.Method.CASH,
                in_clearing=method == Tender.Method.CHEQUE,
            )
        )
    return tuple(tenders)


def _balances_after(receipt_ids: Collection[int]) -> dict[int, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES_AFTER, [list(receipt_ids)])
        return dict(cursor.fetchall())
