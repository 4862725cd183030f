"""The monthly report of what was asked of Informática."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cauce.backoffice.informatics.forms import MonthFilter
from cauce.backoffice.informatics.views import COLUMNS, SEE, TONES, cells
from cauce.cases.models import SystemRequest
from cauce.cases.queries.informatics import MonthOfRequests, month_of_requests
from cauce.core import clock
from cauce.core.es_mx import format_date, format_long_period
from cauce.core.periods import format_period, next_period, period_of, previous_period
from cauce.documents.printing import report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportColumn, ReportSheet, ReportTable
from cauce.ui.access import screen
from cauce.ui.context import is_official_on
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import workbook


@screen(SEE)
def month(request: HttpRequest) -> HttpResponse:
    """What a month brought and left."""
    found = month_of_requests(_period(request))
    context = {
        "month": found,
        "form": MonthFilter(initial={"mes": found.period}),
        "rows": [(row, TONES[SystemRequest.State(row.state)]) for row in found.rows],
        "before": format_period(previous_period(found.period)),
        "after": format_period(next_period(found.period)),
        "asked": format_period(found.period),
    }
    return render(request, "backoffice/informatics/month.html", context)


@screen(SEE)
def month_workbook(request: HttpRequest) -> HttpResponse:
    """The month's requests as a workbook."""
    found = month_of_requests(_period(request))
    return workbook(f"informatica-{format_period(found.period)}", COLUMNS, map(cells, found.rows))


@screen(SEE)
def month_pdf(request: HttpRequest) -> HttpResponse:
    """The report on paper."""
    found = month_of_requests(_period(request))
    today = clock.today()
    paper = report_paper(_sheet(found, str(request.user)), issuer(is_official=is_official_on(today)))
    return pdf(paper.pdf(), f"informatica-{format_period(found.period)}.pdf")


def _sheet(found: MonthOfRequests, by: str) -> ReportSheet:
    columns = (
        ReportColumn("Folio", 62),
        ReportColumn("Pedida", 58),
        ReportColumn("Área", 84),
        ReportColumn("Materia", 84),
        ReportColumn("Asunto"),
        ReportColumn("Prioridad", 62),
        ReportColumn("Esfuerzo", 48),
        ReportColumn("Estado", 58),
        ReportColumn("Para cuándo", 58),
    )
    rows = [
        (
            row.document.folio,
            format_date(timezone.localtime(row.asked_at).date()),
            str(row.area),
            row.get_category_display(),
            row.matter,
            row.get_priority_display(),
            row.get_effort_display() or "—",
            row.get_state_display(),
            "—" if row.target_on is None else format_date(row.target_on),
        )
        for row in found.rows
    ]
    return ReportSheet(
        title="Solicitudes y necesidades a Informática",
        subject=format_long_period(found.period),
        printed_at=timezone.localtime(clock.now()),
        figures=(
            ("Al empezar el mes", f"{found.opening:,}"),
            ("Pedidas", f"{found.asked:,}"),
            ("Hechas", f"{found.done:,}"),
            ("No se harán", f"{found.refused:,}"),
            ("Sin terminar", f"{found.closing:,}"),
        ),
        parts=(
            ReportTable(title="Solicitudes del mes", columns=columns, rows=rows, empty="Nada se pidió ese mes."),
            ReportTable(
                title="Por materia",
                columns=(ReportColumn("Materia"), ReportColumn("Solicitudes", 80, True)),
                rows=[(name, f"{count:,}") for name, count in found.by_category],
                empty="Sin solicitudes.",
            ),
        ),
        signers=(("Coordinación Comercial", Person(name=by)), ("Informática", Person(name=""))),
        is_landscape=True,
    )


def _period(request: HttpRequest) -> date:
    form = MonthFilter(request.GET)
    chosen = form.cleaned_data["mes"] if form.is_valid() else None
    return period_of(chosen or clock.today())
