"""Reading rounds: what was expected, what came, and what waits for a person."""

from django.db.models import Count
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
from cauce.ui.lists import Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind
from cauce.ui.wording import code_name

ROUNDS_SHOWN = 12
REVIEW_COLUMNS = [
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
    context = {
        "round": found,
        "complete": round_completeness(found),
        "reasons": reasons,
        "waiting": sum(count for _, count in reasons),
    }
    return list_page(request, _in_review(found, reasons), "backoffice/metering/round.html", lambda page: context)


@screen("metering.view_readinground")
def review_workbook(request: HttpRequest, round_id: int) -> HttpResponse:
    """The doubtful readings as a workbook."""
    found = get_object_or_404(ReadingRound, pk=round_id)
    return list_workbook(request, _in_review(found, list(reasons_in_review(found).items())))


@screen("metering.view_readinground")
def unread(request: HttpRequest, round_id: int) -> HttpResponse:
    """The accounts that the round should have read and did not."""
    found = get_object_or_404(ReadingRound, pk=round_id)
    accounts = accounts_without_useful_reading(found).select_related("holder", "route", "connection__premises")
    listing = Listing(rows=lambda chosen: accounts, order=["route__number", "route_order"])
    return list_page(request, listing, "backoffice/metering/unread.html", lambda page: {"round": found})


def _in_review(found: ReadingRound, reasons: list[tuple[str, int]]) -> Listing[Reading]:
    choices = [(code, f"{code_name(code)} ({count:,})") for code, count in reasons]
    return Listing(
        rows=lambda chosen: readings_in_review(
            reading_round=found,
            reason=chosen["motivo"] or None,
            route_number=chosen["ruta"] or None,
            reader_code=chosen["lecturista"] or None,
        ),
        order=STREET_ORDER,
        form=lambda params: ReviewFilter(params, reasons=choices),
        name=f"lecturas-en-revision-{found.period:%Y-%m}-ciclo-{found.cycle}",
        columns=REVIEW_COLUMNS,
        cells=_cells,
    )


def _cells(reading: Reading) -> tuple[object, ...]:
    return (
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
