"""The cash desk: find, look at what is due, check, collect."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.backoffice.desk import asking, till
from cauce.backoffice.desk.cart import MOST_LINES, Cart, Line, cart_of, clash_of, lines_of, whose_of
from cauce.backoffice.desk.finding import account_of_reference, find
from cauce.backoffice.desk.forms import DIRECTED, EACH, OTHER, CollectForm, PesosField
from cauce.cashier.models import CashSession, Payment
from cauce.cashier.operations import DebtChanged, collect_payment
from cauce.cashier.queries.desk import accounts_of_person, last_moves, who_pays
from cauce.cashier.queries.sessions import open_session_of
from cauce.core import clock, es_mx
from cauce.core.errors import DomainError
from cauce.ledger.operations import KeyReused
from cauce.ledger.queries import collection_law
from cauce.registry.operations import refuse_own_account
from cauce.tariffs.rules import NoLawInForce
from cauce.ui.access import screen, user_of
from cauce.ui.fields import new_key
from cauce.ui.refusals import message_of
from cauce.users.models import User

COLLECT = "cashier.take_payment"


class SessionMissing(DomainError):
    """Nobody collects without a session of today."""


@screen(COLLECT)
def home(request: HttpRequest) -> HttpResponse:
    """Find whom to collect from; what names one thing for sure opens at once, and joins what is being paid."""
    cart, today = cart_of(request.GET), clock.today()
    session = open_session_of(user_of(request).pk)
    if session is None or session.day < today:
        return render(request, "backoffice/desk/no_session.html", {"session": session})
    text = request.GET.get("q", "")[:120]
    found = find(text)
    context = {"query": text, "found": found, "cart": cart, "session": session}
    if request.headers.get("HX-Request") == "true":
        return render(request, "backoffice/desk/hits.html", context)
    if found.url:
        return redirect(found.url)
    if found.said:
        messages.info(request, found.said)
    if found.note_id is not None and found.account_id is not None:
        return _to_note(request, cart, found.account_id, found.note_id)
    if found.account_id is not None:
        return _to_cart(cart.adding(accounts=[found.account_id]))
    if found.order_id is not None:
        return _to_cart(cart.adding(orders=[found.order_id]))
    return render(request, "backoffice/desk/home.html", context)


@screen(COLLECT)
def of_person(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Pay together all the accounts in use that somebody holds, owns or pays."""
    accounts = accounts_of_person(customer_id, most=MOST_LINES)
    if not accounts:
        raise Http404
    return _to_cart(cart_of(request.GET).adding(accounts=accounts))


@screen(COLLECT, methods=("GET", "POST"))
def collect(request: HttpRequest) -> HttpResponse:
    """What is due and how it is paid; by POST, what was typed comes back from the check to be put right."""
    cart = cart_of(request.POST if request.method == "POST" else request.GET)
    return _collecting(request, cart)


@screen(COLLECT, methods=("POST",))
def check(request: HttpRequest) -> HttpResponse:
    """Say in one look what is about to be collected: the last step before the money moves."""
    cart, form = cart_of(request.POST), CollectForm(request.POST)
    done = _payment_of_key(request.POST.get("llave", ""))
    if done is not None:
        messages.info(request, "Ese cobro ya estaba hecho; éste es su comprobante.")
        return redirect("desk:receipt", done.pk)
    scanned = account_of_reference(request.POST.get("efectivo", "").strip())
    if scanned is not None:
        return _to_cart(cart.adding(accounts=[scanned]))
    if not form.is_valid():
        return _collecting(request, cart, form=form, status=422)
    try:
        return _checked(request, cart, form)
    except (DomainError, NoLawInForce) as error:
        return _collecting(request, cart, refusal=_words(request, error), status=422)


@screen(COLLECT, methods=("POST",))
def take(request: HttpRequest) -> HttpResponse:
    """Collect what the check said. The same form sent twice gives the same comprobante."""
    cart, form = cart_of(request.POST), CollectForm(request.POST)
    if not form.is_valid():
        return _collecting(request, cart, form=form, status=422)
    try:
        payment = _taken(request, form)
    except (DomainError, NoLawInForce) as error:
        return _refused(request, cart, error, form.cleaned_data["llave"])
    url = reverse("desk:receipt", args=[payment.pk])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@screen(COLLECT)
def verify(request: HttpRequest) -> HttpResponse:
    """Whether a payment whose answer never came was made, by the key of its form."""
    key = request.GET.get("llave", "")
    session = open_session_of(user_of(request).pk)
    latest = Payment.objects.filter(session=session).order_by("-pk").prefetch_related("receipts__document")[:5]
    context = {
        "key": key,
        "payment": _payment_of_key(key),
        "latest": latest if session is not None else [],
        "at": clock.now(),
    }
    return render(request, "backoffice/desk/verify.html", context)


def _checked(request: HttpRequest, cart: Cart, form: CollectForm) -> HttpResponse:
    """The check of a valid form, or the shares of a sum to be looked at before it.

    :raises DomainError: if it cannot be collected.
    :raises NoLawInForce: if no law says how to collect.
    """
    today, by = clock.today(), user_of(request)
    session, law = _session_of(by), collection_law(today)
    # Before what is owed is read: whatever moves after this is told by the operation.
    moved = last_moves(*whose_of(cart))
    lines = lines_of(cart, on=today, law=law)
    clash = clash_of(lines)
    if clash:
        raise asking.NothingToPay(clash)
    ticked = request.POST.getlist("paga")
    paid = [line for line in lines if line.key in ticked and not line.refusal]
    importe = form.cleaned_data["importe"]
    if form.cleaned_data["que"] == OTHER and len(paid) > 1 and importe:
        shares = asking.spread_over(importe, paid, law, on=today)
        return _collecting(request, cart, lines=lines, shares=shares)
    plan = asking.plan_of(form, lines, ticked, _amounts(request, lines), law)
    sharing = [part.share for part in plan.parts]
    refuse_own_account(
        by=by,
        account_ids=[share.account_id for share in sharing if share.account_id is not None],
        party_ids=[share.party_id for share in sharing],
    )
    seen = (
        moved.get((share.account_id, None if share.account_id is not None else share.party_id), 0) for share in sharing
    )
    context = {
        "plan": plan,
        "session": session,
        "carried": till.carried_values(request),
        "seen": max(seen),
        "key": form.cleaned_data["llave"],
        "cart": cart,
    }
    return render(request, "backoffice/desk/check.html", context)


