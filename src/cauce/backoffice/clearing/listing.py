"""Things in transit as the screens list them: filtered, with what they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.clearing.forms import ItemFilter, MatchForm
from cauce.cashier.models import ClearingMatch, Desk
from cauce.cashier.queries.clearing import BOOK_OF_KIND, TransitItem, in_transit
from cauce.core import clock
from cauce.core.money import ZERO
from cauce.core.text import fold
from cauce.ui.fields import new_key

SHOWN = 200
OLD_DAYS = 3
MATCH = "cashier.match_clearing"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A thing in transit and how long it has been there; ``is_chosen`` when it was marked before an error."""

    item: TransitItem
    age: int
    is_chosen: bool


def asked_kind(params: Mapping[str, Any]) -> ClearingMatch.Kind:
    """The kind that the address asks for, deposits by default."""
    asked = params.get("clase", "")
    return ClearingMatch.Kind(asked) if asked in ClearingMatch.Kind.values else ClearingMatch.Kind.DEPOSITS


def filtered_items(form: ItemFilter, kind: ClearingMatch.Kind) -> list[TransitItem]:
    """What is in transit by the kind and the filters let through."""
    items = in_transit(kind)
    if not form.is_valid():
        return items
    day: date | None = form.cleaned_data["dia"]
    desk: Desk | None = form.cleaned_data["caja"]
    words = fold(form.cleaned_data["texto"]).split()
    return [
        item
        for item in items
        if (day is None or item.day == day)
        and (desk is None or item.desk == desk.name)
        and all(word in _words_of(item) for word in words)
    ]


def items_page(
    request: HttpRequest,
    *,
    kind: ClearingMatch.Kind,
    params: Any,
    chosen: Sequence[int] = (),
    form: MatchForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a book's things with the form that matches those that are marked."""
    filters = ItemFilter(params)
    items = filtered_items(filters, kind)
    today = clock.today()
    shown = items[:SHOWN]
    # What was marked stays in sight, wherever it is in the list.
    shown += [item for item in items[SHOWN:] if item.id in chosen]
    context = {
        "kind": kind,
        "book": BOOK_OF_KIND[kind].label,
        "filters": filters,
        "rows": [ItemRow(item, item.age_days(today), item.id in chosen) for item in shown],
        "count": len(items),
        "hidden": len(items) - len(shown),
        "total": sum((item.amount for item in items), ZERO),
        "chosen_total": sum((item.amount for item in items if item.id in chosen), ZERO) if chosen else None,
        "old_days": OLD_DAYS,
        "form": form or MatchForm(initial={"llave": new_key(), "kind": kind, "bank_on": today}),
        "may_match": request.user.has_perm(MATCH),
        "is_deposits": kind == ClearingMatch.Kind.DEPOSITS,
    }
    return render(request, "backoffice/clearing/items.html", context, status=status)


def total_of(items: Sequence[TransitItem]) -> Decimal:
    """What things come to, in pesos."""
    return sum((item.amount for item in items), ZERO)


def _words_of(item: TransitItem) -> str:
    return fold(" ".join((item.reference, item.institution, item.desk, *item.folios, *item.accounts)))
