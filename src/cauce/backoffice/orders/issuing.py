"""Issuing an orden de pago: for whom, what it pays with its arithmetic in sight, and one press to issue it."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.orders.drafts import ADVANCE, DEBT, SERVICES, Draft, draft_of
from cauce.backoffice.orders.forms import AdvanceForm, ConfirmForm, NewPersonForm, ServicesForm, WhomForm
from cauce.cashier.models import PaymentOrder
from cauce.cashier.operations import issue_advance_order, issue_debt_order, issue_service_order
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_account, format_money
from cauce.registry.models import Account, Customer
from cauce.registry.operations import InvalidCustomer, register_customer
from cauce.registry.queries import search_accounts, search_people
from cauce.tariffs.rules import NoLawInForce
from cauce.ui.access import screen, user_of
from cauce.ui.fields import new_key
from cauce.ui.refusals import message_of

ISSUE = "cashier.add_paymentorder"
KINDS = [
    (SERVICES, "Servicios", "list-details"),
    (DEBT, "Adeudo a una fecha", "calendar-event"),
    (ADVANCE, "Anticipo", "coin"),
]


@screen(ISSUE)
def new_order(request: HttpRequest) -> HttpResponse:
    """Whose the order is: an account, a person without one, or somebody to be registered."""
    form = WhomForm(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    accounts = search_accounts(text) if text else []
    people = search_people(text, without_account=True) if text else []
    is_new_name = not accounts and not people and not any(letter.isdigit() for letter in text)
    context = {
        "query": text,
        "accounts": accounts,
        "people": people,
        "form": NewPersonForm(initial={"name": text if is_new_name else ""}),
    }
    return render(request, "backoffice/orders/new_order.html", context)


@screen(ISSUE, methods=("POST",))
def register_person(request: HttpRequest) -> HttpResponse:
    """Register somebody without account and go on to their order."""
    form = NewPersonForm(request.POST)
    if form.is_valid():
        try:
            person = register_customer(details=form.details(), at=clock.now(), by=user_of(request))
        except InvalidCustomer as error:
            for name, mistake in error.mistakes.items():
                form.add_error(name if name in form.fields else None, mistake)
        else:
            messages.success(request, f"{person.name} quedó en el padrón, sin cuenta.")
            return redirect("orders:person_order", person.pk)
    return render(request, "backoffice/orders/new_order.html", {"form": form, "query": ""}, status=422)


@screen(ISSUE, methods=("GET", "POST"))
def account_order(request: HttpRequest, account_id: int) -> HttpResponse:
    """An order for an account: services, its debt to a day, or an advance."""
    found = get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)
    return _issuing(request, found.holder, found)


@screen(ISSUE, methods=("GET", "POST"))
def person_order(request: HttpRequest, party_id: int) -> HttpResponse:
    """An order of services for somebody without account."""
    return _issuing(request, get_object_or_404(Customer, pk=party_id), None)


def _issuing(request: HttpRequest, party: Customer, account: Account | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    what = data.get("que", SERVICES)
    today = clock.today()
    context: dict[str, Any] = {"party": party, "account": account, "what": what, "kinds": KINDS if account else []}
    try:
        draft = draft_of(what, data, account=account, today=today)
    except NoLawInForce as error:
        return render(request, "backoffice/orders/issue.html", context | {"no_law": error.message})
    problem = ""
    if request.method == "POST" and draft.lines:
        try:
            order = _issue(request, draft, party, account)
        except DomainError as error:
            whose = f"la cuenta {format_account(account.number)}" if account else party.name
            problem = message_of(request, error, what=f"emitir una orden de pago a {whose}")
            # What the account owes may be other by now.
            draft = draft_of(what, data, account=account, today=today)
        else:
            messages.success(
                request, f"Orden de pago {order.document.folio} por {format_money(order.total)}: pase a caja."
            )
            return redirect("orders:order", order.pk)
    is_part = request.headers.get("HX-Request") == "true"
    context |= {"draft": draft, "what": draft.what, "problem": problem, "key": new_key(), "is_part": is_part}
    if is_part:
        return render(request, "backoffice/orders/draft.html", context)
    is_refused = request.method == "POST"
    return render(request, "backoffice/orders/issue.html", context, status=422 if is_refused else 200)


def _issue(request: HttpRequest, draft: Draft, party: Customer, account: Account | None) -> PaymentOrder:
    confirmed = ConfirmForm(request.POST)
    if not confirmed.is_valid():
        raise ConfirmationIncomplete
    key = f"orden/{confirmed.cleaned_data['llave']}"
    seen = confirmed.cleaned_data["total"]
    at, by = clock.now(), user_of(request)
    if draft.what == DEBT and account is not None:
        return issue_debt_order(
            account=account, as_of=draft.expires_on, periods=draft.chosen, expected=seen, at=at, by=by, key=key
        )
    if draft.what == ADVANCE:
        amount = cast(AdvanceForm, draft.form).cleaned_data["importe"]
        return issue_advance_order(party=party, account=account, amount=amount, at=at, by=by, key=key)
    asked = cast(ServicesForm, draft.form).asked()
    return issue_service_order(party=party, account=account, services=asked, expected=seen, at=at, by=by, key=key)


class ConfirmationIncomplete(DomainError):
    """The page that was sent lost what it was to confirm."""

    def __init__(self) -> None:
        super().__init__("La página no se envió completa; revise el importe y emita la orden otra vez.")
