"""Refunds of money in favour: asked for, decided by another person, paid."""

from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.corrections import papers
from cauce.backoffice.corrections.acts import Act
from cauce.backoffice.corrections.forms import (
    DecisionForm,
    PayRefundForm,
    RefundFilter,
    RefundForm,
)
from cauce.cashier.models import CashSession, Refund, Tender
from cauce.cashier.operations import (
    apply_favour as use_favour,
)
from cauce.cashier.operations import (
    authorise_refund,
    pay_refund,
    refuse_refund,
    request_refund,
)
from cauce.cashier.queries.corrections import favour_of
from cauce.core import clock
from cauce.core.es_mx import format_money
from cauce.ledger.queries import advance_balances, collection_law, debt_summary
from cauce.registry.models import Account, Customer
from cauce.tariffs.rules import NoLawInForce
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.fields import LONGEST_KEY, new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.reauthentication import hides_password
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.models import User

SEE, AUTHORISE, PAY = "cashier.view_refund", "cashier.authorise_refund", "cashier.pay_refund"
COLLECT = "cashier.take_payment"
TONES = {"REQUESTED": "accent", "AUTHORISED": "teal", "REFUSED": "bad", "PAID": "good"}
COLUMNS = [
    Column("Folio", width=14),
    Column("Cuenta", width=12),
    Column("A nombre de", width=40),
    Column("Importe", Kind.MONEY, 14),
    Column("Estado", width=16),
    Column("Pedida", Kind.MOMENT, 18),
    Column("Pidió", width=28),
    Column("Resolvió", width=28),
    Column("Pagada", Kind.MOMENT, 18),
    Column("Pagó", width=28),
    Column("Motivo", width=60),
]


@screen(SEE)
def refunds(request: HttpRequest) -> HttpResponse:
    """The refunds, the last first; those that wait for a decision can be asked for apart."""
    return list_page(request, _REFUNDS, "backoffice/corrections/refunds.html", lambda page: {"tones": TONES})


@screen(SEE)
def refunds_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _REFUNDS)


@screen("cashier.add_refund", methods=("GET", "POST"))
def new_refund(request: HttpRequest, account_id: int) -> HttpResponse:
    """Ask for the money in favour of an account."""
    account = get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)
    held = advance_balances([account.pk]).get(account.pk, {})
    holders = {
        party.pk: f"{party.name}, {format_money(held[party.pk])} a favor"
        for party in Customer.objects.filter(pk__in=held)
        if held[party.pk] > 0
    }
    total = sum((held[party_id] for party_id in holders), Decimal("0.00"))
    initial = {"llave": new_key(), "amount": total, "party": next(iter(holders), "")}
    form = RefundForm(request.POST or None, holders=holders, initial=initial)

    def act() -> Done:
        refund = request_refund(
            account=account,
            party=Customer.objects.get(pk=form.cleaned_data["party"]),
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=form.cleaned_data["llave"],
        )
        return f"Quedó pedida con el folio {refund.document.folio}; falta que la autoricen.", redirect(
            "corrections:refund", refund.pk
        )

    response = done(request, form, act, what=f"pedir la devolución del saldo a favor de la cuenta {account.number}")
    if response is not None:
        return response
    context = {"account": account, "form": form, "holders": holders, "total": total, "owed": _owed(account)}
    status = 422 if form.errors else 200
    return render(request, "backoffice/corrections/new_refund.html", context, status=status)


@screen(SEE)
def refund(request: HttpRequest, refund_id: int) -> HttpResponse:
    """A refund: what was asked, who decided, and what can be done now."""
    return _page(request, _refund(refund_id))


