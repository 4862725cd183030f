"""What was billed, computed again: each sweep, what it found, and the case that a difference becomes."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.tariffs.cases import case_of_key, cases_by_key
from cauce.backoffice.tariffs.forms import SweepFilter, SweepForm
from cauce.billing.models import BillingRun, SweepDifference, SweepRun
from cauce.billing.operations import sweep_tariffs
from cauce.core import clock
from cauce.core.es_mx import format_long_period, format_money
from cauce.core.periods import parse_period
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind

SEE, SWEEP, OPEN = "billing.view_sweeprun", "billing.add_sweeprun", "billing.change_watchfinding"
_LAST = 30
COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=36),
    Column("Recibo", width=14),
    Column("Periodo", width=18),
    Column("Qué no cuadra", width=22),
    Column("Concepto", width=18),
    Column("Facturado", Kind.MONEY, 14),
    Column("Debe ser", Kind.MONEY, 14),
    Column("Por qué", width=80),
]


@screen(SEE)
def sweeps(request: HttpRequest) -> HttpResponse:
    """The sweeps that were made, the last first."""
    last = (
        BillingRun.objects.filter(state=BillingRun.State.ISSUED)
        .order_by("-period")
        .values_list("period", flat=True)
        .first()
    )
    return _sweeps(request, SweepForm(initial={"mes": f"{last or clock.today():%Y-%m}"}))


@screen(SWEEP, methods=("POST",))
def new_sweep(request: HttpRequest) -> HttpResponse:
    """Compute the bills of a month again, now."""
    form = SweepForm(request.POST)

    def act() -> Done:
        period = parse_period(form.cleaned_data["mes"])
        made = sweep_tariffs(first_period=period, last_period=period, at=clock.now(), by=user_of(request))
        said = f"{format_long_period(period).capitalize()}: {made.bills:,} recibos revisados."
        return said, redirect("tariffs:sweep", made.pk)

    return done(request, form, act, what="revisar lo facturado") or _sweeps(request, form)


@screen(SEE)
def sweep(request: HttpRequest, sweep_id: int) -> HttpResponse:
    """What a sweep found, by name."""
    found = _found(sweep_id)
    return list_page(
        request,
        _listing(found),
        "backoffice/tariffs/sweep.html",
        lambda page: {"found": found, "rows": _with_cases(page.rows)},
    )


@screen(SEE)
def sweep_workbook(request: HttpRequest, sweep_id: int) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _listing(_found(sweep_id)))


@screen(OPEN, methods=("POST",))
def open_difference(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Open the case of a bill that differs; asked for again, it is the same case."""
    found = get_object_or_404(_differences(), pk=difference_id)

    def act() -> str:
        amounts = ""
        if found.billed is not None or found.expected is not None:
            billed, expected = (
                "nada" if amount is None else format_money(amount) for amount in (found.billed, found.expected)
            )
            amounts = f" Se facturó {billed} y debe ser {expected}."
        case = case_of_key(
            _key(found),
            account=found.account,
            told=f"Recibo {found.bill.document.folio}, {found.concept}: {found.why}{amounts}",
            at=clock.now(),
            by=user_of(request),
        )
        return f"Quedó el caso {case.document.folio} en su bandeja."

    tell(request, act, what="abrir el caso de una diferencia")
    return redirect("tariffs:sweep", found.sweep_id)


def _sweeps(request: HttpRequest, form: SweepForm) -> HttpResponse:
    made = SweepRun.objects.select_related("swept_by").order_by("-pk")[:_LAST]
    return render(
        request,
        "backoffice/tariffs/sweeps.html",
        {"form": form, "rows": made},
        status=422 if form.errors else 200,
    )


def _found(sweep_id: int) -> SweepRun:
    return get_object_or_404(SweepRun.objects.select_related("swept_by"), pk=sweep_id)


def _differences() -> QuerySet[SweepDifference]:
    return SweepDifference.objects.select_related("bill__document", "account__holder")


def _key(row: SweepDifference) -> str:
    # By bill: its differences, of this sweep or of another night's, are one case.
    return f"revision/recibo/{row.bill_id}"


def _with_cases(rows: list[SweepDifference]) -> list[tuple[SweepDifference, object]]:
    opened = cases_by_key([_key(row) for row in rows])
    return [(row, opened.get(_key(row))) for row in rows]


def _listing(found: SweepRun) -> Listing[SweepDifference]:
    def rows(chosen: Chosen) -> QuerySet[SweepDifference]:
        differences = _differences().filter(sweep=found)
        if chosen.get("que"):
            differences = differences.filter(kind=chosen["que"])
        return differences

    return Listing(
        rows=rows,
        order=["period"],
        form=SweepFilter,
        name="diferencias-de-lo-facturado",
        columns=COLUMNS,
        cells=_cells,
    )


def _cells(row: SweepDifference) -> list[object]:
    return [
        row.account.number,
        row.account.holder.name,
        row.bill.document.folio,
        format_long_period(row.period),
        row.get_kind_display(),
        row.concept,
        row.billed,
        row.expected,
        row.why,
    ]
