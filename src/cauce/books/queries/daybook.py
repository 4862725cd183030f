"""The libro de registros of a day: as it was sealed, or as it stands while it is open."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncDate

from cauce.books.models import DayBook
from cauce.books.queries.hours import local_text, midnight
from cauce.books.rules import COUNTED, LEFT_OUT, Happened, counts_of, entry_of
from cauce.events.models import Event
from cauce.registry.models import Account

NOT_ENTRIES = (*COUNTED, *LEFT_OUT)


@dataclass(frozen=True, slots=True)
class DayBookView:
    """A day's book: its entries and counts, the seals, and the closed book when there is one."""

    day: date
    entries: list[dict[str, Any]]
    counts: list[dict[str, Any]]
    hash: str
    previous_hash: str
    closed: DayBook | None

    @property
    def is_closed(self) -> bool:
        """Whether it will never change."""
        return self.closed is not None

    @property
    def headings(self) -> dict[str, int]:
        """How many entries each heading has, in the order in which they first come."""
        found: dict[str, int] = {}
        for entry in self.entries:
            found[entry["heading"]] = found.get(entry["heading"], 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class Span:
    """What a book takes in: what happened from ``since`` to ``until``, and what came before and was written late."""

    since: datetime
    until: datetime
    late_after: int | None

    @property
    def condition(self) -> Q:
        """The events of the span."""
        found = Q(at__gte=self.since, at__lt=self.until)
        if self.late_after is not None:
            found |= Q(at__lt=self.since, pk__gt=self.late_after)
        return found


def day_book(day: date) -> DayBookView:
    """The book of a day: sealed if it was closed, otherwise as it stands now with an empty ``hash``."""
    closed = DayBook.objects.filter(day=day).select_related("closed_by").first()
    if closed is not None:
        content = json.loads(closed.content)
        return DayBookView(day, content["entries"], content["counts"], closed.sha256, closed.previous_sha256, closed)
    last = last_book()
    is_next = last is not None and last.day < day and not days_to_close(before=day)
    span = span_of(day, last if is_next else None)
    if last is not None and not is_next:
        span = Span(midnight(day), span.until, None)
    entries, counts = contents_of(span)
    return DayBookView(day, entries, counts, "", last.sha256 if last is not None and last.day < day else "", None)


def last_book() -> DayBook | None:
    """The last book that was closed."""
    return DayBook.objects.order_by("-number").first()


def span_of(day: date, previous: DayBook | None) -> Span:
    """What the book of ``day`` takes in when it continues ``previous``; the first book, its own day only."""
    until = midnight(day + timedelta(days=1))
    if previous is None:
        return Span(midnight(day), until, None)
    return Span(midnight(previous.day + timedelta(days=1)), until, previous.last_event_id)


def contents_of(span: Span) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The entries of a span in order, and what enters as a number. Three queries."""
    events = Event.objects.filter(span.condition)
    rows = list(events.exclude(kind__in=NOT_ENTRIES).select_related("by").order_by("at", "pk"))
    numbers = _account_numbers(event.account_id for event in rows)
    entries = [entry_of(_happened(event, numbers, span)) for event in rows]
    found = events.filter(kind__in=COUNTED).order_by().values_list("kind").annotate(Count("pk"))
    return entries, counts_of(dict(found))


def days_to_close(*, before: date) -> list[date]:
    """The days after the last closed book and before ``before`` that have something to enter, in order.

    When no book was ever closed there are none: the first book takes its own day.
    """
    last = last_book()
    if last is None or last.day >= before:
        return []
    between = Event.objects.filter(at__gte=midnight(last.day + timedelta(days=1)), at__lt=midnight(before))
    days = between.exclude(kind__in=LEFT_OUT).annotate(day=TruncDate("at", tzinfo=ZoneInfo(settings.TIME_ZONE)))
    return list(days.order_by("day").values_list("day", flat=True).distinct())


def last_event_id() -> int:
    """The last event there is."""
    found: int | None = Event.objects.aggregate(last=Max("pk"))["last"]
    return found or 0


def closed_books() -> QuerySet[DayBook]:
    """The closed books, without their content."""
    return DayBook.objects.select_related("closed_by").defer("content")


def _account_numbers(ids: Iterable[int | None]) -> Mapping[int, str]:
    wanted = {account_id for account_id in ids if account_id is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "number")) if wanted else {}


def _happened(event: Event, numbers: Mapping[int, str], span: Span) -> Happened:
    return Happened(
        id=event.pk,
        kind=event.kind,
        at=local_text(event.at),
        what=event.sentence,
        folio=str(event.facts.get("folio") or ""),
        account="" if event.account_id is None else numbers.get(event.account_id, ""),
        who=str(event.by),
        is_late=event.at < span.since,
    )
