"""The day's book on the screen: its entries, its close, and the closed books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cauce.backoffice.daybook.forms import BookFilter, DayForm, EntryFilter
from cauce.books.models import DayBook
from cauce.books.operations import close_day_book
from cauce.books.papers import day_book_paper
from cauce.books.queries import (
    DayBookView,
    annexes_to_decide,
    closed_books,
    day_book,
    days_to_close,
    last_book,
)
from cauce.books.rules import HEADINGS
from cauce.core import clock
from cauce.core.es_mx import count_of, format_date, format_short_date
from cauce.core.text import fold
from cauce.registry.models import Account
from cauce.ui.access import screen
from cauce.ui.acts import Done, done
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind, workbook
from cauce.users.models import User

SEE, CLOSE = "books.view_daybook", "books.close_daybook"
SHOWN = 100
ENTRY_COLUMNS = [
    Column("Cuándo", Kind.MOMENT, 18),
    Column("Rubro", width=22),
    Column("Folio", width=18),
    Column("Cuenta", width=10),
    Column("Qué se atendió", width=90),
    Column("Quién", width=30),
]
BOOK_COLUMNS = [
    Column("Libro", Kind.WHOLE, 8),
    Column("Día", Kind.DATE, 14),
    Column("Asientos", Kind.WHOLE, 10),
    Column("Cerrado", Kind.MOMENT, 18),
    Column("Quién lo cerró", width=30),
    Column("Sello", width=68),
    Column("Sello anterior", width=68),
]


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as the page shows it; ``heading`` is told where a new one starts."""

    at: datetime
    folio: str
    account: str
    account_id: int | None
    what: str
    who: str
    heading: str
    is_late: bool
    starts: bool = False

    @property
    def late_day(self) -> str:
        """The day it is of, when it is not that of the book."""
        return format_short_date(self.at.date())


@screen(SEE)
def day(request: HttpRequest) -> HttpResponse:
    """The book of a day, today's by default: its entries in order or by heading, and what can be done with it."""
    form = EntryFilter(request.GET)
    asked = _asked(form)
    book = day_book(asked)
    entries = _chosen(book, form)
    start = _start(request, len(entries))
    closed = book.closed
    context = {
        "form": form,
        "day": asked,
        "book": book,
        "rows": _rows(entries[start : start + SHOWN], is_grouped=bool(form.data.get("vista"))),
        "found": len(entries),
        "first": start + 1,
        "last": min(start + SHOWN, len(entries)),
        "before": max(start - SHOWN, 0) if start else None,
        "after": start + SHOWN if start + SHOWN < len(entries) else None,
        "headings": [(name, book.headings[name]) for name in HEADINGS if name in book.headings],
        "is_filtered": len(entries) != len(book.entries),
        "annexes": _annexes(closed),
        "missing": [] if book.is_closed else days_to_close(before=asked),
        "is_future": asked > clock.today(),
        "is_passed": _is_passed(asked, book),
        "to_decide": annexes_to_decide().count() if request.user.has_perm("books.approve_annex") else 0,
    }
    return render(request, "backoffice/daybook/day.html", context)


@screen(SEE)
def day_workbook(request: HttpRequest) -> HttpResponse:
    """The entries of a day that the filters let through, as a workbook."""
    form = EntryFilter(request.GET)
    asked = _asked(form)
    rows = _rows(_chosen(day_book(asked), form))
    cells = [(row.at, row.heading, row.folio, row.account, row.what, row.who) for row in rows]
    return workbook(f"libro-{asked:%Y-%m-%d}", ENTRY_COLUMNS, cells)


