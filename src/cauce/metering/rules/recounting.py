"""Counting again the months of an account when one was billed with the wrong m³: none is lost, none is paid twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from cauce.metering.rules.anomalies import Bills
from cauce.metering.rules.settlement import run_ahead, settle

_AVERAGE: Final = Bills.AVERAGE_6.value


class RightVolume(NamedTuple):
    """What a month should have been: its whole m³, and whether that is an estimate (then no reading is believed)."""

    volume_m3: int
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedMonth:
    """A month as it was counted (whole m³), with the figures of the meter; ``digits`` is where its register turns.

    ``measured_m3`` of an estimate is None, unless nothing can ever settle it.
    """

    period: date
    volume_m3: int
    is_estimated: bool
    measured_m3: int | None
    settled_m3: int
    ahead_m3: int
    serial: str
    digits: int
    previous_value: int | None
    previous_on: date | None
    current_value: int | None
    current_on: date | None
    billed_from: date | None = None
    estimate_rule: str = ""

    @property
    def turn(self) -> int:
        """The figure that its register never reaches."""
        turn: int = 10**self.digits
        return turn

    @property
    def advance_m3(self) -> int:
        """How far this month took the last real reading."""
        if self.is_estimated:
            return 0
        return self.volume_m3 + self.settled_m3 if self.measured_m3 is None else self.measured_m3

    @property
    def before_m3(self) -> int:
        """What was estimated and not covered yet when the month began."""
        if not self.is_estimated:
            return self.ahead_m3 + self.settled_m3
        return self.ahead_m3 - self.volume_m3 if self.measured_m3 is None else 0


class _Chain(NamedTuple):
    """The last real reading after a month, of which meter, and the day up to which it was billed."""

    value: int | None
    on: date | None
    serial: str
    until: date | None


class _Moved(NamedTuple):
    """How far what follows begins from where it began: the last real reading, and what is estimated and not covered."""

    figure_m3: int
    ahead_m3: int


class MonthsDoNotMeet(Exception):
    """A later month was counted from a reading that changes, and its own m³ would be others.

    ``needed_m3`` is what it would come to; None when no m³ explain its reading.
    """

    def __init__(self, period: date, needed_m3: int | None) -> None:
        super().__init__(f"{period:%Y-%m}: {needed_m3}")
        self.period = period
        self.needed_m3 = needed_m3


def recount(
    months: Sequence[CountedMonth], right: Mapping[date, RightVolume | CountedMonth]
) -> dict[date, CountedMonth]:
    """Count the months (live, oldest first, without gaps between those that matter) again with the ``right`` ones.

    A right month is its m³, and then the reading that gave others is moved as many; or the month whole, as it was
    before it was corrected. The months that follow keep their m³ and their readings: what was estimated is settled
    again along them. Only what changes is given back.

    :raises MonthsDoNotMeet: if a month that is not in ``right`` would come to other m³.
    """
    return dict(_recounted(months, right))


def _recounted(
    months: Sequence[CountedMonth], right: Mapping[date, RightVolume | CountedMonth]
) -> Iterator[tuple[date, CountedMonth]]:
    moved = _Moved(0, 0)
    was: _Chain | None = None
    now: _Chain | None = None
    for month in months:
        is_linked = _is_linked(month, was)
        if not is_linked:
            moved = _Moved(0, moved.ahead_m3)
        wanted = right.get(month.period)
        if isinstance(wanted, CountedMonth):
            counted = wanted
            begins_elsewhere = is_linked and not _is_linked(counted, now)
            if begins_elsewhere or counted.before_m3 != month.before_m3 + moved.ahead_m3:
                raise MonthsDoNotMeet(month.period, None)
        else:
            begins = _begin_at(month, now) if is_linked and now is not None else month
            counted = _counted(begins, month, moved, wanted)
        if counted != month:
            yield month.period, counted
        was, now = _after(month), _after(counted)
        moved = _Moved(
            moved.figure_m3 + counted.advance_m3 - month.advance_m3,
            counted.ahead_m3 - month.ahead_m3,
        )


def _is_linked(month: CountedMonth, chain: _Chain | None) -> bool:
    """Whether a month was counted from that reading, of the same meter or across its change."""
    if chain is None or month.previous_on is None or month.previous_on != chain.on:
        return False
    return month.previous_value == chain.value or month.serial != chain.serial


def _begin_at(month: CountedMonth, chain: _Chain) -> CountedMonth:
    """The month counted from that reading; across a change of meter the figure is still the new meter's first one."""
    value = chain.value if month.serial == chain.serial else month.previous_value
    since = month.billed_from
    if chain.on != month.previous_on and since is None:
        since = chain.until
    if since == chain.on and not month.is_estimated:
        since = None
    return replace(month, previous_value=value, previous_on=chain.on, billed_from=since)


