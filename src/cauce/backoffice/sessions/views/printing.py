"""Printing the papers of a drawer: each print is kept in the history, and from the second on the paper says so."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cauce.backoffice.sessions.found import owned_by, sees_counts
from cauce.cashier.models import BankDeposit, CashCount, CashWithdrawal, SessionClose
from cauce.cashier.operations import record_paper_print
from cauce.core import clock
from cauce.documents.models import Document
from cauce.ui.access import screen, user_of


@screen("cashier.view_payment", methods=("POST",))
def print_paper(request: HttpRequest, document_id: int) -> HttpResponse:
    """Note that a paper of a session is printed, and show it: what was printed before comes out marked."""
    url = _address(request, document_id)
    document = get_object_or_404(Document, pk=document_id)
    record_paper_print(document=document, at=clock.now(), by=user_of(request))
    return redirect(url)


def _address(request: HttpRequest, document_id: int) -> str:
    """Where the paper is, for who may see it."""
    mine = owned_by(request)
    closes = SessionClose.objects.filter(Q(document=document_id) | Q(difference_document=document_id), **mine)
    close = closes.filter(count__isnull=False).first()
    if close is not None:
        name = "close_pdf" if close.document_id == document_id else "difference_pdf"
        return reverse(f"sessions:{name}", args=[close.pk])
    deposit = BankDeposit.objects.filter(document=document_id, session__close__count__isnull=False, cash__gte=0, **mine)
    if found := deposit.first():
        return reverse("sessions:deposit_pdf", args=[found.session_id])
    if CashWithdrawal.objects.filter(document=document_id, **mine).exists():
        return reverse("sessions:withdrawal_pdf", args=[document_id])
    counts = CashCount.objects.filter(document=document_id, kind=CashCount.Kind.SURPRISE, **mine)
    count = counts.select_related("session").first()
    if count is None or not sees_counts(request, count.session):
        raise Http404
    return reverse("sessions:count_pdf", args=[count.pk])
