"""The one place where the time is read: views, tasks and commands call it and pass the result down."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """The present day in the utility's time zone."""
    return timezone.localdate()


def local_day(at: datetime) -> date:
    """The utility's day in which ``at`` falls."""
    return timezone.localtime(at).date()
