"""Reads of the gestiones."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from cauce.collections.models import CollectionContact
from cauce.core.clock import local_day
from cauce.core.money import ZERO
from cauce.ledger.models import Reason, Transfer


def paid_since(account_id: int, *, since: datetime, until: date) -> Decimal:
    """Pesos that reached the account by payments received after ``since``, dated by ``until`` and not undone."""
    paid = (
        Transfer.objects.live()
        .filter(
            account_id=account_id,
            reason=Reason.PAYMENT,
            posting__posted_at__gte=since,
            effective_on__gte=local_day(since),
            effective_on__lte=until,
        )
        .aggregate(paid=Sum("amount"))["paid"]
    )
    return paid if paid is not None else ZERO


def contacts_of(account_id: int) -> QuerySet[CollectionContact]:
    """The gestiones with an account, the last first."""
    return CollectionContact.objects.filter(account_id=account_id).select_related("recorded_by").order_by("-pk")


def pending_promise(account_id: int) -> CollectionContact | None:
    """What the account promised and is still to come."""
    return CollectionContact.objects.filter(
        account_id=account_id, promise_state=CollectionContact.Promise.PENDING
    ).first()
