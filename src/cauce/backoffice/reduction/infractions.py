"""Illegal reconnections: found, notified, heard, and fined or dismissed by another person."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.reduction.forms import (
    DismissForm,
    FineForm,
    HearForm,
    InfractionFilter,
    InfractionForm,
    NotifyForm,
)
from cauce.collections.models import Infraction
from cauce.collections.operations import (
    FINE_SERVICE,
    dismiss_infraction,
    fine_infraction,
    hear_infraction,
    law_price,
    notify_infraction,
    record_infraction,
)
from cauce.collections.rules.infractions import may_be_fined
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.documents.operations import store_file
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.reauthentication import hides_password
from cauce.ui.spreadsheets import Column, Kind

SEE, ADD, DECIDE = "collections.view_infraction", "collections.add_infraction", "collections.decide_infraction"
TONES = {"FOUND": "accent", "NOTIFIED": "teal", "HEARD": "teal", "FINED": "bad", "DISMISSED": "good"}
COLUMNS = [
    Column("Folio", width=14),
    Column("Cuenta", width=12),
    Column("Titular", width=36),
    Column("Vista", Kind.DATE, 14),
    Column("Qué se encontró", width=60),
    Column("Estado", width=14),
    Column("Notificada", Kind.DATE, 14),
    Column("Puede manifestar hasta", Kind.DATE, 20),
    Column("Multa", Kind.MONEY, 14),
    Column("Registró", width=28),
    Column("Resolvió", width=28),
    Column("Por qué", width=60),
]


@screen(SEE)
def infractions(request: HttpRequest) -> HttpResponse:
    """The procedures, the last first."""
    return list_page(request, _LISTING, "backoffice/reduction/infractions.html", lambda page: {"tones": TONES})


@screen(SEE)
def infractions_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _LISTING)


@screen(ADD, methods=("GET", "POST"))
def new_infraction(request: HttpRequest) -> HttpResponse:
    """Open the procedure of an illegal reconnection, by hand or from the order in which it was seen."""
    initial = {
        "llave": new_key(),
        "account": request.GET.get("cuenta", ""),
        "order": request.GET.get("orden", ""),
        "found_on": clock.today(),
    }
    form = InfractionForm(request.POST or None, request.FILES or None, initial=initial)

    def act() -> Done:
        told, at, by = form.cleaned_data, clock.now(), user_of(request)
        upload = told["evidence"]
        infraction = record_infraction(
            account=told["account"],
            found_on=told["found_on"],
            told=told["told"],
            found_in=told["order"],
            evidence=None if upload is None else store_file(name=upload.name, content=upload.read(), at=at, by=by),
            at=at,
            by=by,
            key=told["llave"],
        )
        return f"Quedó registrada con el folio {infraction.document.folio}.", redirect(
            "reduction:infraction", infraction.pk
        )

    answer = done(request, form, act, what="registrar una reconexión no autorizada")
    status = 422 if form.errors else 200
    return answer or render(request, "backoffice/reduction/new_infraction.html", {"form": form}, status=status)


@screen(SEE)
def infraction(request: HttpRequest, infraction_id: int) -> HttpResponse:
    """A procedure: what was found, where it is and what follows."""
    return _page(request, found_infraction(infraction_id))


@screen(ADD, methods=("POST",))
def notify(request: HttpRequest, infraction_id: int) -> HttpResponse:
    """Write to whom it was told."""
    form = NotifyForm(request.POST)
    return _step(request, infraction_id, form, notify_infraction, "Quedó notificada.", "notifying")


@screen(ADD, methods=("POST",))
def hear(request: HttpRequest, infraction_id: int) -> HttpResponse:
    """Write what the person said."""
    form = HearForm(request.POST)
    return _step(request, infraction_id, form, hear_infraction, "Quedó lo que manifestó.", "hearing")


@screen(DECIDE, methods=("POST",))
@hides_password
def fine(request: HttpRequest, infraction_id: int) -> HttpResponse:
    """Fine it, with the password."""
    form = FineForm(request.POST, request=request)
    return _step(request, infraction_id, form, fine_infraction, "La multa quedó cargada a la cuenta.", "fining")


@screen(DECIDE, methods=("POST",))
def dismiss(request: HttpRequest, infraction_id: int) -> HttpResponse:
    """End it without a fine."""
    form = DismissForm(request.POST)
    return _step(request, infraction_id, form, dismiss_infraction, "Terminó sin sanción.", "dismissing")


def found_infraction(infraction_id: int) -> Infraction:
    """A procedure, or 404."""
    rows = Infraction.objects.select_related(
        "document", "account__holder", "account__connection__premises", "found_in__document", "inspection__document",
        "inspection__type", "evidence", "found_by", "decided_by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=infraction_id)


def _step(
    request: HttpRequest,
    infraction_id: int,
    form: forms.Form,
    operation: Callable[..., Infraction],
    said: str,
    name: str,
) -> HttpResponse:
    found = found_infraction(infraction_id)

    def act() -> Done:
        told = {key: value for key, value in form.cleaned_data.items() if key != "password"}
        operation(infraction=found, at=clock.now(), by=user_of(request), **told)
        return said, redirect("reduction:infraction", found.pk)

    answer = done(request, form, act, what=f"actuar en el procedimiento {found.document.folio}")
    return answer or _page(request, found, **{name: form})


def _page(request: HttpRequest, found: Infraction, **given: forms.Form) -> HttpResponse:
    today = clock.today()
    may_add, may_decide = request.user.has_perm(ADD), request.user.has_perm(DECIDE)
    is_open = found.state in {"FOUND", "NOTIFIED", "HEARD"}
    is_mine = found.found_by_id == request.user.pk
    context: dict[str, Any] = {
        "found": found,
        "account": found.account,
        "tone": TONES[found.state],
        "steps": found.steps.select_related("by").order_by("pk"),
        "price": _price(),
        "may_notify": may_add and found.state == "FOUND",
        "may_hear": may_add and found.state == "NOTIFIED",
        "may_fine": may_decide
        and not is_mine
        and may_be_fined(found.state, hearing_until=found.hearing_until, today=today),
        "may_dismiss": may_decide and not is_mine and is_open,
        "is_mine": is_mine and is_open,
        "notifying": NotifyForm(initial={"notified_on": today}),
        "hearing": HearForm(initial={"heard_on": today}),
        "fining": FineForm(request=request),
        "dismissing": DismissForm(),
        "error_form": next(iter(given.values()), None),
        **given,
    }
    return render(request, "backoffice/reduction/infraction.html", context, status=422 if given else 200)


def _price() -> str:
    try:
        return format_money(law_price(FINE_SERVICE, on=clock.today()).total)
    except DomainError as error:
        return error.message


def _rows(chosen: Chosen) -> QuerySet[Infraction]:
    found = Infraction.objects.select_related("document", "account__holder", "found_by", "decided_by")
    if chosen["estado"]:
        found = found.filter(state=chosen["estado"])
    if chosen["desde_dia"]:
        found = found.filter(found_at__date__gte=chosen["desde_dia"])
    return found


def _cells(one: Infraction) -> tuple[object, ...]:
    return (
        one.document.folio,
        one.account.number,
        one.account.holder.name,
        one.found_on,
        one.told,
        one.get_state_display(),
        one.notified_on,
        one.hearing_until,
        one.amount,
        str(one.found_by),
        str(one.decided_by or ""),
        one.decision,
    )


_LISTING = Listing(rows=_rows, order=["-pk"], form=InfractionFilter, name="reconexiones", columns=COLUMNS, cells=_cells)
