"""The papers of agreements, one by one, all those of one, and the notes of many."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cauce.agreements.models import PaymentAgreement, PromissoryNote
from cauce.backoffice.agreements import papers
from cauce.backoffice.agreements.showing import SEE, agreement_named
from cauce.documents.joining import joined
from cauce.documents.printing import print_slip_run
from cauce.ui.access import screen
from cauce.ui.replies import pdf

SEE_NOTES = "agreements.view_promissorynote"
MOST_PRINTED = 500
_RELATED = (
    "document",
    "agreement__document",
    "agreement__account__connection__premises",
    "agreement__debtor",
    "agreement__obligor",
    "agreement__guarantor",
)


@screen(SEE)
def agreement_pdf(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The convenio."""
    found = agreement_named(agreement_id)
    return pdf(papers.agreement_paper(found).pdf(), f"convenio-{found.document.folio}.pdf")


@screen(SEE)
def signatures_pdf(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The sheet of signatures."""
    found = agreement_named(agreement_id)
    return pdf(papers.signatures_paper(found).pdf(), f"firmas-{found.document.folio}.pdf")


@screen(SEE)
def request_pdf(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The request to authorise it."""
    found = agreement_named(agreement_id)
    return pdf(papers.request_paper(found).pdf(), f"solicitud-{found.document.folio}.pdf")


@screen(SEE)
def papers_pdf(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """All that is signed, in the order in which it is signed: the convenio twice, each pagaré, the signatures."""
    found = agreement_named(agreement_id)
    notes = list(found.notes.select_related(*_RELATED).order_by("number"))
    convenio = papers.agreement_paper(found).pdf()
    sheets = [convenio, convenio, *([_run(notes)] if notes else []), papers.signatures_paper(found).pdf()]
    return pdf(joined(sheets), f"papeles-{found.document.folio}.pdf")


@screen(SEE)
def agreement_notes_pdf(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """All the notes of an agreement, each on its sheet."""
    found = get_object_or_404(PaymentAgreement.objects.select_related("document"), pk=agreement_id)
    notes = list(found.notes.select_related(*_RELATED).order_by("number"))
    if not notes:
        raise Http404
    return pdf(_run(notes), f"pagares-{found.document.folio}.pdf")


@screen(SEE_NOTES)
def note_pdf(request: HttpRequest, note_id: int) -> HttpResponse:
    """One note on its sheet."""
    found = get_object_or_404(PromissoryNote.objects.select_related(*_RELATED), pk=note_id)
    return pdf(papers.note_paper(found).pdf(), f"pagare-{found.document.folio}.pdf")


@screen(SEE_NOTES, methods=("POST",))
def notes_pdf(request: HttpRequest) -> HttpResponse:
    """The notes that were ticked in a list, of one agreement or of many, each on its sheet."""
    wanted = [int(pk) for pk in request.POST.getlist("nota")[:MOST_PRINTED] if pk.isdecimal()]
    notes = PromissoryNote.objects.filter(pk__in=wanted).select_related(*_RELATED).order_by("agreement", "number")
    if not notes:
        messages.error(request, "Marque al menos un pagaré para imprimirlo.")
        return redirect("notes:notes")
    return pdf(_run(list(notes)), "pagares.pdf")


def _run(notes: Sequence[PromissoryNote]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "pagares.pdf"
        print_slip_run(papers.note_sheets(notes), papers.issuer_of(notes[0].agreement), out, workers=1)
        return out.read_bytes()
