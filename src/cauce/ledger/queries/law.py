"""What the law in force says about collecting."""

from dataclasses import dataclass
from datetime import date, timedelta

from cauce.core.periods import period_of
from cauce.ledger.rules import AllocationOrder
from cauce.tariffs.models import LawInForce
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules.values import SurchargeRule


@dataclass(frozen=True, slots=True)
class CollectionLaw:
    """The order in which money settles charges and what paying late costs."""

    order: AllocationOrder
    surcharges: SurchargeRule


def collection_law(on: date) -> CollectionLaw:
    """The rules of collection on the day ``on``.

    Nothing may be billed under a law that no longer rules, but the desk keeps receiving money: after the last law ends
    and until the next one is loaded, its rules of collection stand.

    :raises NoLawInForce: if no law had been in force by that day.
    """
    latest = LawInForce.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    day = on if latest is None else min(on, latest.valid_until - timedelta(days=1))
    schedule = schedule_for_period(period_of(day))
    return CollectionLaw(AllocationOrder(schedule.concepts), schedule.parameters.surcharge)
