"""Whom an announcement reaches, what an account is to be told now, and when a sector has water."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from cauce.announcements.models import Announcement, SupplyTurn
from cauce.registry.models import Account


def accounts_reached(announcement: Announcement) -> QuerySet[Account]:
    """The accounts that an announcement is for, those that are served, in the order of their routes."""
    served = Account.objects.filter(state__in=(Account.State.ACTIVE, Account.State.REDUCED))
    if not announcement.is_for_everybody:
        places = announcement.places.all()
        served = served.filter(
            Q(route__sector__in=places.filter(sector__isnull=False).values("sector"))
            | Q(route__in=places.filter(route__isnull=False).values("route"))
            | Q(pk__in=places.filter(account__isnull=False).values("account"))
        )
    return served.order_by("route__number", "route_order", "pk")


def reach_by_route(announcement: Announcement) -> list[tuple[str, int]]:
    """How many accounts of each route an announcement reaches."""
    counted = accounts_reached(announcement).order_by().values_list("route__number").annotate(accounts=Count("pk"))
    return sorted(counted)


def announcements_at(at: datetime) -> QuerySet[Announcement]:
    """What is in force, the nearest end first."""
    return Announcement.objects.in_force_at(at).select_related("document").order_by("ends_at", "pk")


def announcements_for(account: Account, at: datetime) -> list[Announcement]:
    """What who attends an account is to know now. One query."""
    reaches = (
        Q(is_for_everybody=True)
        | Q(places__route=account.route_id)
        | Q(places__sector__route=account.route_id)
        | Q(places__account=account.pk)
    )
    return list(announcements_at(at).filter(reaches).distinct())


def supply_turns_on(day: date, *, sector_ids: Sequence[int] | None = None) -> list[SupplyTurn]:
    """The turns in force on a day, by sector, weekday and hour; of some sectors or of all."""
    turns = SupplyTurn.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)
    if sector_ids is not None:
        turns = turns.filter(sector__in=sector_ids)
    return list(turns.select_related("sector").order_by("sector__name", "weekday", "from_time"))
