"""Who may have a case: the areas of a person, and the people of an area."""

from datetime import date

from django.db.models import QuerySet

from cauce.users.models import Area, User
from cauce.users.queries import posts_of
from cauce.users.roles import ROLES


def areas_of(user: User, on: date) -> frozenset[int]:
    """The areas for which a person acts on a day: their own, and those of the posts they hold by a suplencia."""
    codes = posts_of(user, on) - set(user.groups.values_list("name", flat=True))
    names = {role.area for role in ROLES if role.code in codes}
    found = set(Area.objects.filter(name__in=names).values_list("pk", flat=True)) if names else set()
    return frozenset(found | ({user.area_id} if user.area_id is not None else set()))


def areas_with_staff() -> QuerySet[Area]:
    """The areas to which a case may be sent, by name."""
    staffed = User.objects.filter(is_active=True, is_system=False, area__isnull=False).values("area")
    return Area.objects.filter(pk__in=staffed).order_by("name")


def people_who_attend(area_id: int) -> QuerySet[User]:
    """The active people of an area, by name."""
    return User.objects.filter(area=area_id, is_active=True, is_system=False).order_by("full_name", "pk")
