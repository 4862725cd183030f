"""What is done with one order from its page: one operation for each."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cauce.backoffice.workorders.forms import FileForm, MergeForm, MoveForm, ReasonForm, ReassignForm
from cauce.backoffice.workorders.orders import found_order, order_page
from cauce.backoffice.workorders.shapes import CANCEL, DELIVER, PROGRAM, REPORT, REVIEW
from cauce.core import clock
from cauce.documents.operations import store_file
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import (
    add_order_file,
    cancel_work_order,
    merge_work_orders,
    move_programmed,
    reassign_work_order,
    recall_work_order,
    reopen_work_order,
    retry_work_order,
    start_work_order,
    unprogram_order,
)
from cauce.workorders.queries import changed_by

Doing = Callable[[WorkOrder], str]


@screen(CANCEL, methods=("POST",))
def cancel(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Nobody will go any more."""
    form = ReasonForm(request.POST)

    def act(order: WorkOrder) -> str:
        cancel_work_order(order=order, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return "La orden quedó cancelada."

    return _act(request, work_order_id, form, act, "cancel", "cancelar una orden")


@screen(CANCEL, methods=("POST",))
def recall(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Its cause is gone: call it back, also from the street."""
    form = ReasonForm(request.POST)

    def act(order: WorkOrder) -> str:
        was_out = order.state == WorkOrder.State.IN_FIELD
        recall_work_order(order=order, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"La orden quedó retirada.{' Avise por radio a la cuadrilla, que ya salió.' if was_out else ''}"

    return _act(request, work_order_id, form, act, "recall", "retirar una orden")


@screen(DELIVER, methods=("POST",))
def reassign(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Give it to another area."""
    form = ReassignForm(request.POST)

    def act(order: WorkOrder) -> str:
        moved = reassign_work_order(order=order, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"La orden pasó a «{moved.area}». Inclúyala en una relación para entregarla."

    return _act(request, work_order_id, form, act, "reassign", "pasar una orden a otra área")


@screen(PROGRAM, methods=("POST",))
def start(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """The crew set out."""
    order = found_order(work_order_id)

    def act() -> str:
        start_work_order(order=order, at=clock.now(), by=user_of(request))
        return "La orden está en campo."

    tell(request, act, what="llevar una orden a campo")
    return redirect("workorders:order", work_order_id)


@screen(PROGRAM, methods=("POST",))
def move(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Another crew or another day."""
    form = MoveForm(request.POST)

    def act(order: WorkOrder) -> str:
        moved = move_programmed(order=order, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"La orden pasó a «{moved.crew}»."

    return _act(request, work_order_id, form, act, "move", "mover una orden")


@screen(PROGRAM, methods=("POST",))
def unprogram(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Take it out of the programme."""
    form = ReasonForm(request.POST)

    def act(order: WorkOrder) -> str:
        unprogram_order(order=order, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return "La orden espera otra vez en su área."

    return _act(request, work_order_id, form, act, "unprogram", "quitar una orden del programa")


@screen(REVIEW, methods=("POST",))
def reopen(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """It was said to be done and is not."""
    form = ReasonForm(request.POST)

    def act(order: WorkOrder) -> str:
        changed = changed_by(order)
        reopen_work_order(order=order, **form.cleaned_data, at=clock.now(), by=user_of(request))
        kept = "" if changed is None else f" Lo que ya cambió sigue así: {changed.did}."
        return f"La orden quedó reabierta y su plazo empieza de nuevo. Inclúyala en una relación.{kept}"

    return _act(request, work_order_id, form, act, "reopen", "reabrir una orden")


@screen(PROGRAM, methods=("POST",))
def retry(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """It could not be done: try again."""
    form = ReasonForm(request.POST)

    def act(order: WorkOrder) -> str:
        retry_work_order(order=order, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return "La orden espera otra vez en su área para programarse."

    return _act(request, work_order_id, form, act, "retry", "intentar de nuevo una orden")


@screen(PROGRAM, methods=("POST",))
def merge(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Do others in the same visit."""
    form = MergeForm(request.POST)

    def act(order: WorkOrder) -> str:
        merge_work_orders(
            into=order,
            orders=list(form.cleaned_data["orders"]),
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
        )
        return f"Quedaron fusionadas con {order.document.folio}: se hacen en la misma visita."

    # From the board one goes back to the board.
    back = f"{reverse('workorders:board')}?area={area}" if (area := request.POST.get("area", "")).isdecimal() else ""
    return _act(request, work_order_id, form, act, "merge", "fusionar órdenes", back)


@screen(REPORT, methods=("POST",))
def add_file(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Keep a photograph or a paper with it."""
    form = FileForm(request.POST, request.FILES)

    def act(order: WorkOrder) -> str:
        sent = form.cleaned_data["file"]
        at, by = clock.now(), user_of(request)
        file = store_file(name=sent.name, content=sent.read(), at=at, by=by)
        add_order_file(order=order, file=file, label=form.cleaned_data["label"], at=at, by=by)
        return "El archivo quedó con la orden."

    return _act(request, work_order_id, form, act, "add_file", "agregar un archivo")


def _act(
    request: HttpRequest, work_order_id: int, form: forms.Form, doing: Doing, name: str, what: str, back: str = ""
) -> HttpResponse:
    order = found_order(work_order_id)

    def act() -> Done:
        return doing(order), redirect(back or reverse("workorders:order", args=[work_order_id]))

    response = done(request, form, act, what=what)
    return response or order_page(request, found_order(work_order_id), refused=name, form=form)
