"""Matching what the bank says with what was on its way, and undoing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.clearing.forms import ItemFilter, LinesForm, MatchFilter, MatchForm, ReversalForm
from cauce.backoffice.clearing.listing import MATCH, asked_kind, filtered_items, items_page
from cauce.backoffice.clearing.views import SEE
from cauce.cashier.models import ClearingMatch, Receipt
from cauce.cashier.operations import match_clearing, reverse_match
from cauce.cashier.queries.clearing import in_transit
from cauce.cashier.rules.bank_lines import read_bank_lines
from cauce.cashier.rules.clearing import BankLine, OnItsWay, Proposal, propose
from cauce.core import clock
from cauce.core.es_mx import count_of, format_date
from cauce.core.money import ZERO
from cauce.ledger.queries import collection_law
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.reauthentication import hides_password
from cauce.ui.spreadsheets import Column, Kind

COLUMNS = [
    Column("Folio", width=14),
    Column("Libro", width=20),
    Column("Fecha del banco", Kind.DATE, 14),
    Column("Referencia", width=24),
    Column("Partidas", Kind.WHOLE, 10),
    Column("En tránsito", Kind.MONEY, 14),
    Column("Abonado", Kind.MONEY, 14),
    Column("Comisión", Kind.MONEY, 12),
    Column("Diferencia", Kind.MONEY, 12),
    Column("Por qué", width=40),
    Column("Concilió", width=26),
    Column("Cuándo", Kind.MOMENT, 18),
    Column("Se deshizo", Kind.MOMENT, 18),
]


@screen(MATCH, methods=("POST",))
def match(request: HttpRequest) -> HttpResponse:
    """Say that what was marked (or all that the filters show) reached the bank."""
    kind = asked_kind({"clase": request.POST.get("kind", "")})
    form = MatchForm(request.POST)
    chosen = _chosen(request, kind)

    def act() -> Done:
        said = form.cleaned_data
        made = match_clearing(
            kind=kind,
            deposits=chosen,
            tenders=chosen,
            bank_on=said["bank_on"],
            received=said["received"],
            fee=said["fee"] or ZERO,
            reason=said["reason"],
            reference=said["reference"],
            at=clock.now(),
            by=user_of(request),
            key=f"conciliar/{said['llave']}",
        )
        things = count_of(len(chosen), "partida llegó", "partidas llegaron")
        return f"Conciliación {made.document.folio}: {things} al banco.", redirect("clearing:match_page", made.pk)

    response = done(request, form, act, what="conciliar dinero en tránsito")
    if response is not None:
        return response
    return items_page(request, kind=kind, params=request.POST, chosen=chosen, form=form, status=422)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A line of the statement with what it answers to, and the key that matches it once."""

    proposal: Proposal
    key: str
    summary: str


@screen(MATCH, methods=("GET", "POST"))
def propose_matches(request: HttpRequest) -> HttpResponse:
    """Lines of the statement are pasted, and each one is offered what it answers to; a person confirms each match."""
    posted = request.method == "POST"
    form = LinesForm(request.POST, request.FILES) if posted else LinesForm()
    rows: list[ProposalRow] = []
    problems: list[str] = []
    if posted and form.is_valid():
        lines, problems = read_bank_lines(str(form.cleaned_data["text"]))
        rows = [ProposalRow(proposal, new_key(), _summary(proposal)) for proposal in _proposals(lines)]
    context = {
        "form": form,
        "rows": rows,
        "problems": problems,
        "found": sum(1 for row in rows if row.proposal.items),
        "was_read": posted and form.is_valid(),
    }
    return render(request, "backoffice/clearing/propose.html", context, status=422 if form.errors else 200)


def _proposals(lines: Sequence[BankLine]) -> list[Proposal]:
    """What each line answers to, with the fee that today's law lets a bank keep."""
    most = collection_law(clock.today()).desk.card_fee_percent
    return propose(lines, _all_on_its_way(), most_fee_percent=most)


@screen(SEE)
def matches(request: HttpRequest) -> HttpResponse:
    """The matches that the filters let through, the last first, page by page."""
    return list_page(
        request,
        _MATCHES,
        "backoffice/clearing/matches.html",
        lambda page: {"rows": [(row, hasattr(row, "reversal")) for row in page.rows]},
    )


