"""Legal terms count business days, and orders count the hours in which somebody works."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cauce.core.business_days import BusinessCalendar, OfficeHours, business_calendar

OFFICE = OfficeHours(time(8), time(16), ZoneInfo("America/Mexico_City"))
INDEPENDENCE = date(2026, 9, 16)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
CALENDARS = st.sets(DAYS, max_size=30).map(business_calendar)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE.zone)


def test_a_term_does_not_count_its_first_day_nor_days_of_rest() -> None:
    calendar = business_calendar({INDEPENDENCE})
    assert calendar.after(date(2026, 9, 14), 2) == date(2026, 9, 17)
    assert calendar.after(date(2026, 9, 18), 1) == date(2026, 9, 21)


@given(calendar=CALENDARS, day=DAYS, term=st.integers(0, 60))
def test_a_term_ends_on_a_business_day_that_many_days_after(calendar: BusinessCalendar, day: date, term: int) -> None:
    end = calendar.after(day, term)
    assert calendar.days_between(day, end) == term
    assert term == 0 or calendar.is_business_day(end)
    assert calendar.days_between(end, day) == -term


def test_hours_stop_at_the_door_and_go_on_the_next_working_day() -> None:
    calendar = business_calendar({INDEPENDENCE})
    assert calendar.after_hours(moment("2026-09-15T15:30"), 1, OFFICE) == moment("2026-09-17T08:30")
    assert calendar.after_hours(moment("2026-09-19T23:00"), 8, OFFICE) == moment("2026-09-21T16:00")
    assert calendar.after_hours(moment("2026-09-21T06:00"), 1, OFFICE) == moment("2026-09-21T09:00")


@given(calendar=CALENDARS, at=st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)), hours=st.integers(0, 100))
def test_working_hours_end_in_working_hours_and_never_before(
    calendar: BusinessCalendar, at: datetime, hours: int
) -> None:
    start = at.replace(tzinfo=OFFICE.zone)
    end = calendar.after_hours(start, hours, OFFICE)
    assert calendar.is_business_day(end.date())
    assert OFFICE.opens <= end.time() <= OFFICE.closes
    assert end - start >= timedelta(hours=hours)
    assert calendar.after_hours(start, hours + 1, OFFICE) > end
