"""What was asked of Informática: by state, and what a month brought and left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from cauce.cases.models import SystemRequest
from cauce.core.clock import local_day
from cauce.core.periods import next_period

ENDED = (SystemRequest.State.DONE, SystemRequest.State.REFUSED)


@dataclass(frozen=True, slots=True)
class MonthOfRequests:
    """A month of requests: those open when it began, asked, done, refused, and open when it ended."""

    period: date
    opening: int
    asked: int
    done: int
    refused: int
    closing: int
    by_category: Sequence[tuple[str, int]]
    rows: Sequence[SystemRequest]


def requests_with_people() -> QuerySet[SystemRequest]:
    """The requests with what a list shows of them."""
    return SystemRequest.objects.select_related("document", "area", "asked_by", "attended_by")


def month_of_requests(period: date) -> MonthOfRequests:
    """What a month brought and left, and every request that was open in it, the most pressing first.

    What was reopened counts as it is now.
    """
    end = next_period(period)
    in_month = Q(asked_at__date__lt=end) & (Q(ended_at__isnull=True) | Q(ended_at__date__gte=period))
    rows = list(requests_with_people().filter(in_month).order_by("priority", "asked_at", "pk"))
    asked = [row for row in rows if local_day(row.asked_at) >= period]
    ended = [row for row in rows if row.ended_at is not None and local_day(row.ended_at) < end]
    done = sum(row.state == SystemRequest.State.DONE for row in ended)
    counted = SystemRequest.objects.filter(in_month).order_by().values_list("category").annotate(requests=Count("pk"))
    names = dict(SystemRequest.Category.choices)
    return MonthOfRequests(
        period=period,
        opening=len(rows) - len(asked),
        asked=len(asked),
        done=done,
        refused=len(ended) - done,
        closing=len(rows) - len(ended),
        by_category=sorted((str(names[code]), count) for code, count in counted),
        rows=rows,
    )


def open_requests() -> QuerySet[SystemRequest]:
    """Those that Informática has not ended, the most pressing first."""
    return requests_with_people().exclude(state__in=ENDED).order_by("priority", "asked_at", "pk")
