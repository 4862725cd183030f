"""What a payment, or what was found in a round of readings, sets off in the street, in the background."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cauce.cashier.events import PAYMENT_DISHONOURED
from cauce.cashier.models import Receipt
from cauce.events.models import Event
from cauce.ledger.operations import AccountBusy
from cauce.metering.models import ReadingRound, ReplacementProposal
from cauce.workorders import operations

# The desk may hold the account; an area without staff is mended by a person and the paid service must not be lost.
_LATER = RetryStrategy(max_attempts=12, exponential_wait=4, retry_exceptions={AccountBusy, operations.AreaWithoutStaff})


@app.task(name="workorders.issue_paid_orders", pass_context=False, retry=_LATER)
def issue_paid_orders(event_id: int) -> None:
    """Issue the orders of the services that a receipt paid; as many times as it runs, they are issued once."""
    event = Event.objects.select_related("by").get(pk=event_id)
    receipt = Receipt.objects.select_related("document").get(pk=event.subject_id)
    operations.issue_paid_orders(receipt=receipt, at=event.at, by=event.by)


@app.task(name="workorders.recall_unpaid_orders", pass_context=False, retry=_LATER)
def recall_unpaid_orders(event_id: int) -> None:
    """Call back the orders of a receipt that was undone; as many times as it runs, it is told once."""
    event = Event.objects.select_related("by").get(pk=event_id)
    for receipt in _undone_by(event):
        operations.recall_unpaid_orders(receipt=receipt, at=event.at, by=event.by)


@app.task(name="workorders.issue_finding_orders", pass_context=False, retry=_LATER)
def issue_finding_orders(event_id: int) -> None:
    """Issue the orders that the findings of a round ask for; as many times as it runs, they are issued once."""
    event = Event.objects.select_related("by").get(pk=event_id)
    operations.issue_finding_orders(
        reading_round=ReadingRound.objects.get(pk=event.subject_id), at=event.at, by=event.by
    )


@app.task(name="workorders.issue_replacement_orders", pass_context=False, retry=_LATER)
def issue_replacement_orders(event_id: int) -> None:
    """Issue the orders of a proposal of meters that was approved; as many times as it runs, they are issued once."""
    event = Event.objects.select_related("by").get(pk=event_id)
    proposal = ReplacementProposal.objects.select_related("document").get(pk=event.subject_id)
    operations.issue_replacement_orders(proposal=proposal, at=event.at, by=event.by)


def _undone_by(event: Event) -> list[Receipt]:
    """The receipts that an event undid: the one it tells, or those of the payment whose cheque or card came back."""
    receipts = Receipt.objects.select_related("document").order_by("pk")
    if event.kind == PAYMENT_DISHONOURED.code:
        return list(receipts.filter(payment=event.facts["payment"], account=event.account_id))
    return list(receipts.filter(pk=event.subject_id))
