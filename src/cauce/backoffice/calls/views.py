"""The log of calls, what is to be returned, and one call."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.calls.forms import CallFilter
from cauce.cases.models import Call
from cauce.cases.queries.calls import calls_to_return, calls_with_people
from cauce.core import clock
from cauce.registry.rules.details import phone_key
from cauce.ui.access import screen
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind

SEE = "cases.view_call"
COLUMNS = (
    Column("Empezó", Kind.MOMENT, 18),
    Column("Terminó", Kind.MOMENT, 18),
    Column("Sentido", width=10),
    Column("Teléfono", width=16),
    Column("Quién", width=32),
    Column("Cuenta", width=12),
    Column("Asunto", width=44),
    Column("Resultado", width=22),
    Column("Atendió", width=26),
    Column("Caso", width=14),
    Column("Orden", width=14),
    Column("Aforo", width=14),
    Column("Llamar a más tardar", Kind.MOMENT, 18),
    Column("Se llamó", Kind.MOMENT, 18),
    Column("Qué se dijo", width=60),
)


def _cells(row: Call) -> tuple[object, ...]:
    return (
        row.started_at,
        row.ended_at,
        row.get_direction_display(),
        row.phone,
        row.caller_name,
        "" if row.account is None else row.account.number,
        row.matter,
        row.get_outcome_display(),
        row.attended_by,
        "" if row.case is None else row.case.document.folio,
        "" if row.order is None else row.order.document.folio,
        "" if row.inspection is None else row.inspection.document.folio,
        row.call_back_at,
        row.called_back_at,
        row.notes,
    )


def _rows(chosen: Chosen) -> QuerySet[Call]:
    rows = calls_with_people()
    if chosen["resultado"]:
        rows = rows.filter(outcome=chosen["resultado"])
    if digits := phone_key(chosen["telefono"] or ""):
        rows = rows.filter(phone_key=digits[-10:])
    if number := "".join(filter(str.isdigit, chosen["cuenta"] or "")):
        rows = rows.filter(account__number=number.zfill(6))
    if chosen["desde_dia"]:
        rows = rows.filter(started_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(started_at__date__lte=chosen["hasta_dia"])
    return rows


CALLS = Listing(rows=_rows, order=["-started_at"], form=CallFilter, name="llamadas", columns=COLUMNS, cells=_cells)


@screen(SEE)
def calls(request: HttpRequest) -> HttpResponse:
    """The calls, the last first."""
    waiting = calls_to_return()
    late = sum(1 for call in waiting[:200] if call.call_back_at is not None and call.call_back_at < clock.now())
    return list_page(
        request, CALLS, "backoffice/calls/calls.html", lambda page: {"waiting": waiting.count(), "late": late}
    )


@screen(SEE)
def calls_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, CALLS)


@screen(SEE)
def to_return(request: HttpRequest) -> HttpResponse:
    """The promises to call that nobody has kept, the nearest first."""
    context = {"rows": calls_to_return()[:200], "now": clock.now()}
    return render(request, "backoffice/calls/to_return.html", context)


@screen(SEE)
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call and what came of it."""
    found = get_object_or_404(calls_with_people().select_related("returns", "inspection__slot"), pk=call_id)
    context = {
        "call": found,
        "messages_left": found.messages.select_related("for_user", "for_area", "taken_by"),
        "kept_by": found.returned_by.first(),
        "now": clock.now(),
    }
    return render(request, "backoffice/calls/call.html", context)
