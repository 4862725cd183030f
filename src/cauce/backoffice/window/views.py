"""The window: search, palette, the account's page and its tabs, the bill and its paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.backoffice.window import account_page, happenings, papers
from cauce.backoffice.window.account_page import AccountHead
from cauce.backoffice.window.finding import find_accounts
from cauce.backoffice.window.forms import AsOfForm, SearchForm
from cauce.billing.models import Bill
from cauce.cashier.queries.orders import payable_orders
from cauce.cashier.queries.stories import Story, stories_of
from cauce.core import clock, es_mx
from cauce.core.money import ZERO
from cauce.core.periods import period_of
from cauce.documents.models import Document
from cauce.events.models import Event
from cauce.ledger.models import Reason
from cauce.ledger.queries import DebtSummary, OpenPeriod, balance, statement_movements
from cauce.ledger.rules import Movement
from cauce.metering.queries import account_readings as readings_of
from cauce.metering.queries import installations_of
from cauce.registry.models import Account
from cauce.tariffs.queries import concept_names, schedule_of
from cauce.tariffs.rules import arithmetic, explain
from cauce.ui import navigation
from cauce.ui.access import ANYONE_SIGNED_IN, screen, user_of
from cauce.ui.replies import pdf
from cauce.workorders.queries import orders_of_account
from cauce.workorders.rules.states import PENDING

HAPPENINGS_SHOWN = 7
SEE_DEBTS = "ledger.view_transfer"
SEE_ORDERS = "cashier.view_paymentorder"
SEE_PAYMENTS = "cashier.view_payment"
SEE_READINGS = "metering.view_reading"
SEE_HISTORY = "events.view_event"
EVENTS_A_PAGE = 60
BILLS_SHOWN = 60
DOCUMENTS_SHOWN = 120


@screen("registry.view_account")
def search(request: HttpRequest) -> HttpResponse:
    """Find an account; typed whole and alone, it opens at once."""
    text = _searched(request)
    found = find_accounts(text, sees_debts=request.user.has_perm(SEE_DEBTS))
    context = {"query": text, "found": found}
    if request.headers.get("HX-Request") == "true":
        return render(request, "backoffice/window/hits.html", context)
    if len(found) == 1:
        return redirect("window:account", found[0].hit.id)
    return render(request, "backoffice/window/search.html", context)


@screen(ANYONE_SIGNED_IN)
def palette(request: HttpRequest) -> HttpResponse:
    """Accounts and actions that answer to what is typed; actions only those this person may do."""
    user = user_of(request)
    text = _searched(request)
    may_search = user.has_perm("registry.view_account")
    context = {
        "query": text,
        "found": find_accounts(text, sees_debts=user.has_perm(SEE_DEBTS), limit=6) if text and may_search else [],
        "actions": navigation.actions_matching(user, text),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(
        request, "backoffice/window/palette_hits.html" if is_part else "backoffice/window/palette.html", context
    )


@screen("registry.view_account")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """The account on one page: state, what it owes, what can be done and why not, consumption, what happened."""
    today = clock.today()
    user = user_of(request)
    head = _head(account_id, today)
    sees_debts, sees_readings = user.has_perm(SEE_DEBTS), user.has_perm(SEE_READINGS)
    debt = account_page.debt_today(head.account, on=today) if sees_debts else None
    bill = account_page.latest_bill(head.account)
    readings = readings_of(account_id, HAPPENINGS_SHOWN) if sees_readings else []
    period = max(bill.period if bill else date.min, readings[0].period if readings else date.min)
    context = {
        "alerts": account_page.alerts(head, lacks_law=sees_debts and debt is None),
        "doings": account_page.doings(user, head, debt, bill),
        "orders": payable_orders(account_id, today) if user.has_perm(SEE_ORDERS) else [],
        "sees_readings": sees_readings,
        "meter": account_page.meter_of(head.account),
        "happenings": happenings.latest(
            Event.objects.of_account(account_id).select_related("by")[:HAPPENINGS_SHOWN]
            if user.has_perm(SEE_HISTORY)
            else [],
            statement_movements(account_id, as_of=today) if sees_debts else [],
            readings,
            limit=HAPPENINGS_SHOWN,
        ),
        "services": _services(head.account),
        "today": today,
    }
    if sees_readings:
        shown = period if period > date.min else period_of(today)
        context["consumption"] = account_page.consumption_of_year(head.account, period=shown)
    if debt is not None:
        sums = {name: sum((getattr(row, name) for row in debt.periods), ZERO) for name in ("services", "others")}
        sums["surcharges"] = sum((row.surcharges + row.surcharges_to_post for row in debt.periods), ZERO)
        context |= {
            "to_pay": account_page.to_pay(debt),
            "not_due": debt.total - debt.overdue,
            "next_due": min((row.due_on for row in debt.periods if not row.is_overdue), default=None),
            "has_others": sums["others"] > ZERO,
            "rows": [_debt_row(row) for row in debt.periods],
            "sums": sums,
            "to_post": debt.surcharges_to_post,
        }
    return _tab(request, "account", head, context, tab="summary", debt=debt)


@screen("ledger.view_transfer")
def account_statement(request: HttpRequest, account_id: int) -> HttpResponse:
    """The statement as of a day: one line for each business document, with the balance after it."""
    today = clock.today()
    head = _head(account_id, today)
    as_of = _as_of(request, today)
    movements = statement_movements(account_id, as_of=as_of)
    stories = stories_of(movements)
    context = {
        "as_of": as_of,
        "today": today,
        "balance": balance(account_id, as_of),
        "movements": [
            _movement_row(
                movement, stories.get(movement.document_id), sees_payments=request.user.has_perm(SEE_PAYMENTS)
            )
            for movement in reversed(movements)
        ],
    }
    return _tab(request, "account_statement", head, context, tab="statement")


@screen("billing.view_bill")
def account_bills(request: HttpRequest, account_id: int) -> HttpResponse:
    """Every bill of the account, the last first."""
    head = _head(account_id, clock.today())
    bills = (
        Bill.objects.filter(account_id=account_id).select_related("document", "replaced_by").order_by("-period", "-pk")
    )
    return _tab(request, "account_bills", head, {"bills": bills[:BILLS_SHOWN]}, tab="bills")


@screen("metering.view_reading")
def account_readings(request: HttpRequest, account_id: int) -> HttpResponse:
    """Readings, meters and the chart."""
    today = clock.today()
    head = _head(account_id, today)
    readings = readings_of(account_id)
    period = readings[0].period if readings else period_of(today)
    context = {
        "readings": readings,
        "installations": list(installations_of(account_id)),
        "meter": account_page.meter_of(head.account),
        "consumption": account_page.consumption_of_year(head.account, period=period),
    }
    return _tab(request, "account_readings", head, context, tab="readings")


@screen("documents.view_document")
def account_documents(request: HttpRequest, account_id: int) -> HttpResponse:
    """Every paper that moved the account's money."""
    head = _head(account_id, clock.today())
    documents = (
        Document.objects.filter(transfers__account_id=account_id)
        .distinct()
        .select_related("by")
        .order_by("-issued_on", "-pk")
    )
    return _tab(request, "account_documents", head, {"documents": documents[:DOCUMENTS_SHOWN]}, tab="documents")


