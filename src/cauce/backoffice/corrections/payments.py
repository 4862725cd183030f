"""Finding a payment and its page: its receipts, its methods, what was corrected, what can be done now and why not."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.corrections.acts import acts_on, facts_of
from cauce.backoffice.corrections.forms import PaymentFilter
from cauce.cashier.models import Payment, Receipt
from cauce.cashier.queries.corrections import leaned_on, payments_of_amount
from cauce.cashier.queries.receipts import payment_of, told_receipts
from cauce.core import clock
from cauce.events.models import Event
from cauce.ledger.queries import collection_law
from cauce.tariffs.rules import NoLawInForce
from cauce.ui.access import screen, user_of
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page
from cauce.ui.spreadsheets import Column, Kind, workbook

SEE = "cashier.view_payment"
LONGEST_WORKBOOK = 20_000


@screen(SEE)
def payments(request: HttpRequest) -> HttpResponse:
    """The payments that the filters let through, the last first; one alone that a folio names is opened by its link."""
    return list_page(request, _PAYMENTS, "backoffice/corrections/payments.html")


@screen(SEE)
def payments_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook, a row for each receipt."""
    columns = [
        Column("Comprobante", width=16),
        Column("Cuenta", width=12),
        Column("A nombre de", width=40),
        Column("Importe", Kind.MONEY, 14),
        Column("Recibido", Kind.MOMENT, 18),
        Column("Fecha valor", Kind.DATE, 14),
        Column("Caja", width=20),
        Column("Cobró", width=28),
        Column("Formas de pago", width=30),
        Column("Estado", width=26),
    ]
    rows = _PAYMENTS.asked(request.GET).in_order()[:LONGEST_WORKBOOK]
    return workbook("pagos", columns, _workbook_rows(rows))


@screen(SEE)
def payment(request: HttpRequest, payment_id: int) -> HttpResponse:
    """One payment whole."""
    found = _payment(payment_id)
    facts = facts_of(found)
    receipts = told_receipts(found)
    may_come_back = any(one.dishonour or one.method in ("CHEQUE", "CARD") for one in facts.tenders)
    corrected = {one.tender.pk for one in facts.tenders if one.tender.corrections.exists()}
    word, tone, icon = facts.state
    context = {
        "payment": found,
        "receipts": receipts,
        "facts": facts,
        "corrected": corrected,
        "state": {"word": word, "tone": tone, "icon": icon},
        "acts": acts_on(user_of(request), facts),
        "leaning": _leaning(found) if may_come_back else [],
        "came_back": any(one.is_dishonoured for one in facts.tenders),
        "events": _events(found),
        "key": new_key(),
    }
    return render(request, "backoffice/corrections/payment.html", context)


def _payment(payment_id: int) -> Payment:
    try:
        return payment_of(payment_id)
    except Payment.DoesNotExist as error:
        raise Http404 from error


def _leaning(found: Payment) -> list[str]:
    today = clock.today()
    try:
        rule = collection_law(today).surcharges
    except NoLawInForce:
        return []
    return [one.sentence for one in leaned_on(found, on=today, rule=rule)]


def _events(found: Payment) -> list[Event]:
    """What happened with the payment: its receipts, its methods and what came back, each told once."""
    receipts = list(found.receipts.values_list("pk", flat=True))
    tenders = list(found.tenders.values_list("pk", flat=True))
    rows = Event.objects.filter(
        Q(subject_kind="Receipt", subject_id__in=receipts) | Q(subject_kind="Dishonour", subject_id__in=tenders)
    ).select_related("by")
    return list({event.sentence: event for event in rows.order_by("-pk")}.values())


def _found(asked: Chosen) -> QuerySet[Payment]:
    rows = Payment.objects.select_related("desk", "by").prefetch_related(
        "tenders", "receipts__document", "receipts__account", "receipts__party", "receipts__cancellation"
    )
    receipts = Receipt.objects.filter(payment=OuterRef("pk"))
    if folio := asked["folio"].strip().upper():
        series, _, number = folio.rpartition("-")
        if not number.isdecimal():
            return rows.none()
        named = receipts.filter(document__number=int(number))
        rows = rows.filter(Exists(named.filter(document__series=series) if series else named))
    if account := "".join(letter for letter in asked["cuenta"] if letter.isdecimal()):
        rows = rows.filter(Exists(receipts.filter(account__number=account.zfill(6))))
    elif asked["cuenta"].strip():
        return rows.none()
    if amount := asked["importe"]:
        rows = rows.filter(pk__in=payments_of_amount(amount))
    if day := asked["dia"]:
        rows = rows.filter(booked_on=day)
    if desk := asked["caja"]:
        rows = rows.filter(desk=desk)
    return rows


_PAYMENTS = Listing(rows=_found, order=["-pk"], form=PaymentFilter, is_search=True)


def _workbook_rows(rows: QuerySet[Payment]) -> Iterator[tuple[object, ...]]:
    for found in rows:
        methods = ", ".join(tender.get_method_display() for tender in found.tenders.all())
        for receipt in found.receipts.all():
            gone = getattr(receipt, "cancellation", None)
            yield (
                receipt.document.folio,
                receipt.account.number if receipt.account else "",
                receipt.party.name,
                receipt.amount,
                found.received_at,
                receipt.effective_on,
                found.desk.name,
                str(found.by),
                methods,
                "Vigente" if gone is None else gone.get_cause_display(),
            )
