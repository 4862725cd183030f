"""The call panel: over whatever is on the screen, or as a page of its own."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.announcements.queries import announcements_at, announcements_for
from cauce.backoffice.calls.forms import CASE, INSPECTION, ORDER, CallForm, started
from cauce.cases.models import Call
from cauce.cases.operations import leave_message, record_call, record_call_as_case, record_call_as_order
from cauce.cases.queries.calls import caller_of
from cauce.core import clock
from cauce.registry.models import Account
from cauce.registry.rules.details import phone_key
from cauce.ui.access import screen
from cauce.ui.acts import done
from cauce.ui.fields import new_key
from cauce.users.models import User

ATTEND = "cases.add_call"
# With fewer digits somebody is still typing.
WHOLE_PHONE = 10


@screen(ATTEND)
def panel(request: HttpRequest) -> HttpResponse:
    """The panel alone, to be shown over a page."""
    return render(request, "backoffice/calls/panel.html", _context(_blank(request)))


@screen(ATTEND)
def caller(request: HttpRequest) -> HttpResponse:
    """Whose the number is that is being typed, and what they called about before."""
    typed = request.GET.get("phone", "")
    context = {"caller": caller_of(typed), "is_whole": len(phone_key(typed)) >= WHOLE_PHONE}
    return render(request, "backoffice/calls/caller.html", context)


@screen(ATTEND, methods=("GET", "POST"))
def new_call(request: HttpRequest) -> HttpResponse:
    """Write a call, and whatever it becomes."""
    if request.method == "GET":
        return render(request, "backoffice/calls/new_call.html", _context(_blank(request)))
    form = CallForm(request.POST)
    user = cast(User, request.user)

    def act() -> tuple[str, HttpResponse]:
        now, said = clock.now(), form.cleaned_data
        returns = Call.objects.filter(pk=said["devuelve"]).first() if said["devuelve"] else None
        facts, key = form.facts(returns, now), f"llamada/{said['llave']}"
        if said["outcome"] == CASE:
            call = record_call_as_case(facts=facts, type=said["case_type"], at=now, by=user, key=key)
            assert call.case is not None
            return f"Quedó el caso {call.case.document.folio}.", redirect("cases:case", call.case_id)
        if said["outcome"] == ORDER:
            call = record_call_as_order(
                facts=facts, type=said["order_type"], place=said["place"], at=now, by=user, key=key
            )
            assert call.order is not None
            return f"Quedó la orden {call.order.document.folio}.", redirect("workorders:order", call.order_id)
        call = record_call(facts=facts, at=now, by=user, key=key)
        if said["outcome"] == INSPECTION:
            return "Elija el lugar en la agenda.", redirect(
                f"{reverse('inspections:new_inspection')}?cuenta={call.account_id}&llamada={call.pk}"
            )
        if said["outcome"] == Call.Outcome.MESSAGE and not call.messages.exists():
            leave_message(
                text=call.notes or call.matter,
                for_user=said["for_user"],
                for_area=said["for_area"],
                call=call,
                at=now,
                by=user,
            )
        return "La llamada quedó anotada.", redirect("calls:call", call.pk)

    response = done(request, form, act, what="anotar una llamada")
    return response or render(request, "backoffice/calls/new_call.html", _context(form), status=422)


def _blank(request: HttpRequest) -> CallForm:
    """A new call, begun now, with the account that is on the screen and the promise that it keeps."""
    initial: dict[str, Any] = {"llave": new_key(), "empezo": started(clock.now()), "sentido": Call.Direction.IN}
    given = request.GET.get("cuenta", "")
    account = Account.objects.filter(pk=given).select_related("holder").first() if given.isdecimal() else None
    if account is not None:
        initial |= {"account": account.number}
    promised = request.GET.get("devuelve", "")
    call = Call.objects.filter(pk=promised).select_related("account").first() if promised.isdecimal() else None
    if call is not None:
        initial |= {
            "devuelve": call.pk,
            "sentido": Call.Direction.OUT,
            "phone": call.phone,
            "caller_name": call.caller_name,
            "account": "" if call.account is None else call.account.number,
            "matter": call.matter,
        }
    return CallForm(initial=initial)


def _context(form: CallForm) -> dict[str, object]:
    """The form, and what who answers is to know now."""
    now = clock.now()
    number = form.initial.get("account") or ""
    account = Account.objects.filter(number=number).first() if number else None
    told = announcements_for(account, now) if account is not None else list(announcements_at(now)[:3])
    return {"form": form, "announcements": told}
