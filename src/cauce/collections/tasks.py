"""What a payment, an agreement or an order's result sets off in collection, in the background."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cauce.agreements.events import AGREEMENT_IN_FORCE, AGREEMENT_SIGNED
from cauce.cashier.events import PAYMENT_MOVED_HERE, PAYMENT_TAKEN
from cauce.cashier.models import BankMovement
from cauce.collections import operations
from cauce.collections.models import CollectionBatch, LadderAct
from cauce.collections.queries.notices import print_notices
from cauce.collections.queries.reduction import accounts_to_recall
from cauce.core import clock
from cauce.events.models import Event
from cauce.ledger.operations import AccountBusy
from cauce.users.models import User
from cauce.users.operations import CAPTURE_USER
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import AreaWithoutStaff

# The desk may hold the account; an area without staff is mended by a person and the payment's effect must not be lost.
_LATER = RetryStrategy(max_attempts=12, exponential_wait=4, retry_exceptions={AccountBusy, AreaWithoutStaff})
_SAID = {
    PAYMENT_TAKEN.code: "Pagó con el comprobante {folio}",
    PAYMENT_MOVED_HERE.code: "Llegó por traslado el pago {new_folio}",
    AGREEMENT_SIGNED.code: "Firmó el convenio {folio}",
    AGREEMENT_IN_FORCE.code: "Está vigente el convenio {folio}",
}


@app.task(name="collections.recall_orders", pass_context=False, retry=_LATER, priority=10)
def recall_orders(event_id: int) -> None:
    """Call back what limits the service of who paid or agreed; as many times as it runs, it is decided once."""
    event = Event.objects.select_related("by").get(pk=event_id)
    if event.account_id is not None:
        said = _SAID.get(event.kind)
        cause = event.sentence[:160] if said is None else said.format_map(event.facts)
        operations.recall_paid_orders(account_id=event.account_id, cause=cause, event=event, at=event.at, by=event.by)


@app.task(name="collections.recall_bank_paid_orders", pass_context=False, retry=_LATER)
def recall_bank_paid_orders(event_id: int) -> None:
    """The same for each account that a file of the bank or of a store paid."""
    event = Event.objects.select_related("by").get(pk=event_id)
    paid = BankMovement.objects.filter(batch=event.subject_id, account__isnull=False).values_list(
        "account_id", flat=True
    )
    cause = f"Pagó en banco o tienda ({event.facts['file_name']})"[:160]
    for account_id in accounts_to_recall(among=set(paid)):
        operations.recall_paid_orders(account_id=account_id, cause=cause, event=event, at=event.at, by=event.by)


@app.task(name="collections.mark_recall_undone", pass_context=False, retry=_LATER)
def mark_recall_undone(event_id: int) -> None:
    """Mark what a payment that was undone had called back."""
    event = Event.objects.select_related("by").get(pk=event_id)
    operations.mark_recall_undone(event=event, note=event.sentence, at=event.at, by=event.by)


@app.task(name="collections.note_reduction_result", pass_context=False, retry=_LATER)
def note_reduction_result(event_id: int) -> None:
    """Write on its act what came of an order that limits a service."""
    event = Event.objects.select_related("by").get(pk=event_id)
    order = WorkOrder.objects.get(pk=event.subject_id)
    if order.refused_below is not None:
        operations.note_reduction_result(order=order, at=event.at, by=event.by)


@app.task(name="collections.issue_reduction_orders", pass_context=False, retry=_LATER)
def issue_reduction_orders(event_id: int) -> None:
    """Issue the orders that were authorised, each in its own transaction: a worker that dies goes on where it was."""
    event = Event.objects.select_related("by").get(pk=event_id)
    waiting = LadderAct.objects.filter(batch=event.subject_id, state=LadderAct.State.AUTHORISED)
    for act in waiting.order_by("place", "pk"):
        operations.issue_reduction_order(act=act, at=event.at, by=event.by)


@app.periodic(cron="*/5 * * * *")
@app.task(name="collections.recall_what_was_left", pass_context=False, queueing_lock="collections.recall_what_was_left")
def recall_what_was_left(timestamp: int) -> None:
    """What a worker that died left undone: the payments whose orders nobody called back, the orders nobody issued."""
    by = User.objects.filter(is_system=True).order_by("pk").first()
    if by is None:
        return
    for account_id in accounts_to_recall():
        operations.recall_paid_orders(
            account_id=account_id, cause="Ya no debe lo que la orden pide", at=clock.now(), by=by
        )
    for act in LadderAct.objects.filter(state=LadderAct.State.AUTHORISED, step__kind="AUTHORISATION"):
        operations.issue_reduction_order(act=act, at=clock.now(), by=act.authorised_by or by)


@app.periodic(cron="20 6 * * *")
@app.task(name="collections.take_todays_arrears", queueing_lock="collections.take_todays_arrears", pass_context=False)
def take_todays_arrears(timestamp: int) -> None:
    """Take the portfolio of the day that has just begun (the clock of tasks is UTC); look at promises and batches."""
    at, day = clock.now(), clock.today()
    by = User.objects.get(username=CAPTURE_USER)
    operations.take_arrears_snapshot(day=day, at=at, by=by)
    operations.thin_arrears_snapshots(day=day)
    operations.evaluate_promises(at=at, by=by)
    operations.close_finished_batches(at=at, by=by)


@app.task(name="collections.issue_batch", pass_context=False, retry=_LATER)
def issue_batch(event_id: int) -> None:
    """Issue a batch chunk by chunk until nothing is left; safe on any number of workers and any number of times."""
    event = Event.objects.select_related("by").get(pk=event_id)
    batch = CollectionBatch.objects.get(pk=event.subject_id)
    while operations.issue_batch_chunk(batch=batch, at=clock.now(), by=event.by):
        pass


@app.task(name="collections.print_batch", pass_context=False)
def print_batch(event_id: int) -> None:
    """Print the papers of an issued batch, in walking order; printing again gives the same."""
    event = Event.objects.get(pk=event_id)
    print_notices(CollectionBatch.objects.select_related("step", "document").get(pk=event.subject_id), event.at)


@app.task(name="collections.note_order_result", pass_context=False, retry=_LATER)
def note_order_result(event_id: int) -> None:
    """Take what a crew reported as what came of the act that sent it; as many times as it runs, it is written once."""
    event = Event.objects.select_related("by").get(pk=event_id)
    order = WorkOrder.objects.select_related("document").get(pk=event.subject_id)
    if order.refused_below is None:
        operations.note_order_result(order=order, at=event.at, by=event.by)
