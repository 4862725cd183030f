"""A round in the street: how it goes, where somebody must go back, and the file of the terminals."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cauce.backoffice.metering.asking import month_of
from cauce.backoffice.metering.forms import MonthForm
from cauce.backoffice.metering.shapes import SEE
from cauce.collections.queries.notices import issuer_on
from cauce.core import clock
from cauce.core.es_mx import format_account, format_long_period
from cauce.core.periods import format_period
from cauce.documents.printing import report_paper
from cauce.documents.rules.report_sheets import ReportColumn, ReportSheet, ReportTable
from cauce.metering.models import ReadingRound
from cauce.metering.queries import SecondVisit, lines_for_handheld, readers_at_work, round_progress, second_visits
from cauce.metering.rules.handheld import LineDoesNotFit, handheld_file_name
from cauce.registry.models import CYCLES
from cauce.registry.rules.addresses import one_line_address
from cauce.ui.access import screen
from cauce.ui.replies import attachment, pdf
from cauce.ui.spreadsheets import Column, Kind, workbook
from cauce.ui.wording import code_name

VISIT_COLUMNS = [
    Column("Ruta", width=8),
    Column("Orden", Kind.WHOLE, 10),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Domicilio", width=50),
    Column("Medidor", width=16),
    Column("Por qué", width=32),
    Column("Qué se pidió", width=40),
    Column("Anterior", Kind.WHOLE, 12),
    Column("Lectura", Kind.WHOLE, 12),
    Column("Fecha", Kind.DATE, 14),
    Column("Lecturista", width=10),
]
_PAPER = (
    ReportColumn("Orden", 40, right=True),
    ReportColumn("Cuenta", 48),
    ReportColumn("Titular y domicilio"),
    ReportColumn("Medidor", 64),
    ReportColumn("Por qué", 96),
    ReportColumn("Leída", 42, right=True),
    ReportColumn("Nueva lectura", 66),
)


@screen(SEE)
def progress(request: HttpRequest, round_id: int) -> HttpResponse:
    """How the round goes by reader and hour."""
    found = get_object_or_404(ReadingRound, pk=round_id)
    rows = round_progress(found)
    hours = sorted({hour.hour for row in rows for hour in row.hours})
    days = {hour.day for row in rows for hour in row.hours}
    by_hour = [(row, [sum(each.readings for each in row.hours if each.hour == hour) for hour in hours]) for row in rows]
    context = {
        "round": found,
        "rows": by_hour,
        "hours": hours,
        "days": len(days),
        "expected": sum(row.expected for row in rows),
        "left": sum(row.left for row in rows),
        "read": sum(row.read for row in rows),
        "unassigned": next((row.expected for row in rows if not row.code), 0),
    }
    return render(request, "backoffice/metering/progress.html", context)


@screen(SEE)
def visits(request: HttpRequest, round_id: int) -> HttpResponse:
    """Where somebody must go back, in the order of the walk."""
    found = get_object_or_404(ReadingRound, pk=round_id)
    rows = second_visits(found)
    route = request.GET.get("ruta", "")
    context = {
        "round": found,
        "rows": [(visit, _place(visit)) for visit in rows if not route or visit.route == route],
        "routes": sorted({visit.route for visit in rows}),
        "route": route,
    }
    return render(request, "backoffice/metering/visits.html", context)


@screen(SEE)
def visits_workbook(request: HttpRequest, round_id: int) -> HttpResponse:
    """The same, as a workbook."""
    found = get_object_or_404(ReadingRound, pk=round_id)
    name = f"segundas-visitas-{found.period:%Y-%m}-ciclo-{found.cycle}"
    return workbook(name, VISIT_COLUMNS, _cells(second_visits(found, request.GET.get("ruta", ""))))


@screen(SEE)
def visits_paper(request: HttpRequest, round_id: int) -> HttpResponse:
    """The same on paper, a table for each route, with where to write what is read."""
    found, now = get_object_or_404(ReadingRound, pk=round_id), clock.now()
    rows = second_visits(found, request.GET.get("ruta", ""))
    routes = dict.fromkeys(visit.route for visit in rows)
    sheet = ReportSheet(
        title="Segundas visitas",
        subject=f"{format_long_period(found.period)}, ciclo {found.cycle}",
        printed_at=timezone.localtime(now),
        facts=(
            ("Mes", format_long_period(found.period).capitalize()),
            ("Ciclo", str(found.cycle)),
            ("Visitas", f"{len(rows):,}"),
        ),
        parts=[
            ReportTable(
                title=f"Ruta {route}",
                columns=_PAPER,
                rows=[_paper_row(visit) for visit in rows if visit.route == route],
                pitch=9,
            )
            for route in routes
        ]
        or [ReportTable(title="", columns=_PAPER, rows=[], empty="No hay segundas visitas pendientes.")],
    )
    return pdf(report_paper(sheet, issuer_on(now)).pdf(), f"segundas-visitas-{found.period:%Y-%m}.pdf")


@screen(SEE)
def handheld(request: HttpRequest) -> HttpResponse:
    """Choose which file to take to the terminals."""
    period, cycle = month_of(request.GET)
    context = {
        "period": period,
        "cycle": cycle or 1,
        "form": MonthForm(initial={"mes": format_period(period), "ciclo": cycle or 1}),
        "cycles": [number for number, _ in CYCLES],
        "readers": readers_at_work(),
    }
    return render(request, "backoffice/metering/handheld.html", context)


@screen(SEE)
def handheld_file(request: HttpRequest) -> HttpResponse:
    """The file of a cycle's month for the terminals, or of one reader's routes."""
    period, cycle = month_of(request.GET)
    name = handheld_file_name(f"{period:%Y%m}", cycle or 1)
    try:
        lines = list(lines_for_handheld(period, cycle or 1, request.GET.get("lecturista", "")))
    except LineDoesNotFit as error:
        messages.error(request, str(error))
        return redirect("metering:handheld")
    if not lines:
        messages.error(request, "No hay cuentas que leer así: revise el ciclo, o reparta las rutas de ese mes.")
        return redirect("metering:handheld")
    content = "".join(f"{line}\r\n" for line in lines).encode("ascii", "replace")
    return attachment(content, name, "text/plain; charset=us-ascii")


def _place(visit: SecondVisit) -> str:
    return one_line_address(visit.street, visit.exterior_number, visit.interior_number, visit.colony, "")


def _cells(visits: list[SecondVisit]) -> Iterator[tuple[Any, ...]]:
    for visit in visits:
        yield (
            visit.route,
            visit.route_order,
            visit.number,
            visit.holder,
            _place(visit),
            visit.serial,
            code_name(visit.code),
            visit.asked,
            visit.previous_value,
            visit.value,
            visit.taken_on,
            visit.reader,
        )


def _paper_row(visit: SecondVisit) -> tuple[str, ...]:
    return (
        f"{visit.route_order:,}",
        format_account(visit.number),
        f"{visit.holder}\n{_place(visit)}",
        visit.serial,
        visit.asked or code_name(visit.code),
        "" if visit.value is None else f"{visit.value:,}",
        "",
    )
