"""The turns of the window on a day: who waits, who is being attended and how long people waited."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Avg, Count, ExpressionWrapper, F, Max, Q
from django.db.models.fields import DurationField

from cauce.cases.models import WindowTicket
from cauce.users.models import User


@dataclass(frozen=True, slots=True)
class WindowDay:
    """A day of the window: turns that wait with the minutes they have waited, and figures of the rest."""

    waiting: list[tuple[WindowTicket, int]]
    mine: WindowTicket | None
    attended: int
    left: int
    average_minutes: int | None
    longest_minutes: int | None


def window_day(user: User, *, day: date, at: datetime) -> WindowDay:
    """The turns of a day as who calls them sees them. Three queries."""
    of_day = WindowTicket.objects.filter(day=day)
    waiting = of_day.filter(called_at__isnull=True, left_at__isnull=True).order_by("-is_preferential", "number")
    mine = of_day.filter(called_by=user, finished_at__isnull=True, left_at__isnull=True).order_by("-called_at").first()
    wait = ExpressionWrapper(F("called_at") - F("taken_at"), output_field=DurationField())
    figures = of_day.annotate(wait=wait).aggregate(
        attended=Count("pk", filter=Q(finished_at__isnull=False)),
        left=Count("pk", filter=Q(left_at__isnull=False)),
        average=Avg("wait"),
        longest=Max("wait"),
    )
    return WindowDay(
        waiting=[(ticket, minutes_of(at - ticket.taken_at)) for ticket in waiting],
        mine=mine,
        attended=figures["attended"],
        left=figures["left"],
        average_minutes=None if figures["average"] is None else minutes_of(figures["average"]),
        longest_minutes=None if figures["longest"] is None else minutes_of(figures["longest"]),
    )


def minutes_of(length: timedelta) -> int:
    """A length in whole minutes."""
    return int(length.total_seconds() // 60)
