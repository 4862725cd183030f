"""The checklist of each month: captured, closed, and seen through the months."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.guidelines.forms import CloseForm, MonthForm, ResultsFilter, month_text, period_asked
from cauce.backoffice.guidelines.showing import CAPTURE, SEE
from cauce.core import clock
from cauce.core.es_mx import format_long_period, format_period
from cauce.core.periods import add_months, last_day, period_of
from cauce.guidelines.models import ChecklistMonth, CheckResult, Guideline, GuidelineCheck
from cauce.guidelines.operations import capture_checklist, close_checklist
from cauce.guidelines.queries import Grid, months_to_close, periods_until, results_grid, results_in, version_of_month
from cauce.reports.queries.guideline_figures import figures_of
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.spreadsheets import Column, Kind, workbook

_MONTHS, _FEWEST = 12, 6
_WRONG = "Ese mes no se entiende; escríbalo como 2026-10."
OUTCOME_TONES = {
    "COMPLIES": ("good", "circle-check"),
    "FAILS": ("bad", "circle-x"),
    "NOT_APPLICABLE": ("soft", "minus"),
}
COLUMNS = (
    Column("Lineamiento", width=36),
    Column("Mes", width=10),
    Column("Versión", Kind.WHOLE, 8),
    Column("Punto", Kind.WHOLE, 8),
    Column("Qué se revisa", width=50),
    Column("Cómo", width=40),
    Column("Meta", width=30),
    Column("Resultado", width=14),
    Column("Nota", width=50),
    Column("Cifra del sistema", width=50),
    Column("Capturó", width=28),
    Column("Capturado", Kind.MOMENT, 18),
    Column("Mes cerrado", Kind.MOMENT, 18),
    Column("Cerró", width=28),
)


@screen(SEE)
def month(request: HttpRequest, guideline_id: int) -> HttpResponse:
    """A month of a lineamiento's checklist: that of ``mes``, or the first that waits to be closed."""
    guideline = get_object_or_404(Guideline, pk=guideline_id)
    return _month_page(request, guideline, _period(request.GET.get("mes", ""), guideline))


@screen(CAPTURE, methods=("POST",))
def capture(request: HttpRequest, guideline_id: int) -> HttpResponse:
    """Keep what was found in the points of a month."""
    guideline = get_object_or_404(Guideline, pk=guideline_id)
    period = _period(request.POST.get("mes", ""), guideline)
    points = _points(guideline, period)
    form = MonthForm(request.POST, points=points)

    def act() -> Done:
        figures = figures_of(period, {each.figure for each in points if each.figure})
        capture_checklist(
            guideline=guideline,
            period=period,
            answers=form.answers(figures),
            note=form.cleaned_data["conclusion"],
            edition=form.cleaned_data["edicion"] or 0,
            at=clock.now(),
            by=user_of(request),
        )
        return f"Quedó capturado {format_long_period(period)}.", _to_month(guideline, period)

    response = done(request, form, act, what="capturar una lista de verificación")
    return response or _month_page(request, guideline, period, form=form, status=422)


@screen(CAPTURE, methods=("POST",))
def close(request: HttpRequest, guideline_id: int) -> HttpResponse:
    """Close a month that is over: it is kept as it is."""
    guideline = get_object_or_404(Guideline, pk=guideline_id)
    form = CloseForm(request.POST)
    period = _period(request.POST.get("mes", ""), guideline)

    def act() -> Done:
        close_checklist(guideline=guideline, period=period, at=clock.now(), by=user_of(request))
        return f"Se cerró {format_long_period(period)}: se conserva como quedó.", _to_month(guideline, period)

    response = done(request, form, act, what="cerrar una lista de verificación")
    return response or _month_page(request, guideline, period, wrong=form, status=422)


@screen(SEE)
def results(request: HttpRequest) -> HttpResponse:
    """What the checklists came to, month by month."""
    form, periods, guideline = _asked(request)
    grids = results_grid(periods, guideline=guideline)
    periods = _worth_showing(periods, grids)
    context = {
        "form": form,
        "periods": periods,
        "grids": [(grid, _cells(grid, periods), _bars(grid, periods)) for grid in grids],
        "has_any": any(grid.months for grid in grids),
    }
    return render(request, "backoffice/guidelines/results.html", context)


@screen(SEE)
def results_workbook(request: HttpRequest) -> HttpResponse:
    """The same results, each with its note, as a workbook."""
    _, periods, guideline = _asked(request)
    rows = (
        (
            each.month.guideline.name,
            format_period(each.month.period),
            each.month.version.number,
            each.check_point.number,
            each.check_point.what,
            each.check_point.how,
            each.check_point.target,
            each.get_outcome_display(),
            each.note,
            each.figure,
            each.captured_by,
            each.captured_at,
            each.month.closed_at,
            each.month.closed_by or "",
        )
        for each in results_in(periods, guideline=guideline)
    )
    return workbook("listas-de-verificacion", COLUMNS, rows)