@screen("workorders.view_workorder")
def account_orders(request: HttpRequest, account_id: int) -> HttpResponse:
    """What was ordered to be done at the account, the newest first."""
    head, now = _head(account_id, clock.today()), clock.now()
    orders = [(order, order.state in PENDING and order.due_at < now) for order in orders_of_account(account_id)]
    return _tab(request, "account_orders", head, {"orders": orders}, tab="orders")


@screen("events.view_event")
def account_history(request: HttpRequest, account_id: int) -> HttpResponse:
    """What happened, newest first, page by page."""
    head = _head(account_id, clock.today())
    events = Event.objects.of_account(account_id).select_related("by")
    before = request.GET.get("antes", "")
    if before.isdecimal():
        events = events.filter(pk__lt=int(before))
    page = list(events[: EVENTS_A_PAGE + 1])
    older = page[EVENTS_A_PAGE - 1].pk if len(page) > EVENTS_A_PAGE else None
    return _tab(request, "account_history", head, {"events": page[:EVENTS_A_PAGE], "older": older}, tab="history")


@screen("ledger.view_transfer")
def statement_pdf(request: HttpRequest, account_id: int) -> HttpResponse:
    """The statement on paper."""
    today = clock.today()
    head = _head(account_id, today)
    as_of = _as_of(request, today)
    paper = papers.statement_of(head.account, as_of=as_of, printed_on=today)
    return pdf(paper.pdf(), f"estado-de-cuenta-{head.account.number}.pdf")


