"""What is done with meters and proposals: one operation each, and back to the page."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cauce.backoffice.meters.forms import ApproveForm, DecisionForm, FactsForm, ProposeForm, PutAwayForm
from cauce.backoffice.meters.one_meter import meter_page
from cauce.backoffice.meters.one_meter import one as one_meter
from cauce.backoffice.meters.proposals import one, proposal_page
from cauce.backoffice.meters.shapes import APPROVE, COMPLETE, PROPOSE
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of
from cauce.metering.models import Meter, ReplacementProposal
from cauce.metering.operations import (
    approve_replacement,
    complete_meter,
    propose_replacement,
    put_meter_away,
    refuse_replacement,
    withdraw_replacement,
)
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.refusals import message_of


@screen(COMPLETE, methods=("POST",))
def complete(request: HttpRequest, meter_id: int) -> HttpResponse:
    """Write what a meter is."""
    found, form = one_meter(meter_id), FactsForm(request.POST)

    def act() -> Done:
        complete_meter(meter=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Se guardaron los datos del medidor {found.serial}.", redirect("meters:meter", meter_id)

    response = done(request, form, act, what=f"completar los datos del medidor {found.serial}")
    return response or meter_page(request, found, status=422, facts=form)


@screen(COMPLETE, methods=("POST",))
def put_away(request: HttpRequest, meter_id: int) -> HttpResponse:
    """Say where a meter that is in no account is."""
    found, form = one_meter(meter_id), PutAwayForm(request.POST)

    def act() -> Done:
        where = Meter.PutAway(form.cleaned_data["where"])
        put_meter_away(
            meter=found, where=where, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request)
        )
        return f"El medidor {found.serial} quedó {where.label.lower()}.", redirect("meters:meter", meter_id)

    response = done(request, form, act, what=f"guardar el medidor {found.serial}")
    return response or meter_page(request, found, status=422, put_away=form)


@screen(PROPOSE, methods=("POST",))
def propose(request: HttpRequest) -> HttpResponse:
    """Propose to change the meters that were marked."""
    form = ProposeForm(request.POST)
    back = redirect("meters:suspects")
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return back
    chosen = list(Meter.objects.filter(pk__in=[int(each) for each in form.cleaned_data["medidor"]]))
    try:
        made = propose_replacement(
            meters=chosen,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=f"reemplazo/{form.cleaned_data['llave']}",
        )
    except DomainError as error:
        messages.error(request, message_of(request, error, what="proponer el reemplazo de medidores"))
        return back
    said = count_of(made.meters, "medidor", "medidores")
    messages.success(request, f"Se propuso el reemplazo {made.document.folio}, {said}: lo aprueba otra persona.")
    return redirect("meters:proposal", made.pk)


@screen(APPROVE, methods=("POST",))
def approve(request: HttpRequest, replacement_id: int) -> HttpResponse:
    """Approve a proposal; its orders follow."""

    def act(found: ReplacementProposal, note: str) -> str:
        approve_replacement(proposal=found, note=note, at=clock.now(), by=user_of(request))
        return f"Se aprobó la propuesta {found.document.folio}: se emiten sus órdenes de cambio."

    return _decide(request, replacement_id, ApproveForm(request.POST), act, name="grant", what="aprobar")


@screen(APPROVE, methods=("POST",))
def refuse(request: HttpRequest, replacement_id: int) -> HttpResponse:
    """Refuse a proposal, saying why."""

    def act(found: ReplacementProposal, note: str) -> str:
        refuse_replacement(proposal=found, note=note, at=clock.now(), by=user_of(request))
        return f"Se negó la propuesta {found.document.folio}: sus medidores pueden proponerse otra vez."

    return _decide(request, replacement_id, DecisionForm(request.POST), act, name="refusal", what="negar")


@screen(PROPOSE, methods=("POST",))
def withdraw(request: HttpRequest, replacement_id: int) -> HttpResponse:
    """Take a proposal back before it is decided."""

    def act(found: ReplacementProposal, note: str) -> str:
        withdraw_replacement(proposal=found, note=note, at=clock.now(), by=user_of(request))
        return f"Se retiró la propuesta {found.document.folio}."

    return _decide(request, replacement_id, DecisionForm(request.POST), act, name="withdrawal", what="retirar")


def _decide(
    request: HttpRequest,
    replacement_id: int,
    form: forms.Form,
    act: Callable[[ReplacementProposal, str], str],
    *,
    name: str,
    what: str,
) -> HttpResponse:
    found = one(replacement_id)

    def doing() -> Done:
        return act(found, form.cleaned_data["note"]), redirect("meters:proposal", replacement_id)

    response = done(request, form, doing, what=f"{what} la propuesta {found.document.folio}")
    return response or proposal_page(request, one(replacement_id), status=422, **{name: form})
