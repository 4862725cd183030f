"""A calendar and a sampled draft for the screens that look at one."""

from decimal import Decimal
from typing import NamedTuple

from cauce.billing.models import CycleDates, SampledDraft
from cauce.billing.operations import generate_calendar
from tests.backoffice.town import AT, SEPTEMBER, Town


class BillingTown(NamedTuple):
    """A cycle of the calendar and a draft to check by hand."""

    dates: CycleDates
    sampled: SampledDraft


def billing_town(town: Town) -> BillingTown:
    """Make the year's calendar and put one account of the run in its sample; the same ones each time."""
    generate_calendar(first=SEPTEMBER, at=AT, by=town.staff["facturacion"])
    sampled, _ = SampledDraft.objects.get_or_create(
        run=town.run, account=town.bill.account, defaults={"stratum": "001", "drafted": Decimal("100.00")}
    )
    return BillingTown(CycleDates.objects.get(period=SEPTEMBER, cycle=1), sampled)
