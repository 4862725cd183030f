"""The órdenes de pago that were issued: their list, each one's life, and a person's without account."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.orders.bars import barcode_of
from cauce.backoffice.orders.forms import CancelForm, OrderFilter
from cauce.backoffice.orders.issuing import ISSUE
from cauce.backoffice.orders.papers import order_paper
from cauce.cashier.models import PaymentOrder, Receipt
from cauce.cashier.models.orders import PaymentOrderQuerySet
from cauce.cashier.operations import cancel_payment_order, reprint_payment_order
from cauce.cashier.queries.orders import history_of_order, history_of_person, issuers_of_orders, order_due
from cauce.core import clock
from cauce.core.clock import local_day
from cauce.core.money import ZERO
from cauce.core.text import digits_of, fold
from cauce.ledger.queries import party_balance
from cauce.registry.models import Customer
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind

SEE = "cashier.view_paymentorder"
EVENTS_SHOWN = 60
ORDERS_SHOWN = 40
COLUMNS = [
    Column("Folio", width=14),
    Column("Emitida", Kind.MOMENT, 18),
    Column("Emitió", width=26),
    Column("Cuenta", width=12),
    Column("A nombre de", width=40),
    Column("Qué paga", width=14),
    Column("Conceptos", width=60),
    Column("Total", Kind.MONEY, 14),
    Column("Vence", Kind.DATE, 14),
    Column("Estado", width=14),
    Column("Motivo", width=40),
]


@screen(SEE)
def orders(request: HttpRequest) -> HttpResponse:
    """The orders that the filters let through, the last first, page by page."""
    return list_page(request, _ORDERS, "backoffice/orders/orders.html", lambda page: {"states": _TONES})


@screen(SEE)
def orders_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _ORDERS)


@screen(SEE)
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: what it asks for and of whom, its code to be scanned from the screen, and its life."""
    return _order_page(request, _order(order_id))


@screen(SEE)
def order_pdf(request: HttpRequest, order_id: int) -> HttpResponse:
    """The order on paper."""
    found = _order(order_id)
    return pdf(order_paper(found).pdf(), f"orden-de-pago-{found.document.folio}.pdf")


@screen(SEE, methods=("POST",))
def reprint(request: HttpRequest, order_id: int) -> HttpResponse:
    """Print it again: it is told in the history and the paper says so."""
    found = _order(order_id)
    reprint_payment_order(order=found, at=clock.now(), by=user_of(request))
    return redirect("orders:order_pdf", found.pk)


@screen(ISSUE, methods=("POST",))
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """Cancel an order that nobody has paid, with a reason."""
    found = _order(order_id)
    form = CancelForm(request.POST)

    def act() -> Done:
        cancel_payment_order(
            order=found,
            reason=form.cleaned_data["motivo"],
            at=clock.now(),
            by=user_of(request),
            key=f"cancelar-orden/{form.cleaned_data['llave']}",
        )
        return f"La orden {found.document.folio} quedó cancelada.", redirect("orders:order", found.pk)

    response = done(request, form, act, what=f"cancelar la orden de pago {found.document.folio}")
    if response is not None:
        return response
    return _order_page(request, _order(order_id), form, status=422)


@screen(SEE)
def person(request: HttpRequest, party_id: int) -> HttpResponse:
    """Somebody as a party without account: their orders, what they owe and have paid, and what happened."""
    found = get_object_or_404(Customer, pk=party_id)
    mine = PaymentOrder.objects.filter(party=found, account__isnull=True).with_state(clock.today())
    receipts = Receipt.objects.filter(party=found, account__isnull=True).select_related("document", "cancellation")
    owed = party_balance(found.pk)
    context = {
        "person": found,
        "orders": mine.select_related("document__by").order_by("-pk")[:ORDERS_SHOWN],
        "receipts": receipts.order_by("-pk")[:ORDERS_SHOWN],
        "owed": max(owed, ZERO),
        "in_favour": max(-owed, ZERO),
        "accounts": found.held_accounts.select_related("connection__premises").order_by("number")[:ORDERS_SHOWN],
        "events": history_of_person(found.pk)[:EVENTS_SHOWN],
        "states": _TONES,
    }
    return render(request, "backoffice/orders/person.html", context)


