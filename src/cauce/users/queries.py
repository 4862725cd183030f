"""When the office works, and which posts a person holds on a day."""

from datetime import date, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Q

from cauce.core.business_days import BusinessCalendar, OfficeHours, business_calendar
from cauce.users.models import Holiday, Substitution, User


def office_calendar() -> BusinessCalendar:
    """The business days of the office: Monday to Friday less its holidays. One query."""
    return business_calendar(set(Holiday.objects.values_list("day", flat=True)))


def office_hours() -> OfficeHours:
    """From when to when the office works on a business day."""
    opens, closes = (time.fromisoformat(text) for text in settings.OFFICE_HOURS)
    return OfficeHours(opens, closes, ZoneInfo(settings.TIME_ZONE))


def posts_of(user: User, on: date) -> set[str]:
    """The codes of the posts a person holds on a day: their own, and those that a suplencia gives them. Two queries."""
    own = set(user.groups.values_list("name", flat=True))
    return own | set(Substitution.objects.in_force_on(on).filter(substitute=user).values_list("role", flat=True))


def has_power(user: User, power: str, on: date) -> bool:
    """Whether a person holds a permission («workorders.open_agenda») on a day, by a post of theirs or a suplencia.

    ``User.has_perm`` answers for today; an act is judged by its own day. Three queries.
    """
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    app_label, codename = power.split(".")
    asked = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    return asked.filter(Q(group__name__in=posts_of(user, on)) | Q(user=user)).exists()


def substituted_by(user: User, on: date) -> list[Substitution]:
    """The suplencias by which a person acts for another on a day."""
    found = Substitution.objects.in_force_on(on).filter(substitute=user)
    return list(found.select_related("absent").order_by("valid_from", "pk"))
