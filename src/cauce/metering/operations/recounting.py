"""Putting right the m³ of months that were billed: another consumption takes the place of each one that changes."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction

from cauce.metering.models import Consumption
from cauce.metering.queries.recounting import corrected_months, live_months, restored_months
from cauce.metering.rules import CountedMonth, RightVolume
from cauce.registry.models import Account
from cauce.users.models import User


@transaction.atomic
def correct_consumption(
    *, account: Account, right: Mapping[date, RightVolume], at: datetime, by: User
) -> dict[date, Consumption]:
    """Leave each month (by period) with its right m³, and what follows counted from there; its reading is kept.

    Works in the transaction of who holds the account, and tells nothing: the act that corrects is what is told. Months
    of which this system counted nothing are left out. Idempotent: with the m³ they have, nothing is written.

    :returns: the consumption of each month that changed, by period.
    :raises LaterMonthCounts: if a month that is not corrected was counted from a reading that changes.
    """
    return _write(account, corrected_months(account.pk, right), at, by)


@transaction.atomic
def restore_consumption(
    *, account: Account, periods: Collection[date], corrected_at: datetime, at: datetime, by: User
) -> dict[date, Consumption]:
    """Leave the months that were corrected at a moment as they were before it, like ``correct_consumption`` does.

    :returns: the consumption of each month that changed, by period.
    :raises LaterMonthCounts: if another month was counted since from a reading that changes.
    """
    return _write(account, restored_months(account.pk, periods, corrected_at=corrected_at), at, by)


def _write(account: Account, changed: Mapping[date, CountedMonth], at: datetime, by: User) -> dict[date, Consumption]:
    if not changed:
        return {}
    old = {month.period: month for month in live_months(account.pk, min(changed)) if month.period in changed}
    Consumption.objects.filter(pk__in=[month.pk for month in old.values()]).update(superseded_at=at, superseded_by=by)
    made = [_consumption(old[period], counted) for period, counted in changed.items()]
    Consumption.objects.bulk_create(made)
    return {month.period: month for month in made}


def _consumption(old: Consumption, counted: CountedMonth) -> Consumption:
    estimated, measured = Consumption.Source.ESTIMATED, Consumption.Source.MEASURED
    return Consumption(
        account_id=old.account_id,
        period=old.period,
        volume_m3=counted.volume_m3,
        source=estimated if counted.is_estimated else measured,
        reading_id=old.reading_id,
        meter_serial=counted.serial,
        previous_value=counted.previous_value,
        current_value=counted.current_value,
        previous_on=counted.previous_on,
        current_on=counted.current_on,
        billed_from=counted.billed_from,
        measured_m3=counted.measured_m3,
        settled_m3=counted.settled_m3,
        ahead_m3=counted.ahead_m3,
        estimate_rule=counted.estimate_rule,
        decision_id=old.decision_id,
        corrects=old,
    )