_TONES = {
    PaymentOrder.State.PENDING: "accent",
    PaymentOrder.State.PAID: "good",
    PaymentOrder.State.EXPIRED: "note",
    PaymentOrder.State.CANCELLED: "bad",
}


def _order_page(
    request: HttpRequest, found: PaymentOrder, form: CancelForm | None = None, *, status: int = 200
) -> HttpResponse:
    today = clock.today()
    waits = found.state == PaymentOrder.State.PENDING
    due = order_due(found, today) if waits else None
    paid_with = Receipt.objects.filter(directed_to=found.document, cancellation__isnull=True).select_related(
        "document", "payment__desk"
    )
    context = {
        "order": found,
        "lines": found.lines.order_by("pk"),
        "state": PaymentOrder.State(found.state).label,
        "tone": _TONES[PaymentOrder.State(found.state)],
        "waits": waits,
        "due": due,
        "due_differs": due is not None and due != found.total,
        "has_outgrown": due is not None and due > found.total,
        "barcode": barcode_of(found.document.folio) if waits else None,
        "receipt": paid_with.first(),
        "ended": getattr(found, "cancellation", None),
        "history": history_of_order(found)[:EVENTS_SHOWN],
        "is_of_today": local_day(found.document.created_at) == today,
        "form": form or CancelForm(initial={"llave": new_key()}),
        "may_cancel": waits and request.user.has_perm(ISSUE),
    }
    return render(request, "backoffice/orders/order.html", context, status=status)


def _order(order_id: int) -> PaymentOrder:
    related = (
        "document__by",
        "party",
        "account__holder",
        "account__connection__premises",
        "cancellation__cancelled_by",
    )
    return get_object_or_404(PaymentOrder.objects.with_state(clock.today()).select_related(*related), pk=order_id)


def _filtered(chosen: Chosen) -> PaymentOrderQuerySet:
    rows = PaymentOrder.objects.with_state(clock.today()).select_related(
        "document__by", "party", "account", "cancellation"
    )
    if chosen["estado"]:
        rows = rows.in_state(chosen["estado"])
    if chosen["tipo"]:
        rows = rows.filter(kind=chosen["tipo"])
    if chosen["emisor"]:
        rows = rows.filter(document__by=chosen["emisor"])
    if chosen["dia"]:
        rows = rows.filter(document__issued_on=chosen["dia"])
    if text := chosen["cuenta"].strip():
        rows = rows.filter(_about(text))
    return rows.prefetch_related("lines")


def _about(text: str) -> Q:
    """Orders of an account's number, of a folio, or of somebody's name."""
    digits = digits_of(text)
    if digits and len(digits) < 10 and text.upper().lstrip("OP -").replace(" ", "") == digits:
        return Q(account__number=digits.zfill(6)) | Q(document__number=int(digits))
    return Q(party__name_key__contains=fold(text))


def _cells(found: PaymentOrder) -> tuple[object, ...]:
    cancellation = getattr(found, "cancellation", None)
    return (
        found.document.folio,
        found.document.created_at,
        str(found.document.by),
        found.account.number if found.account else "",
        found.party.name,
        found.get_kind_display(),
        "; ".join(line.description for line in found.lines.all()),
        found.total,
        found.expires_on,
        PaymentOrder.State(found.state).label,
        cancellation.reason if cancellation else "",
    )


_ORDERS = Listing(
    rows=_filtered,
    order=["-document__created_at"],
    form=lambda params: OrderFilter(params, issuers=issuers_of_orders()),
    name="ordenes-de-pago",
    columns=COLUMNS,
    cells=_cells,
)
