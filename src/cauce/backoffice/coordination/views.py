"""The reports of the coordination: the parte of the day, the report of the month, the hand-over of the post."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.backoffice.coordination.forms import DayForm, MonthForm, SendDayForm, SendMonthForm
from cauce.backoffice.coordination.papers import COLUMNS, paper_of, sheet_rows
from cauce.books.operations import send_report
from cauce.core import clock
from cauce.core.es_mx import format_date, format_long_period, format_weekday_date
from cauce.core.periods import next_period, period_of
from cauce.documents.models import SignatureRequest
from cauce.documents.printing import Paper
from cauce.documents.queries import signature_requests_of
from cauce.reports.queries.coordination import Report, Section, day_news, hand_over, month_report, shown
from cauce.ui.access import screen
from cauce.ui.acts import done
from cauce.ui.fields import new_key
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import workbook
from cauce.users.models import User

SEE, SEND = "books.view_daybook", "books.close_daybook"
HEAD = "jefe"
DAY, MONTH = "Parte de novedades", "Informe mensual"
_HEADS_APPROVAL = (("Enterado", "Jefe de Comercialización"),)


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section as the page shows it: which columns hold figures, and its rows already written."""

    section: Section
    rows: list[list[tuple[str, bool, str]]]
    total: list[tuple[str, bool]]


@screen(SEE)
def reports(request: HttpRequest) -> HttpResponse:
    """The three reports, and what was sent to be signed."""
    sent = SignatureRequest.objects.filter(subject_kind="Report").select_related("asked_by", "decided_by", "document")
    context = {"today": clock.today(), "sent": sent.order_by("-pk")[:10]}
    return render(request, "backoffice/coordination/reports.html", context)


@screen(SEE)
def day(request: HttpRequest) -> HttpResponse:
    """The parte de novedades of a day, today's by default."""
    asked = _day(request)
    context = {
        "form": DayForm({"dia": asked}),
        "address": f"dia={asked:%Y-%m-%d}",
        "send_form": SendDayForm(initial={"dia": asked, "llave": new_key()}),
        "sent": _sent(DAY, asked),
        "day": asked,
    }
    return _page(request, "day", day_news(asked, at=clock.now()), context)


@screen(SEE)
def day_pdf(request: HttpRequest) -> HttpResponse:
    """The same on one page."""
    asked = _day(request)
    return pdf(_day_paper(request, asked, clock.now()).pdf(), f"parte-{asked:%Y-%m-%d}.pdf")


@screen(SEND, methods=("POST",))
def send_day(request: HttpRequest) -> HttpResponse:
    """Send the parte of a day to the head's tray."""
    form = SendDayForm(request.POST)
    return _send(request, form, "dia", DAY, "coordination:day", _day_paper, format_date)


@screen(SEE)
def month(request: HttpRequest) -> HttpResponse:
    """The report of a month, the last whole one by default."""
    asked = _month(request)
    context = {
        "form": MonthForm({"mes": f"{asked:%Y-%m}"}),
        "address": f"mes={asked:%Y-%m}",
        "send_form": SendMonthForm(initial={"mes": asked, "llave": new_key()}),
        "sent": _sent(MONTH, asked),
        "period": asked,
        "is_open": next_period(asked) > clock.today(),
    }
    return _page(request, "month", month_report(asked, at=clock.now()), context)


@screen(SEE)
def month_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper."""
    asked = _month(request)
    return pdf(_month_paper(request, asked, clock.now()).pdf(), f"informe-{asked:%Y-%m}.pdf")


@screen(SEE)
def month_workbook(request: HttpRequest) -> HttpResponse:
    """The same as a workbook, a figure each row."""
    asked = _month(request)
    return workbook(f"informe-{asked:%Y-%m}", COLUMNS, sheet_rows(month_report(asked, at=clock.now())))


@screen(SEND, methods=("POST",))
def send_month(request: HttpRequest) -> HttpResponse:
    """Send the report of a month to the head's tray."""
    form = SendMonthForm(request.POST)
    return _send(request, form, "mes", MONTH, "coordination:month", _month_paper, format_long_period)