def _taken(request: HttpRequest, form: CollectForm) -> Payment:
    by, key = user_of(request), form.cleaned_data["llave"]
    shares = asking.carried_shares(request.POST.getlist("parte"))
    total = sum((share.amount for share in shares), Decimal("0.00"))
    tray = asking.tray_for(form, total, collection_law(clock.today()))
    seen = request.POST.get("visto", "")
    return collect_payment(
        shares=shares,
        tenders=tray.tenders,
        session=_session_of(by, key),
        seen=int(seen) if seen.isdecimal() and len(seen) < 19 else 0,
        at=clock.now(),
        by=by,
        key=key,
    )


def _collecting(
    request: HttpRequest,
    cart: Cart,
    *,
    form: CollectForm | None = None,
    lines: Sequence[Line] | None = None,
    shares: Mapping[str, Decimal] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a payment: what is due, what was typed, and what is wrong with it."""
    today, user = clock.today(), user_of(request)
    session = open_session_of(user.pk)
    if not cart.query or session is None or session.day < today:
        return redirect("desk:home")
    law = collection_law(today)
    if lines is None:
        lines = lines_of(cart, on=today, law=law)
    if not lines:
        messages.error(request, "Ninguna de esas cuentas u órdenes está en el padrón; búsquela otra vez.")
        return redirect("desk:home")
    only = lines[0].account if len(lines) == 1 else None
    chosen = EACH if shares is not None else request.POST.get("que", request.GET.get("que", ""))
    context = {
        "cart": cart,
        "session": session,
        "today": today,
        "coin": law.desk.coin,
        "rows": till.rows_of(request, cart, lines, shares),
        "only": only,
        "order": lines[0].order if len(lines) == 1 else None,
        "choices": till.choices_of(lines, chosen),
        "payers": who_pays(only.account.pk) if only is not None else [],
        "typed": till.typed_values(request),
        "key": request.POST.get("llave") or new_key(),
        "mistakes": till.mistakes_of(form),
        "refusal": refusal or clash_of(lines),
        "is_spread": shares is not None,
    }
    return render(request, "backoffice/desk/collect.html", context, status=status)


def _refused(request: HttpRequest, cart: Cart, error: DomainError | NoLawInForce, key: str) -> HttpResponse:
    """Why it was not collected; what was typed stays where it is."""
    words = _words(request, error)
    if request.headers.get("HX-Request") != "true":
        return _collecting(request, cart, refusal=words, status=422)
    context = {
        "words": words,
        "has_changed": isinstance(error, DebtChanged),
        "is_reused": isinstance(error, KeyReused),
        "cart": cart,
        "key": key,
    }
    return render(request, "backoffice/desk/refusal.html", context)


def _session_of(user: User, key: str = "") -> CashSession:
    """The session of today of who collects; what was collected with ``key`` before it was closed keeps its own.

    :raises SessionMissing: if there is none.
    """
    session = open_session_of(user.pk)
    done = _payment_of_key(key) if session is None else None
    if done is not None and done.session is not None:
        return done.session
    if session is None:
        raise SessionMissing("No tiene turno abierto, así que no se cobró; abra su turno y vuelva a intentar.")
    if session.day < clock.today():
        raise SessionMissing(
            f"Su turno del {es_mx.format_date(session.day)} sigue abierto; haga su corte, abra el de hoy y vuelva a "
            "intentar."
        )
    return session


def _amounts(request: HttpRequest, lines: Sequence[Line]) -> dict[str, Decimal]:
    """What was typed for each line.

    :raises NothingToPay: if one is no amount.
    """
    if request.POST.get("que") != EACH:
        return {}
    field, amounts = PesosField(label=""), {}
    for line in lines:
        try:
            amounts[line.key] = field.clean(request.POST.get(f"monto_{line.key}", "")) or Decimal("0.00")
        except ValidationError as error:
            raise asking.NothingToPay(f"Cuenta {line.title}: {error.messages[0]}.") from error
    return amounts


def _payment_of_key(key: str) -> Payment | None:
    return Payment.objects.filter(key=key).select_related("session__desk").first() if key else None


def _words(request: HttpRequest, error: DomainError | NoLawInForce) -> str:
    if isinstance(error, DomainError):
        return message_of(request, error, what="cobrar la cuenta")
    return "No hay una ley cargada que diga cómo cobrar; avise a Informática."


def _to_note(request: HttpRequest, cart: Cart, account_id: int, note_id: int) -> HttpResponse:
    """Collect one pagaré and nothing else: it goes alone in its payment."""
    own = Cart(accounts=(account_id,))
    if cart.query not in ("", own.query):
        messages.error(request, "Un pagaré se cobra solo: termine o quite lo que está en este pago y léalo otra vez.")
        return _to_cart(cart)
    return redirect(f"{reverse('desk:collect')}?{own.query}&que={DIRECTED}{note_id}")


def _to_cart(cart: Cart) -> HttpResponse:
    return redirect(f"{reverse('desk:collect')}?{cart.query}")
