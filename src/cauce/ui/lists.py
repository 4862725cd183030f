"""The one way to make a list: its filters in the address, its pages by key, and the same rows as a workbook.

A screen says what its list is with a ``Listing`` and answers with ``list_page`` and ``list_workbook``. What somebody
chose is kept in their session, by page, until they press «Quitar filtros».
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from cauce.ui.paging import Page, page_of, sort_order
from cauce.ui.spreadsheets import Column, workbook

Row = TypeVar("Row", bound=Model)
Chosen = Mapping[str, Any]

CHUNK = 2000
MOST_COUNTED = 50_000
KEPT = "filtros"
FORGET = "quitar"


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """What a list is.

    ``rows`` gives what the filters let through, from what was chosen by the name of its field: what was left empty, or
    written wrong, is falsy. A filter that is wrong lets everything through and is said; with ``is_search`` it finds
    nothing. ``order`` names columns that are never null, or is a name of ``sorts`` where the heads of the table sort.
    ``name`` is its workbook's; ``cells`` gives a row of it, in the order of ``columns``, and ``sheet_order`` its order
    when it is another.
    """

    rows: Callable[[Chosen], QuerySet[Row]]
    order: Sequence[str] | str
    form: Callable[[QueryDict], forms.Form] | None = None
    name: str = ""
    columns: Sequence[Column] = ()
    cells: Callable[[Row], Sequence[object]] | None = None
    sheet_order: Sequence[str] = ()
    sorts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_search: bool = False

    def asked(self, params: QueryDict) -> "Asked[Row]":
        """What an address asks for."""
        form = None if self.form is None else self.form(params)
        chosen = {} if form is None else _chosen(form)
        rows = self.rows(chosen)
        if self.is_search and form is not None and form.errors:
            rows = rows.none()
        if not isinstance(self.order, str):
            return Asked(form, chosen, rows, self.order, "")
        sort, keys = sort_order(params, self.sorts, self.order)
        return Asked(form, chosen, rows, keys, sort)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Row]):
    """What an address asks of a list: its filters, as a form and as values, the rows without order, and their order."""

    form: forms.Form | None
    chosen: Chosen
    rows: QuerySet[Row]
    keys: Sequence[str]
    sort: str

    @property
    def is_filtered(self) -> bool:
        """Whether anything was chosen."""
        return any(self.chosen.values()) or bool(self.form is not None and self.form.errors)

    def in_order(self, keys: Sequence[str] = ()) -> QuerySet[Row]:
        """The rows, whole, in the order asked for."""
        return self.rows.order_by(*(keys or self.keys), "pk")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are; with ``is_more``, more than that many, which is as far as they are counted."""

    number: int
    is_more: bool


def list_page(
    request: HttpRequest,
    listing: Listing[Row],
    template: str,
    more: Callable[[Page[Row]], Mapping[str, Any]] | None = None,
) -> HttpResponse:
    """The page of a list: ``form``, ``page`` and ``is_filtered``, with what ``more`` adds of its rows.

    Who comes without asking anything is sent to the filters they left; the address always says what is shown.
    """
    if FORGET in request.GET:
        _keep(request, "")
        return redirect(request.path)
    asked = listing.asked(request.GET)
    if asked.form is not None:
        kept = _remembered(request, asked.form)
        if kept:
            return redirect(f"{request.path}?{kept}")
    page = page_of(asked.rows, order=asked.keys, params=request.GET)
    context = {"form": asked.form, "page": page, "is_filtered": asked.is_filtered, "default_sort": asked.sort}
    return render(request, template, context | (dict(more(page)) if more else {}))


def list_workbook(request: HttpRequest, listing: Listing[Row]) -> HttpResponse:
    """The same list, whole, as a workbook; its rows are read and written a few at a time."""
    cells = listing.cells
    assert cells is not None
    rows = listing.asked(request.GET).in_order(listing.sheet_order)
    return workbook(listing.name, listing.columns, (cells(row) for row in rows.iterator(chunk_size=CHUNK)))


def tally(rows: QuerySet[Row]) -> Tally:
    """How many rows there are, without going through more than ``MOST_COUNTED`` of them."""
    counted = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return Tally(min(counted, MOST_COUNTED), counted > MOST_COUNTED)


def _chosen(form: forms.Form) -> Chosen:
    """What was chosen; a filter that is wrong lets everything through, and its form says so."""
    nothing = {name: getattr(each, "empty_value", None) for name, each in form.fields.items()}
    form.is_valid()
    return nothing | form.cleaned_data


def _remembered(request: HttpRequest, form: forms.Form) -> str:
    """Keep the filters that were sent; the ones to go on with when nothing was asked.

    What is kept is how one works (a state, a desk, a route, the order), not what one looked for (a name, a day).
    """
    if _is_of_something(request):
        return ""
    if not request.GET:
        kept: dict[str, str] = request.session.get(KEPT, {})
        return kept.get(_name_of(request), "")
    was_sent = not any(
        each.widget.value_omitted_from_data(request.GET, {}, form.add_prefix(name))
        for name, each in form.fields.items()
    )
    if was_sent and form.is_valid():
        params = QueryDict(mutable=True)
        choices = [name for name, each in form.fields.items() if isinstance(each, forms.ChoiceField)]
        for name in (*choices, "orden"):
            params.setlist(name, [value for value in request.GET.getlist(name) if value])
        _keep(request, params.urlencode())
    return ""


def _keep(request: HttpRequest, filters: str) -> None:
    kept: dict[str, str] = request.session.get(KEPT, {})
    name = _name_of(request)
    if kept.get(name, "") != filters:
        request.session[KEPT] = {**kept, name: filters}


def _name_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else request.path


def _is_of_something(request: HttpRequest) -> bool:
    """Whether the list is of one file, run or person: only the lists of a whole keep their filters."""
    return bool(request.resolver_match and request.resolver_match.kwargs)
