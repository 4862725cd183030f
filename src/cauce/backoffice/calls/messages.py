"""Recados: mine and those of my area, until somebody takes them."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.calls.forms import MessageForm
from cauce.cases.models import PhoneMessage
from cauce.cases.operations import leave_message, take_message
from cauce.cases.queries.calls import messages_for
from cauce.core import clock
from cauce.ui.access import ANYONE_SIGNED_IN, screen
from cauce.ui.acts import done, tell
from cauce.users.models import User

LEAVE = "cases.add_call"


@screen(ANYONE_SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    """What was left for me or for my area."""
    return _page(request, MessageForm())


@screen(LEAVE, methods=("POST",))
def leave(request: HttpRequest) -> HttpResponse:
    """Leave a recado."""
    form = MessageForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        left = leave_message(**form.cleaned_data, at=clock.now(), by=cast(User, request.user))
        return f"Quedó el recado para {left.for_user or left.for_area}.", redirect("calls:messages")

    return done(request, form, act, what="dejar un recado") or _page(request, form, status=422)


@screen(ANYONE_SIGNED_IN, methods=("POST",))
def take(request: HttpRequest, message_id: int) -> HttpResponse:
    """I have it."""
    found = get_object_or_404(PhoneMessage, pk=message_id)

    def act() -> str:
        take_message(message=found, at=clock.now(), by=cast(User, request.user))
        return "El recado quedó tomado."

    tell(request, act, what="tomar un recado")
    return redirect("calls:messages")


def _page(request: HttpRequest, form: MessageForm, *, status: int = 200) -> HttpResponse:
    user = cast(User, request.user)
    taken = PhoneMessage.objects.filter(taken_by=user).select_related("left_by", "call").order_by("-taken_at")[:20]
    context = {"rows": messages_for(user), "taken": taken, "form": form, "may_leave": user.has_perm(LEAVE)}
    return render(request, "backoffice/calls/messages.html", context, status=status)
