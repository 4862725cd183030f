"""The last month that a meter measured, as it is divided when it serves other accounts."""

from dataclasses import dataclass
from datetime import date

from cauce.metering.models import Consumption
from cauce.metering.queries.billing import consumption_for_chunk
from cauce.metering.queries.dependents import apportion
from cauce.metering.rules.dependents import remainder_m3


@dataclass(frozen=True, slots=True)
class MeasuredMonth:
    """What the meter of an account counted in a month, and what its children took of it, in m³.

    ``is_waiting``: some of its children have no consumption of that month yet.
    """

    period: date
    total_m3: int
    children: int
    children_m3: int
    is_waiting: bool

    @property
    def remainder_m3(self) -> int:
        """What is left for the account, and for who shares its meter."""
        return remainder_m3(self.total_m3, self.children_m3)


def last_month_of(account_id: int) -> MeasuredMonth | None:
    """The last month of an account's own meter, or None while it has none."""
    period = (
        Consumption.objects.filter(account=account_id, superseded_at__isnull=True)
        .exclude(source=Consumption.Source.HISTORY)
        .order_by("-period")
        .values_list("period", flat=True)
        .first()
    )
    if period is None:
        return None
    measured = consumption_for_chunk([account_id], period)
    if account_id not in measured:
        return None
    found = apportion([account_id], period, measured)
    note = found.notes.get(account_id, {})
    return MeasuredMonth(
        period=period,
        total_m3=measured[account_id].volume_m3,
        children=note.get("children", 0),
        children_m3=note.get("children_m3", 0),
        is_waiting=account_id in found.waiting,
    )
