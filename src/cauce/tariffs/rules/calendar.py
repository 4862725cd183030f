"""The days of a bill by the law's calendar."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from cauce.core.errors import DomainError
from cauce.tariffs.rules.values import Parameters

_SATURDAY = 5


class UnknownCycle(DomainError):
    """The law has no such reading cycle."""

    def __init__(self, cycle: int, known: Collection[int]) -> None:
        super().__init__(f"La ley vigente no tiene ciclo {cycle}; los ciclos son {', '.join(map(str, sorted(known)))}.")


@dataclass(frozen=True, slots=True)
class BillDates:
    """The day a cycle's bills are issued and the last day to pay them without surcharge."""

    issue_on: date
    due_on: date


def bill_dates(
    parameters: Parameters, *, period: date, cycle: int, holidays: Collection[date] = frozenset()
) -> BillDates:
    """Issue on the last reading day of the cycle, due a fixed number of natural days later (``dias_vencimiento``).

    A due date on a weekend or holiday moves to the next business day only where the law says so.

    :raises UnknownCycle: the law has no such cycle.
    """
    if cycle not in parameters.cycle_days:
        raise UnknownCycle(cycle, parameters.cycle_days)
    issue_on = period.replace(day=parameters.cycle_days[cycle][1])
    due_on = issue_on + timedelta(days=parameters.due_days)
    if parameters.due_moves_to_business_day:
        while due_on.weekday() >= _SATURDAY or due_on in holidays:
            due_on += timedelta(days=1)
    return BillDates(issue_on, due_on)
