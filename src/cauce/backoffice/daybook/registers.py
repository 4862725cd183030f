"""The auxiliar de pagarés on the screen: the day's figures and notes, its close, and the closed ones."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cauce.agreements.models import PromissoryNote
from cauce.backoffice.daybook.forms import BookFilter, DayForm, NoteFilter
from cauce.books.models import NoteRegister
from cauce.books.operations import close_note_register
from cauce.books.papers import note_register_paper, register_workbook_rows
from cauce.books.papers.note_register import BESIDES, FIGURES
from cauce.books.queries import (
    NoteRegisterView,
    closed_registers,
    is_day_closed,
    last_register,
    note_register,
    registers_to_close,
)
from cauce.core import clock
from cauce.core.es_mx import count_of, format_date
from cauce.core.text import fold
from cauce.ui.access import screen
from cauce.ui.acts import Done, done
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.replies import XLSX_TYPE, attachment, pdf
from cauce.ui.spreadsheets import Column, Kind, workbook, workbook_content
from cauce.users.models import User

SEE, CLOSE = "books.view_noteregister", "books.close_noteregister"
SHOWN = 100
NOTE_COLUMNS = [
    Column("Folio", width=14),
    Column("Número", width=9),
    Column("Convenio", width=14),
    Column("Cuenta", width=10),
    Column("Quién firmó", width=36),
    Column("Vence", Kind.DATE, 14),
    Column("Estado", width=18),
    Column("Saldo inicial", Kind.MONEY, 14),
    Column("Emitido", Kind.MONEY, 14),
    Column("Pagado", Kind.MONEY, 14),
    Column("Cancelado", Kind.MONEY, 14),
    Column("Sustituido", Kind.MONEY, 14),
    Column("Saldo final", Kind.MONEY, 14),
]
REGISTER_COLUMNS = [
    Column("Auxiliar", Kind.WHOLE, 9),
    Column("Día", Kind.DATE, 14),
    Column("Pagarés por cobrar", Kind.WHOLE, 12),
    Column("Saldo final", Kind.MONEY, 16),
    Column("Cerrado", Kind.MOMENT, 18),
    Column("Quién lo cerró", width=30),
    Column("Sello", width=68),
    Column("Sello anterior", width=68),
]
# The notes that each figure counts: those with something in its column, or with an act of its kind in the day.
_KINDS: Mapping[str, str] = {"drawn": "ISSUED", "kept": "KEPT", "returned": "RETURNED", "overdue": "OVERDUE"}
_COLUMN_OF: Mapping[str, str] = {"signed": "issued", "forgiven": "cancelled"}


@screen(SEE)
def day(request: HttpRequest) -> HttpResponse:
    """The auxiliar of a day, today's by default: its figures, and the notes behind the one that is opened."""
    form = NoteFilter(request.GET)
    asked = _asked(form)
    register = note_register(asked)
    found = _chosen(register, form)
    start = _start(request, len(found))
    shown = found[start : start + SHOWN]
    last = last_register()
    context = {
        "form": form,
        "day": asked,
        "register": register,
        "figures": _figures(register, FIGURES),
        "besides": _figures(register, BESIDES),
        "figure": form.cleaned_data.get("cifra") or "",
        "rows": [_row(line) for line in shown],
        "found": len(found),
        "first": start + 1,
        "last": min(start + SHOWN, len(found)),
        "before": max(start - SHOWN, 0) if start else None,
        "after": start + SHOWN if start + SHOWN < len(found) else None,
        "is_filtered": len(found) != len(register.notes),
        "missing": [] if register.closed else registers_to_close(before=asked),
        "is_future": asked > clock.today(),
        "is_passed": not register.closed and last is not None and asked < last.day,
        "is_open": not is_day_closed(asked),
    }
    return render(request, "backoffice/daybook/register.html", context)


@screen(SEE)
def day_workbook(request: HttpRequest) -> HttpResponse:
    """The notes of a day that the filters let through, as a workbook."""
    form = NoteFilter(request.GET)
    asked = _asked(form)
    rows = register_workbook_rows(_chosen(note_register(asked), form))
    return workbook(f"auxiliar-{asked:%Y-%m-%d}", NOTE_COLUMNS, rows)


