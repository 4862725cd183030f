"""Claims: the bank's rows that may be the payment, what became of each, and what ends a claim."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from cauce.cashier.models import (
    BankMovement,
    BankResolution,
    CreditVoucher,
    PaymentClaim,
    Receipt,
    VoucherUse,
)
from cauce.cashier.rules.claims import DAYS_APART, answer_day, resemblance
from cauce.core.clock import local_day
from cauce.ledger.queries import collection_law

CANDIDATES_SHOWN: Final = 12
_LOOKED_AT: Final = 200

FREE, HERE, ELSEWHERE, RESOLVED, IN_VOUCHER, NOT_MONEY = (
    "FREE",
    "HERE",
    "ELSEWHERE",
    "RESOLVED",
    "IN_VOUCHER",
    "NOT_MONEY",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the bank that may be the claimed payment.

    ``state`` is FREE (a voucher can be issued with it), HERE or ELSEWHERE (applied to the claim's account, or to
    another: ``receipt`` says which, and the payment is moved), RESOLVED, IN_VOUCHER or NOT_MONEY. ``days_apart`` is
    None when the row has no readable date.
    """

    movement: BankMovement
    state: str
    is_same_amount: bool
    days_apart: int | None
    alike_percent: int
    receipt: Receipt | None = None
    voucher: CreditVoucher | None = None


def candidates_for(claim: PaymentClaim) -> list[Candidate]:
    """The rows of the bank that may be the claimed payment, the likeliest first. Four queries."""
    since, until = claim.paid_on - timedelta(days=DAYS_APART), claim.paid_on + timedelta(days=DAYS_APART)
    near = Q(moved_on__range=(since, until))
    could_be = near & (Q(amount=claim.amount) | Q(account=claim.account_id) | Q(amount__isnull=True))
    if claim.reference:
        could_be |= Q(reference=claim.reference)
    stands = BankResolution.objects.filter(movement=OuterRef("pk")).exclude(state=BankResolution.State.REFUSED)
    rows = list(
        BankMovement.objects.filter(could_be)
        .annotate(is_resolved=Exists(stands))
        .select_related("voucher__document", "voucher_deposit__voucher__document", "batch")
        .order_by("-pk")[:_LOOKED_AT]
    )
    receipts = _receipts_now(rows)
    found = [_candidate(claim, row, receipts.get(row.receipt_id)) for row in rows]
    found.sort(
        key=lambda one: (
            not one.is_same_amount,
            -one.alike_percent,
            DAYS_APART if one.days_apart is None else one.days_apart,
            one.movement.pk,
        )
    )
    return found[:CANDIDATES_SHOWN]


def answer_by(claim: PaymentClaim) -> date:
    """The last day to answer a claim, as the law of the day it was received says.

    :raises NoLawInForce: if no law says how to collect.
    """
    received_on = local_day(claim.opened_at)
    return answer_day(received_on, collection_law(received_on).desk.claim_days)


def receipts_moved_to(claim: PaymentClaim) -> list[Receipt]:
    """Receipts of payments moved to the claim's account since it was opened: one of them may end it."""
    return list(
        Receipt.objects.filter(
            account=claim.account_id, replaces__isnull=False, document__created_at__gte=claim.opened_at
        )
        .standing()
        .select_related("document", "replaces__account", "replaces__document")
        .order_by("-pk")
    )


def claims_of(account_id: int) -> QuerySet[PaymentClaim]:
    """The claims of an account that nobody has ended, the oldest first."""
    going_on = (PaymentClaim.State.OPEN, PaymentClaim.State.FOUND)
    return PaymentClaim.objects.filter(account=account_id, state__in=going_on).select_related("document").order_by("pk")


def is_unapplied(voucher: CreditVoucher) -> bool:
    """Whether a voucher was applied and its payment cancelled since: its money waits unidentified again. One query."""
    use = getattr(voucher, "use", None)
    return use is not None and not Receipt.objects.filter(payment=use.receipt.payment_id).standing().exists()


def unused_vouchers() -> QuerySet[CreditVoucher]:
    """The vouchers that nobody has applied, the oldest first."""
    return (
        CreditVoucher.objects.filter(~Exists(VoucherUse.objects.filter(voucher=OuterRef("pk"))))
        .select_related("document", "account__holder", "claim__document")
        .order_by("pk")
    )


def _receipts_now(rows: list[BankMovement]) -> dict[int | None, Receipt]:
    """By the receipt that a row was given, the one that stands now: a payment that was moved has another."""
    given = dict(Receipt.objects.filter(pk__in={row.receipt_id for row in rows}).values_list("pk", "payment_id"))
    live = {
        receipt.payment_id: receipt
        for receipt in Receipt.objects.filter(payment__in=set(given.values()))
        .standing()
        .select_related("document", "account")
        .order_by("pk")
    }
    return {receipt_id: live[payment_id] for receipt_id, payment_id in given.items() if payment_id in live}


def _candidate(claim: PaymentClaim, row: BankMovement, receipt: Receipt | None) -> Candidate:
    deposit = getattr(row, "voucher_deposit", None)
    voucher = getattr(row, "voucher", None) if deposit is None else deposit.voucher
    return Candidate(
        row,
        _state(claim, row, receipt, voucher),
        row.amount == claim.amount,
        None if row.moved_on is None else abs((row.moved_on - claim.paid_on).days),
        max(
            resemblance(claim.reference, row.reference),
            resemblance(claim.reference, row.identity),
            # The bank's references begin with the account that pays.
            100 if row.reference.startswith(claim.account.number) else 0,
        ),
        receipt,
        voucher,
    )


def _state(claim: PaymentClaim, row: BankMovement, receipt: Receipt | None, voucher: CreditVoucher | None) -> str:
    if voucher is not None:
        return IN_VOUCHER
    if row.outcome == BankMovement.Outcome.APPLIED:
        if receipt is None:
            return RESOLVED
        return HERE if receipt.account_id == claim.account_id else ELSEWHERE
    if row.is_resolved:  # type: ignore[attr-defined]
        return RESOLVED
    return FREE if row.amount is None or row.amount > 0 else NOT_MONEY
