"""The one way to do an act: the form is right, the operation runs, and the person reads what happened."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from cauce.core.errors import DomainError
from cauce.ui.refusals import message_of

Done = tuple[str, HttpResponse]


def done(request: HttpRequest, form: forms.Form, act: Callable[[], Done], *, what: str) -> HttpResponse | None:
    """Do an act that a form asks for; None when there is nothing to do or it could not be done: show the form again.

    ``act`` calls one operation and gives what to say and where to go (``Done``). Its refusal is put in the form's
    summary, with what was typed kept; ``what`` is the act in infinitive, for the history (see ``message_of``).
    """
    if not form.is_valid():
        return None
    try:
        said, response = act()
    except DomainError as error:
        form.add_error(None, message_of(request, error, what=what))
        return None
    messages.success(request, said)
    return response


def tell(request: HttpRequest, act: Callable[[], str], *, what: str) -> None:
    """Do an act that a button alone asks for, and tell what it says, or why it was refused, on the next page."""
    try:
        said = act()
    except DomainError as error:
        messages.error(request, message_of(request, error, what=what))
    else:
        if said:
            messages.success(request, said)
