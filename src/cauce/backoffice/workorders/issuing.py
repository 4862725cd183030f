"""Issuing an order from the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.workorders.forms import NewOrderForm
from cauce.backoffice.workorders.shapes import ISSUE
from cauce.core import clock
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import account_named, new_key
from cauce.workorders.operations import issue_work_order
from cauce.workorders.queries import pending_near


@screen(ISSUE, methods=("GET", "POST"))
def new_order(request: HttpRequest) -> HttpResponse:
    """Order something to be done; with ``?cuenta=`` in an account, where what is already pending is told first."""
    account = account_named(request.GET.get("cuenta", ""))
    posted = request.method == "POST"
    initial = {"llave": new_key(), "account": "" if account is None else account.number}
    initial["type"] = request.GET.get("tipo", "")
    form = NewOrderForm(request.POST) if posted else NewOrderForm(initial=initial)

    def act() -> Done:
        issued = issue_work_order(
            **form.said(), at=clock.now(), by=user_of(request), key=f"ventanilla/{form.cleaned_data['llave']}"
        )
        said = f"La orden {issued.document.folio} quedó emitida para «{issued.area}». Falta entregarla en una relación."
        return said, redirect("workorders:order", issued.pk)

    response = done(request, form, act, what="emitir una orden de trabajo")
    if response is not None:
        return response
    if posted and isinstance(form.cleaned_data.get("account"), Account):
        account = form.cleaned_data["account"]
    context = {
        "form": form,
        "account": account,
        "pending": [] if account is None else pending_near(account_id=account.pk, limit=5),
    }
    return render(request, "backoffice/workorders/new_order.html", context, status=422 if form.errors else 200)
