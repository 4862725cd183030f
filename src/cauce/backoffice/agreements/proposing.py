"""Making an agreement at the window: its simulator, who signs it, and one press to prepare it or send it up."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cauce.agreements.models import PaymentAgreement
from cauce.agreements.operations import propose_agreement
from cauce.agreements.queries import NoPolicyInForce, live_agreement, pending_agreement
from cauce.backoffice.agreements.forms import Capacity, ProposalForm, SignerForm
from cauce.backoffice.agreements.simulating import Draft, draft_of
from cauce.core import clock
from cauce.documents.operations import store_file
from cauce.registry.models import Account
from cauce.registry.operations import InvalidCustomer, register_customer
from cauce.tariffs.rules import NoLawInForce
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key

SIGN = "agreements.sign_agreement"
_WHO = {"obligado": "firmante", "aval": "nombre_aval"}


@screen(SIGN, methods=("GET", "POST"))
def new_agreement(request: HttpRequest, account_id: int) -> HttpResponse:
    """Simulate an agreement with its terms in the address; by POST, prepare it or send it to be authorised."""
    account = get_object_or_404(
        Account.objects.select_related("holder", "connection__premises", "tariff_code"), pk=account_id
    )
    user, now, today = user_of(request), clock.now(), clock.today()
    context: dict[str, Any] = {"account": account, "today": today}
    try:
        draft = draft_of(request.GET, account=account, user=user, at=now, on=today)
    except (NoLawInForce, NoPolicyInForce) as error:
        return render(request, "backoffice/agreements/new_agreement.html", context | {"stopped": str(error)})
    is_posted = request.method == "POST"
    form = (
        ProposalForm(request.POST, request.FILES, is_request=draft.may_send)
        if is_posted
        else ProposalForm(initial={"llave": new_key()}, is_request=draft.may_send)
    )
    if is_posted:
        response = _proposed(request, draft, form)
        if response is not None:
            return response
    context |= {
        "draft": draft,
        "form": form,
        "live": live_agreement(account.pk),
        "pending": pending_agreement(account.pk),
        "signer_form": SignerForm(initial={"nombre": draft.form.data.get("firmante", "")}),
        "full_path": request.get_full_path(),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "backoffice/agreements/draft.html", context)
    status = 422 if is_posted else 200
    return render(request, "backoffice/agreements/new_agreement.html", context, status=status)


@screen(SIGN, methods=("POST",))
def register_signer(request: HttpRequest, account_id: int) -> HttpResponse:
    """Register who signs, or the guarantor, and go on with the agreement as it was."""
    account = get_object_or_404(Account, pk=account_id)
    form, query = SignerForm(request.POST), request.GET.copy()
    whom = "aval" if request.POST.get("papel") == "aval" else "obligado"
    if form.is_valid():
        try:
            person = register_customer(details=form.details(), at=clock.now(), by=user_of(request))
        except InvalidCustomer as error:
            for mistake in error.mistakes.values():
                messages.error(request, mistake)
        else:
            query[whom], query[_WHO[whom]] = str(person.pk), person.name
            messages.success(request, f"{person.name} quedó en el padrón, sin cuenta.")
    else:
        messages.error(request, "Escriba el nombre completo de quien firma.")
    return redirect(f"{reverse('agreements:new_agreement', args=[account.pk])}?{query.urlencode()}")


def _proposed(request: HttpRequest, draft: Draft, form: ProposalForm) -> HttpResponse | None:
    if not draft.form.is_valid():
        form.add_error(None, "Revise lo que se pide: hay datos que no se entienden.")
        return None
    if draft.needs_signer:
        form.add_error(None, "Elija quién firma el convenio, o regístrelo.")
        return None
    return done(request, form, lambda: _propose(request, draft, form), what=f"convenir pagos con la {draft.account}")


def _propose(request: HttpRequest, draft: Draft, form: ProposalForm) -> Done:
    at, by, said = clock.now(), user_of(request), form.cleaned_data
    with transaction.atomic():
        letter: UploadedFile | None = said["carta"] if draft.capacity == Capacity.PROXY else None
        proxy_file = None
        if letter is not None:
            proxy_file = store_file(name=str(letter.name), content=letter.read(), at=at, by=by)
        agreement = propose_agreement(
            account=draft.account,
            terms=draft.form.terms(),
            obligor=draft.signer,
            capacity=draft.capacity,
            proxy_file=proxy_file,
            guarantor=draft.guarantor,
            restructures=draft.replaces,
            reason=said["motivo"],
            at=at,
            by=by,
            key=f"convenio/{said['llave']}",
        )
    folio = agreement.document.folio
    told = (
        f"El convenio {folio} se envió a autorizar."
        if agreement.state == PaymentAgreement.State.REQUESTED
        else f"El convenio {folio} está listo: imprima sus papeles y recabe las firmas."
    )
    return told, redirect("agreements:agreement", agreement.pk)
