"""The acts on a payment: a form each, whose button names what it does, sent with the password."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.corrections import papers
from cauce.backoffice.corrections.acts import drawers_for, facts_of, kind_of
from cauce.backoffice.corrections.forms import ActForm, DishonourForm, MethodForm, MoveForm, ReverseForm
from cauce.cashier.models import Dishonour, Payment, PaymentOrder, Receipt, Tender
from cauce.cashier.operations import (
    correct_method,
    dishonour_payment,
    move_payment,
    reverse_payment,
)
from cauce.cashier.queries.corrections import AT_THE_DESK, dishonour_charges, leaned_on, tender_facts
from cauce.core import clock
from cauce.core.es_mx import format_money
from cauce.ledger.queries import collection_law
from cauce.registry.models import Account, Customer
from cauce.ui.access import screen, user_of
from cauce.ui.acts import done
from cauce.ui.fields import new_key
from cauce.ui.reauthentication import hides_password
from cauce.ui.replies import pdf

Target = tuple[Account | None, Customer | None]


@screen("cashier.reverse_payment", methods=("GET", "POST"))
@hides_password
def reverse(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Cancel a payment: out of which drawer its cash goes, why, and the password."""
    facts = facts_of(_payment(payment_id))
    drawers = drawers_for(facts.payment)
    form = ReverseForm(
        request.POST or None, request=request, drawers=drawers, cash=facts.cash, initial={"llave": new_key()}
    )
    what = f"Cancelar el pago de {format_money(facts.amount)}"

    def act() -> str:
        reverse_payment(
            payment=facts.payment,
            session=form.cleaned_data.get("session"),
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["llave"],
        )
        return f"El pago de {format_money(facts.amount)} quedó cancelado y el adeudo volvió como estaba."

    context = {"what": what, "cash": facts.cash, "drawers": drawers}
    return _act(request, "reverse", facts.payment, form, act, _what(what, facts.live), context)


