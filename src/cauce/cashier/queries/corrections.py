"""What can be put right of a payment, what leaned on it, and what was corrected."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum, When

from cauce.cashier.models import (
    ClearingMatchItem,
    Dishonour,
    Payment,
    Receipt,
    ReceiptCancellation,
    Refund,
    Tender,
    TenderCorrection,
    VoucherUse,
)
from cauce.cashier.rules.corrections import DishonourCharges, charges_of
from cauce.core.es_mx import format_date, format_money, format_period
from cauce.core.money import ZERO, round_to_cents
from cauce.documents.models import Document
from cauce.ledger.models import DEBT_BOOKS, Allocation, Book, Transfer
from cauce.ledger.queries import CollectionLaw
from cauce.ledger.rules import months_started
from cauce.registry.models import Hold
from cauce.tariffs.rules.values import SurchargeRule

CAME_BACK: Final = (ReceiptCancellation.Cause.CHEQUE, ReceiptCancellation.Cause.CHARGEBACK)
LAST_POSTING: Final = 2**63 - 1
# What a person captures at a desk; the rest comes by a file or a paper of its own.
AT_THE_DESK: Final = (Tender.Method.CASH, Tender.Method.CARD, Tender.Method.CHEQUE, Tender.Method.TRANSFER)


@dataclass(frozen=True, slots=True)
class TenderFacts:
    """How a tender was really made, as is known today, and what became of it."""

    tender: Tender
    method: str
    reference: str
    institution: str
    is_matched: bool
    dishonour: Dishonour | None

    @property
    def is_dishonoured(self) -> bool:
        """Whether it came back."""
        return self.dishonour is not None

    @property
    def method_name(self) -> str:
        """The method, for people."""
        return Tender.Method(self.method).label


def payments_of_amount(amount: Decimal) -> QuerySet[Payment, Any]:
    """The ids of the payments of ``amount`` pesos: the whole, a receipt or what one of their methods gave.

    A channel's payment is found by its receipt or its tender, as the indexes tell.
    """
    at_a_desk = Payment.objects.filter(amount=amount, session__isnull=False).values("pk")
    receipts = Receipt.objects.filter(amount=amount).values("payment")
    return at_a_desk.union(
        receipts, Tender.objects.filter(amount=amount).exclude(method=Tender.Method.BANK_FILE).values("payment")
    )


def tender_facts(tender: Tender) -> TenderFacts:
    """How one tender was really made."""
    return tenders_of(tender.payment_id, only=[tender.pk])[0]


def tenders_of(payment_id: int, *, only: Collection[int] | None = None) -> list[TenderFacts]:
    """How a payment was really made, tender by tender in their order. Four queries."""
    tenders = Tender.objects.filter(payment=payment_id).order_by("pk")
    if only is not None:
        tenders = tenders.filter(pk__in=only)
    corrected = {
        correction.tender_id: correction
        for correction in TenderCorrection.objects.filter(tender__payment=payment_id).order_by("pk")
    }
    matched: dict[int | None, Decimal] = dict(
        ClearingMatchItem.objects.filter(tender__payment=payment_id, match__reversal__isnull=True)
        .values("tender")
        .annotate(total=Sum("amount"))
        .values_list("tender", "total")
    )
    dishonoured = {
        found.tender_id: found
        for found in Dishonour.objects.filter(tender__payment=payment_id).select_related("document")
    }
    facts = []
    for tender in tenders:
        known: Tender | TenderCorrection = corrected.get(tender.pk, tender)
        facts.append(
            TenderFacts(
                tender,
                known.method,
                known.reference,
                known.institution,
                bool(matched.get(tender.pk)),
                dishonoured.get(tender.pk),
            )
        )
    return facts


def dishonour_charges(*, amount: Decimal, kind: Dishonour.Kind, law: CollectionLaw) -> DishonourCharges:
    """What the law adds to a tender of ``amount`` pesos that came back, as a cheque or as a card charge."""
    return charges_of(amount, law.desk.cheque if kind == Dishonour.Kind.CHEQUE else law.desk.chargeback)


def favour_of(*, account_id: int | None, party_id: int, before_posting: int = LAST_POSTING) -> Decimal:
    """Money in favour of a party on an account, or apart from any, in pesos; what it was before an act, if given."""
    rows = Transfer.objects.filter(party=party_id, posting__lt=before_posting)
    rows = rows.filter(account__isnull=True) if account_id is None else rows.filter(account=account_id)
    signed = Case(
        When(credit_book=Book.ADVANCES, then=F("amount")),
        default=-F("amount"),
        output_field=DecimalField(max_digits=14, decimal_places=2),
    )
    touched = rows.filter(Q(credit_book=Book.ADVANCES) | Q(debit_book=Book.ADVANCES))
    return touched.aggregate(total=Sum(signed))["total"] or ZERO


@dataclass(frozen=True, slots=True)
class Leaning:
    """Something that a payment supported since: what, when, and how many pesos of it."""

    what: str
    on: date
    amount: Decimal | None = None
    account_id: int | None = None

    @property
    def sentence(self) -> str:
        """One line that says it."""
        amount = "" if self.amount is None else f", {format_money(self.amount)}"
        return f"{self.what} ({format_date(self.on)}{amount})"


def leaned_on(payment: Payment, *, on: date, rule: SurchargeRule) -> list[Leaning]:
    """What the payment has supported, to be looked at again when its money comes back.

    The orders that it paid, the money in favour that it left and was applied to later bills, the refunds asked for
    since, the vouchers that it was made with, the surcharges that stopped until the day ``on`` and the holds lifted
    afterwards. It tells the same before and after the money came back.
    """
    receipts = list(
        payment.receipts.exclude(cancellation__cause=ReceiptCancellation.Cause.MOVED)
        .exclude(replaces__cancellation__cause__in=CAME_BACK)
        .select_related("document", "account")
    )
    return [
        *_orders_paid(receipts),
        *_advances_applied(payment, receipts),
        *_refunds_since(payment, receipts),
        *_vouchers(payment),
        *_surcharges_stopped(payment, receipts, on, rule),
        *_holds_lifted(payment, receipts),
    ]


def _credits_of(receipts: Sequence[Receipt]) -> QuerySet[Transfer]:
    return Transfer.objects.filter(
        document__in=[receipt.pk for receipt in receipts], reverses__isnull=True, credit_book__in=DEBT_BOOKS
    )


def _settled(receipts: Sequence[Receipt]) -> QuerySet[Allocation]:
    return Allocation.objects.filter(credit__in=_credits_of(receipts), reverses__isnull=True)


def _orders_paid(receipts: Sequence[Receipt]) -> Iterator[Leaning]:
    paid = (
        _settled(receipts)
        .filter(charge__document__kind=Document.Kind.PAYMENT_ORDER)
        .values("charge__document__series", "charge__document__number", "charge__document__issued_on")
        .annotate(total=Sum("amount"), account=F("charge__account"))
        .order_by("charge__document__number")
    )
    for row in paid:
        folio = Document(series=row["charge__document__series"], number=row["charge__document__number"]).folio
        yield Leaning(
            f"Pagó la orden de pago {folio}", row["charge__document__issued_on"], row["total"], row["account"]
        )


def _advances_applied(payment: Payment, receipts: Sequence[Receipt]) -> Iterator[Leaning]:
    # What came back undid them: they are told as they stood until then.
    came_back = Dishonour.objects.filter(tender__payment=payment).order_by("posting").first()
    until = LAST_POSTING if came_back is None else came_back.posting_id
    undone_before = Transfer.objects.filter(reverses=OuterRef("pk"), posting__lt=until)
    for receipt in receipts:
        if receipt.advance <= 0 or receipt.account_id is None:
            continue
        applied = (
            Transfer.objects.filter(
                ~Exists(undone_before),
                reverses__isnull=True,
                account=receipt.account_id,
                party=receipt.party_id,
                debit_book=Book.ADVANCES,
                credit_book__in=DEBT_BOOKS,
                posting__gt=receipt.posting_id,
                posting__lt=until,
            )
            .select_related("document")
            .order_by("pk")
        )
        for transfer in applied:
            to = "al adeudo" if transfer.document is None else f"a {transfer.document.folio}"
            yield Leaning(
                f"Su saldo a favor se aplicó {to}", transfer.effective_on, transfer.amount, transfer.account_id
            )


def _refunds_since(payment: Payment, receipts: Sequence[Receipt]) -> Iterator[Leaning]:
    whose = Q(pk__in=[])
    for receipt in receipts:
        if receipt.advance > 0:
            whose |= Q(party=receipt.party_id, account=receipt.account_id)
    asked = Refund.objects.filter(whose, requested_at__gte=payment.received_at).exclude(state=Refund.State.REFUSED)
    for refund in asked.select_related("document").order_by("pk"):
        state = refund.get_state_display().lower()
        yield Leaning(
            f"Devolución {refund.document.folio}, {state}", refund.document.issued_on, refund.amount, refund.account_id
        )


def _vouchers(payment: Payment) -> Iterator[Leaning]:
    uses = VoucherUse.objects.filter(receipt__payment=payment).select_related("voucher__document")
    for use in uses.order_by("pk"):
        voucher = use.voucher
        yield Leaning(
            f"Aplicó el vale {voucher.document.folio}", voucher.effective_on, voucher.amount, voucher.account_id
        )


def _surcharges_stopped(
    payment: Payment, receipts: Sequence[Receipt], on: date, rule: SurchargeRule
) -> Iterator[Leaning]:
    months: dict[tuple[int | None, date], Decimal] = {}
    settled = _settled(receipts).filter(charge__concept__in=sorted(rule.bears), charge__period__isnull=False)
    for account_id, period, due_on, amount, since in settled.values_list(
        "charge__account", "charge__period", "charge__due_on", "amount", "effective_on"
    ):
        assert period is not None and due_on is not None
        pesos = amount * (months_started(due_on, on) - months_started(due_on, since))
        months[account_id, period] = months.get((account_id, period), ZERO) + pesos
    for (whose, period), pesos in sorted(months.items(), key=lambda item: item[0][1]):
        earned = round_to_cents(pesos * rule.monthly_percent / 100)
        if earned > 0:
            yield Leaning(f"Dejó de causar recargos de {format_period(period)}", payment.booked_on, earned, whose)


def _holds_lifted(payment: Payment, receipts: Sequence[Receipt]) -> Iterator[Leaning]:
    accounts = [receipt.account_id for receipt in receipts if receipt.account_id is not None]
    lifted = Hold.objects.filter(account__in=accounts, lifted_by__isnull=False, valid_until__gte=payment.booked_on)
    for hold in lifted.order_by("pk"):
        assert hold.valid_until is not None
        yield Leaning(
            f"Se levantó la retención «{hold.get_kind_display().lower()}»", hold.valid_until, None, hold.account_id
        )