@screen(CLOSE, methods=("GET", "POST"))
def close(request: HttpRequest) -> HttpResponse:
    """What will be sealed, and its close."""
    form = DayForm(request.POST or request.GET or {"dia": f"{clock.today():%Y-%m-%d}"})
    if not form.is_valid():
        messages.error(request, "Diga qué día se cierra.")
        return redirect("note_register:day")
    asked: date = form.cleaned_data["dia"]

    def act() -> Done:
        register = close_note_register(day=asked, at=clock.now(), by=cast(User, request.user))
        told = count_of(register.outstanding, "pagaré por cobrar", "pagarés por cobrar")
        said = f"Quedó cerrado y sellado el auxiliar {register.number}, con {told}; ya no cambia."
        return said, redirect(f"{reverse('note_register:day')}?dia={asked:%Y-%m-%d}")

    if request.method == "POST":
        answer = done(request, form, act, what=f"cerrar el auxiliar del {format_date(asked)}")
        if answer is not None:
            return answer
    found, last = note_register(asked), last_register()
    context = {
        "form": form,
        "day": asked,
        "register": found,
        "figures": _figures(found, FIGURES),
        "number": 1 if last is None else last.number + 1,
        "previous": last,
        "missing": registers_to_close(before=asked),
        "is_future": asked > clock.today(),
        "is_open": not is_day_closed(asked),
    }
    return render(request, "backoffice/daybook/close_register.html", context, status=422 if form.errors else 200)


@screen(SEE)
def registers(request: HttpRequest) -> HttpResponse:
    """The closed auxiliares, the last first."""
    return list_page(request, _REGISTERS, "backoffice/daybook/registers.html")


@screen(SEE)
def registers_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _REGISTERS)


@screen(SEE)
def register_pdf(request: HttpRequest, register_number: int) -> HttpResponse:
    """The closed auxiliar on paper: the same bytes each time."""
    register = get_object_or_404(NoteRegister, number=register_number)
    return pdf(note_register_paper(register).pdf(), f"auxiliar-{register.number}-{register.day:%Y-%m-%d}.pdf")


@screen(SEE)
def register_workbook(request: HttpRequest, register_number: int) -> HttpResponse:
    """The closed auxiliar as a workbook: the same bytes each time."""
    register = get_object_or_404(NoteRegister, number=register_number)
    rows = register_workbook_rows(note_register(register.day).notes)
    content = workbook_content(NOTE_COLUMNS, rows, made_at=register.closed_at)
    return attachment(content, f"auxiliar-{register.number}-{register.day:%Y-%m-%d}.xlsx", XLSX_TYPE)


@screen(SEE)
def note(request: HttpRequest, note_id: int) -> HttpResponse:
    """Every act on a note, in order."""
    found = get_object_or_404(
        PromissoryNote.objects.select_related("document", "agreement__document", "agreement__account"), pk=note_id
    )
    acts = found.acts.select_related("by").order_by("at", "pk")
    return render(request, "backoffice/daybook/note_acts.html", {"note": found, "acts": acts})


def _asked(form: NoteFilter) -> date:
    form.is_valid()
    return form.cleaned_data.get("dia") or clock.today()


def _chosen(register: NoteRegisterView, form: NoteFilter) -> list[dict[str, Any]]:
    """The notes that the filters let through."""
    words = fold(form.cleaned_data.get("palabra") or "").split()
    belongs = _belongs(register, form.cleaned_data.get("cifra") or "")
    return [line for line in register.notes if belongs(line) and all(word in _words_of(line) for word in words)]


def _belongs(register: NoteRegisterView, figure: str) -> Callable[[dict[str, Any]], bool]:
    if not figure:
        return lambda line: True
    if figure in _KINDS:
        folios = {act["folio"] for act in register.acts if act["kind"] == _KINDS[figure]}
        return lambda line: line["folio"] in folios
    column = _COLUMN_OF.get(figure, figure)
    return lambda line: Decimal(line[column]) != 0


def _words_of(line: dict[str, Any]) -> str:
    return fold(" ".join((line["folio"], line["account"], line["obligor"], line["agreement"])))


def _figures(register: NoteRegisterView, names: Mapping[str, str]) -> list[tuple[str, str, int, Decimal]]:
    return [
        (name, label, register.figures[name]["count"], Decimal(register.figures[name]["amount"]))
        for name, label in names.items()
    ]


def _row(line: dict[str, Any]) -> dict[str, Any]:
    amounts = ("opening", "issued", "paid", "cancelled", "replaced", "closing")
    told = {name: Decimal(line[name]) for name in amounts}
    return line | told | {"due_on": date.fromisoformat(line["due_on"])}


def _start(request: HttpRequest, found: int) -> int:
    asked = request.GET.get("desde", "")
    start = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    return start if start < found else 0


def _registers(chosen: Chosen) -> QuerySet[NoteRegister]:
    rows = closed_registers()
    if chosen["desde_dia"]:
        rows = rows.filter(day__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(day__lte=chosen["hasta_dia"])
    return rows


def _cells(register: NoteRegister) -> tuple[object, ...]:
    return (
        register.number,
        register.day,
        register.outstanding,
        register.balance,
        register.closed_at,
        str(register.closed_by),
        register.sha256,
        register.previous_sha256,
    )


_REGISTERS = Listing(
    rows=_registers, order=["-number"], form=BookFilter, name="auxiliares", columns=REGISTER_COLUMNS, cells=_cells
)
