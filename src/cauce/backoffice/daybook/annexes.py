"""The annexes of a closed book: proposed by one person, approved by another."""

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.daybook.forms import ProposalForm, RefusalForm
from cauce.books.models import AnnexProposal, DayBook
from cauce.books.operations import approve_annex, propose_annex, refuse_annex
from cauce.books.papers import annex_paper
from cauce.books.queries import proposals_of
from cauce.core import clock
from cauce.ui.access import screen
from cauce.ui.acts import done, tell
from cauce.ui.fields import new_key
from cauce.ui.replies import pdf
from cauce.users.models import User

SEE, PROPOSE, APPROVE = "books.view_daybook", "books.propose_annex", "books.approve_annex"


@screen(SEE)
def annexes(request: HttpRequest, book_number: int) -> HttpResponse:
    """What was added to a closed book, what waits, and what was not approved."""
    return _page(request, _book(book_number))


@screen(PROPOSE, methods=("GET", "POST"))
def propose(request: HttpRequest, book_number: int) -> HttpResponse:
    """Ask that something be added to a closed book."""
    book = _book(book_number)
    form = ProposalForm(request.POST or None, initial={"llave": new_key()})

    def act() -> tuple[str, HttpResponse]:
        given = form.cleaned_data
        propose_annex(
            book=book,
            text=given["text"],
            reason=given["reason"],
            happened_at=datetime.combine(book.day, given["hour"], ZoneInfo(settings.TIME_ZONE)),
            at=clock.now(),
            by=cast(User, request.user),
            key=given["llave"],
        )
        return "Quedó propuesto; falta que otra persona lo apruebe.", redirect("daybook:annexes", book.number)

    answer = done(request, form, act, what=f"proponer un anexo al libro {book.number}") if form.is_bound else None
    context = {"book": book, "form": form}
    return answer or render(request, "backoffice/daybook/propose.html", context, status=422 if form.errors else 200)


@screen(APPROVE, methods=("POST",))
def approve(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Seal an annex that another person proposed."""
    proposal = _proposal(proposal_id)

    def act() -> str:
        annex = approve_annex(proposal=proposal, at=clock.now(), by=cast(User, request.user))
        return f"Quedó sellado como anexo {annex.number}."

    tell(request, act, what=f"aprobar un anexo del libro {proposal.of.number}")
    return redirect("daybook:annexes", proposal.of.number)


@screen(APPROVE, methods=("POST",))
def refuse(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Leave out what another person proposed, and say why."""
    proposal = _proposal(proposal_id)
    form = RefusalForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        note = form.cleaned_data["note"]
        refuse_annex(proposal=proposal, note=note, at=clock.now(), by=cast(User, request.user))
        return "No se agrega, y quien lo propuso puede leer por qué.", redirect("daybook:annexes", proposal.of.number)

    answer = done(request, form, act, what=f"rechazar un anexo del libro {proposal.of.number}")
    return answer or _page(request, _book(proposal.of.number), refused=proposal, refusal=form)


@screen(SEE)
def annex_pdf(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """A sealed annex on paper: the same bytes each time."""
    proposal = get_object_or_404(_of_books().select_related("annex", "book"), pk=proposal_id, annex__gt=0)
    name = f"libro-{proposal.of.number}-anexo-{proposal.annex.number}.pdf"
    return pdf(annex_paper(proposal.annex).pdf(), name)


def _page(
    request: HttpRequest, book: DayBook, *, refused: AnnexProposal | None = None, refusal: RefusalForm | None = None
) -> HttpResponse:
    may_decide = request.user.has_perm(APPROVE)
    rows = [
        (
            proposal,
            may_decide and proposal.state == "PROPOSED" and proposal.proposed_by_id != request.user.pk,
            refusal if refusal is not None and proposal == refused else RefusalForm(auto_id=f"id_%s_{proposal.pk}"),
        )
        for proposal in proposals_of(book)
    ]
    context = {"book": book, "rows": rows, "may_propose": request.user.has_perm(PROPOSE)}
    return render(request, "backoffice/daybook/annexes.html", context, status=422 if refusal else 200)


def _book(number: int) -> DayBook:
    return get_object_or_404(DayBook.objects.select_related("closed_by"), number=number)


def _proposal(proposal_id: int) -> AnnexProposal:
    return get_object_or_404(_of_books().select_related("book"), pk=proposal_id)


def _of_books() -> QuerySet[AnnexProposal]:
    """Those of libros; those of the auxiliar have pages of their own."""
    return AnnexProposal.objects.filter(book__isnull=False)
