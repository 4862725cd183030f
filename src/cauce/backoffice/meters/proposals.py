"""Proposals to change meters: the list, and one of them with its orders and what it brought."""

from collections.abc import Mapping
from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.meters.forms import ApproveForm, DecisionForm, ProposalFilter
from cauce.backoffice.meters.papers import proposal_paper
from cauce.backoffice.meters.shapes import APPROVE, PROPOSAL_TONES, PROPOSE, SEE
from cauce.core import clock
from cauce.metering.models import ReplacementProposal
from cauce.metering.queries.park_screens import Gain, gains_of, replacement_proposals, total_gained
from cauce.metering.rules.park_file import park_rules
from cauce.ui.access import screen, user_of
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind
from cauce.workorders.models import Origin, WorkOrder

State = ReplacementProposal.State
COLUMNS = [
    Column("Folio", width=14),
    Column("Propuesta", Kind.MOMENT, 18),
    Column("Propuso", width=28),
    Column("Motivo", width=50),
    Column("Medidores", Kind.WHOLE, 10),
    Column("Cambiados", Kind.WHOLE, 10),
    Column("m³ al mes", Kind.DECIMAL, 12),
    Column("Pesos al año", Kind.MONEY, 16),
    Column("Costo", Kind.MONEY, 16),
    Column("Meses en que se paga", Kind.WHOLE, 12),
    Column("Estado", width=14),
    Column("Resolvió", width=28),
    Column("Resuelta", Kind.MOMENT, 18),
]


@screen(SEE)
def proposals(request: HttpRequest) -> HttpResponse:
    """The proposals that the filter lets through, the last first."""

    def more(page: Page[ReplacementProposal]) -> Mapping[str, object]:
        return {"rows": [(row, PROPOSAL_TONES[State(row.state)]) for row in page.rows], "tab": "proposals"}

    return list_page(request, _PROPOSALS, "backoffice/meters/proposals.html", more)


@screen(SEE)
def proposals_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _PROPOSALS)


@screen(SEE)
def proposal(request: HttpRequest, replacement_id: int) -> HttpResponse:
    """One proposal."""
    return proposal_page(request, one(replacement_id))


@screen(SEE)
def proposal_pdf(request: HttpRequest, replacement_id: int) -> HttpResponse:
    """The proposal on paper, with its arithmetic and who signs it."""
    found = one(replacement_id)
    gains = gains_of(found, park_rules(found.table.rows).measured_cycles)
    return pdf(proposal_paper(found, gains, at=clock.now()).pdf(), f"{found.document.folio}.pdf")


def one(replacement_id: int) -> ReplacementProposal:
    """The proposal of an address."""
    return get_object_or_404(replacement_proposals().select_related("table"), pk=replacement_id)


def proposal_page(
    request: HttpRequest, found: ReplacementProposal, *, status: int = 200, **bound: forms.Form
) -> HttpResponse:
    """The page of a proposal; ``bound`` are the forms that were sent, by the name of their act."""
    user, waits = user_of(request), found.state == State.PROPOSED
    cycles = park_rules(found.table.rows).measured_cycles
    gains = gains_of(found, cycles)
    orders = _orders(gains)
    measured = [gain for gain in gains if gain.gained_m3 is not None]
    is_own = found.proposed_by_id == user.pk
    context = {
        "proposal": found,
        "tone": PROPOSAL_TONES[State(found.state)],
        "rows": [(gain, orders.get(gain.line.pk)) for gain in gains],
        "cycles": cycles,
        "measured": len(measured),
        "expected_measured": sum((gain.line.expected_m3 for gain in measured), Decimal(0)),
        "gained": total_gained(gains),
        "order_count": len(orders),
        "is_own": waits and is_own,
        "may_decide": waits and not is_own and user.has_perm(APPROVE),
        "may_withdraw": waits and user.has_perm(PROPOSE),
        "grant": bound.get("grant") or ApproveForm(),
        "refusal": bound.get("refusal") or DecisionForm(),
        "withdrawal": bound.get("withdrawal") or DecisionForm(),
        "wrong": next(iter(bound.values()), None),
    }
    return render(request, "backoffice/meters/proposal.html", context, status=status)


def _orders(gains: list[Gain]) -> dict[int, WorkOrder]:
    """The order of each line, if it was issued."""
    lines = [gain.line.pk for gain in gains]
    orders = WorkOrder.objects.filter(origin_kind=Origin.METERS, origin_id__in=lines).select_related("document")
    return {order.origin_id: order for order in orders if order.origin_id is not None}


def _filtered(chosen: Chosen) -> QuerySet[ReplacementProposal]:
    rows = replacement_proposals()
    return rows.filter(state=chosen["estado"]) if chosen["estado"] else rows


def _cells(row: ReplacementProposal) -> tuple[object, ...]:
    return (
        row.document.folio,
        row.proposed_at,
        row.proposed_by,
        row.reason,
        row.meters,
        row.changed,  # type: ignore[attr-defined]
        row.expected_m3,
        row.pesos_a_year,
        row.cost,
        row.payback_months,
        row.get_state_display(),
        row.decided_by or "",
        row.decided_at,
    )


_PROPOSALS = Listing(
    rows=_filtered,
    order=["-proposed_at"],
    form=ProposalFilter,
    name="propuestas-de-reemplazo",
    columns=COLUMNS,
    cells=_cells,
)
