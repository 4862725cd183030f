"""The steps of a blind close: count and declare, confirm, and only then the result."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.sessions.forms import CloseForm
from cauce.cashier.models import CashSession
from cauce.cashier.operations import close_session
from cauce.cashier.rules import denominations_total
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.ui.access import user_of
from cauce.ui.fields import new_key


def close_blind(request: HttpRequest, session: CashSession | None, **shown: Any) -> HttpResponse:
    """The page of the step that the form is at; ``shown`` goes to its template. No page says what is expected."""
    form = CloseForm(request.POST or None, initial={"key": new_key()})
    is_check = False
    if request.method == "POST" and session is not None and form.is_valid() and "back" not in request.POST:
        is_check = not form.cleaned_data["confirmed"]
        if not is_check:
            closed = _close(request, form, session)
            if closed is not None:
                return closed
    context: dict[str, Any] = {"form": form, "session": session, "is_check": is_check, **shown}
    if is_check:
        context |= {"counted": denominations_total(form.pieces), "told": form.told}
    return render(request, "backoffice/sessions/close.html", context)


def _close(request: HttpRequest, form: CloseForm, session: CashSession) -> HttpResponse | None:
    try:
        done = close_session(
            session=session,
            denominations=form.pieces,
            declared=form.declared,
            bag=form.cleaned_data["bag"],
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["key"],
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return None
    return redirect("sessions:session", done.session_id)
