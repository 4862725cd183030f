"""Cycles and runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.billing.forms import LeftOutFilter, OpenRunForm, ReasonForm
from cauce.billing.models import BillingRun, RunAccount
from cauce.billing.operations import (
    approve_run,
    cancel_run,
    open_run,
    plan_run,
    return_draft,
    start_issuing,
    withdraw_draft,
)
from cauce.billing.queries import run_pdf_path, run_progress, run_totals_sheet
from cauce.billing.queries.changes import pending_changes
from cauce.billing.queries.draft_review import draft_review
from cauce.billing.queries.guard import unsigned
from cauce.billing.rules import Outcome, Rule, rule_sentence
from cauce.billing.tasks import print_run, work_on_run
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.core.money import ZERO
from cauce.core.periods import format_period, period_of
from cauce.documents.printing import run_totals_paper
from cauce.documents.queries import issuer
from cauce.registry.models import CYCLES
from cauce.tariffs.models import TariffCode
from cauce.tariffs.queries import concept_names
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column
from cauce.ui.wording import code_name

RUNS_SHOWN = 60
WORKING = (BillingRun.State.COMPUTING, BillingRun.State.ISSUING)
LEFT_OUT_COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Resultado", width=14),
    Column("Regla", width=30),
    Column("Por qué y qué hacer", width=80),
]
# Chunks are claimed one by one, so that several workers share a run; more jobs than workers do no harm.
JOBS_PER_RUN = 2


@screen("billing.view_billingrun")
def runs(request: HttpRequest) -> HttpResponse:
    """The runs by month, the last first."""
    found = BillingRun.objects.exclude(state=BillingRun.State.CANCELLED).select_related("created_by", "approved_by")
    months: dict[date, list[BillingRun]] = {}
    for each in found.order_by("-period", "cycle")[:RUNS_SHOWN]:
        months.setdefault(each.period, []).append(each)
    context = {
        "months": [_month(period, members) for period, members in months.items()],
        "form": OpenRunForm(initial={"period": format_period(period_of(clock.today()))}),
    }
    return render(request, "backoffice/billing/runs.html", context)


@screen("billing.compute_run", methods=("POST",))
def open_cycle(request: HttpRequest) -> HttpResponse:
    """Open the run of a cycle and month; one that is open is shown."""
    form = OpenRunForm(request.POST)
    if form.is_valid():
        try:
            opened = open_run(
                period=form.cleaned_data["period"],
                cycle=form.cleaned_data["cycle"],
                at=clock.now(),
                by=user_of(request),
            )
        except DomainError as error:
            messages.error(request, error.message)
        else:
            return redirect("billing:run", opened.pk)
    else:
        messages.error(request, "Escriba el mes como 2026-09 y elija el ciclo.")
    return redirect("billing:runs")


@screen("billing.view_billingrun")
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: where it is, what it comes to, what was left out and why, and what can be done now."""
    found = _run(run_id)
    counts = found.totals.get("counts", {})
    context: dict[str, Any] = {
        "run": found,
        "steps": _steps(found),
        "counts": [
            ("Se facturan", "file-invoice", counts.get(Outcome.BILLED), ""),
            ("Apartadas", "alert-triangle", counts.get(Outcome.PARKED), "PARKED"),
            ("Retenidas", "hand-stop", counts.get(Outcome.HELD), "HELD"),
            ("Exentas", "ban", counts.get(Outcome.EXEMPT), "EXEMPT"),
        ],
        "total": Decimal(found.totals["total"]) if "total" in found.totals else None,
        "table": _amounts(found),
        "rules": [
            (rule, code_name(rule), rule_sentence(rule), count)
            for rule, count in sorted(found.totals.get("by_rule", {}).items(), key=lambda item: (-item[1], item[0]))
        ],
        "is_own": found.created_by_id == user_of(request).pk,
        "is_working": found.state in WORKING,
        "papers_ready": found.state == BillingRun.State.ISSUED and run_pdf_path(found).exists(),
        "papers_asked": request.GET.get("imprimiendo") == "1",
        "last_folio": (found.first_folio or 0) + counts.get(Outcome.BILLED, 0) - 1,
    }
    return render(request, "backoffice/billing/run.html", context | _progress(found) | _control(found))


