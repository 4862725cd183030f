"""Reading rounds: what was expected, what came, and what waits for a person."""

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.metering.forms import ReviewFilter
from cauce.metering.models import Reading, ReadingRound
from cauce.metering.queries import (
    accounts_without_useful_reading,
    readings_in_review,
    reasons_in_review,
    round_completeness,
)
from cauce.ui.access import screen
from cauce.ui.paging import page_of
from cauce.ui.spreadsheets import Column, Kind, workbook
from cauce.ui.wording import code_name

ROUNDS_SHOWN = 12
STREET_ORDER = ["account__route__number", "account__route_order", "account_id", "line"]


@screen("metering.view_readinground")
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds, the last first, with how many readings came right and how many wait."""
    found = list(ReadingRound.objects.order_by("-period", "-cycle")[:ROUNDS_SHOWN])
    readings = Reading.objects.filter(round__in=found).values_list("round", "status").annotate(readings=Count("pk"))
    counts = {(round_id, status): count for round_id, status, count in readings}
    rows = [
        (each, counts.get((each.pk, Reading.Status.OK), 0), counts.get((each.pk, Reading.Status.REVIEW), 0))
        for each in found
    ]
    return render(request, "backoffice/metering/rounds.html", {"rows": rows})


@screen("metering.view_readinground")
def reading_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """One round: completeness, reasons, and the doubtful readings in the order of the street."""
    found = get_object_or_404(ReadingRound, pk=round_id)
    reasons = list(reasons_in_review(found).items())
    form = _filter(request, reasons)
    context = {
        "round": found,
        "complete": round_completeness(found),
        "reasons": reasons,
        "waiting": sum(count for _, count in reasons),
        "form": form,
        "page": page_of(_in_review(found, form), order=STREET_ORDER, params=request.GET),
    }
    return render(request, "backoffice/metering/round.html", context)


@screen("metering.view_readinground")
def review_workbook(request: HttpRequest, round_id: int) -> HttpResponse:
    """The doubtful readings as a workbook."""
    found = get_object_or_404(ReadingRound, pk=round_id)
    form = _filter(request, list(reasons_in_review(found).items()))
    columns = [
        Column("Cuenta", width=12),
        Column("Titular", width=40),
        Column("Ruta", width=8),
        Column("Orden", Kind.WHOLE, 10),
        Column("Motivo", width=30),
        Column("Medidor leído", width=18),
        Column("Anterior", Kind.WHOLE, 12),
        Column("Lectura", Kind.WHOLE, 12),
        Column("m³ propuestos", Kind.WHOLE, 14),
        Column("Fecha", Kind.DATE, 14),
        Column("Lecturista", width=10),
    ]
    rows = (
        (
            reading.account.number,
            reading.account.holder.name,
            reading.account.route.number,
            reading.account.route_order,
            code_name(reading.reason),
            reading.meter_serial,
            reading.previous_value,
            reading.value,
            reading.proposed_m3,
            reading.taken_on,
            reading.reader_code,
        )
        for reading in _in_review(found, form).iterator(chunk_size=2000)
    )
    return workbook(f"lecturas-en-revision-{found.period:%Y-%m}-ciclo-{found.cycle}", columns, rows)


@screen("metering.view_readinground")
def unread(request: HttpRequest, round_id: int) -> HttpResponse:
    """The accounts that the round should have read and did not."""
    found = get_object_or_404(ReadingRound, pk=round_id)
    accounts = accounts_without_useful_reading(found).select_related("holder", "route", "connection__premises")
    page = page_of(accounts, order=["route__number", "route_order"], params=request.GET)
    return render(request, "backoffice/metering/unread.html", {"round": found, "page": page})


def _filter(request: HttpRequest, reasons: list[tuple[str, int]]) -> ReviewFilter:
    return ReviewFilter(request.GET, reasons=[(code, f"{code_name(code)} ({count:,})") for code, count in reasons])


def _in_review(found: ReadingRound, form: ReviewFilter) -> QuerySet[Reading]:
    chosen = form.cleaned_data if form.is_valid() else {}
    return readings_in_review(
        reading_round=found,
        reason=chosen.get("motivo") or None,
        route_number=chosen.get("ruta") or None,
        reader_code=chosen.get("lecturista") or None,
    )
