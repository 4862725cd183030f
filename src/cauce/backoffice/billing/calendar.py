"""The calendar of cycles: a year of them, how each stands, and what is moved of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cauce.backoffice.billing.forms import DayForm, MoveDaysForm, YearFilter
from cauce.billing.models import CycleDates
from cauce.billing.operations import generate_calendar, move_working_days, tell_delivered
from cauce.billing.queries.calendar import CycleStanding, cycle_standings
from cauce.billing.rules.calendar import STAGE_NAMES, Stage, Standing
from cauce.core import clock
from cauce.core.es_mx import count_of, format_date, format_long_period
from cauce.core.periods import period_of
from cauce.documents.printing import report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules.report_sheets import ReportColumn, ReportSheet, ReportTable
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell
from cauce.ui.context import is_official_on
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind, workbook

_SEE = "billing.view_billingrun"
_COLUMNS = [
    Column("Mes", width=18),
    Column("Ciclo", Kind.WHOLE, 8),
    Column("Lectura desde", Kind.DATE),
    Column("Lectura hasta", Kind.DATE),
    Column("Revisión", Kind.DATE),
    Column("Emisión", Kind.DATE),
    Column("Vence", Kind.DATE),
    Column("Reparto desde", Kind.DATE),
    Column("Reparto hasta", Kind.DATE),
    Column("Cómo va", width=60),
]
TONES = {
    Standing.NOT_YET: ("", ""),
    Standing.IN_COURSE: ("teal", "refresh"),
    Standing.DONE: ("good", "circle-check"),
    Standing.LATE: ("accent", "alert-triangle"),
}


@dataclass(frozen=True, slots=True)
class MonthOfCycles:
    """A month of the grid: its cycles in order."""

    period: date
    cycles: Sequence[CycleStanding]


@screen(_SEE)
def calendar(request: HttpRequest) -> HttpResponse:
    """A year of cycles: the grid, what slipped, and the list with every day."""
    year = _year(request)
    standings = _standings(year)
    months: dict[date, list[CycleStanding]] = {}
    for standing in standings:
        months.setdefault(standing.dates.period, []).append(standing)
    context = {
        "year": year,
        "form": YearFilter(initial={"anio": year}),
        "months": [MonthOfCycles(period, cycles) for period, cycles in months.items()],
        "standings": standings,
        "late": [standing for standing in standings if standing.days_late and standing.run is not None],
        "tones": TONES,
        "today": clock.today(),
        "words": {id(standing): words(standing) for standing in standings},
    }
    return render(request, "backoffice/billing/calendar.html", context)


@screen(_SEE)
def calendar_workbook(request: HttpRequest) -> HttpResponse:
    """The year as a workbook."""
    year = _year(request)
    return workbook(f"calendario-{year}", _COLUMNS, map(_cells, _standings(year)))


@screen(_SEE)
def calendar_pdf(request: HttpRequest) -> HttpResponse:
    """The year on paper."""
    year = _year(request)
    heads = ("Mes", "Ciclo", "Lectura", "Revisión", "Emisión", "Vence", "Reparto", "Cómo va")
    widths = (80, 34, 110, 58, 58, 58, 110, None)
    rows = [
        (
            format_long_period(each.dates.period),
            str(each.dates.cycle),
            f"{format_date(each.dates.reading_from)} a {format_date(each.dates.reading_until)}",
            format_date(each.dates.review_on),
            format_date(each.dates.issue_on),
            format_date(each.dates.due_on),
            f"{format_date(each.dates.delivery_from)} a {format_date(each.dates.delivery_until)}",
            words(each),
        )
        for each in _standings(year)
    ]
    columns = [ReportColumn(head, width) for head, width in zip(heads, widths, strict=True)]
    sheet = ReportSheet(
        title="Calendario de facturación",
        subject=str(year),
        printed_at=timezone.localtime(clock.now()),
        parts=(ReportTable(title="Ciclos del año", columns=columns, rows=rows, empty="Sin ciclos en el calendario."),),
        notes=("La emisión y el vencimiento son los de la ley; los demás son días hábiles de la oficina.",),
        is_landscape=True,
    )
    paper = report_paper(sheet, issuer(is_official=is_official_on(clock.today())))
    return pdf(paper.pdf(), f"calendario-{year}.pdf")


@screen("billing.compute_run", methods=("POST",))
def generate(request: HttpRequest) -> HttpResponse:
    """Write the calendar a year ahead from this month."""

    def act() -> str:
        made = generate_calendar(first=period_of(clock.today()), at=clock.now(), by=user_of(request))
        if not made.added and not made.updated:
            return "El calendario ya está hecho para los próximos doce meses."
        added = count_of(made.added, "ciclo nuevo", "ciclos nuevos")
        return f"El calendario quedó hecho: {added}; {made.updated:,} tomaron las fechas de su ley."

    tell(request, act, what="hacer el calendario de ciclos")
    return redirect("billing:calendar")


@screen(_SEE)
def cycle(request: HttpRequest, dates_id: int) -> HttpResponse:
    """One cycle: its days, how each work stands, and what was moved."""
    return _cycle_page(request, _dates(dates_id), MoveDaysForm(), status=200)


@screen("billing.compute_run", methods=("POST",))
def move_days(request: HttpRequest, dates_id: int) -> HttpResponse:
    """Move a working day of a cycle."""
    found = _dates(dates_id)
    form = MoveDaysForm(request.POST)
    if not form.is_valid():
        return _cycle_page(request, found, form, status=422)

    def act() -> str:
        move_working_days(found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return "Las fechas quedaron movidas."

    tell(request, act, what="mover el calendario de un ciclo")
    return redirect("billing:cycle", found.pk)


@screen("billing.compute_run", methods=("POST",))
def delivered(request: HttpRequest, dates_id: int) -> HttpResponse:
    """Tell the day on which the last bill of a cycle was delivered."""
    found = _dates(dates_id)
    form = DayForm(request.POST)
    if form.is_valid():

        def act() -> str:
            tell_delivered(found, on=form.cleaned_data["on"], at=clock.now(), by=user_of(request))
            return "El reparto quedó terminado."

        tell(request, act, what="terminar el reparto de un ciclo")
    else:
        messages.error(request, "Escriba el día en que se terminó de repartir.")
    return redirect("billing:cycle", found.pk)


def words(standing: CycleStanding) -> str:
    """How a cycle stands, in a few words."""
    if standing.late_stages:
        return ", ".join(f"{stage.name} {_late(stage.days_late)}" for stage in standing.late_stages)
    if standing.is_done:
        return "Terminado"
    course = [stage.name for stage in standing.stages if stage.standing is Standing.IN_COURSE]
    return f"{', '.join(course)} en curso" if course else "Todavía no"


def _late(days: int) -> str:
    return f"tarde {count_of(days, 'día', 'días')}"


def _cycle_page(request: HttpRequest, found: CycleDates, form: MoveDaysForm, *, status: int) -> HttpResponse:
    (standing,) = cycle_standings([found], today=clock.today())
    names = {stage.value: STAGE_NAMES[stage] for stage in Stage}
    changes = found.changes.select_related("changed_by").order_by("-pk")
    context = {
        "dates": found,
        "standing": standing,
        "stages": [
            (stage, *TONES[stage.standing], _stage_words(stage.standing, stage.days_late)) for stage in standing.stages
        ],
        "changes": [(change, names.get(change.stage, change.stage)) for change in changes],
        "form": form,
        "day_form": DayForm(initial={"on": clock.today()}),
    }
    return render(request, "backoffice/billing/cycle.html", context, status=status)


def _stage_words(standing: Standing, days_late: int) -> str:
    if standing is Standing.LATE:
        return _late(days_late).capitalize()
    return {Standing.NOT_YET: "Todavía no", Standing.IN_COURSE: "En curso", Standing.DONE: "Hecho"}[standing]


def _standings(year: int) -> list[CycleStanding]:
    wanted = CycleDates.objects.filter(period__year=year).order_by("period", "cycle")
    return cycle_standings(wanted, today=clock.today())


def _cells(standing: CycleStanding) -> tuple[object, ...]:
    dates = standing.dates
    return (
        format_long_period(dates.period), dates.cycle, dates.reading_from, dates.reading_until, dates.review_on,
        dates.issue_on, dates.due_on, dates.delivery_from, dates.delivery_until, words(standing),
    )  # fmt: skip


def _year(request: HttpRequest) -> int:
    form = YearFilter(request.GET)
    chosen = form.cleaned_data["anio"] if form.is_valid() else None
    return int(chosen or clock.today().year)


def _dates(dates_id: int) -> CycleDates:
    return get_object_or_404(CycleDates.objects.select_related("delivered_by"), pk=dates_id)
