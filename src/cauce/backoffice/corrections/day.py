"""What was put right on a day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.corrections.forms import DayFilter
from cauce.cashier.queries.corrections_day import corrections_of
from cauce.core import clock
from cauce.ui.access import screen
from cauce.ui.spreadsheets import Column, Kind, workbook


@screen("cashier.view_payment")
def corrections(request: HttpRequest) -> HttpResponse:
    """The corrections of a day, the earliest first."""
    form = DayFilter(request.GET or None)
    day = form.day(clock.today())
    context = {"form": DayFilter(initial={"dia": day}), "day": day, "corrections": corrections_of(day)}
    return render(request, "backoffice/corrections/day.html", context)


@screen("cashier.view_payment")
def corrections_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    day = DayFilter(request.GET or None).day(clock.today())
    columns = [
        Column("Cuándo", Kind.MOMENT, 18),
        Column("Qué", width=36),
        Column("Folio", width=16),
        Column("Cuenta", width=12),
        Column("Importe", Kind.MONEY, 14),
        Column("Quién", width=30),
        Column("Motivo", width=60),
    ]
    rows = ((one.at, one.what, one.folio, one.account, one.amount, one.by, one.reason) for one in corrections_of(day))
    return workbook(f"correcciones-{day:%Y-%m-%d}", columns, rows)
