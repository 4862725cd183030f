"""What was put right on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cauce.cashier.models import Dishonour, ReceiptCancellation, Refund, TenderCorrection
from cauce.cashier.queries.corrections import CAME_BACK


@dataclass(frozen=True, slots=True)
class Correction:
    """Something put right: ``folio`` is that of the receipt or paper, ``amount`` is in pesos."""

    at: datetime
    what: str
    folio: str
    account_id: int | None
    account: str
    amount: Decimal
    by: str
    reason: str
    payment_id: int | None
    refund_id: int | None = None


def corrections_of(day: date) -> list[Correction]:
    """Everything put right on ``day``, first the earliest. Four queries."""
    found = [*_cancelled(day), *_methods(day), *_dishonoured(day), *_refunded(day)]
    return sorted(found, key=lambda correction: correction.at)


def _cancelled(day: date) -> Iterator[Correction]:
    rows = (
        ReceiptCancellation.objects.filter(cancelled_at__date=day)
        .exclude(cause__in=CAME_BACK)
        .select_related("receipt__document", "receipt__account", "cancelled_by", "receipt__replaced_by__account")
    )
    for row in rows:
        receipt = row.receipt
        moved = getattr(receipt, "replaced_by", None)
        to = f"Traslado a la cuenta {moved.account.number}" if moved is not None and moved.account else ""
        yield Correction(
            row.cancelled_at,
            to or row.get_cause_display(),
            receipt.document.folio,
            receipt.account_id,
            receipt.account.number if receipt.account else "",
            receipt.amount,
            str(row.cancelled_by),
            row.reason,
            receipt.payment_id,
        )


def _methods(day: date) -> Iterator[Correction]:
    rows = TenderCorrection.objects.filter(corrected_at__date=day).select_related("tender", "corrected_by")
    for row in rows.prefetch_related("tender__payment__receipts__document", "tender__payment__receipts__account"):
        receipt = max(row.tender.payment.receipts.all(), key=lambda one: one.pk)
        yield Correction(
            row.corrected_at,
            f"Forma de pago: {row.get_method_display().lower()}",
            receipt.document.folio,
            receipt.account_id,
            receipt.account.number if receipt.account else "",
            row.tender.amount,
            str(row.corrected_by),
            row.reason,
            row.tender.payment_id,
        )


def _dishonoured(day: date) -> Iterator[Correction]:
    rows = Dishonour.objects.filter(recorded_at__date=day).select_related("document", "tender", "recorded_by")
    for row in rows.prefetch_related("tender__payment__receipts__account"):
        receipt = min(row.tender.payment.receipts.all(), key=lambda one: one.pk)
        yield Correction(
            row.recorded_at,
            row.get_kind_display(),
            row.document.folio,
            receipt.account_id,
            receipt.account.number if receipt.account else "",
            row.tender.amount,
            str(row.recorded_by),
            row.reason,
            row.tender.payment_id,
        )


def _refunded(day: date) -> Iterator[Correction]:
    rows = Refund.objects.filter(paid_at__date=day).select_related("document", "account", "paid_by")
    for row in rows:
        assert row.paid_at is not None
        yield Correction(
            row.paid_at,
            "Devolución de saldo a favor",
            row.document.folio,
            row.account_id,
            row.account.number if row.account else "",
            row.amount,
            str(row.paid_by),
            row.reason,
            None,
            row.pk,
        )
