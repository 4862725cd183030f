"""Moments as the books take and write them, in the utility's time zone."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings


def midnight(day: date) -> datetime:
    """When a day begins in the utility's time zone."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))


def local_text(at: datetime) -> str:
    """A moment as books write it: ISO, to the second, in the utility's time zone."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat(timespec="seconds")