@screen("billing.view_bill")
def bill(request: HttpRequest, bill_id: int) -> HttpResponse:
    """One bill: what it charges, how each figure came out, and its paper."""
    found = _bill(bill_id)
    schedule = schedule_of(found.schedule_id)
    steps = arithmetic(found.proof)
    names = concept_names()
    lines = [
        {"name": names.get(line.concept, line.concept), "how": steps.get(line.concept, ""), "line": line}
        for line in found.lines.order_by("position")
    ]
    context = {
        "bill": found,
        "lines": lines,
        "proof": explain(found.proof),
        "law": schedule,
        "replaced_by": getattr(found, "replaced_by", None),
    }
    return render(request, "backoffice/window/bill.html", context)


@screen("billing.view_bill")
def bill_pdf(request: HttpRequest, bill_id: int) -> HttpResponse:
    """The bill on paper."""
    found = _bill(bill_id)
    return pdf(papers.bill_of(found).pdf(), f"recibo-{found.document.folio}.pdf")


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement in the columns of a statement."""

    on: date
    label: str
    folio: str
    charge: Decimal | None
    credit: Decimal | None
    balance: Decimal
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class DebtRow:
    """A period of the debt as its table shows it (pesos)."""

    period: date
    due_on: date
    services: Decimal
    surcharges: Decimal
    others: Decimal
    total: Decimal
    is_overdue: bool
    is_agreement: bool


def _movement_row(movement: Movement, story: Story | None, *, sees_payments: bool) -> MovementRow:
    url = ""
    if movement.kind in (Reason.BILL, Reason.ADJUSTMENT) and movement.document_id is not None:
        url = reverse("window:bill", args=[movement.document_id])
    elif story is not None and story.order_id is not None:
        url = reverse("orders:order", args=[story.order_id])
    elif story is not None and sees_payments:
        url = reverse("desk:receipt", args=[story.payment_id])
    return MovementRow(
        on=movement.on,
        label=Reason(movement.kind).label,
        folio=movement.folio,
        charge=movement.amount if movement.amount > ZERO else None,
        credit=-movement.amount if movement.amount < ZERO else None,
        balance=movement.balance,
        url=url,
        note="" if story is None else story.note,
    )


def _debt_row(row: OpenPeriod) -> DebtRow:
    return DebtRow(
        period=row.period,
        due_on=row.due_on,
        services=row.services,
        surcharges=row.surcharges + row.surcharges_to_post,
        others=row.others,
        total=row.total,
        is_overdue=row.is_overdue,
        is_agreement=row.is_agreement,
    )


def _searched(request: HttpRequest) -> str:
    form = SearchForm(request.GET)
    return form.cleaned_data["q"] if form.is_valid() else ""


def _as_of(request: HttpRequest, today: date) -> date:
    form = AsOfForm(request.GET)
    chosen: date | None = form.cleaned_data["al"] if form.is_valid() else None
    return chosen if chosen is not None and chosen <= today else today


def _head(account_id: int, on: date) -> AccountHead:
    try:
        return account_page.account_head(account_id, on=on)
    except Account.DoesNotExist:
        raise Http404 from None


def _bill(bill_id: int) -> Bill:
    try:
        return Bill.objects.select_related("document", "account__route", "account__holder", "schedule").get(pk=bill_id)
    except Bill.DoesNotExist:
        raise Http404 from None


def _services(found: Account) -> str:
    services = [
        name
        for name, has in (
            ("agua potable", found.has_water),
            ("alcantarillado", found.has_sewerage),
            ("tratamiento", found.has_treatment),
        )
        if has
    ]
    return es_mx.join_words(services)


def _tab(
    request: HttpRequest,
    template: str,
    head: AccountHead,
    context: Mapping[str, Any],
    *,
    tab: str,
    debt: DebtSummary | None = None,
) -> HttpResponse:
    if debt is None and request.user.has_perm(SEE_DEBTS):
        debt = account_page.debt_today(head.account, on=clock.today())
    shared: dict[str, Any] = {"head": head, "tab": tab, "debt": debt}
    if debt is not None and debt.overdue_months:
        shared["overdue_words"] = es_mx.count_of(debt.overdue_months, "mes vencido", "meses vencidos")
    return render(request, f"backoffice/window/{template}.html", shared | dict(context))
