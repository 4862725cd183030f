"""Deciding on a movement of the bank: one person proposes, another one approves or refuses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cauce.backoffice.bank.forms import ApprovalForm, RefusalForm
from cauce.backoffice.bank.movements import (
    APPROVE,
    PROPOSE,
    movement_page,
    movement_with_its_facts,
    proposal_form,
)
from cauce.cashier.models import BankResolution
from cauce.cashier.operations import approve_resolution, propose_resolution, refuse_resolution
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.reauthentication import hides_password


@screen(PROPOSE, methods=("POST",))
def propose(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Propose what to do with a movement."""
    found = movement_with_its_facts(movement_id)
    form = proposal_form(found, request.POST)

    def act() -> Done:
        said = form.cleaned_data
        propose_resolution(
            movement=found,
            action=BankResolution.Action(said["action"]),
            reason=said["reason"],
            account=said["account"],
            payment=said["payment"],
            amount=said.get("amount"),
            effective_on=said.get("effective_on"),
            at=clock.now(),
            by=user_of(request),
        )
        return "La propuesta quedó hecha: otra persona la aprueba o la rechaza.", redirect("bank:movement", found.pk)

    response = done(request, form, act, what="proponer qué hacer con un movimiento del banco")
    if response is not None:
        return response
    return movement_page(request, found, proposal=form)


@screen(APPROVE, methods=("POST",))
@hides_password
def approve(request: HttpRequest, resolution_id: int) -> HttpResponse:
    """Approve a proposal: its money moves."""
    resolution = _resolution(resolution_id)
    form = ApprovalForm(request.POST, request=request)

    def act() -> Done:
        approve_resolution(resolution=resolution, at=clock.now(), by=user_of(request))
        return "La propuesta quedó aprobada y aplicada.", redirect("bank:movement", resolution.movement_id)

    response = done(request, form, act, what="aprobar la resolución de un movimiento del banco")
    if response is not None:
        return response
    return movement_page(request, movement_with_its_facts(resolution.movement_id), approval=form)


@screen(APPROVE, methods=("POST",))
def refuse(request: HttpRequest, resolution_id: int) -> HttpResponse:
    """Refuse a proposal: the movement waits for another."""
    resolution = _resolution(resolution_id)
    form = RefusalForm(request.POST)

    def act() -> Done:
        refuse_resolution(resolution=resolution, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return "La propuesta no se aprobó: el movimiento espera otra.", redirect(
            "bank:movement", resolution.movement_id
        )

    response = done(request, form, act, what="rechazar la resolución de un movimiento del banco")
    if response is not None:
        return response
    return movement_page(request, movement_with_its_facts(resolution.movement_id), refusal=form)


def _resolution(resolution_id: int) -> BankResolution:
    return get_object_or_404(BankResolution.objects.select_related("movement"), pk=resolution_id)
