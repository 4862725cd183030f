"""Debtors, a ladder and its batches made to measure, for the tests of notices."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from django.conf import settings

from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.operations import (
    approve_batch,
    capture_delivery,
    issue_batch_chunk,
    load_ladder,
    prepare_batch,
    start_issuing_batch,
)
from cauce.collections.rules import Filters
from cauce.core.clock import local_day
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.operations import load_order_catalogue
from tests.agreements.debtors import owe_months
from tests.ledger.debts import make_account, make_party

OFFICE = settings.OFFICE_DIR / "cortazar"
_key = count(1)


def load_the_ladder(*, at: datetime, by: User) -> None:
    """The orders and the ladder that are shipped."""
    load_order_catalogue(path=OFFICE / "ordenes.yaml", at=at, by=by)
    load_ladder(path=OFFICE / "cobranza.yaml", at=at, by=by)


def debtors(count: int, months: int = 4, *, at: datetime, by: User) -> list[Account]:
    """Accounts that owe so many months, in their walking order."""
    made = []
    first = date(2026, 8, 1)
    periods = [_back(first, place) for place in range(months)]
    for place in range(count):
        account = make_account(holder=make_party(f"DEUDOR NUMERO {place}"))
        Account.objects.filter(pk=account.pk).update(route_order=place + 1)
        owe_months(account, periods, at=at, by=by)
        made.append(Account.objects.select_related("holder", "connection__premises").get(pk=account.pk))
    return made


def a_batch(
    step: str = "AVISO", *, at: datetime, by: User, capacity: int | None = None, **filters: object
) -> CollectionBatch:
    """A previewed batch of a rung with the portfolio of the day."""
    return prepare_batch(
        step=LadderStep.objects.get(pk=step),
        filters=Filters(**filters),  # type: ignore[arg-type]
        day=local_day(at),
        capacity=capacity,
        at=at,
        by=by,
        key=f"batch/{next(_key)}",
    )


def issued(batch: CollectionBatch, *, at: datetime, by: User, approver: User) -> CollectionBatch:
    """The batch, approved by another person and issued whole."""
    approve_batch(batch=batch, at=at, by=approver)
    start_issuing_batch(batch=batch, at=at, by=by)
    while issue_batch_chunk(batch=batch, at=at, by=by):
        pass
    return CollectionBatch.objects.select_related("document", "step").get(pk=batch.pk)


def delivered(batch: CollectionBatch, *, at: datetime, by: User) -> list[LadderAct]:
    """Every notice of a batch, delivered on the day."""
    return [
        capture_delivery(act=act, outcome="DELIVERED", on=local_day(at), at=at, by=by)
        for act in LadderAct.objects.filter(batch=batch, state="ISSUED")
    ]


def later(at: datetime, days: int) -> datetime:
    """So many days after."""
    return at + timedelta(days=days)


def owed(account: Account) -> Decimal:
    """What is pending of an account by the ledger."""
    from cauce.ledger.queries import open_charges

    return sum((charge.pending for charge in open_charges([account.pk]).get(account.pk, [])), Decimal(0))


def _back(period: date, months: int) -> date:
    month = period.month - months
    return date(period.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
