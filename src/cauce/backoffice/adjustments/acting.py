"""What is done with an adjustment from its page: one operation each, and back to the page."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cauce.backoffice.adjustments.forms import ApplyForm, AuthoriseForm, RefuseForm, UndoForm, WithdrawForm
from cauce.backoffice.adjustments.showing import APPLY, AUTHORISE, PROPOSE, adjustment_page, one
from cauce.billing.models import Adjustment
from cauce.billing.operations import (
    apply_adjustment,
    authorise_adjustment,
    propose_undo,
    refuse_adjustment,
    withdraw_adjustment,
)
from cauce.core import clock
from cauce.core.es_mx import format_money
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.users.roles import role_label


@screen(AUTHORISE, methods=("POST",))
def authorise(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Authorise it, by the Consejo's resolution when it is needed."""

    def act(found: Adjustment, form: forms.Form) -> str:
        authorise_adjustment(adjustment=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Se autorizó el ajuste {found.document.folio}: ya se puede aplicar."

    form = AuthoriseForm(request.POST, needs_board=one(adjustment_id).needs_board)
    return _do(request, adjustment_id, form, act, name="grant", what="autorizar")


@screen(AUTHORISE, methods=("POST",))
def refuse(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Refuse it, saying why."""

    def act(found: Adjustment, form: forms.Form) -> str:
        refuse_adjustment(adjustment=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return f"Se negó el ajuste {found.document.folio}. Imprima la carta para el usuario."

    return _do(
        request, adjustment_id, RefuseForm(request.POST, auto_id="id_refusal_%s"), act, name="refusal", what="negar"
    )


@screen(PROPOSE, methods=("POST",))
def withdraw(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Take it back before it is applied."""

    def act(found: Adjustment, form: forms.Form) -> str:
        withdraw_adjustment(adjustment=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return f"Se retiró el ajuste {found.document.folio}: sus recibos quedan como estaban."

    return _do(
        request,
        adjustment_id,
        WithdrawForm(request.POST, auto_id="id_withdrawal_%s"),
        act,
        name="withdrawal",
        what="retirar",
    )


@screen(APPLY, methods=("POST",))
def apply(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Apply it: the corrected bills take the place of the first ones."""

    def act(found: Adjustment, form: forms.Form) -> str:
        key = f"ajuste/{form.cleaned_data['llave']}"
        made = apply_adjustment(adjustment=found, at=clock.now(), by=user_of(request), key=key)
        favour = f" Quedaron {format_money(made.left_in_favour)} a favor." if made.left_in_favour else ""
        return f"Se aplicó el ajuste {made.document.folio} por {format_money(made.difference)}.{favour}"

    return _do(request, adjustment_id, ApplyForm(request.POST), act, name="application", what="aplicar")


@screen(PROPOSE, methods=("POST",))
def undo(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Propose to leave its bills as they were, by another adjustment."""
    found, form = one(adjustment_id), UndoForm(request.POST)

    def act() -> Done:
        made = propose_undo(
            adjustment=found,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=f"deshacer/{form.cleaned_data['llave']}",
        )
        said = f"El ajuste {made.document.folio}, que deshace el {found.document.folio}, se envió a: "
        return f"{said}{role_label(made.authoriser)}.", redirect("adjustments:adjustment", made.pk)

    response = done(request, form, act, what=f"deshacer el ajuste {found.document.folio}")
    return response or adjustment_page(request, one(adjustment_id), status=422, undoing=form)


def _do(
    request: HttpRequest,
    adjustment_id: int,
    form: forms.Form,
    act: Callable[[Adjustment, forms.Form], str],
    *,
    name: str,
    what: str,
) -> HttpResponse:
    found = one(adjustment_id)

    def doing() -> Done:
        return act(found, form), redirect("adjustments:adjustment", adjustment_id)

    response = done(request, form, doing, what=f"{what} el ajuste {found.document.folio}")
    return response or adjustment_page(request, one(adjustment_id), status=422, **{name: form})
