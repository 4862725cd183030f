"""Lists page by page, by key: the next page starts after a row, so that it costs the same however far one goes.

The address carries only the row's id, never its name or its amount.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; ``next`` and ``previous`` are the ids to go on from, None at its ends."""

    rows: list[Row]
    next: int | None
    previous: int | None


def page_of(rows: QuerySet[Row], *, order: Sequence[str], params: QueryDict, size: int = PAGE_SIZE) -> Page[Row]:
    """The page that ``params`` asks for with ``desde`` (after that id) or ``hasta`` (before it), else the first.

    ``order`` names columns that are never null, ``-`` before for the greatest first; the id breaks ties. An id that
    does not exist gives the first page.
    """
    keys = [*order, "pk"]
    backwards = params.get("hasta", "").isdecimal()
    anchor_id = params.get("hasta" if backwards else "desde", "")
    ordered = rows.order_by(*(_reversed(key) if backwards else key for key in keys))
    anchor = _anchor(rows, keys, int(anchor_id)) if anchor_id.isdecimal() else None
    if anchor is not None:
        ordered = ordered.filter(_beyond(keys, anchor, backwards=backwards))
    found = list(ordered[: size + 1])
    has_more = len(found) > size
    page = found[:size]
    if anchor is None:
        return Page(page, page[-1].pk if has_more else None, None)
    if backwards:
        page.reverse()
        return Page(page, page[-1].pk if page else None, page[0].pk if has_more else None)
    return Page(page, page[-1].pk if has_more else None, page[0].pk if page else None)


def sort_order(params: QueryDict, columns: Mapping[str, Sequence[str]], default: str) -> tuple[str, list[str]]:
    """The order that ``orden`` asks for (a name of ``columns``, ``-`` before to reverse) and its columns."""
    asked = params.get("orden", default)
    if asked.removeprefix("-") not in columns:
        asked = default
    keys = list(columns[asked.removeprefix("-")])
    return asked, [_reversed(key) for key in keys] if asked.startswith("-") else keys


def _reversed(key: str) -> str:
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"


def _anchor(rows: QuerySet[Row], keys: Sequence[str], pk: int) -> tuple[Any, ...] | None:
    names = [key.removeprefix("-") for key in keys]
    return rows.model._default_manager.filter(pk=pk).values_list(*names).first()


def _beyond(keys: Sequence[str], anchor: Sequence[Any], *, backwards: bool) -> Q:
    condition = Q()
    equal = Q()
    for key, value in zip(keys, anchor, strict=True):
        name = key.removeprefix("-")
        falls = key.startswith("-") != backwards
        condition |= equal & Q(**{f"{name}__{'lt' if falls else 'gt'}": value})
        equal &= Q(**{name: value})
    # Said apart, the bound of the first column is where the index is entered: what comes before is not read.
    first = keys[0].removeprefix("-")
    falls = keys[0].startswith("-") != backwards
    return Q(**{f"{first}__{'lte' if falls else 'gte'}": anchor[0]}) & condition