@screen(SEE)
def matches_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _MATCHES)


@screen(SEE)
def match_page(request: HttpRequest, match_id: int) -> HttpResponse:
    """One match: what reached the bank, what the bank kept and what differed."""
    found = _match(match_id)
    items = list(
        found.items.select_related("deposit__document", "deposit__session__desk", "tender__payment__desk").order_by(
            "pk"
        )
    )
    payments = {item.tender.payment_id for item in items if item.tender}
    folios: dict[int, list[str]] = {}
    for receipt in Receipt.objects.filter(payment__in=payments).select_related("document").order_by("pk"):
        folios.setdefault(receipt.payment_id, []).append(receipt.document.folio)
    context = {
        "match": found,
        "rows": [(item, ", ".join(folios.get(item.tender.payment_id, [])) if item.tender else "") for item in items],
        "undone": getattr(found, "reversal", None),
    }
    return render(request, "backoffice/clearing/match.html", context)


@screen(MATCH, methods=("GET", "POST"))
@hides_password
def reverse(request: HttpRequest, match_id: int) -> HttpResponse:
    """Undo a match, with a reason and the password."""
    found = _match(match_id)
    form = ReversalForm(request.POST or None, request=request, initial={"llave": new_key()})

    def act() -> Done:
        reverse_match(
            match=found,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=f"deshacer/{form.cleaned_data['llave']}",
        )
        return "La conciliación quedó deshecha: sus partidas están otra vez en tránsito.", redirect(
            "clearing:match_page", found.pk
        )

    response = done(request, form, act, what=f"deshacer la conciliación {found.document.folio}")
    if response is not None:
        return response
    context = {"match": found, "form": form}
    return render(request, "backoffice/clearing/reverse.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest, kind: ClearingMatch.Kind) -> list[int]:
    if request.POST.get("todas"):
        return [item.id for item in filtered_items(ItemFilter(request.POST), kind)]
    return sorted({int(value) for value in request.POST.getlist("item") if value.isdecimal()})


def _all_on_its_way() -> list[OnItsWay]:
    return [
        OnItsWay(kind, item.id, item.day, item.amount, item.reference)
        for kind in ClearingMatch.Kind.values
        for item in in_transit(kind)
        if item.amount > 0
    ]


def _summary(proposal: Proposal) -> str:
    if not proposal.items:
        return ""
    first = proposal.items[0]
    label = ClearingMatch.Kind(first.kind).label
    if len(proposal.items) == 1:
        return f"{label}: {first.reference or 'sin referencia'}, del {format_date(first.day)}"
    count = count_of(len(proposal.items), "partida", "partidas")
    return f"{label}: las {count} del {format_date(first.day)}"


def _match(match_id: int) -> ClearingMatch:
    related = ("document", "matched_by", "reversal__reversed_by")
    return get_object_or_404(ClearingMatch.objects.select_related(*related), pk=match_id)


def _filtered(chosen: Chosen) -> QuerySet[ClearingMatch]:
    rows = ClearingMatch.objects.select_related("document", "matched_by", "reversal").annotate(things=Count("items"))
    if chosen["clase"]:
        rows = rows.filter(kind=chosen["clase"])
    if chosen["desde_dia"]:
        rows = rows.filter(bank_on__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(bank_on__lte=chosen["hasta_dia"])
    return rows


def _cells(row: ClearingMatch) -> tuple[object, ...]:
    undone = getattr(row, "reversal", None)
    things: int = row.things  # type: ignore[attr-defined]
    amounts: tuple[Decimal, ...] = (row.expected, row.received, row.fee, row.difference)
    return (
        row.document.folio,
        row.get_kind_display(),
        row.bank_on,
        row.reference,
        things,
        *amounts,
        row.reason,
        row.matched_by,
        row.matched_at,
        None if undone is None else undone.reversed_at,
    )


_MATCHES = Listing(
    rows=_filtered,
    order=["-matched_at"],
    form=MatchFilter,
    name="conciliaciones",
    columns=COLUMNS,
    cells=_cells,
)
