"""Leaflets, events and courses: what there is, and what the areas ask for."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.announcements.models import Offering, OfferingRequest
from cauce.announcements.operations import (
    ask_for_offering,
    deliver_offering,
    refuse_offering,
    save_offering,
    stock_offering,
)
from cauce.backoffice.announcements.forms import AskForm, OfferingForm, StockForm, WithdrawalForm
from cauce.core import clock
from cauce.ui.access import screen
from cauce.ui.acts import done, tell
from cauce.users.models import User

SEE = "announcements.view_announcement"
CHANGE = "announcements.change_offering"
ASK = "announcements.add_offeringrequest"


@screen(SEE)
def offerings(request: HttpRequest) -> HttpResponse:
    """What there is to hand out or to attend."""
    waiting = OfferingRequest.objects.filter(state=OfferingRequest.State.ASKED)
    context = {
        "offerings": Offering.objects.order_by("-is_active", "kind", "name"),
        "waiting": waiting.select_related("offering", "area", "asked_by").order_by("asked_at"),
        "may_change": request.user.has_perm(CHANGE),
    }
    return render(request, "backoffice/announcements/offerings.html", context)


@screen(CHANGE, methods=("GET", "POST"))
def new_offering(request: HttpRequest) -> HttpResponse:
    """Add a leaflet, an event or a course."""
    form = OfferingForm(request.POST or None)

    def act() -> tuple[str, HttpResponse]:
        made = save_offering(offering=None, **form.said())
        return f"Quedó «{made.name}». Anote cuántos hay.", redirect("announcements:offering", made.pk)

    if request.method == "POST" and (response := done(request, form, act, what="agregar un material")):
        return response
    context = {"form": form}
    return render(request, "backoffice/announcements/new_offering.html", context, status=422 if form.errors else 200)


@screen(SEE)
def offering(request: HttpRequest, offering_id: int) -> HttpResponse:
    """One of them, its movements and who asked for it."""
    return _page(request, get_object_or_404(Offering, pk=offering_id))


@screen(CHANGE, methods=("POST",))
def stock(request: HttpRequest, offering_id: int) -> HttpResponse:
    """Note what came in or went out."""
    found, form = get_object_or_404(Offering, pk=offering_id), StockForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        stocked = stock_offering(offering=found, **form.cleaned_data, at=clock.now(), by=cast(User, request.user))
        return f"Quedan {stocked.left:,}.", redirect("announcements:offering", found.pk)

    return done(request, form, act, what="anotar existencia") or _page(request, found, stock_form=form, status=422)


@screen(ASK, methods=("POST",))
def ask(request: HttpRequest, offering_id: int) -> HttpResponse:
    """Ask for some, for one's own area."""
    found, form, user = get_object_or_404(Offering, pk=offering_id), AskForm(request.POST), cast(User, request.user)

    def act() -> tuple[str, HttpResponse]:
        ask_for_offering(offering=found, area=user.area, **form.cleaned_data, at=clock.now(), by=user)
        return "Comunicación Social ya lo ve.", redirect("announcements:offering", found.pk)

    return done(request, form, act, what="pedir un material") or _page(request, found, ask_form=form, status=422)


@screen(CHANGE, methods=("POST",))
def deliver(request: HttpRequest, offering_request_id: int) -> HttpResponse:
    """Hand over what was asked for."""
    found = get_object_or_404(OfferingRequest, pk=offering_request_id)

    def act() -> str:
        deliver_offering(request=found, at=clock.now(), by=cast(User, request.user))
        return "Quedó entregado."

    tell(request, act, what="entregar un material")
    return redirect("announcements:offerings")


@screen(CHANGE, methods=("POST",))
def refuse(request: HttpRequest, offering_request_id: int) -> HttpResponse:
    """Say that it is not given, and why."""
    found, form = get_object_or_404(OfferingRequest, pk=offering_request_id), WithdrawalForm(request.POST)

    def act() -> str:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        refuse_offering(request=found, reason=reason, at=clock.now(), by=cast(User, request.user))
        return "Quedó contestado."

    tell(request, act, what="contestar un pedido")
    return redirect("announcements:offerings")


def _page(
    request: HttpRequest,
    found: Offering,
    *,
    stock_form: StockForm | None = None,
    ask_form: AskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "found": found,
        "movements": found.movements.select_related("by").order_by("-pk")[:50],
        "requests": found.requests.select_related("area", "asked_by").order_by("-pk")[:50],
        "may_change": request.user.has_perm(CHANGE),
        "may_ask": found.is_active and found.left > 0 and request.user.has_perm(ASK),
        "form": stock_form or ask_form,
        "stock_form": stock_form or StockForm(),
        "ask_form": ask_form or AskForm(),
    }
    return render(request, "backoffice/announcements/offering.html", context, status=status)
