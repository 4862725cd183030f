"""What the law in force says about collecting."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max

from cauce.core.periods import period_of
from cauce.ledger.rules import AllocationOrder
from cauce.tariffs.models import LawInForce
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules import NoLawInForce
from cauce.tariffs.rules.values import DeskRules, SurchargeRule


@dataclass(frozen=True, slots=True)
class CollectionLaw:
    """The order in which money settles charges, what paying late costs, and the rules of the desk."""

    order: AllocationOrder
    surcharges: SurchargeRule
    desk: DeskRules
    is_official: bool


def collection_law(on: date) -> CollectionLaw:
    """The rules of collection on the day ``on``.

    Nothing may be billed under a law that no longer rules, but the desk keeps receiving money: after the last law ends
    and until the next one is loaded, its rules of collection stand.

    :raises NoLawInForce: if no law had been in force by that day.
    """
    try:
        schedule = schedule_for_period(period_of(on))
    except NoLawInForce:
        last_day = LawInForce.objects.filter(valid_from__lte=on).aggregate(ended=Max("valid_until"))["ended"]
        if last_day is None:
            raise
        schedule = schedule_for_period(period_of(last_day - timedelta(days=1)))
    return CollectionLaw(
        AllocationOrder(schedule.concepts), schedule.parameters.surcharge, schedule.parameters.desk, schedule.official
    )