def _after(month: CountedMonth) -> _Chain:
    if month.is_estimated:
        return _Chain(month.previous_value, month.previous_on, month.serial, month.current_on)
    return _Chain(month.current_value, month.current_on, month.serial, month.current_on)


def _counted(begins: CountedMonth, month: CountedMonth, moved: _Moved, right: RightVolume | None) -> CountedMonth:
    before_m3 = month.before_m3 + moved.ahead_m3
    if before_m3 < 0:
        raise MonthsDoNotMeet(month.period, None)
    if right is None:
        return _kept(begins, month, moved, before_m3)
    if right.is_estimated or month.is_estimated:
        return _estimated(begins, right, before_m3)
    return _measured(begins, month, moved, before_m3, right.volume_m3)


def _kept(begins: CountedMonth, month: CountedMonth, moved: _Moved, before_m3: int) -> CountedMonth:
    if month.is_estimated:
        return replace(begins, ahead_m3=before_m3 + month.volume_m3) if month.measured_m3 is None else begins
    measured_m3 = month.advance_m3 - moved.figure_m3
    if measured_m3 < 0:
        raise MonthsDoNotMeet(month.period, None)
    settled = settle(measured_m3, before_m3)
    if settled.volume_m3 != month.volume_m3:
        raise MonthsDoNotMeet(month.period, settled.volume_m3)
    return replace(
        begins,
        measured_m3=_told(month, measured_m3, settled.settled_m3),
        settled_m3=settled.settled_m3,
        ahead_m3=settled.ahead_m3,
    )


def _estimated(begins: CountedMonth, right: RightVolume, before_m3: int) -> CountedMonth:
    if begins.is_estimated and begins.measured_m3 is not None:
        return replace(begins, volume_m3=right.volume_m3, measured_m3=right.volume_m3)
    ahead = run_ahead(right.volume_m3, before_m3)
    figure = begins.current_value if begins.is_estimated else None
    if figure is not None and begins.previous_value is not None:
        figure = (begins.previous_value + ahead.ahead_m3) % begins.turn
    return replace(
        begins,
        volume_m3=right.volume_m3,
        is_estimated=True,
        measured_m3=None,
        settled_m3=0,
        ahead_m3=ahead.ahead_m3,
        current_value=figure,
        billed_from=begins.billed_from or begins.previous_on,
        estimate_rule=_AVERAGE if right.is_estimated else begins.estimate_rule,
    )


def _measured(begins: CountedMonth, month: CountedMonth, moved: _Moved, before_m3: int, volume_m3: int) -> CountedMonth:
    measured_m3 = volume_m3 + before_m3
    if not volume_m3:
        # Nothing to pay: what was read stands as far as what had been estimated covers it.
        measured_m3 = min(max(month.advance_m3 - moved.figure_m3, 0), before_m3)
    settled_m3 = min(measured_m3, before_m3)
    figure = month.current_value
    if figure is not None:
        figure += moved.figure_m3 + measured_m3 - month.advance_m3
        is_across = begins.previous_value is not None and _is_across_a_change(month)
        if is_across and figure < (begins.previous_value or 0):
            raise MonthsDoNotMeet(month.period, None)
        figure %= month.turn
    return replace(
        begins,
        volume_m3=volume_m3,
        measured_m3=_told(month, measured_m3, settled_m3),
        settled_m3=settled_m3,
        ahead_m3=before_m3 - settled_m3,
        current_value=figure,
    )


def _is_across_a_change(month: CountedMonth) -> bool:
    """Whether removed meters measured part of it: its figures alone do not give what was measured."""
    if month.current_value is None or month.previous_value is None:
        return False
    return (month.current_value - month.previous_value - month.advance_m3) % month.turn != 0


def _told(month: CountedMonth, measured_m3: int, settled_m3: int) -> int | None:
    """What was measured, of a month that tells it or that settles something now."""
    return None if month.measured_m3 is None and not settled_m3 else measured_m3
