"""The consolidated day of all desks and banks, and its close."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.backoffice.sessions import papers
from cauce.backoffice.sessions.forms import DayForm
from cauce.cashier.operations import close_cash_day
from cauce.cashier.queries.clearing import clearing_notes
from cauce.cashier.queries.days import (
    CashDay,
    bank_files_on,
    cash_day,
    collected_by_session,
    contingencies_on,
    corrections_on,
    sessions_on,
    sessions_to_finish,
)
from cauce.core import clock
from cauce.core.es_mx import format_date
from cauce.core.money import ZERO
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind, workbook


@screen("cashier.view_cash_day")
def day(request: HttpRequest) -> HttpResponse:
    """What came in on a day, by desk and method, and what keeps it from being closed."""
    asked = _day_of(request)
    figures = cash_day(asked)
    methods, rows = _table(figures)
    found = sessions_on(asked)
    collected = collected_by_session(found)
    context = {
        "figures": figures,
        "form": DayForm(initial={"dia": asked}),
        "methods": methods,
        "rows": rows,
        "sessions": [(session, papers.state_of(session), collected.get(session.pk, ZERO)) for session in found],
        "files": bank_files_on(asked),
        "corrections": corrections_on(asked),
        "contingencies": contingencies_on(asked),
        "unfinished": [] if figures.closed else list(sessions_to_finish(asked)),
        "is_future": asked > clock.today(),
        "in_transit": clearing_notes(),
    }
    return render(request, "backoffice/sessions/day.html", context)


@screen("cashier.close_day", methods=("POST",))
def close_day(request: HttpRequest) -> HttpResponse:
    """Close a day: its figures never change again."""
    form = DayForm(request.POST)
    asked = form.cleaned_data.get("dia") if form.is_valid() else None
    if asked is None:
        messages.error(request, "Elija el día que se cierra.")
        return redirect("sessions:day")

    def close() -> str:
        close_cash_day(day=asked, at=clock.now(), by=user_of(request))
        return f"El {format_date(asked)} quedó cerrado; lo que llegue tarde va al día siguiente."

    tell(request, close, what="cerrar el día")
    return redirect(f"{reverse('sessions:day')}?dia={asked:%Y-%m-%d}")


@screen("cashier.view_cash_day")
def day_pdf(request: HttpRequest) -> HttpResponse:
    """The consolidated day on paper."""
    asked = _day_of(request)
    paper = papers.day_paper(asked, printed_at=clock.now(), by=user_of(request))
    return pdf(paper.pdf(), f"consolidado-{asked:%Y-%m-%d}.pdf")


@screen("cashier.view_cash_day")
def day_workbook(request: HttpRequest) -> HttpResponse:
    """The consolidated day as a workbook, a row for each desk and method."""
    figures = cash_day(_day_of(request))
    columns = [
        Column("Día", Kind.DATE, 14),
        Column("Caja", width=28),
        Column("Forma de pago", width=20),
        Column("Cobros", Kind.WHOLE, 10),
        Column("Importe", Kind.MONEY, 16),
    ]
    rows: list[tuple[object, ...]] = [
        (figures.day, row.desk, row.label, row.count, row.amount) for row in figures.desks
    ]
    rows.append((figures.day, "Bancos y tiendas", "Archivos", None, figures.bank))
    rows.append((figures.day, "Sin identificar", "", None, figures.unidentified))
    rows.append((figures.day, "Total de cajas y bancos", "", None, figures.total))
    return workbook(f"consolidado-{figures.day:%Y-%m-%d}", columns, rows)


def _day_of(request: HttpRequest) -> date:
    form = DayForm(request.GET)
    asked: date | None = form.cleaned_data.get("dia") if form.is_valid() else None
    return asked or clock.today()


def _table(figures: CashDay) -> tuple[list[str], list[tuple[str, list[object], object]]]:
    """A row for each desk, with its cells by method and its sum; the last one adds them up."""
    labels = {row.method: row.label for row in figures.desks}
    methods = sorted(labels, key=lambda method: (method != "CASH", labels[method]))
    desks = list(dict.fromkeys(row.desk for row in figures.desks))
    cells = {(row.desk, row.method): row.amount for row in figures.desks}
    rows: list[tuple[str, list[object], object]] = [
        (
            desk,
            [cells.get((desk, method)) for method in methods],
            sum((cells.get((desk, method), ZERO) for method in methods), ZERO),
        )
        for desk in desks
    ]
    sums = [sum((cells.get((desk, method), ZERO) for desk in desks), ZERO) for method in methods]
    rows.append(("", list(sums), sum(sums, ZERO)))
    return [labels[method] for method in methods], rows
