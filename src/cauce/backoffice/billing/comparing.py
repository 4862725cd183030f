"""The draft of a run against the months before: its groups, what is unusual, and the sample checked by hand."""

import json
from collections.abc import Iterator
from decimal import Decimal

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cauce.backoffice.billing.forms import CheckForm, LookForm, UnusualFilter
from cauce.billing.models import BillingRun, DraftComparison, RunAccount, SampledDraft, UnusualDraft
from cauce.billing.operations import check_sampled, look_at_unusual
from cauce.billing.queries.draft_review import draft_review
from cauce.billing.rules.bounds import UNUSUAL_NAMES
from cauce.core import clock
from cauce.core.es_mx import count_of, format_account, format_long_period, format_money
from cauce.documents.printing import report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules.report_sheets import (
    ReportBlanks,
    ReportColumn,
    ReportPart,
    ReportSheet,
    ReportTable,
    ReportText,
    ReportWhole,
)
from cauce.tariffs.models import TariffCode
from cauce.tariffs.queries import concept_names
from cauce.tariffs.rules import explain
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind

_SEE = "billing.view_billingrun"
_LOOK = "billing.review_drafts"
_COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Ruta", width=8),
    Column("Tarifa", width=10),
    Column("Qué tiene", width=36),
    Column("Prefactura", Kind.MONEY),
    Column("Se compara con", Kind.MONEY),
    Column("Límite", Kind.MONEY),
    Column("Quién la vio", width=30),
    Column("Qué encontró", width=60),
]
CUBIC = "M3_PASA_DEL_MAXIMO"
# More steps than these do not fit with their account on a page.
MOST_TOGETHER = 30


@screen(_SEE)
def comparison(request: HttpRequest, run_id: int) -> HttpResponse:
    """The run by route, use and concept, against the month and the year before."""
    found = _run(run_id)
    uses = {code: f"{code} {name}" for code, name in TariffCode.objects.values_list("code", "name")}
    names = {DraftComparison.Kind.USE: uses, DraftComparison.Kind.CONCEPT: concept_names()}
    groups = DraftComparison.objects.filter(run=found).order_by("-is_unusual", "group")
    context = {
        "run": found,
        "review": draft_review(found),
        "kinds": [
            (
                kind,
                [
                    (row, names.get(kind, {}).get(row.group, row.group), _percent(row))
                    for row in groups
                    if row.kind == kind
                ],
            )
            for kind in (DraftComparison.Kind.CONCEPT, DraftComparison.Kind.USE, DraftComparison.Kind.ROUTE)
        ],
    }
    return render(request, "backoffice/billing/comparison.html", context)


@screen(_SEE)
def unusual(request: HttpRequest, run_id: int) -> HttpResponse:
    """The drafts out of a bound, those not looked at first."""
    found = _run(run_id)
    context = {
        "run": found,
        "names": UNUSUAL_NAMES,
        "cubic": CUBIC,
        "is_open": found.state == BillingRun.State.COMPUTED,
    }
    return list_page(
        request,
        _unusual(found),
        "backoffice/billing/unusual.html",
        lambda page: context | {"rows": [(row, UNUSUAL_NAMES.get(row.code, row.code)) for row in page.rows]},
    )


@screen(_SEE)
def unusual_workbook(request: HttpRequest, run_id: int) -> HttpResponse:
    """The same drafts as a workbook."""
    return list_workbook(request, _unusual(_run(run_id)))


@screen(_LOOK, methods=("POST",))
def look(request: HttpRequest, run_id: int) -> HttpResponse:
    """Tell what was found on looking at the drafts that were ticked."""
    found = _run(run_id)
    ticked = [each for each in request.POST.getlist("unusual") if each.isdecimal()]
    form = LookForm(request.POST)
    form.fields["unusual"].choices = [(each, each) for each in ticked]  # type: ignore[attr-defined]
    if form.is_valid():

        def act() -> str:
            marked = look_at_unusual(
                found,
                unusual=[int(each) for each in ticked],
                note=form.cleaned_data["note"],
                at=clock.now(),
                by=user_of(request),
            )
            return f"{count_of(marked, 'prefactura vista', 'prefacturas vistas')}."

        tell(request, act, what="ver prefacturas fuera de lo común")
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("billing:unusual", found.pk)


@screen(_SEE)
def sample(request: HttpRequest, run_id: int) -> HttpResponse:
    """The sample to check by hand, with what came of it."""
    found = _run(run_id)
    context = {
        "run": found,
        "review": draft_review(found),
        "rows": _sample(found),
        "is_open": found.state == BillingRun.State.COMPUTED,
    }
    return render(request, "backoffice/billing/sample.html", context)