@screen(CLOSE, methods=("GET", "POST"))
def close(request: HttpRequest) -> HttpResponse:
    """What will be sealed, and its close."""
    form = DayForm(request.POST or request.GET or {"dia": f"{clock.today():%Y-%m-%d}"})
    if not form.is_valid():
        messages.error(request, "Diga qué día se cierra.")
        return redirect("daybook:day")
    asked: date = form.cleaned_data["dia"]

    def act() -> Done:
        book = close_day_book(day=asked, at=clock.now(), by=cast(User, request.user))
        told = count_of(book.entries, "asiento", "asientos")
        said = f"Quedó cerrado y sellado el libro {book.number}, con {told}; ya no cambia."
        return said, redirect(f"{reverse('daybook:day')}?dia={asked:%Y-%m-%d}")

    if request.method == "POST":
        answer = done(request, form, act, what=f"cerrar el libro del {format_date(asked)}")
        if answer is not None:
            return answer
    found = day_book(asked)
    last = last_book()
    context = {
        "form": form,
        "day": asked,
        "book": found,
        "headings": [(name, found.headings[name]) for name in HEADINGS if name in found.headings],
        "late": sum(entry["late"] for entry in found.entries),
        "number": 1 if last is None else last.number + 1,
        "last": last,
        "missing": days_to_close(before=asked),
        "is_future": asked > clock.today(),
        "is_passed": _is_passed(asked, found),
        "is_today": asked == clock.today(),
    }
    return render(request, "backoffice/daybook/close.html", context, status=422 if form.errors else 200)


@screen(SEE)
def books(request: HttpRequest) -> HttpResponse:
    """The closed books, the last first."""
    return list_page(request, _BOOKS, "backoffice/daybook/books.html")


@screen(SEE)
def books_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _BOOKS)


@screen(SEE)
def book_pdf(request: HttpRequest, book_number: int) -> HttpResponse:
    """The closed book on paper: the same bytes each time."""
    book = get_object_or_404(DayBook, number=book_number)
    return pdf(day_book_paper(book).pdf(), f"libro-{book.number}-{book.day:%Y-%m-%d}.pdf")


def _asked(form: EntryFilter) -> date:
    form.is_valid()
    return form.cleaned_data.get("dia") or clock.today()


def _chosen(book: DayBookView, form: EntryFilter) -> list[dict[str, Any]]:
    """The entries that the filters let through, by heading if it was asked."""
    heading = form.cleaned_data.get("rubro") or ""
    words = fold(form.cleaned_data.get("palabra") or "").split()
    found = [
        entry
        for entry in book.entries
        if (not heading or entry["heading"] == heading) and all(word in _words_of(entry) for word in words)
    ]
    if form.cleaned_data.get("vista"):
        places = {name: place for place, name in enumerate(HEADINGS)}
        found.sort(key=lambda entry: places[entry["heading"]])
    return found


def _words_of(entry: dict[str, Any]) -> str:
    return fold(" ".join((entry["what"], entry["folio"], entry["account"], entry["who"])))


def _rows(entries: Sequence[dict[str, Any]], *, is_grouped: bool = False) -> list[Row]:
    numbers = {entry["account"] for entry in entries if entry["account"]}
    ids = dict(Account.objects.filter(number__in=numbers).values_list("number", "pk")) if numbers else {}
    rows = []
    heading = ""
    for entry in entries:
        rows.append(
            Row(
                at=datetime.fromisoformat(entry["at"]),
                folio=entry["folio"],
                account=entry["account"],
                account_id=ids.get(entry["account"]),
                what=entry["what"],
                who=entry["who"],
                heading=entry["heading"],
                is_late=entry["late"],
                starts=is_grouped and entry["heading"] != heading,
            )
        )
        heading = entry["heading"]
    return rows


def _start(request: HttpRequest, count: int) -> int:
    asked = request.GET.get("desde", "")
    start = int(asked) if asked.isdecimal() and len(asked) < 8 else 0
    return start if start < count else 0


def _is_passed(asked: date, book: DayBookView) -> bool:
    """Whether a day has no book of its own because a later one is closed."""
    last = last_book()
    return not book.is_closed and last is not None and asked < last.day


def _annexes(book: DayBook | None) -> str:
    sealed = 0 if book is None else book.annexes.count()
    return count_of(sealed, "sellado", "sellados") if sealed else "ninguno"


def _books(chosen: Chosen) -> QuerySet[DayBook]:
    rows = closed_books()
    if chosen["desde_dia"]:
        rows = rows.filter(day__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(day__lte=chosen["hasta_dia"])
    return rows


def _cells(book: DayBook) -> tuple[object, ...]:
    return (
        book.number,
        book.day,
        book.entries,
        book.closed_at,
        str(book.closed_by),
        book.sha256,
        book.previous_sha256,
    )


_BOOKS = Listing(rows=_books, order=["-number"], form=BookFilter, name="libros", columns=BOOK_COLUMNS, cells=_cells)
