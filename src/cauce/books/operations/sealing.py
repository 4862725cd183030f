"""The one way to close a book of a day: in order, numbered, sealed after the one before, by one person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.utils import timezone

from cauce.books.models import SealedBook
from cauce.books.queries import local_text
from cauce.books.rules import canonical, seal
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_datetime, join_words
from cauce.core.periods import period_of
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules import NoLawInForce
from cauce.users.models import User

Sealed = TypeVar("Sealed", bound=SealedBook)
_NAMED_DAYS = 4


class BookRefused(DomainError):
    """The book cannot be closed."""


@dataclass(frozen=True, slots=True)
class Chain(Generic[Sealed]):
    """Books of one kind: how they are called and which days come before another and are not closed yet."""

    model: type[Sealed]
    name: str
    plural: str
    days_to_close: Callable[..., list[date]]

    @property
    def last(self) -> Sealed | None:
        """The last that was closed."""
        return self.model._default_manager.order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a book tells beside who closed it and when, and the columns that its kind keeps apart."""

    told: Mapping[str, Any]
    columns: Mapping[str, Any]


def refuse_to_come(chain: Chain[Any], *, day: date, at: datetime) -> None:
    """Refuse a day that has not begun.

    :raises BookRefused: if it has not.
    """
    if day > local_day(at):
        raise BookRefused(
            f"El {format_date(day)} todavía no llega; cierre el {chain.name} de hoy o el de un día que ya pasó."
        )


def seal_next(
    chain: Chain[Sealed],
    *,
    day: date,
    contents: Callable[[Sealed | None], Contents],
    refuse: Callable[[], None] = lambda: None,
    at: datetime,
    by: User,
) -> tuple[Sealed, bool]:
    """Seal the book of ``day`` after the last of its chain, and tell whether it is new.

    The caller lets nobody else close one of the chain meanwhile. ``refuse`` is asked once it is known that the day is
    the next. Idempotent for the person who closed it.

    :raises BookRefused: if another person has closed it, a later one is closed, or an earlier one with something to
        tell is not.
    """
    previous = chain.last
    closed = chain.model._default_manager.select_related("closed_by").filter(day=day).first()
    if closed is not None and closed.closed_by_id == by.pk:
        return closed, False
    why_not = _why_not(chain, day, previous, closed)
    if why_not:
        raise BookRefused(why_not)
    refuse()
    found = contents(previous)
    number = 1 if previous is None else previous.number + 1
    previous_sha256 = "" if previous is None else previous.sha256
    text = canonical(
        {
            "book": number,
            "day": day.isoformat(),
            "closed_at": local_text(at),
            "closed_by": str(by),
            "position": by.position,
            "previous_hash": previous_sha256,
            "utility": utility_of(day),
            **found.told,
        }
    )
    book = chain.model._default_manager.create(
        day=day,
        number=number,
        content=text,
        previous_sha256=previous_sha256,
        sha256=seal(previous_sha256, text),
        closed_at=at,
        closed_by=by,
        **{"previous": previous, **found.columns},
    )
    return book, True


def utility_of(day: date) -> dict[str, Any]:
    """The utility as its papers of that day say it."""
    try:
        is_official = schedule_for_period(period_of(day)).official
    except NoLawInForce:
        is_official = False
    named: Mapping[str, Any] = settings.UTILITY
    return {name: named[name] for name in ("name", "legal_name", "address", "place")} | {"official": is_official}


def _why_not(chain: Chain[Sealed], day: date, previous: Sealed | None, closed: Sealed | None) -> str:
    if closed is not None:
        when = format_datetime(timezone.localtime(closed.closed_at))
        return (
            f"El {chain.name} del {format_date(day)} ya lo cerró {closed.closed_by} el {when}; ábralo para imprimirlo."
        )
    if previous is not None and day < previous.day:
        return (
            f"Ya se cerró el {chain.name} del {format_date(previous.day)}, que es posterior, y se cierran en orden: "
            f"lo del {format_date(day)} que se registró después está en ese {chain.name} o entrará en el siguiente."
        )
    missing = [format_date(one) for one in chain.days_to_close(before=day)]
    if missing:
        many = f"{missing[0]} y los de otros {len(missing) - 1} días"
        named = join_words(missing) if len(missing) <= _NAMED_DAYS else many
        return f"{chain.plural} se cierran en orden y falta cerrar el del {named}; cierre primero el del {missing[0]}."
    return ""
