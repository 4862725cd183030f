"""The comprobantes on the screen and on paper, and what the session has collected."""

from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from cauce.backoffice.desk import papers
from cauce.backoffice.desk.finding import FOLIO
from cauce.backoffice.desk.forms import PaymentFilter, PesosField
from cauce.cashier.models import Payment, Tender
from cauce.cashier.operations import record_receipt_print
from cauce.cashier.queries.desk import payments_of_session
from cauce.cashier.queries.receipts import payment_of, prints_of, told_receipts
from cauce.cashier.queries.sessions import open_session_of
from cauce.core import clock
from cauce.core.text import fold
from cauce.ui.access import screen, user_of
from cauce.ui.lists import Listing, list_page
from cauce.ui.replies import pdf

SEE_PAYMENTS = "cashier.view_payment"
COLLECT = "cashier.take_payment"
LETTER = "carta"


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment of the session in its list."""

    payment: Payment
    url: str
    methods: list[str]
    more: int
    is_cancelled: bool


@screen(SEE_PAYMENTS)
def receipt(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The comprobantes of a payment: what was settled, the change in large figures, what is left, and printing."""
    payment = _payment(payment_id)
    told = told_receipts(payment)
    prints = prints_of([one.receipt.pk for one in told])
    cash = next((tender for tender in payment.tenders.all() if tender.method == Tender.Method.CASH), None)
    context = {
        "payment": payment,
        "told": told,
        "change": None if cash is None or cash.handed is None else cash.handed - cash.amount,
        "handed": None if cash is None else cash.handed,
        "received": payment.amount + payment.rounding,
        "is_printed": bool(prints),
        "is_cancelled": all(one.cancelled for one in told),
        "may_collect": request.user.has_perm(COLLECT),
        "is_mine": payment.by_id == request.user.pk,
        "corrections_url": page_of_corrections(payment.pk),
    }
    return render(request, "backoffice/desk/receipt.html", context)


@screen(SEE_PAYMENTS, methods=("POST",))
def print_receipt(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Note that the comprobantes are printed, and show the paper: what was printed before comes out marked."""
    payment = _payment(payment_id)
    receipts = list(payment.receipts.select_related("document").order_by("document_id"))
    record_receipt_print(receipts=receipts, at=clock.now(), by=user_of(request))
    url = reverse("desk:receipt_pdf", args=[payment.pk])
    return redirect(f"{url}?formato=carta" if request.POST.get("formato") == LETTER else url)


@screen(SEE_PAYMENTS)
def receipt_pdf(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The comprobantes of a payment on paper, once their print was noted."""
    payment = _payment(payment_id)
    receipts = list(payment.receipts.select_related("document").order_by("document_id"))
    if not prints_of([one.pk for one in receipts]):
        return redirect("desk:receipt", payment.pk)
    content = papers.comprobantes_of(payment, on_letter=request.GET.get("formato") == LETTER)
    return pdf(content, f"comprobante-{receipts[0].document.folio}.pdf")


@screen(COLLECT)
def payments(request: HttpRequest) -> HttpResponse:
    """What I have collected in my session, the last first, without totals: the close is counted blind."""
    session = open_session_of(request.user.pk or 0)
    mine = Payment.objects.none() if session is None else payments_of_session(session.pk)
    listing = Listing(
        rows=lambda chosen: _matching(mine, chosen["q"].strip()), order=["-received_at"], form=PaymentFilter
    )
    query = request.GET.get("q", "").strip()
    return list_page(
        request,
        listing,
        "backoffice/desk/payments.html",
        lambda page: {"session": session, "query": query, "rows": [_row(payment) for payment in page.rows]},
    )


def page_of_corrections(payment_id: int) -> str:
    """The page where a payment is put right; empty when there is none."""
    try:
        return reverse("corrections:payment", args=[payment_id])
    except NoReverseMatch:
        return ""


def _row(payment: Payment) -> PaymentRow:
    return PaymentRow(
        payment,
        reverse("desk:receipt", args=[payment.pk]),
        [tender.get_method_display() for tender in payment.tenders.all()],
        len(payment.receipts.all()) - 1,
        all(hasattr(one, "cancellation") for one in payment.receipts.all()),
    )


def _matching(rows: QuerySet[Payment], text: str) -> QuerySet[Payment]:
    """The payments that answer to a folio, an account, a name or an amount."""
    if not text:
        return rows
    folio = FOLIO.fullmatch(text)
    if folio is not None:
        return rows.filter(receipts__document__series=folio[1].upper(), receipts__document__number=int(folio[2]))
    wanted = Q(receipts__party__name_key__contains=fold(text))
    if text.isdecimal() and len(text) < 19:
        wanted |= Q(receipts__account__number__endswith=text) | Q(receipts__document__number=int(text))
    with suppress(ValidationError):
        wanted |= Q(amount=PesosField(label="").clean(text))
    return rows.filter(wanted).distinct()


def _payment(payment_id: int) -> Payment:
    try:
        return payment_of(payment_id)
    except Payment.DoesNotExist:
        raise Http404 from None
