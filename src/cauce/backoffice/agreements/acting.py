"""What is done with an agreement from its page: authorise, refuse, prepare, sign, withdraw, cancel, keep its notes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cauce.agreements.models import PaymentAgreement
from cauce.agreements.operations import (
    authorise_agreement,
    cancel_agreement,
    keep_notes,
    prepare_agreement,
    refuse_agreement,
    sign_agreement,
    withdraw_agreement,
)
from cauce.agreements.rules import OUTSTANDING_NOTES
from cauce.backoffice.agreements.forms import EndForm, GrantForm, KeepForm, KeyForm, RefusalForm
from cauce.backoffice.agreements.showing import AUTHORISE, CANCEL, KEEP, SIGN, agreement_named, agreement_page
from cauce.core import clock
from cauce.core.es_mx import count_of, format_date, format_money
from cauce.ui.access import screen, user_of
from cauce.ui.acts import done, tell

ActForm = GrantForm | RefusalForm | EndForm | KeyForm | KeepForm


@screen(AUTHORISE, methods=("POST",))
def authorise(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Grant what the post that asked could not."""
    found, form = agreement_named(agreement_id), GrantForm(request.POST)

    def act() -> str:
        authorise_agreement(agreement=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return f"Se autorizó el convenio {found.document.folio}: en ventanilla se prepara y se firma."

    return _acted(request, found, form, act, what="autorizar")


@screen(AUTHORISE, methods=("POST",))
def refuse(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Say no, and why."""
    found, form = agreement_named(agreement_id), RefusalForm(request.POST)

    def act() -> str:
        refuse_agreement(agreement=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return f"Se negó el convenio {found.document.folio}."

    return _acted(request, found, form, act, what="negar")


@screen(SIGN, methods=("POST",))
def prepare(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Compute an authorised agreement with what is owed today and number its notes."""
    found = agreement_named(agreement_id)

    def act() -> str:
        prepare_agreement(agreement=found, at=clock.now(), by=user_of(request))
        return f"El convenio {found.document.folio} está listo: imprima sus papeles y recabe las firmas."

    tell(request, act, what=f"preparar el convenio {found.document.folio}")
    return redirect("agreements:agreement", found.pk)


@screen(SIGN, methods=("POST",))
def sign(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The papers are signed: the debt moves to the notes."""
    found, form = agreement_named(agreement_id), KeyForm(request.POST)

    def act() -> str:
        key = f"firma/{form.cleaned_data['llave']}"
        signed = sign_agreement(agreement=found, at=clock.now(), by=user_of(request), key=key)
        if signed.state == PaymentAgreement.State.IN_FORCE:
            return f"El convenio {found.document.folio} quedó vigente."
        return (
            f"El convenio {found.document.folio} quedó firmado. Falta el enganche de "
            f"{format_money(found.down_payment)} en caja, a más tardar el {format_date(found.down_payment_due_on)}."
        )

    return _acted(request, found, form, act, what="firmar")


@screen(SIGN, methods=("POST",))
def withdraw(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Give up what nobody signed."""
    found, form = agreement_named(agreement_id), EndForm(request.POST)

    def act() -> str:
        withdraw_agreement(agreement=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return f"El convenio {found.document.folio} se retiró sin firmar; sus pagarés quedaron cancelados."

    return _acted(request, found, form, act, what="retirar")


@screen(CANCEL, methods=("POST",))
def cancel(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Undo a signed agreement: its debt comes back where it was."""
    found, form = agreement_named(agreement_id), EndForm(request.POST)

    def act() -> str:
        cancel_agreement(
            agreement=found,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=f"cancelar-convenio/{form.cleaned_data['llave']}",
        )
        return f"El convenio {found.document.folio} se canceló y su adeudo volvió a como estaba."

    return _acted(request, found, form, act, what="cancelar")


@screen(KEEP, methods=("POST",))
def keep(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Receive the signed notes of the agreement in custody."""
    found, form = agreement_named(agreement_id), KeepForm(request.POST)

    def act() -> str:
        notes = list(found.notes.filter(state__in=OUTSTANDING_NOTES))
        kept = keep_notes(
            agreement=found, notes=notes, where=form.cleaned_data["where"], at=clock.now(), by=user_of(request)
        )
        return f"Quedaron en resguardo {count_of(kept, 'pagaré', 'pagarés')}: {form.cleaned_data['where']}."

    return _acted(request, found, form, act, what="resguardar los pagarés de")


def _acted(
    request: HttpRequest, found: PaymentAgreement, form: ActForm, act: Callable[[], str], *, what: str
) -> HttpResponse:
    response = done(
        request,
        form,
        lambda: (act(), redirect("agreements:agreement", found.pk)),
        what=f"{what} el convenio {found.document.folio}",
    )
    if response is not None:
        return response
    return agreement_page(
        request,
        agreement_named(found.pk),
        grant=form if isinstance(form, GrantForm) else None,
        refusal=form if isinstance(form, RefusalForm) else None,
        end=form if isinstance(form, EndForm) else None,
        keep=form if isinstance(form, KeepForm) else None,
        wrong=form,
        status=422,
    )