@screen("cashier.move_payment", methods=("GET", "POST"))
@hides_password
def move(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Move a receipt: first the right account is found, then the act names both."""
    receipt = get_object_or_404(
        Receipt.objects.select_related("document", "account__holder", "party", "payment__desk"), pk=receipt_id
    )
    asked = (request.POST.get("a") or request.GET.get("a") or "").strip()
    account, person = _target(asked)
    form = MoveForm(request.POST or None, request=request, initial={"llave": new_key(), "a": asked})
    side = f"la cuenta {account.number}" if account else (person.name if person else "")
    origin = f"la cuenta {receipt.account.number}" if receipt.account else receipt.party.name
    to = side.replace("la cuenta", "la", 1) if account and receipt.account else side
    what = f"Trasladar {format_money(receipt.amount)} de {origin} a {to}"

    def act() -> str:
        new = move_payment(
            receipt=receipt,
            to_account=account,
            to_party=person,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["llave"],
        )
        return (
            f"{format_money(receipt.amount)} pasaron a {side} con el comprobante {new.document.folio}; las dos "
            "historias lo cuentan."
        )

    context = {"what": what, "receipt": receipt, "asked": asked, "account": account, "person": person}
    return _act(request, "move", receipt.payment, form, act, what, context, is_ready=bool(account or person))


@screen("cashier.correct_method", methods=("GET", "POST"))
@hides_password
def method(request: HttpRequest, tender_id: int) -> HttpResponse:
    """Correct the method of a tender: first the right one is chosen, then the act names both."""
    tender = get_object_or_404(Tender.objects.select_related("payment__session"), pk=tender_id)
    facts = tender_facts(tender)
    asked = request.POST.get("forma") or request.GET.get("forma") or ""
    chosen = next((option for option in AT_THE_DESK if option == asked), None)
    form = MethodForm(request.POST or None, request=request, initial={"llave": new_key(), "forma": asked})
    if chosen == Tender.Method.CASH:
        del form.fields["reference"], form.fields["institution"]
    amount, before = format_money(tender.amount), facts.method_name.lower()
    what = f"Corregir {amount}: de {before} a {chosen.label.lower()}" if chosen else ""
    if chosen and chosen == facts.method:
        what = f"Corregir la referencia de {amount} en {before}"

    def act() -> str:
        assert chosen is not None
        correct_method(
            tender=tender,
            method=chosen,
            reference=form.cleaned_data.get("reference", ""),
            institution=form.cleaned_data.get("institution", ""),
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["llave"],
        )
        return f"{amount}: la forma de pago quedó corregida a {chosen.label.lower()}."

    options = [option for option in AT_THE_DESK if option != Tender.Method.CASH or option != facts.method]
    is_closed = tender.payment.session is not None and tender.payment.session.closed_at is not None
    leaves_the_close = is_closed and chosen != facts.method and Tender.Method.CASH in (chosen, facts.method)
    context = {
        "what": what,
        "tender": facts,
        "options": options,
        "chosen": chosen,
        "leaves_the_close": leaves_the_close,
    }
    return _act(request, "method", tender.payment, form, act, what, context, is_ready=chosen is not None)


@screen("cashier.dishonour_payment", methods=("GET", "POST"))
@hides_password
def dishonour(request: HttpRequest, tender_id: int) -> HttpResponse:
    """Record that a cheque came back or that the bank took a card charge back, with what it will charge and undo."""
    tender = get_object_or_404(Tender.objects.select_related("payment__desk"), pk=tender_id)
    facts = tender_facts(tender)
    kind = facts.dishonour.kind if facts.dishonour else kind_of(facts)
    named = Dishonour.Kind(kind) if kind else Dishonour.Kind.CHEQUE
    form = DishonourForm(request.POST or None, request=request, initial={"llave": new_key(), "bank_on": clock.today()})
    law = collection_law(clock.today())
    charges = dishonour_charges(amount=tender.amount, kind=named, law=law)
    what = f"Registrar {named.label.lower()} por {format_money(tender.amount)}"

    def act() -> str:
        done = dishonour_payment(
            tender=tender,
            kind=named,
            bank_on=form.cleaned_data["bank_on"],
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["llave"],
        )
        return f"{named.label} {done.document.folio}: el adeudo volvió con sus fechas y lo que cobra la ley."

    leaning = leaned_on(tender.payment, on=clock.today(), rule=law.surcharges)
    context = {"what": what, "tender": facts, "charges": charges, "leaning": [one.sentence for one in leaning]}
    return _act(request, "dishonour", tender.payment, form, act, what, context)


@screen("cashier.view_payment")
def dishonour_pdf(request: HttpRequest, tender_id: int) -> HttpResponse:
    """The letter to who paid with a cheque that came back."""
    found = get_object_or_404(
        Dishonour.objects.select_related("document", "tender__payment", "recorded_by"),
        pk=tender_id,
        kind=Dishonour.Kind.CHEQUE,
    )
    return pdf(papers.returned_cheque_letter(found).pdf(), f"cheque-devuelto-{found.document.folio}.pdf")


def _act(
    request: HttpRequest,
    template: str,
    payment: Payment,
    form: ActForm,
    act: Callable[[], str],
    what: str,
    context: dict[str, Any],
    *,
    is_ready: bool = True,
) -> HttpResponse:
    """Do the act if the form is right, and go back to the payment; else show the form with what was typed."""
    if is_ready:
        back = redirect("corrections:payment", payment.pk)
        response = done(request, form, lambda: (act(), back), what=what[:1].lower() + what[1:])
        if response is not None:
            return response
    shared = {"payment": payment, "form": form, "is_ready": is_ready}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"backoffice/corrections/{template}.html", shared | context, status=status)


def _payment(payment_id: int) -> Payment:
    return get_object_or_404(Payment.objects.select_related("desk", "session", "by"), pk=payment_id)


def _target(asked: str) -> Target:
    """The account of that number, or the account or person of the order of that folio; nothing if there is none."""
    if not asked:
        return None, None
    digits = "".join(letter for letter in asked if letter.isdecimal())
    accounts = Account.objects.select_related("holder", "connection__premises")
    series, dash, number = asked.upper().rpartition("-")
    if dash and number.isdecimal():
        order = PaymentOrder.objects.filter(document__series=series, document__number=int(number)).first()
        if order is None:
            return None, None
        return (accounts.get(pk=order.account_id), None) if order.account_id else (None, order.party)
    return (accounts.filter(number=digits.zfill(6)).first() if digits else None), None


def _what(what: str, receipts: list[Receipt]) -> str:
    accounts = [receipt.account.number for receipt in receipts if receipt.account]
    return f"{what} de la cuenta {', '.join(accounts)}" if accounts else what