@screen(AUTHORISE, methods=("POST",))
@hides_password
def decide_refund(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Authorise or refuse a refund, with the password."""
    found = _refund(refund_id)
    form = DecisionForm(request.POST, request=request)
    is_yes = form["decision"].value() == "autorizar"

    def act() -> Done:
        decide = authorise_refund if is_yes else refuse_refund
        decide(refund=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        decided = "autorizada: ya se puede pagar" if is_yes else "rechazada"
        return f"La devolución {found.document.folio} quedó {decided}.", redirect("corrections:refund", found.pk)

    what = f"{'autorizar' if is_yes else 'rechazar'} la devolución {found.document.folio}"
    response = done(request, form, act, what=what)
    if response is not None:
        return response
    return _page(request, _refund(refund_id), decision=form)


@screen(PAY, methods=("POST",))
def give_refund(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Pay a refund: a cashier out of their drawer, Contabilidad by transfer."""
    found = _refund(refund_id)
    user = user_of(request)
    is_cash = user.has_perm(COLLECT)
    form = PayRefundForm(request.POST, is_cash=is_cash)

    def act() -> Done:
        pay_refund(
            refund=found,
            method=Tender.Method.CASH if is_cash else Tender.Method.TRANSFER,
            reference=form.cleaned_data.get("reference", ""),
            session=_drawer_of(user) if is_cash else None,
            at=clock.now(),
            by=user,
            key=form.cleaned_data["llave"],
        )
        return f"Se pagó la devolución {found.document.folio} por {format_money(found.amount)}.", redirect(
            "corrections:refund", found.pk
        )

    response = done(request, form, act, what=f"pagar la devolución {found.document.folio}")
    if response is not None:
        return response
    return _page(request, _refund(refund_id), payment=form)


@screen(SEE)
def refund_pdf(request: HttpRequest, refund_id: int) -> HttpResponse:
    """The paper of an authorised refund."""
    found = _refund(refund_id)
    if not _has_paper(found):
        raise Http404
    return pdf(papers.refund_slip(found).pdf(), f"devolucion-{found.document.folio}.pdf")


@screen(COLLECT, methods=("POST",))
def apply_favour(request: HttpRequest, account_id: int) -> HttpResponse:
    """Use the money in favour of an account to pay what it owes."""
    account = get_object_or_404(Account, pk=account_id)
    key = request.POST.get("llave", "")[:LONGEST_KEY] or new_key()

    def act() -> str:
        applied = use_favour(account=account, at=clock.now(), by=user_of(request), key=key)
        return f"Se aplicaron {format_money(applied)} a lo que debía la cuenta {account.number}."

    tell(request, act, what=f"aplicar el saldo a favor de la cuenta {account.number}")
    return redirect("window:account", account.pk)


def _page(
    request: HttpRequest, found: Refund, *, decision: DecisionForm | None = None, payment: PayRefundForm | None = None
) -> HttpResponse:
    user = user_of(request)
    is_cash = user.has_perm(COLLECT)
    held = favour_of(account_id=found.account_id, party_id=found.party_id)
    may_decide = found.state == Refund.State.REQUESTED and user.has_perm(AUTHORISE)
    may_pay = found.state == Refund.State.AUTHORISED and user.has_perm(PAY)
    drawer = _drawer_of(user) if is_cash else None
    may_withdraw = (
        found.state == Refund.State.AUTHORISED and user.has_perm(AUTHORISE) and found.requested_by_id != user.pk
    )
    withdrawal = (decision or DecisionForm(request=request)) if may_withdraw else None
    is_wrong = (decision is not None and decision.errors) or (payment is not None and payment.errors)
    decision = None if may_withdraw else decision
    why_not = ""
    if may_decide and found.requested_by_id == user.pk:
        may_decide, why_not = False, "usted la pidió; la resuelve otra persona"
    if may_pay and held < found.amount:
        may_pay, why_not = False, f"a favor quedan {format_money(held)}: lo demás se aplicó a lo que debe"
    if may_pay and is_cash and drawer is None:
        may_pay, why_not = False, "abra su turno: el efectivo sale de su caja"
    context = {
        "refund": found,
        "tone": TONES[found.state],
        "held": held,
        "decision": (decision or DecisionForm(request=request)) if may_decide or decision else None,
        "withdrawal": withdrawal,
        "payment_form": (payment or PayRefundForm(is_cash=is_cash, initial={"llave": new_key()}))
        if may_pay or payment
        else None,
        "drawer": drawer,
        "barred": Act("Resolver o pagar", "", "coin", why_not=why_not) if why_not else None,
        "has_paper": _has_paper(found),
    }
    return render(request, "backoffice/corrections/refund.html", context, status=422 if is_wrong else 200)


def _found(chosen: Chosen) -> QuerySet[Refund]:
    rows = Refund.objects.select_related(
        "document", "party", "account", "requested_by", "decided_by", "paid_by", "session__desk"
    )
    return rows.filter(state=chosen["estado"]) if chosen["estado"] else rows


def _cells(refund: Refund) -> tuple[object, ...]:
    return (
        refund.document.folio,
        refund.account.number if refund.account else "",
        refund.party.name,
        refund.amount,
        refund.get_state_display(),
        refund.requested_at,
        str(refund.requested_by),
        str(refund.decided_by or ""),
        refund.paid_at,
        str(refund.paid_by or ""),
        refund.reason,
    )


_REFUNDS = Listing(rows=_found, order=["-pk"], form=RefundFilter, name="devoluciones", columns=COLUMNS, cells=_cells)


def _refund(refund_id: int) -> Refund:
    return get_object_or_404(
        Refund.objects.select_related(
            "document",
            "party",
            "account__connection__premises",
            "requested_by",
            "decided_by",
            "paid_by",
            "session__desk",
        ),
        pk=refund_id,
    )


def _has_paper(refund: Refund) -> bool:
    """Whether it was authorised and its money is there, or it was paid."""
    if refund.state == Refund.State.AUTHORISED:
        return favour_of(account_id=refund.account_id, party_id=refund.party_id) >= refund.amount
    return refund.state == Refund.State.PAID


def _drawer_of(user: User) -> CashSession | None:
    return (
        CashSession.objects.filter(cashier=user, closed_at__isnull=True, day=clock.today())
        .select_related("desk")
        .first()
    )


def _owed(account: Account) -> Decimal:
    today = clock.today()
    try:
        return debt_summary(account.pk, on=today, law=collection_law(today)).total
    except NoLawInForce:
        return Decimal("0.00")