@screen("billing.view_billingrun")
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far a run, or its printing, is; when it ends the whole page is asked for again."""
    found = _run(run_id)
    is_printing = request.GET.get("imprimiendo") == "1"
    is_working = not run_pdf_path(found).exists() if is_printing else found.state in WORKING
    context = {"run": found, "is_printing": is_printing} | _progress(found)
    response = render(request, "backoffice/billing/progress.html", context)
    if not is_working:
        response.headers["HX-Refresh"] = "true"
    return response


@screen("billing.compute_run", methods=("POST",))
def compute(request: HttpRequest, run_id: int) -> HttpResponse:
    """Compute the drafts of a run, again if it had been computed."""

    def act(found: BillingRun) -> None:
        plan_run(found, at=clock.now(), by=user_of(request))
        _set_to_work(found)

    return _act(request, run_id, act)


@screen("billing.approve_run", methods=("POST",))
def approve(request: HttpRequest, run_id: int) -> HttpResponse:
    """Approve a computed run; whoever computed it may not."""
    return _act(
        request,
        run_id,
        lambda found: approve_run(found, note=request.POST.get("note", ""), at=clock.now(), by=user_of(request)),
        "La corrida quedó aprobada.",
    )


@screen("billing.issue_run", methods=("POST",))
def issue(request: HttpRequest, run_id: int) -> HttpResponse:
    """Issue the bills of an approved run."""

    def act(found: BillingRun) -> None:
        start_issuing(found, at=clock.now(), by=user_of(request))
        _set_to_work(found)

    return _act(request, run_id, act)


@screen("billing.compute_run", methods=("POST",))
def discard(request: HttpRequest, run_id: int) -> HttpResponse:
    """Discard a run that was not approved."""
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _act(
        request,
        run_id,
        lambda found: cancel_run(found, reason=reason, at=clock.now(), by=user_of(request)),
        "La corrida quedó descartada; el ciclo puede abrirse otra vez.",
    )


@screen("billing.view_billingrun")
def left_out(request: HttpRequest, run_id: int) -> HttpResponse:
    """The accounts that get no bill, with the rule that says why and where it is put right."""
    found = _run(run_id)
    return list_page(
        request,
        _left_out(found),
        "backoffice/billing/left_out.html",
        lambda page: {
            "run": found,
            "rows": [(row, code_name(row.rule), row.note or rule_sentence(row.rule)) for row in page.rows],
            "withdrawn": Rule.WITHDRAWN.value,
        },
    )


@screen("billing.view_billingrun")
def left_out_workbook(request: HttpRequest, run_id: int) -> HttpResponse:
    """The same accounts as a workbook."""
    return list_workbook(request, _left_out(_run(run_id)))


@screen("billing.view_billingrun")
def drafts(request: HttpRequest, run_id: int) -> HttpResponse:
    """The drafts of a run in the order of delivery; one can be set apart before the approval."""
    found = _run(run_id)
    rows = RunAccount.objects.filter(run=found, outcome=RunAccount.Outcome.BILLED).select_related("account__holder")
    billed = Listing(rows=lambda chosen: rows.defer("draft"), order=["chunk_ordinal", "place"])
    context = {"run": found, "may_withdraw": found.state == BillingRun.State.COMPUTED}
    return list_page(request, billed, "backoffice/billing/drafts.html", lambda page: context)


@screen("billing.approve_run", methods=("POST",))
def withdraw(request: HttpRequest, run_account_id: int) -> HttpResponse:
    """Set one draft apart before the approval, with a reason."""
    row = get_object_or_404(RunAccount.objects.select_related("run"), pk=run_account_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""

    def act() -> str:
        withdraw_draft(row, reason=reason, at=clock.now(), by=user_of(request))
        return "La prefactura quedó apartada."

    tell(request, act, what="apartar una prefactura")
    return redirect("billing:drafts", row.run_id)


@screen("billing.approve_run", methods=("POST",))
def give_back(request: HttpRequest, run_account_id: int) -> HttpResponse:
    """Put back a draft that was set apart."""
    row = get_object_or_404(RunAccount.objects.select_related("run"), pk=run_account_id)

    def act() -> str:
        return_draft(row, at=clock.now(), by=user_of(request))
        return "La prefactura volvió a la corrida."

    tell(request, act, what="devolver una prefactura a su corrida")
    return redirect("billing:left_out", row.run_id)


@screen("billing.view_billingrun")
def totals_pdf(request: HttpRequest, run_id: int) -> HttpResponse:
    """The totals of a run on paper, with every account it leaves out by name."""
    found = _run(run_id)
    if "total" not in found.totals:
        raise Http404
    sheet = run_totals_sheet(found, printed_on=clock.today())
    paper = run_totals_paper(sheet, issuer(is_official=found.schedule.official))
    return pdf(paper.pdf(), f"totales-{found.period:%Y-%m}-ciclo-{found.cycle}.pdf")


@screen("billing.issue_run", methods=("POST",))
def prepare_papers(request: HttpRequest, run_id: int) -> HttpResponse:
    """Print the bills of an issued run in the background."""
    found = _run(run_id)
    if found.state != BillingRun.State.ISSUED:
        messages.error(request, "Los recibos se imprimen cuando la corrida está emitida.")
        return redirect("billing:run", found.pk)
    print_run.defer(run_id=found.pk)
    response = redirect("billing:run", found.pk)
    response["Location"] += "?imprimiendo=1"
    return response


@screen("billing.view_bill")
def bills_pdf(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """The printed bills of a run, two to a sheet, in the order of delivery."""
    path = run_pdf_path(_run(run_id))
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type="application/pdf", filename=path.name)


@dataclass(frozen=True, slots=True)
class Month:
    """The runs of a month and, for the cycles that have none, what can be opened."""

    period: date
    runs: list[BillingRun]
    missing: list[int]
    total: Decimal
    bills: int


@dataclass(frozen=True, slots=True)
class AmountRow:
    """A concept of a run: what it comes to by tariff code, in the order of the table's columns (pesos)."""

    name: str
    cells: list[Decimal | None]
    amount: Decimal
    vat: Decimal


