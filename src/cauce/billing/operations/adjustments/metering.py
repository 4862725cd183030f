"""What an adjustment leaves of the meter: the consumption that was counted wrong, and what the corrected bill tells."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from cauce.billing.models import AdjustedBill, Adjustment, Bill
from cauce.billing.rules import reading_note_json
from cauce.billing.rules.adjustment_kinds import KindRules, kind_rules
from cauce.billing.rules.adjustments import Corrected, right_volume
from cauce.metering.models import Consumption
from cauce.metering.operations import correct_consumption, restore_consumption
from cauce.metering.queries.recounting import corrected_months, restored_months
from cauce.metering.rules import RightVolume
from cauce.users.models import User


class MeterTold(NamedTuple):
    """What a bill says of its meter."""

    previous_value: int | None
    current_value: int | None
    previous_on: date | None
    current_on: date | None
    is_estimated: bool
    note: Mapping[str, Any] | None


def refuse_uneven_months(*, account_id: int, kind: KindRules, quotes: Sequence[tuple[Bill, Corrected]]) -> None:
    """Refuse to correct months while others were counted from them.

    :raises LaterMonthCounts: naming the month that would come to other m³.
    """
    corrected_months(account_id, _right(kind, quotes))


def refuse_uneven_undo(adjustment: Adjustment, *, bills: Sequence[Bill]) -> None:
    """Refuse to leave months as they were once others were counted from what they are.

    :raises LaterMonthCounts: naming the month that would come to other m³.
    """
    assert adjustment.applied_at is not None
    periods = [bill.period for bill in bills]
    restored_months(adjustment.account_id, periods, corrected_at=adjustment.applied_at)


def recount(
    adjustment: Adjustment, *, quotes: Sequence[tuple[AdjustedBill, Corrected]], at: datetime, by: User
) -> dict[date, Consumption]:
    """Put right the consumption that its bills were made of, or leave it as it was if it undoes another one.

    :raises LaterMonthCounts: if another month was counted from a reading that changes.
    """
    account, undone = adjustment.account, adjustment.undoes
    if undone is None:
        right = _right(kind_rules(adjustment.policy.rules), [(row.bill, corrected) for row, corrected in quotes])
        changed = correct_consumption(account=account, right=right, at=at, by=by)
        return {period: month for period, month in changed.items() if period in right}
    assert undone.applied_at is not None
    periods = [row.bill.period for row, _ in quotes]
    restore_consumption(account=account, periods=periods, corrected_at=undone.applied_at, at=at, by=by)
    return {}


def first_bills(adjustment: Adjustment) -> dict[int, Bill]:
    """The bill that each of those it corrects had corrected, when it undoes another adjustment; else none."""
    if adjustment.undoes is None:
        return {}
    rows = adjustment.undoes.bills.filter(corrected__isnull=False).select_related("bill")
    return {row.corrected_id: row.bill for row in rows if row.corrected_id is not None}


def told_by_bill(bill: Bill, *, corrected: Corrected) -> MeterTold:
    """What another bill said, when the consumption was counted right or is again as that bill had it."""
    is_estimated = corrected.is_estimated or (bill.is_estimated and corrected.m3 == bill.volume_m3)
    return MeterTold(
        bill.previous_value, bill.current_value, bill.previous_on, bill.current_on, is_estimated, bill.reading_note
    )


def told_by_consumption(month: Consumption, *, bill: Bill) -> MeterTold:
    """What the consumption that was put right says; the months that it settles are those that the bill told."""
    months = tuple(date.fromisoformat(told) for told in (bill.reading_note or {}).get("months", ()))
    note = reading_note_json(
        estimate=month.estimate_rule,
        measured_m3=month.measured_m3,
        settled_m3=month.settled_m3,
        ahead_m3=month.ahead_m3,
        months=months,
    )
    return MeterTold(
        month.previous_value,
        month.current_value,
        month.previous_on,
        month.current_on,
        month.source == Consumption.Source.ESTIMATED,
        None if note is None else json.loads(note),
    )


def _right(kind: KindRules, quotes: Sequence[tuple[Bill, Corrected]]) -> dict[date, RightVolume]:
    wanted = {
        bill.period: right_volume(kind, corrected, billed_m3=bill.volume_m3, reading_note=bill.reading_note)
        for bill, corrected in quotes
    }
    return {period: right for period, right in wanted.items() if right is not None}