@screen(_LOOK, methods=("POST",))
def check(request: HttpRequest, sampled_id: int) -> HttpResponse:
    """Tell what came of checking one draft of the sample."""
    row = get_object_or_404(SampledDraft.objects.select_related("run"), pk=sampled_id)
    form = CheckForm(request.POST)
    if form.is_valid():

        def act() -> str:
            is_right = form.cleaned_data["result"] == "bien"
            checked = check_sampled(
                row, is_right=is_right, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request)
            )
            return f"La cuenta {format_account(checked.account.number)} quedó revisada."

        tell(request, act, what="revisar una prefactura de la muestra")
    else:
        messages.error(request, "Diga si la prefactura está bien o está mal.")
    return redirect("billing:sample", row.run_id)


@screen(_SEE)
def sample_pdf(request: HttpRequest, run_id: int) -> HttpResponse:
    """The sample on paper: each draft with its arithmetic and room to tick it."""
    found = _run(run_id)
    sheet = ReportSheet(
        title="Muestra de la prefactura",
        subject=f"{format_long_period(found.period)}, ciclo {found.cycle}",
        printed_at=timezone.localtime(clock.now()),
        parts=tuple(_sample_parts(found)),
        notes=("Haga cada cuenta a mano con la ley, márquela y captúrela en la pantalla antes de aprobar.",),
    )
    paper = report_paper(sheet, issuer(is_official=found.schedule.official))
    return pdf(paper.pdf(), f"muestra-{found.period:%Y-%m}-ciclo-{found.cycle}.pdf")


def _sample(found: BillingRun) -> QuerySet[SampledDraft]:
    rows = SampledDraft.objects.filter(run=found).select_related("account__holder", "checked_by")
    return rows.order_by("stratum", "account__number")


def _sample_parts(found: BillingRun) -> Iterator[ReportPart]:
    names = concept_names()
    rows = list(_sample(found))
    drafts = dict(
        RunAccount.objects.filter(
            run=found, account__in=[row.account_id for row in rows], draft__isnull=False
        ).values_list("account_id", "draft")
    )
    for row in rows:
        draft = drafts.get(row.account_id)
        if draft is None:
            continue
        lines = [
            (names.get(concept, concept), format_money(Decimal(amount)), f"{percent} %", format_money(Decimal(vat)))
            for concept, amount, percent, vat in json.loads(draft["lines"])
        ]
        lines_table = ReportTable(
            title=f"Cuenta {format_account(row.account.number)} · {row.stratum}",
            columns=(
                ReportColumn("Concepto"),
                ReportColumn("Importe", 80, True),
                ReportColumn("IVA %", 48, True),
                ReportColumn("IVA", 80, True),
            ),
            rows=lines,
            totals=(("Total", format_money(row.drafted), "", ""),),
        )
        steps = explain(json.loads(draft["proof"]))
        parts = (
            lines_table,
            ReportText("", steps),
            ReportBlanks("", ("Está bien o mal, y quién la hizo", "Qué se encontró")),
        )
        if len(steps) > MOST_TOGETHER:
            yield from parts
        else:
            yield ReportWhole(parts)


def _unusual(found: BillingRun) -> Listing[UnusualDraft]:
    def rows(chosen: Chosen) -> QuerySet[UnusualDraft]:
        found_rows = UnusualDraft.objects.filter(run=found)
        if chosen["que"]:
            found_rows = found_rows.filter(code=chosen["que"])
        if chosen["vista"]:
            found_rows = found_rows.filter(looked_at__isnull=chosen["vista"] == "no")
        if chosen["ruta"]:
            found_rows = found_rows.filter(account__route__number=chosen["ruta"])
        if chosen["tarifa"]:
            found_rows = found_rows.filter(account__tariff_code=chosen["tarifa"])
        return found_rows.select_related("account__holder", "account__route", "looked_by")

    return Listing(
        rows=rows,
        order=["-drafted"],
        form=UnusualFilter,
        name=f"fuera-de-lo-comun-{found.period:%Y-%m}-ciclo-{found.cycle}",
        columns=_COLUMNS,
        cells=_unusual_cells,
    )


def _unusual_cells(row: UnusualDraft) -> tuple[object, ...]:
    return (
        row.account.number, row.account.holder.name, row.account.route.number, row.account.tariff_code_id,
        UNUSUAL_NAMES.get(row.code, row.code), row.drafted, row.compared_with, row.bound,
        str(row.looked_by or ""), row.note,
    )  # fmt: skip


def _percent(row: DraftComparison) -> str:
    if not row.previous:
        return "—"
    change = ((row.drafted - row.previous) / row.previous * 100).quantize(Decimal("0.1"))
    return f"{change:+} %" if change else "0.0 %"


def _run(run_id: int) -> BillingRun:
    return get_object_or_404(BillingRun.objects.select_related("schedule"), pk=run_id)
