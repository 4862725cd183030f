"""What each book of money in transit holds and why, thing by thing, and the deposits nobody identified."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.clearing.forms import ItemFilter
from cauce.backoffice.clearing.listing import OLD_DAYS, asked_kind, filtered_items, items_page
from cauce.cashier.models import BankResolution, ClearingMatch
from cauce.cashier.queries.clearing import UnidentifiedLine, clearing_books, unidentified
from cauce.core import clock
from cauce.core.money import ZERO
from cauce.ui.access import screen
from cauce.ui.spreadsheets import Column, Kind, workbook
from cauce.ui.wording import code_name

SEE = "cashier.view_clearingmatch"
LATEST = 6
ITEM_COLUMNS = [
    Column("Día", Kind.DATE, 14),
    Column("Días", Kind.WHOLE, 8),
    Column("Caja", width=20),
    Column("Ficha o comprobantes", width=26),
    Column("Cuentas", width=20),
    Column("Referencia", width=24),
    Column("Banco", width=20),
    Column("Importe", Kind.MONEY, 14),
]
UNIDENTIFIED_COLUMNS = [
    Column("Fecha", Kind.DATE, 14),
    Column("Qué es", width=30),
    Column("Referencia", width=26),
    Column("Por qué está aquí", width=44),
    Column("Importe", Kind.MONEY, 14),
]


@screen(SEE)
def home(request: HttpRequest) -> HttpResponse:
    """Each book with its balance and what explains it, and the latest matches."""
    today = clock.today()
    books = clearing_books()
    nobodys = unidentified()
    latest = ClearingMatch.objects.select_related("document", "matched_by", "reversal").order_by("-pk")[:LATEST]
    context = {
        "books": [(book, None if book.oldest is None else (today - book.oldest).days) for book in books],
        "total": sum((book.balance for book in books), ZERO),
        "unexplained": [book for book in books if book.unexplained] + ([nobodys] if nobodys.unexplained else []),
        "unidentified": nobodys,
        "old_days": OLD_DAYS,
        "latest": [(match, hasattr(match, "reversal")) for match in latest],
    }
    return render(request, "backoffice/clearing/home.html", context)


@screen(SEE)
def items(request: HttpRequest) -> HttpResponse:
    """What is on its way to the bank by one book, to be marked and matched."""
    return items_page(request, kind=asked_kind(request.GET), params=request.GET)


@screen(SEE)
def items_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    kind = asked_kind(request.GET)
    today = clock.today()
    rows = (
        (
            item.day,
            item.age_days(today),
            item.desk,
            item.reference if kind == ClearingMatch.Kind.DEPOSITS else ", ".join(item.folios),
            ", ".join(item.accounts),
            "" if kind == ClearingMatch.Kind.DEPOSITS else item.reference,
            item.institution,
            item.amount,
        )
        for item in filtered_items(ItemFilter(request.GET), kind)
    )
    return workbook(f"en-transito-{kind.label.lower().replace(' ', '-')}", ITEM_COLUMNS, rows)


@screen(SEE)
def unidentified_money(request: HttpRequest) -> HttpResponse:
    """The deposits nobody identified, line by line."""
    state = unidentified()
    today = clock.today()
    rows = [
        (line, _what_is(line), _why(line), None if line.on is None else (today - line.on).days) for line in state.lines
    ]
    return render(request, "backoffice/clearing/unidentified.html", {"state": state, "rows": rows})


@screen(SEE)
def unidentified_workbook(request: HttpRequest) -> HttpResponse:
    """The same lines as a workbook."""
    return workbook("depositos-no-identificados", UNIDENTIFIED_COLUMNS, _unidentified_rows())


def _unidentified_rows() -> Iterator[tuple[date | None, str, str, str, object]]:
    for line in unidentified().lines:
        yield line.on, _what_is(line), line.reference, _why(line), line.amount


_WHAT = {
    "MOVEMENT": "Movimiento del banco",
    "RESOLVED": "Movimiento ya resuelto",
    "VOUCHER": "Vale por aplicar",
    "UNDONE": "Vale aplicado y cancelado",
}


def _what_is(line: UnidentifiedLine) -> str:
    return _WHAT[line.what]


def _why(line: UnidentifiedLine) -> str:
    if line.what == "MOVEMENT":
        return code_name(line.code) if line.code else "espera que dos personas lo resuelvan"
    if line.what == "RESOLVED":
        action = BankResolution.Action(line.code).label.lower() if line.code else "resuelto"
        return f"se resolvió ({action}) y el dinero volvió"
    if line.what == "VOUCHER":
        return "espera que se aplique en cajas"
    return "su pago se canceló y el dinero volvió; trasládelo o devuélvalo"
