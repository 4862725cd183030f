"""What is done with a version from its page: one operation each, and back to the page."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cauce.backoffice.guidelines.forms import AcknowledgeForm, AuthoriseForm, ReturnForm, WithdrawForm
from cauce.backoffice.guidelines.showing import ACKNOWLEDGE, AUTHORISE, SEE, WRITE, one, version_page
from cauce.core import clock
from cauce.core.es_mx import format_date
from cauce.guidelines.models import GuidelineVersion
from cauce.guidelines.operations import (
    acknowledge_guideline,
    authorise_guideline,
    return_guideline,
    submit_guideline,
    withdraw_guideline,
)
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done


@screen(WRITE, methods=("POST",))
def submit(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """Send it to be authorised."""

    def act(found: GuidelineVersion, form: forms.Form) -> str:
        submit_guideline(version=found, at=clock.now(), by=user_of(request))
        return "Se envió a revisión: lo autoriza el Jefe de Comercialización o el Director General."

    return _do(request, guideline_version_id, forms.Form(request.POST), act, name="sending", what="enviar a revisión")


@screen(AUTHORISE, methods=("POST",))
def give_back(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """Give it back to be corrected."""

    def act(found: GuidelineVersion, form: forms.Form) -> str:
        return_guideline(version=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return "Se devolvió: quien lo escribió ve qué hay que corregir."

    form = ReturnForm(request.POST)
    return _do(request, guideline_version_id, form, act, name="correction", what="devolver")


@screen(AUTHORISE, methods=("POST",))
def authorise(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """Authorise it: its text is sealed and its staff is asked to read it."""

    def act(found: GuidelineVersion, form: forms.Form) -> str:
        said = form.cleaned_data
        made = authorise_guideline(
            version=found,
            resolution=said["resolution"],
            valid_from=said["valid_from"],
            edition=said["edicion"],
            at=clock.now(),
            by=user_of(request),
        )
        return f"Quedó autorizado: rige desde el {format_date(made.valid_from)}. Al personal se le pide leerlo."

    form = AuthoriseForm(request.POST)
    return _do(request, guideline_version_id, form, act, name="authorisation", what="autorizar")


@screen(SEE, methods=("POST",))
def withdraw(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """Leave it without effect: its writer while it is under way, who authorises once it rules."""

    def act(found: GuidelineVersion, form: forms.Form) -> str:
        withdraw_guideline(version=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return "Se retiró; se conserva como quedó."

    found = one(guideline_version_id)
    if not request.user.has_perm(WRITE if found.authorised_at is None else AUTHORISE):
        raise PermissionDenied
    form = WithdrawForm(request.POST)
    return _do(request, guideline_version_id, form, act, name="withdrawal", what="retirar")


@screen(ACKNOWLEDGE, methods=("POST",))
def acknowledge(request: HttpRequest, guideline_version_id: int) -> HttpResponse:
    """«Leí y me obligo»."""

    def act(found: GuidelineVersion, form: forms.Form) -> str:
        acknowledge_guideline(version=found, sha256=form.cleaned_data["huella"], at=clock.now(), by=user_of(request))
        return "Quedó su acuse: leyó esta versión y se obliga a cumplirla."

    form = AcknowledgeForm(request.POST)
    return _do(request, guideline_version_id, form, act, name="acknowledgement", what="acusar")


def _do(
    request: HttpRequest,
    guideline_version_id: int,
    form: forms.Form,
    act: Callable[[GuidelineVersion, forms.Form], str],
    *,
    name: str,
    what: str,
) -> HttpResponse:
    found = one(guideline_version_id)

    def doing() -> Done:
        return act(found, form), redirect("guidelines:version", found.pk)

    response = done(request, form, doing, what=f"{what} un lineamiento")
    return response or version_page(request, one(guideline_version_id), status=422, **{name: form})