@screen(SEE)
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """What is left open in the post, for who takes it."""
    return _page(request, "hand_over", hand_over(at=clock.now()), {"at": clock.now()})


@screen(SEE)
def hand_over_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper, with the lines where both sign."""
    at = clock.now()
    by = cast(User, request.user)
    paper = paper_of(
        hand_over(at=at),
        title="Entrega y recepción del puesto",
        subject=f"Lo pendiente al {format_date(clock.today())}",
        at=at,
        by=by,
        others=(("Recibe", "Coordinador Comercial"), ("Testigo", "")),
        is_landscape=True,
    )
    return pdf(paper.pdf(), f"entrega-{clock.today():%Y-%m-%d}.pdf")


@screen(SEE)
def hand_over_workbook(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    at = clock.now()
    return workbook(f"entrega-{clock.today():%Y-%m-%d}", COLUMNS, sheet_rows(hand_over(at=at)))


def _day(request: HttpRequest) -> date:
    form = DayForm(request.GET)
    asked: date | None = form.cleaned_data.get("dia") if form.is_valid() else None
    return asked or clock.today()


def _month(request: HttpRequest) -> date:
    form = MonthForm(request.GET)
    asked: date | None = form.cleaned_data.get("mes") if form.is_valid() else None
    return asked or period_of(clock.today())


def _day_paper(request: HttpRequest, asked: date, at: datetime, folio: str | None = None) -> Paper:
    return paper_of(
        day_news(asked, at=at),
        title=DAY,
        subject=format_weekday_date(asked),
        at=at,
        by=cast(User, request.user),
        folio=folio,
        others=_HEADS_APPROVAL,
        pitch=2,
    )


def _month_paper(request: HttpRequest, asked: date, at: datetime, folio: str | None = None) -> Paper:
    return paper_of(
        month_report(asked, at=at),
        title=MONTH,
        subject=f"Coordinación Comercial, {format_long_period(asked)}",
        at=at,
        by=cast(User, request.user),
        folio=folio,
        others=_HEADS_APPROVAL,
    )


def _send(
    request: HttpRequest,
    form: forms.Form,
    field: str,
    kind: str,
    page: str,
    paper: Callable[[HttpRequest, date, datetime, str | None], Paper],
    told: Callable[[date], str],
) -> HttpResponse:
    """Print a report as it stands and put it in the head's tray."""

    def act() -> tuple[str, HttpResponse]:
        asked: date = form.cleaned_data[field] or clock.today()
        at = clock.now()
        sent = send_report(
            kind=kind,
            title=f"{kind}, {told(asked)}",
            day=asked,
            paper=lambda folio: paper(request, asked, at, folio).pdf(),
            role=HEAD,
            at=at,
            by=cast(User, request.user),
            key=form.cleaned_data["llave"],
        )
        form_of = "%Y-%m" if field == "mes" else "%Y-%m-%d"
        folio = sent.document.folio if sent.document else ""
        return f"Se envió al jefe con el folio {folio}.", redirect(f"{reverse(page)}?{field}={asked:{form_of}}")

    answer = done(request, form, act, what=f"enviar a firma: {kind.lower()}")
    if answer is None:
        messages.error(request, "No se pudo enviar; vuelva a abrir el informe e inténtelo otra vez.")
    return answer or redirect(page)


def _sent(kind: str, asked: date) -> SignatureRequest | None:
    return signature_requests_of("Report", asked.toordinal()).filter(kind=kind).first()


def _page(request: HttpRequest, template: str, report: Report, context: dict[str, object]) -> HttpResponse:
    shared = {
        "figures": [(label, shown(cell)) for label, cell in report.figures],
        "sections": [_shown(section) for section in report.sections],
    }
    return render(request, f"backoffice/coordination/{template}.html", shared | context)


def _shown(section: Section) -> ShownSection:
    def cells(row: object) -> list[tuple[str, bool]]:
        return [(shown(cell), position > 0 and not isinstance(cell, str)) for position, cell in enumerate(row)]  # type: ignore[arg-type,var-annotated]

    rows = [
        [(text, is_figure, head) for (text, is_figure), head in zip(cells(row), section.heads, strict=True)]
        for row in section.rows
    ]
    return ShownSection(section, rows, cells(section.total))