def _month(period: date, members: list[BillingRun]) -> Month:
    cycles = {each.cycle for each in members}
    return Month(
        period=period,
        runs=members,
        missing=[cycle for cycle, _ in CYCLES if cycle not in cycles],
        total=sum((Decimal(each.totals.get("total", "0.00")) for each in members), ZERO),
        bills=sum(each.totals.get("counts", {}).get(Outcome.BILLED, 0) for each in members),
    )


def _control(found: BillingRun) -> dict[str, Any]:
    """What stops the run or waits to be looked at, while it can still be put right."""
    is_draft = found.state in (BillingRun.State.DRAFT, BillingRun.State.COMPUTED)
    is_open = found.state in (BillingRun.State.COMPUTED, BillingRun.State.APPROVED)
    return {
        "changes_waiting": pending_changes(found).count() if is_draft else 0,
        "unsigned_count": len(unsigned(found)) if is_open else 0,
        "review": draft_review(found),
    }


def _amounts(found: BillingRun) -> dict[str, Any] | None:
    amounts = found.totals.get("amounts")
    if not amounts:
        return None
    names = concept_names()
    codes = sorted({cell["code"] for cell in amounts})
    concepts = dict.fromkeys(cell["concept"] for cell in amounts)
    by_cell = {(cell["concept"], cell["code"]): cell for cell in amounts}
    rows = []
    for concept in concepts:
        cells = [by_cell.get((concept, code)) for code in codes]
        rows.append(
            AmountRow(
                name=names.get(concept, concept),
                cells=[Decimal(cell["amount"]) if cell else None for cell in cells],
                amount=sum((Decimal(cell["amount"]) for cell in cells if cell), ZERO),
                vat=sum((Decimal(cell["vat"]) for cell in cells if cell), ZERO),
            )
        )
    code_names = dict(TariffCode.objects.values_list("code", "name"))
    return {
        "heads": [(code, code_names.get(code, "")) for code in codes],
        "rows": rows,
        "columns": [sum((row.cells[place] or ZERO for row in rows), ZERO) for place in range(len(codes))],
        "amount": sum((row.amount for row in rows), ZERO),
        "vat": sum((row.vat for row in rows), ZERO),
    }


def _steps(found: BillingRun) -> list[tuple[str, str]]:
    order = [
        (BillingRun.State.DRAFT, BillingRun.State.COMPUTING),
        (BillingRun.State.COMPUTED,),
        (BillingRun.State.APPROVED, BillingRun.State.ISSUING),
    ]
    now = next((place for place, states in enumerate(order) if found.state in states), len(order))
    marks = ["is-done" if place < now else "is-now" if place == now else "" for place in range(len(order))]
    return list(zip(("Calcular", "Aprobar", "Emitir"), marks, strict=True))


def _progress(found: BillingRun) -> dict[str, int]:
    done, chunks = run_progress(found)
    return {"chunks_done": done, "chunks": chunks}


def _set_to_work(found: BillingRun) -> None:
    for _ in range(JOBS_PER_RUN):
        work_on_run.defer(run_id=found.pk)


def _act(request: HttpRequest, run_id: int, act: Callable[[BillingRun], object], done: str = "") -> HttpResponse:
    found = _run(run_id)

    @transaction.atomic
    def whole() -> str:
        act(found)
        return done

    tell(request, whole, what=f"seguir con la corrida {found}")
    return redirect("billing:run", found.pk)


def _left_out(found: BillingRun) -> Listing[RunAccount]:
    def rows(chosen: Chosen) -> QuerySet[RunAccount]:
        left = RunAccount.objects.filter(run=found).exclude(outcome=RunAccount.Outcome.BILLED)
        if chosen["resultado"]:
            left = left.filter(outcome=chosen["resultado"])
        if chosen["regla"]:
            left = left.filter(rule=chosen["regla"])
        return left.select_related("account__holder").defer("draft")

    return Listing(
        rows=rows,
        order=["rule", "account__number"],
        form=LeftOutFilter,
        name=f"sin-recibo-{found.period:%Y-%m}-ciclo-{found.cycle}",
        columns=LEFT_OUT_COLUMNS,
        cells=_left_out_cells,
    )


def _left_out_cells(row: RunAccount) -> tuple[object, ...]:
    why = row.note or rule_sentence(row.rule)
    return row.account.number, row.account.holder.name, row.get_outcome_display(), code_name(row.rule), why


def _run(run_id: int) -> BillingRun:
    return get_object_or_404(BillingRun.objects.select_related("schedule", "created_by", "approved_by"), pk=run_id)
