"""Closing the libro de registros."""

from datetime import date, datetime

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from cauce.books.events import BOOK_CLOSED
from cauce.books.models import DayBook
from cauce.books.operations.sealing import Chain, Contents, refuse_to_come, seal_next
from cauce.books.queries import contents_of, days_to_close, last_event_id, local_text, span_of
from cauce.books.rules import COUNTED, LEFT_OUT
from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of, format_date
from cauce.events.operations import publish
from cauce.users.models import User

_CHAIN = Chain(DayBook, "libro", "Los libros", days_to_close)
# Whoever is writing to the history ends first, and nobody begins until the book is closed: an event of a transaction
# that has not committed would otherwise be in no book.
# The function locks the table with its owner's rights: the site's role may only add to the history and read it.
_HOLD_HISTORY = "SET LOCAL lock_timeout = '2s'; SELECT books_hold_history()"


class HistoryBusy(DomainError):
    """Somebody is still writing to the history."""

    def __init__(self) -> None:
        super().__init__(
            "Alguien está terminando un registro en este momento; espere unos segundos y vuelva a cerrar el libro."
        )


@transaction.atomic
def close_day_book(*, day: date, at: datetime, by: User) -> DayBook:
    """Close the libro de registros of ``day``: number it, seal it after the one before, and never change it again.

    It takes what happened that day, what was written late of the days already closed, with its true time, and what
    happened in days without a book of their own. Days are closed in order. It waits for whoever is writing to the
    history. Idempotent for the person who closed it.

    :raises BookRefused: if the day is to come, another person has closed it, a later one is closed, or an earlier one
        with entries is not.
    :raises HistoryBusy: if somebody is still writing to the history after two seconds.
    """
    refuse_to_come(_CHAIN, day=day, at=at)
    _hold_history()
    book, is_new = seal_next(_CHAIN, day=day, contents=lambda previous: _contents(day, previous), at=at, by=by)
    if is_new:
        publish(
            BOOK_CLOSED,
            subject_kind="DayBook",
            subject_id=book.number,
            facts={
                "number": book.number,
                "day": format_date(day),
                "entries": count_of(book.entries, "asiento", "asientos"),
            },
            at=at,
            by=by,
        )
    return book


def _hold_history() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_HOLD_HISTORY)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise HistoryBusy from error
        raise


def _contents(day: date, previous: DayBook | None) -> Contents:
    span = span_of(day, previous)
    entries, counts = contents_of(span)
    told = {
        "since": local_text(span.since),
        "until": local_text(span.until),
        "entries": entries,
        "counts": counts,
        # What the book does not tell one by one: whoever checks it against the history needs to know.
        "counted_kinds": sorted(COUNTED),
        "left_out_kinds": sorted(LEFT_OUT),
    }
    return Contents(told, {"entries": len(entries), "last_event_id": last_event_id()})
