"""Every session: its close and its papers, and what a supervisor does with it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.sessions import papers
from cauce.backoffice.sessions.closing import close_blind
from cauce.backoffice.sessions.forms import DrawerForm, ReviewForm, SessionFilter
from cauce.backoffice.sessions.found import owned_by, sees_counts, visible_sessions
from cauce.cashier.models import BankDeposit, CashCount, CashSession, CashWithdrawal, SessionClose
from cauce.cashier.operations import count_drawer, review_session
from cauce.cashier.queries.receipts import prints_of_paper
from cauce.cashier.queries.sessions import (
    close_lines,
    has_differences,
    method_totals,
    receipts_of,
)
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind

STATES = {
    "abierto": Q(closed_at__isnull=True),
    "por-revisar": Q(closed_at__isnull=False, close__count__isnull=False, close__review__isnull=True),
    "revisado": Q(close__review__isnull=False),
}
COLUMNS = [
    Column("Día", Kind.DATE, 14),
    Column("Caja", width=22),
    Column("Cajero", width=34),
    Column("Abrió", Kind.MOMENT, 18),
    Column("Cerró", Kind.MOMENT, 18),
    Column("Corte", width=16),
    Column("Fondo", Kind.MONEY, 14),
    Column("Contado", Kind.MONEY, 14),
    Column("Diferencia", Kind.MONEY, 14),
    Column("Estado", width=14),
    Column("Revisó", width=34),
]


@screen("cashier.view_cashsession")
def sessions(request: HttpRequest) -> HttpResponse:
    """The sessions of all desks, the last first."""
    waiting = CashSession.objects.filter(STATES["por-revisar"]).count()
    return list_page(
        request,
        _SESSIONS,
        "backoffice/sessions/sessions.html",
        lambda page: {"rows": [(each, papers.state_of(each)) for each in page.rows], "waiting": waiting},
    )


@screen("cashier.view_cashsession")
def sessions_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _SESSIONS)


@screen("cashier.view_payment")
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """A session: its close and what came of it, or, while it is open, what may be known of it."""
    found = get_object_or_404(visible_sessions(request), pk=session_id)
    close = _close_of(found)
    user = user_of(request)
    context: dict[str, Any] = {
        "session": found,
        "close": close,
        "review": getattr(close, "review", None),
        "state": papers.state_of(found),
        "shows_counts": sees_counts(request, found),
        "float_pieces": papers.float_pieces(found),
        "withdrawals": found.withdrawals.select_related("document", "received_by").order_by("document_id"),
        "surprises": found.counts.filter(kind=CashCount.Kind.SURPRISE).select_related("document", "counted_by"),
        "deposit": BankDeposit.objects.filter(session=found).select_related("document").first(),
        "receipts": receipts_of(found).count(),
        "is_own": found.cashier_id == user.pk,
    }
    if close is not None:
        context |= {
            "totals": method_totals(found),
            "lines": close_lines(close),
            "has_differences": has_differences(close),
            "may_review": user.has_perm("cashier.review_session")
            and close.count is not None
            and user.pk not in (found.cashier_id, close.closed_by_id),
            "form": ReviewForm(),
        }
    return render(request, "backoffice/sessions/session.html", context)


@screen("cashier.review_session", methods=("POST",))
def review(request: HttpRequest, session_id: int) -> HttpResponse:
    """Say that a close was looked at."""
    close = get_object_or_404(SessionClose.objects.select_related("document"), pk=session_id)
    form = ReviewForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""

    def act() -> str:
        review_session(close=close, note=note, at=clock.now(), by=user_of(request))
        return f"El corte {close.document.folio} quedó revisado."

    tell(request, act, what=f"revisar el corte {close.document.folio}")
    return redirect("sessions:session", session_id)


@screen("cashier.count_drawer", methods=("GET", "POST"))
def count(request: HttpRequest, session_id: int) -> HttpResponse:
    """Count a drawer by surprise; what it should hold is told with the act, not before."""
    found = get_object_or_404(CashSession.objects.select_related("desk", "cashier"), pk=session_id)
    form = DrawerForm(request.POST or None, initial={"key": new_key()})

    def act() -> Done:
        made = count_drawer(
            session=found,
            denominations=form.pieces,
            note=form.cleaned_data["note"],
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["key"],
        )
        folio = made.document.folio if made.document is not None else ""
        return f"Arqueo registrado con el acta {folio}.", redirect("sessions:session", found.pk)

    response = done(request, form, act, what="hacer un arqueo")
    if response is not None:
        return response
    return render(request, "backoffice/sessions/count.html", {"form": form, "session": found})


@screen("cashier.review_session", methods=("GET", "POST"))
def close_absent(request: HttpRequest, session_id: int) -> HttpResponse:
    """Count and close the drawer of a cashier who is not there, blind as they would; somebody else reviews it."""
    found = get_object_or_404(CashSession.objects.select_related("desk", "cashier"), pk=session_id)
    if found.closed_at is not None or found.cashier_id == user_of(request).pk:
        return render(request, "backoffice/sessions/close.html", {"session": found, "is_barred": True})
    return close_blind(request, found, is_absent=True)


@screen("cashier.view_payment")
def close_pdf(request: HttpRequest, session_id: int) -> HttpResponse:
    """The corte de caja."""
    close = _counted_close(request, session_id)
    prints = prints_of_paper(close.document.pk)
    if prints is None:
        return redirect("sessions:session", session_id)
    paper = papers.close_paper(close, printed_on=clock.today(), reprint=prints.reprint)
    return pdf(paper.pdf(), f"corte-{close.document.folio}.pdf")


@screen("cashier.view_payment")
def difference_pdf(request: HttpRequest, session_id: int) -> HttpResponse:
    """The acta of the shortage or surplus of a close."""
    close = _counted_close(request, session_id)
    if close.difference_document is None:
        raise Http404
    prints = prints_of_paper(close.difference_document.pk)
    if prints is None:
        return redirect("sessions:session", session_id)
    return pdf(papers.difference_paper(close, prints.reprint).pdf(), f"acta-{close.difference_document.folio}.pdf")


@screen("cashier.view_payment")
def deposit_pdf(request: HttpRequest, session_id: int) -> HttpResponse:
    """The ficha de depósito of a session; none when the float is what comes back."""
    deposits = BankDeposit.objects.select_related("document", "session__desk", "session__cashier", "by")
    deposit = get_object_or_404(
        deposits.filter(session__close__count__isnull=False, cash__gte=0, **owned_by(request)), session=session_id
    )
    prints = prints_of_paper(deposit.pk)
    if prints is None:
        return redirect("sessions:session", session_id)
    return pdf(papers.deposit_paper(deposit, prints.reprint).pdf(), f"ficha-{deposit.document.folio}.pdf")


@screen("cashier.view_payment")
def withdrawal_pdf(request: HttpRequest, withdrawal_id: int) -> HttpResponse:
    """The slip of a bag that left a drawer."""
    withdrawals = CashWithdrawal.objects.select_related("document", "session__desk", "by", "received_by")
    withdrawal = get_object_or_404(withdrawals.filter(**owned_by(request)), pk=withdrawal_id)
    prints = prints_of_paper(withdrawal.pk)
    if prints is None:
        return redirect("sessions:session", withdrawal.session_id)
    return pdf(papers.withdrawal_paper(withdrawal, prints.reprint).pdf(), f"retiro-{withdrawal.document.folio}.pdf")


@screen("cashier.view_payment")
def count_pdf(request: HttpRequest, count_id: int) -> HttpResponse:
    """The acta of a surprise count; of an open session, only for who may see what its drawer should hold."""
    counts = CashCount.objects.select_related("document", "session__desk", "session__cashier", "counted_by")
    found = get_object_or_404(counts.filter(kind=CashCount.Kind.SURPRISE, **owned_by(request)), pk=count_id)
    if not sees_counts(request, found.session) or found.document is None:
        raise Http404
    prints = prints_of_paper(found.document.pk)
    if prints is None:
        return redirect("sessions:session", found.session_id)
    return pdf(papers.count_paper(found, prints.reprint).pdf(), f"arqueo-{found.document.folio}.pdf")


def _filtered(chosen: Chosen) -> QuerySet[CashSession]:
    rows = CashSession.objects.select_related(
        "desk", "cashier", "close__document", "close__count", "close__review__reviewed_by"
    )
    if chosen["dia"]:
        rows = rows.filter(day=chosen["dia"])
    if chosen["caja"]:
        rows = rows.filter(desk=chosen["caja"])
    return rows.filter(STATES.get(chosen["estado"], Q()))


def _cells(session: CashSession) -> tuple[object, ...]:
    close = getattr(session, "close", None)
    counted = close.count if close is not None else None
    review = getattr(close, "review", None)
    return (
        session.day,
        session.desk.name,
        str(session.cashier),
        session.opened_at,
        session.closed_at,
        close.document.folio if close is not None else "",
        session.opening_float,
        None if counted is None else counted.total,
        None if close is None else close.difference,
        papers.state_of(session),
        "" if review is None else str(review.reviewed_by),
    )


_SESSIONS = Listing(
    rows=_filtered,
    order=["-opened_at"],
    form=SessionFilter,
    name="turnos-de-caja",
    columns=COLUMNS,
    cells=_cells,
)


def _close_of(session: CashSession) -> SessionClose | None:
    related = ("document", "count", "difference_document", "closed_by", "review__reviewed_by")
    return SessionClose.objects.filter(session=session).select_related(*related).first()


def _counted_close(request: HttpRequest, session_id: int) -> SessionClose:
    related = ("document", "difference_document", "count", "session__desk", "session__cashier", "review__reviewed_by")
    closes = SessionClose.objects.select_related(*related).filter(count__isnull=False, **owned_by(request))
    return get_object_or_404(closes, pk=session_id)
