"""What explains a statement: what an order charged, and that a payment was moved, where, or why it was cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.aggregates import StringAgg

from cauce.cashier.models import PaymentOrder, Receipt, ReceiptCancellation
from cauce.ledger.models import Reason
from cauce.ledger.rules import Movement


@dataclass(frozen=True, slots=True)
class Story:
    """Why a movement is there, in a few words (empty when it explains itself), and the payment or order it is of."""

    note: str
    payment_id: int | None = None
    order_id: int | None = None


def stories_of(movements: Sequence[Movement]) -> dict[int | None, Story]:
    """The stories of the payments, orders and cancellations among ``movements``, by their document.

    Three queries at most.
    """
    told = [movement for movement in movements if movement.document_id is not None]
    paid = [movement.document_id for movement in told if movement.kind == Reason.PAYMENT]
    undone = {movement.posting_id: movement.document_id for movement in told if movement.kind == Reason.REVERSAL}
    found: dict[int | None, Story] = {}
    if paid:
        receipts = Receipt.objects.filter(pk__in=paid).select_related("replaces__account", "replaces__party")
        for receipt in receipts.select_related("replaces__document", "replaces__cancellation"):
            found[receipt.pk] = Story(_came_from(receipt), receipt.payment_id)
    if undone:
        cancellations = ReceiptCancellation.objects.filter(posting__in=undone).select_related(
            "receipt__document", "receipt__replaced_by__account", "receipt__replaced_by__party"
        )
        for cancellation in cancellations.select_related("receipt__replaced_by__document"):
            found[undone[cancellation.posting_id]] = Story(_why(cancellation), cancellation.receipt.payment_id)
    if ordered := {movement.document_id for movement in told if movement.kind == Reason.SERVICE}:
        orders = PaymentOrder.objects.filter(pk__in=ordered).annotate(
            concepts=StringAgg("lines__description", "; ", order_by="lines__pk")
        )
        for order_id, concepts, ended in orders.values_list("pk", "concepts", "cancellation__reason"):
            found[order_id] = Story(f"{concepts}. {ended}" if ended else concepts, order_id=order_id)
    return found


def _came_from(receipt: Receipt) -> str:
    wrong = receipt.replaces
    if wrong is None:
        return ""
    if wrong.cancellation.cause != ReceiptCancellation.Cause.MOVED:
        return f"lo que quedó del comprobante {wrong.document.folio}: {wrong.cancellation.get_cause_display().lower()}"
    return f"trasladado de {_whose(wrong)}, comprobante {wrong.document.folio}"


def _why(cancellation: ReceiptCancellation) -> str:
    receipt = cancellation.receipt
    right: Receipt | None = getattr(receipt, "replaced_by", None)
    if cancellation.cause == ReceiptCancellation.Cause.MOVED and right is not None:
        return (
            f"del comprobante {receipt.document.folio}: se trasladó a {_whose(right)} con el {right.document.folio}. "
            f"{cancellation.reason}"
        )
    cause = cancellation.get_cause_display().lower()
    if cancellation.cause == ReceiptCancellation.Cause.MISTAKE:
        return f"del comprobante {receipt.document.folio}: {cancellation.reason}"
    return f"del comprobante {receipt.document.folio}, {cause}: {cancellation.reason}"


def _whose(receipt: Receipt) -> str:
    if receipt.account is not None:
        return f"la cuenta {receipt.account.number}"
    return receipt.party.name