def _asked(request: HttpRequest) -> tuple[ResultsFilter, list[date], Guideline | None]:
    form = ResultsFilter(request.GET)
    form.is_valid()
    said = getattr(form, "cleaned_data", {})
    until = said.get("hasta") or period_of(clock.today())
    guideline = Guideline.objects.filter(pk=said["lineamiento"]).first() if said.get("lineamiento") else None
    return form, periods_until(until, _MONTHS), guideline


def _worth_showing(periods: list[date], grids: list[Grid]) -> list[date]:
    """The months without those before the first that was captured, and six at least."""
    captured = [period for grid in grids for period in grid.months]
    first = min([*captured, periods[-_FEWEST]])
    return [period for period in periods if period >= first]


def _cells(grid: Grid, periods: list[date]) -> list[tuple[str, list[tuple[date, CheckResult | None, Any]]]]:
    shown = []
    for row in grid.rows:
        found = [(period, row.cells.get(period)) for period in periods]
        shown.append((row.what, [(day, each, OUTCOME_TONES[each.outcome] if each else None) for day, each in found]))
    return shown


def _bars(grid: Grid, periods: list[date]) -> Iterator[tuple[date, ChecklistMonth | None, object]]:
    return ((period, grid.months.get(period), grid.percents.get(period)) for period in periods)


def _period(text: str, guideline: Guideline) -> date:
    try:
        asked = period_asked(text, wrong=_WRONG)
    except forms.ValidationError:
        asked = None
    if asked is not None:
        return asked
    today = clock.today()
    waiting = [period for each, period in months_to_close(today) if each == guideline]
    return waiting[0] if waiting else period_of(today)


def _points(guideline: Guideline, period: date) -> list[GuidelineCheck]:
    """The points of the version that a month is checked by; none when none ruled."""
    found = ChecklistMonth.objects.filter(guideline=guideline, period=period).first()
    version = found.version if found else version_of_month(guideline, period, today=clock.today())
    return [] if version is None else list(version.checks.order_by("number"))


def _to_month(guideline: Guideline, period: date) -> HttpResponse:
    response = redirect("guidelines:month", guideline.pk)
    response["Location"] += f"?mes={month_text(period)}"
    return response


def _month_page(
    request: HttpRequest,
    guideline: Guideline,
    period: date,
    *,
    form: MonthForm | None = None,
    wrong: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    found = (
        ChecklistMonth.objects.select_related("version", "closed_by").filter(guideline=guideline, period=period).first()
    )
    version = found.version if found else version_of_month(guideline, period, today=today)
    points = [] if version is None else list(version.checks.order_by("number"))
    kept = {} if found is None else {each.check_point_id: each for each in found.results.select_related("captured_by")}
    is_closed = found is not None and found.state == ChecklistMonth.State.CLOSED
    is_over = last_day(period) < today
    figures = {} if is_closed else figures_of(period, {each.figure for each in points if each.figure})
    initial: dict[str, Any] = {"mes": month_text(period), "edicion": found.edition if found else 0}
    initial["conclusion"] = found.note if found else ""
    for point in points:
        if point.pk in kept:
            initial[f"resultado_{point.number}"] = kept[point.pk].outcome
            initial[f"nota_{point.number}"] = kept[point.pk].note
    form = form or MonthForm(points=points, initial=initial)
    may_capture = request.user.has_perm(CAPTURE) and not is_closed and bool(points) and period <= period_of(today)
    rows = [
        (
            point,
            outcome,
            note,
            kept.get(point.pk),
            OUTCOME_TONES[kept[point.pk].outcome] if point.pk in kept else None,
            kept[point.pk].figure if is_closed and point.pk in kept else figures.get(point.figure, ""),
        )
        for point, outcome, note in form.rows()
    ]
    context = {
        "guideline": guideline,
        "period": period,
        "month": found,
        "version": version,
        "form": form,
        "wrong": form if form.errors else wrong,
        "rows": rows,
        "is_closed": is_closed,
        "is_over": is_over,
        "answered": len(kept),
        "may_capture": may_capture,
        "may_close": may_capture and is_over and len(kept) == len(points),
        "closing": CloseForm(initial={"mes": month_text(period)}),
        "before": month_text(add_months(period, -1)),
        "after": month_text(add_months(period, 1)) if period < period_of(today) else "",
    }
    return render(request, "backoffice/guidelines/month.html", context, status=status)
