"""Business days and working hours: what a legal term counts and what an office works. Pure, of values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """From when to when the office works on a business day, in the utility's time zone."""

    opens: time
    closes: time
    zone: ZoneInfo

    @property
    def length(self) -> timedelta:
        """How long a working day is."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The days that count: Monday to Friday, less the holidays."""

    holidays: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """Whether ``day`` counts.

        >>> BusinessCalendar(frozenset({date(2026, 9, 16)})).is_business_day(date(2026, 9, 16))
        False
        """
        return day.weekday() < _SATURDAY and day not in self.holidays

    def next_business_day(self, day: date) -> date:
        """``day`` itself if it counts, or the first after it that does."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, business_days: int) -> date:
        """The last day of a term of so many business days that starts to count the day after ``day``.

        >>> BusinessCalendar().after(date(2026, 10, 16), 5)
        datetime.date(2026, 10, 23)
        """
        for _ in range(business_days):
            day = self.next_business_day(day + timedelta(days=1))
        return day

    def days_between(self, start: date, end: date) -> int:
        """How many business days there are after ``start`` up to ``end``; negative when ``end`` came before."""
        if end < start:
            return -self.days_between(end, start)
        return sum(self.is_business_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def after_hours(self, at: datetime, hours: int, office: OfficeHours) -> datetime:
        """The moment at which so many working hours have passed since ``at``; nights and days of rest do not count.

        >>> office = OfficeHours(time(8), time(16), ZoneInfo("America/Mexico_City"))
        >>> friday = datetime(2026, 10, 16, 15, tzinfo=office.zone)
        >>> BusinessCalendar().after_hours(friday, 2, office).isoformat()
        '2026-10-19T09:00:00-06:00'
        """
        moment = self._in_office(at.astimezone(office.zone), office)
        left = timedelta(hours=hours)
        while True:
            closes = datetime.combine(moment.date(), office.closes, office.zone)
            if left <= closes - moment:
                return moment + left
            left -= closes - moment
            moment = self._in_office(closes, office)

    def _in_office(self, moment: datetime, office: OfficeHours) -> datetime:
        """``moment``, or when the office next opens."""
        day = moment.date()
        if self.is_business_day(day):
            opens = datetime.combine(day, office.opens, office.zone)
            if moment < opens:
                return opens
            if moment.time() < office.closes:
                return moment
            day += timedelta(days=1)
        return datetime.combine(self.next_business_day(day), office.opens, office.zone)


def business_calendar(holidays: Collection[date]) -> BusinessCalendar:
    """The calendar of an office that rests on ``holidays`` besides Saturdays and Sundays."""
    return BusinessCalendar(frozenset(holidays))
