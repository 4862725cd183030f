"""What was decided in a month, and the review list taken away: as a workbook and on paper."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from cauce.backoffice.metering.asking import Asked, asked_of, month_of
from cauce.backoffice.metering.forms import DecidedFilter
from cauce.backoffice.metering.shapes import SEE
from cauce.collections.queries.notices import issuer_on
from cauce.core import clock
from cauce.core.es_mx import format_account, format_long_period
from cauce.documents.printing import report_paper
from cauce.documents.queries import file_content
from cauce.documents.rules.report_sheets import ReportColumn, ReportSheet, ReportTable
from cauce.metering.models import ReadingCapture, ReadingDecision
from cauce.metering.queries import ReviewItem, review_list
from cauce.ui.access import screen
from cauce.ui.lists import Listing, list_page, list_workbook
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind, workbook
from cauce.ui.wording import code_name

MOST_PRINTED = 2_000
LIST_COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Ruta", width=8),
    Column("Orden", Kind.WHOLE, 10),
    Column("Motivo", width=32),
    Column("Detiene", width=10),
    Column("Anterior", Kind.WHOLE, 12),
    Column("Lectura", Kind.WHOLE, 12),
    Column("m³ propuestos", Kind.WHOLE, 14),
    Column("Fecha", Kind.DATE, 14),
    Column("Lecturista", width=10),
    Column("Veces seguidas", Kind.WHOLE, 12),
]
DECIDED_COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Ciclo", Kind.WHOLE, 8),
    Column("Anomalía", width=32),
    Column("Decisión", width=20),
    Column("Lectura", Kind.WHOLE, 12),
    Column("m³", Kind.WHOLE, 10),
    Column("Motivo", width=50),
    Column("Quién", width=28),
    Column("Cuándo", Kind.MOMENT, 18),
]


@screen(SEE)
def decided(request: HttpRequest) -> HttpResponse:
    """The decisions of a month that rule, the last first."""
    period, _ = month_of(request.GET)
    return list_page(request, _decided(request), "backoffice/metering/decided.html", lambda page: {"period": period})


@screen(SEE)
def decided_workbook(request: HttpRequest) -> HttpResponse:
    """The same, as a workbook."""
    return list_workbook(request, _decided(request))


@screen(SEE)
def list_excel(request: HttpRequest) -> HttpResponse:
    """The review list as a workbook."""
    asked = asked_of(request.GET)
    return workbook(f"critica-{asked.period:%Y-%m}", LIST_COLUMNS, _cells(asked))


@screen(SEE)
def list_paper(request: HttpRequest) -> HttpResponse:
    """The review list on paper, to take to the street."""
    asked, now = asked_of(request.GET), clock.now()
    items = review_list(asked.rounds, asked.chosen, limit=MOST_PRINTED, on=clock.today())
    cut = len(items) == MOST_PRINTED
    sheet = ReportSheet(
        title="Crítica de lecturas",
        subject=format_long_period(asked.period) + (f", ciclo {asked.cycle}" if asked.cycle else ""),
        printed_at=timezone.localtime(now),
        facts=(
            ("Mes", format_long_period(asked.period).capitalize()),
            ("Ciclo", str(asked.cycle or "todos")),
            ("Cuentas", f"{len(items):,}"),
        ),
        parts=(ReportTable(title="", columns=_PAPER_COLUMNS, rows=[_paper_row(each) for each in items]),),
        notes=("La lista sigue: ponga filtros e imprímala por partes.",) if cut else (),
    )
    return pdf(report_paper(sheet, issuer_on(now)).pdf(), f"critica-{asked.period:%Y-%m}.pdf")


@screen(SEE)
def photo(request: HttpRequest, capture_id: int) -> HttpResponse:
    """The photograph of a reading."""
    captures = ReadingCapture.objects.filter(photo__isnull=False).select_related("photo")
    found = get_object_or_404(captures, pk=capture_id).photo
    assert found is not None
    return HttpResponse(file_content(found), content_type=found.content_type)


_PAPER_COLUMNS = (
    ReportColumn("Ruta", 34),
    ReportColumn("Orden", 40, right=True),
    ReportColumn("Cuenta", 50),
    ReportColumn("Titular"),
    ReportColumn("Motivo", 130),
    ReportColumn("Anterior", 48, right=True),
    ReportColumn("Lectura", 48, right=True),
    ReportColumn("m³", 36, right=True),
)


def _paper_row(item: ReviewItem) -> tuple[str, ...]:
    figures = ("" if each is None else f"{each:,}" for each in (item.previous_value, item.value, item.proposed_m3))
    return (
        item.route,
        f"{item.route_order:,}",
        format_account(item.number),
        item.holder,
        code_name(item.reason),
        *figures,
    )


def _cells(asked: Asked) -> Iterator[tuple[Any, ...]]:
    for item in review_list(asked.rounds, asked.chosen, limit=None, on=clock.today()):
        yield (
            item.number,
            item.holder,
            item.route,
            item.route_order,
            code_name(item.reason),
            "sí" if item.holds else "no",
            item.previous_value,
            item.value,
            item.proposed_m3,
            item.taken_on,
            item.reader,
            item.times,
        )


def _decided(request: HttpRequest) -> Listing[ReadingDecision]:
    period, cycle = month_of(request.GET)

    def rows(chosen: Any) -> QuerySet[ReadingDecision]:
        found = ReadingDecision.objects.filter(round__period=period, replaced_by__isnull=True)
        if cycle is not None:
            found = found.filter(round__cycle=cycle)
        if chosen["decision"]:
            found = found.filter(kind=chosen["decision"])
        return found.select_related("account__holder", "round", "decided_by")

    return Listing(
        rows=rows,
        order=["-decided_at"],
        form=DecidedFilter,
        name=f"lecturas-decididas-{period:%Y-%m}",
        columns=DECIDED_COLUMNS,
        cells=lambda decision: (
            decision.account.number,
            decision.account.holder.name,
            decision.round.cycle,
            code_name(decision.anomaly),
            decision.get_kind_display(),
            decision.value,
            decision.volume_m3,
            decision.reason,
            str(decision.decided_by),
            decision.decided_at,
        ),
    )
