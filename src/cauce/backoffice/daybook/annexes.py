"""The annexes of a closed libro or auxiliar: proposed by one person, approved by another."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.daybook.forms import ProposalForm, RefusalForm
from cauce.backoffice.daybook.shelves import AUXILIARES, LIBROS, Shelf
from cauce.books.models import AnnexProposal, SealedBook
from cauce.books.operations import approve_annex, propose_annex, refuse_annex
from cauce.books.papers import annex_paper
from cauce.books.queries import proposals_of
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.fields import new_key
from cauce.ui.replies import pdf

SEE, SEE_REGISTER = "books.view_daybook", "books.view_noteregister"
PROPOSE, APPROVE = "books.propose_annex", "books.approve_annex"


@screen(SEE)
def annexes(request: HttpRequest, book_number: int) -> HttpResponse:
    """What was added to a closed book, what waits, and what was not approved."""
    return _page(request, LIBROS, LIBROS.book(book_number))


@screen(PROPOSE, methods=("GET", "POST"))
def propose(request: HttpRequest, book_number: int) -> HttpResponse:
    """Ask that something be added to a closed book."""
    return _propose(request, LIBROS, LIBROS.book(book_number))


@screen(APPROVE, methods=("POST",))
def approve(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Seal an annex that another person proposed."""
    return _approve(request, LIBROS, LIBROS.proposal(proposal_id))


@screen(APPROVE, methods=("POST",))
def refuse(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Leave out what another person proposed, and say why."""
    return _refuse(request, LIBROS, LIBROS.proposal(proposal_id))


@screen(SEE)
def annex_pdf(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """A sealed annex on paper: the same bytes each time."""
    return _paper(LIBROS, proposal_id)


@screen(SEE_REGISTER)
def register_annexes(request: HttpRequest, register_number: int) -> HttpResponse:
    """The same of a closed auxiliar."""
    return _page(request, AUXILIARES, AUXILIARES.book(register_number))


@screen(PROPOSE, methods=("GET", "POST"))
def propose_to_register(request: HttpRequest, register_number: int) -> HttpResponse:
    """Ask that something be added to a closed auxiliar."""
    return _propose(request, AUXILIARES, AUXILIARES.book(register_number))


@screen(APPROVE, methods=("POST",))
def approve_of_register(request: HttpRequest, register_proposal_id: int) -> HttpResponse:
    """Seal an annex of an auxiliar that another person proposed."""
    return _approve(request, AUXILIARES, AUXILIARES.proposal(register_proposal_id))


@screen(APPROVE, methods=("POST",))
def refuse_of_register(request: HttpRequest, register_proposal_id: int) -> HttpResponse:
    """Leave out of an auxiliar what another person proposed, and say why."""
    return _refuse(request, AUXILIARES, AUXILIARES.proposal(register_proposal_id))


@screen(SEE_REGISTER)
def register_annex_pdf(request: HttpRequest, register_proposal_id: int) -> HttpResponse:
    """A sealed annex of an auxiliar on paper: the same bytes each time."""
    return _paper(AUXILIARES, register_proposal_id)


def _propose(request: HttpRequest, shelf: Shelf, book: SealedBook) -> HttpResponse:
    form = ProposalForm(request.POST or None, initial={"llave": new_key()})

    def act() -> Done:
        given = form.cleaned_data
        propose_annex(
            book=book,
            text=given["text"],
            reason=given["reason"],
            happened_at=datetime.combine(book.day, given["hour"], ZoneInfo(settings.TIME_ZONE)),
            at=clock.now(),
            by=user_of(request),
            key=given["llave"],
        )
        return "Quedó propuesto; falta que otra persona lo apruebe.", shelf.back(book.number)

    what = f"proponer un anexo al {shelf.noun} {book.number}"
    answer = done(request, form, act, what=what) if form.is_bound else None
    context = {"book": book, "noun": shelf.noun, "annexes_url": shelf.annexes(book.number), "form": form}
    return answer or render(request, "backoffice/daybook/propose.html", context, status=422 if form.errors else 200)


def _approve(request: HttpRequest, shelf: Shelf, proposal: AnnexProposal) -> HttpResponse:
    def act() -> str:
        annex = approve_annex(proposal=proposal, at=clock.now(), by=user_of(request))
        return f"Quedó sellado como anexo {annex.number}."

    tell(request, act, what=f"aprobar un anexo del {shelf.noun} {proposal.of.number}")
    return shelf.back(proposal.of.number)


def _refuse(request: HttpRequest, shelf: Shelf, proposal: AnnexProposal) -> HttpResponse:
    form = RefusalForm(request.POST)

    def act() -> Done:
        refuse_annex(proposal=proposal, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return "No se agrega, y quien lo propuso puede leer por qué.", shelf.back(proposal.of.number)

    answer = done(request, form, act, what=f"rechazar un anexo del {shelf.noun} {proposal.of.number}")
    return answer or _page(request, shelf, shelf.book(proposal.of.number), refused=proposal, refusal=form)


def _paper(shelf: Shelf, proposal_id: int) -> HttpResponse:
    proposal = get_object_or_404(shelf.proposals(), pk=proposal_id, annex__gt=0)
    name = f"{shelf.noun}-{proposal.of.number}-anexo-{proposal.annex.number}.pdf"
    return pdf(annex_paper(proposal.annex).pdf(), name)


def _page(
    request: HttpRequest,
    shelf: Shelf,
    book: SealedBook,
    *,
    refused: AnnexProposal | None = None,
    refusal: RefusalForm | None = None,
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
    context = {
        "book": book,
        "noun": shelf.noun,
        "rows": rows,
        "may_propose": request.user.has_perm(PROPOSE),
        "pages": {name: f"{shelf.space}:{name}" for name in ("day", "propose", "approve", "refuse", "annex_pdf")},
    }
    return render(request, "backoffice/daybook/annexes.html", context, status=422 if refusal else 200)
