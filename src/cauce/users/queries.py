"""When the office works: the days that count for a term, and its hours."""

from datetime import time
from zoneinfo import ZoneInfo

from django.conf import settings

from cauce.core.business_days import BusinessCalendar, OfficeHours, business_calendar
from cauce.users.models import Holiday


def office_calendar() -> BusinessCalendar:
    """The business days of the office: Monday to Friday less its holidays. One query."""
    return business_calendar(set(Holiday.objects.values_list("day", flat=True)))


def office_hours() -> OfficeHours:
    """From when to when the office works on a business day."""
    opens, closes = (time.fromisoformat(text) for text in settings.OFFICE_HOURS)
    return OfficeHours(opens, closes, ZoneInfo(settings.TIME_ZONE))
