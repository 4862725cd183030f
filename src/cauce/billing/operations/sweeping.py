"""Sweeping what was billed and keeping what was found."""

from datetime import date, datetime

from django.db import transaction

from cauce.billing import events
from cauce.billing.models import SweepDifference, SweepRun
from cauce.billing.queries.sweeping import sweep_months
from cauce.core.bulk import add_rows
from cauce.core.es_mx import count_of, format_long_period
from cauce.events.operations import publish
from cauce.users.models import User


@transaction.atomic
def sweep_tariffs(*, first_period: date, last_period: date, at: datetime, by: User) -> SweepRun:
    """Recompute every bill of some months from its proof and from its facts, and keep what differs, by name.

    It changes no bill. Each sweep is another: the last one tells how things are.
    """
    found = sweep_months(first_period, last_period)
    sweep = SweepRun.objects.create(
        first_period=first_period,
        last_period=last_period,
        bills=found.bills,
        prices=found.prices,
        differences=len(found.differences),
        swept_at=at,
        swept_by=by,
    )
    add_rows(
        SweepDifference,
        ("sweep_id", "bill_id", "account_id", "period", "kind", "concept", "billed", "expected", "why"),
        [
            (
                sweep.pk,
                each.bill_id,
                each.account_id,
                each.period,
                str(each.kind),
                each.concept,
                each.billed,
                each.expected,
                each.why,
            )
            for each in found.differences
        ],
    )
    publish(
        events.TARIFFS_SWEPT,
        subject_kind="SweepRun",
        subject_id=sweep.pk,
        facts={
            "first": format_long_period(first_period),
            "last": format_long_period(last_period),
            "bills": f"{found.bills:,}",
            "found": count_of(len(found.differences), "diferencia", "diferencias"),
        },
        at=at,
        by=by,
    )
    return sweep
