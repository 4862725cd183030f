"""The cashier's own session: its float, the bags that leave it and its blind close."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.sessions.closing import close_blind
from cauce.backoffice.sessions.forms import OpenForm, WithdrawForm
from cauce.backoffice.sessions.papers import float_pieces
from cauce.cashier.models import CashSession, Tender
from cauce.cashier.operations import open_session, withdraw_cash
from cauce.cashier.queries.sessions import open_session_of, receipts_of, sessions_of
from cauce.core import clock
from cauce.core.es_mx import format_money
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.users.models import User

RECEIVES_CASH = "cashier.review_session"
SESSIONS_SHOWN = 10


@screen("cashier.take_payment")
def home(request: HttpRequest) -> HttpResponse:
    """One's session: where it is, what left its drawer, how many collections; never what the drawer should hold."""
    user = user_of(request)
    session = open_session_of(user.pk)
    past = sessions_of(user.pk).filter(closed_at__isnull=False)[:SESSIONS_SHOWN]
    context: dict[str, Any] = {"session": session, "past": past}
    if session is not None:
        counted = Tender.objects.filter(payment__session=session).values_list("method").annotate(Count("pk"))
        context |= {
            "is_left_open": session.day < clock.today(),
            "float_pieces": float_pieces(session),
            "withdrawals": session.withdrawals.select_related("document", "received_by").order_by("document_id"),
            "receipts": receipts_of(session).count(),
            "methods": [(Tender.Method(method).label, count) for method, count in counted.order_by("method")],
        }
    return render(request, "backoffice/sessions/home.html", context)


@screen("cashier.take_payment", methods=("GET", "POST"))
def open_(request: HttpRequest) -> HttpResponse:
    """Choose a desk and count the float."""
    user = user_of(request)
    form = OpenForm(request.POST or None, initial={"key": new_key()})

    def act() -> Done:
        session = open_session(desk=form.cleaned_data["desk"], cashier=user, denominations=form.pieces, at=clock.now())
        total = format_money(session.opening_float)
        return f"Turno abierto en {session.desk} con un fondo de {total}.", redirect("sessions:home")

    response = done(request, form, act, what="abrir un turno de caja")
    if response is not None:
        return response
    context = {"form": form, "session": open_session_of(user.pk)}
    return render(request, "backoffice/sessions/open.html", context)


@screen("cashier.take_payment", methods=("GET", "POST"))
def withdraw(request: HttpRequest) -> HttpResponse:
    """Hand over a bag of cash; who receives it confirms with their password."""
    session = open_session_of(user_of(request).pk)
    form = WithdrawForm(request.POST or None, initial={"key": new_key()})
    if request.method == "POST" and session is not None and form.is_valid():
        taker = _confirmed(request, form)
        if taker is not None:
            response = done(request, form, _withdrawal(request, session, form, taker), what="entregar un retiro")
            if response is not None:
                return response
    return render(request, "backoffice/sessions/withdraw.html", {"form": form, "session": session})


def _withdrawal(request: HttpRequest, session: CashSession, form: WithdrawForm, taker: User) -> Callable[[], Done]:
    def act() -> Done:
        bag = withdraw_cash(
            session=session,
            bag=form.cleaned_data["bag"],
            denominations=form.pieces,
            received_by=taker,
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["key"],
        )
        said = f"Retiro {bag.document.folio} por {format_money(bag.amount)}, recibido por {taker}."
        return said, redirect("sessions:home")

    return act


@screen("cashier.take_payment", methods=("GET", "POST"))
def close(request: HttpRequest) -> HttpResponse:
    """Count, declare, look at what was declared and close; only then is anything compared."""
    session = open_session_of(user_of(request).pk)
    if request.method == "POST" and session is None:
        return _already_closed(request)
    return close_blind(request, session)


def _already_closed(request: HttpRequest) -> HttpResponse:
    """A second tab, or the button pressed twice: show the close that was made."""
    last = sessions_of(user_of(request).pk).filter(close__isnull=False).first()
    if last is None:
        return redirect("sessions:home")
    messages.info(request, "Su turno ya estaba cerrado; éste es su corte.")
    return redirect("sessions:session", last.pk)


def _confirmed(request: HttpRequest, form: WithdrawForm) -> User | None:
    """Who receives the cash, once their password is right; attempts are limited as those of signing in."""
    try:
        taker = get_adapter(request).authenticate(
            request, username=form.cleaned_data["taker"], password=form.cleaned_data["password"]
        )
    except ValidationError:
        form.add_error("password", "Demasiados intentos; espere unos minutos y vuelva a confirmar.")
        return None
    if not isinstance(taker, User):
        form.add_error("password", "El usuario o la contraseña no son correctos.")
        return None
    if not taker.has_perm(RECEIVES_CASH):
        form.add_error("taker", f"{taker} no puede recibir efectivo de las cajas; lo recibe el supervisor.")
        return None
    return taker
