"""What agreements do by themselves each night."""

from procrastinate.contrib.django import app

from cauce.agreements import operations
from cauce.core.clock import now
from cauce.users.models import User
from cauce.users.operations import CAPTURE_USER


@app.periodic(cron="20 0 * * *")
@app.task(name="agreements.look_at_agreements", queueing_lock="agreements.look_at_agreements", pass_context=False)
def look_at_agreements(timestamp: int) -> int:
    """Mark the notes that fell due, and end what was broken or never signed; running twice does nothing twice.

    :returns: how many notes, agreements and prepayments changed.
    """
    at, by = now(), User.objects.get(username=CAPTURE_USER)
    return (
        operations.withdraw_stale_agreements(at=at, by=by)
        + operations.mark_overdue_notes(at=at, by=by)
        + operations.break_agreements(at=at, by=by)
        + operations.expire_prepayments(at=at, by=by)
    )
