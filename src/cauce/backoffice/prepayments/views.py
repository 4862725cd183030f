"""Months paid ahead: quoted and offered from the account, listed, followed month by month, given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cauce.agreements.models import PrepaidMonth, Prepayment
from cauce.agreements.operations import cancel_prepayment, offer_prepayment
from cauce.agreements.queries import prepayments_of, quote_prepayment
from cauce.agreements.rules import LIVE_PREPAYMENTS, pay_until
from cauce.backoffice.prepayments.forms import CancelForm, MonthsForm, OfferForm, PrepaymentFilter
from cauce.backoffice.prepayments.papers import certificate
from cauce.core import clock
from cauce.core.es_mx import format_percent
from cauce.core.money import ZERO
from cauce.core.text import digits_of, fold
from cauce.ledger.queries import advance_balances
from cauce.registry.models import Account
from cauce.tariffs.queries import schedule_of
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind

SEE = "agreements.view_prepayment"
OFFER = "agreements.offer_prepayment"
SERIES = "ANT"
State = Prepayment.State
TONES = {
    State.OFFERED: ("accent", "hourglass"),
    State.IN_FORCE: ("good", "circle-check"),
    State.ENDED: ("note", "checks"),
    State.EXPIRED: ("", "clock"),
    State.CANCELLED: ("bad", "circle-x"),
}
COLUMNS = [
    Column("Folio", width=14),
    Column("Ofrecida", Kind.MOMENT, 18),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Clave", width=8),
    Column("m³ al mes", Kind.WHOLE, 10),
    Column("Meses", Kind.WHOLE, 8),
    Column("Facturados", Kind.WHOLE, 10),
    Column("Costo esperado", Kind.MONEY, 14),
    Column("Porcentaje", width=12),
    Column("Descuento", Kind.MONEY, 14),
    Column("A pagar", Kind.MONEY, 14),
    Column("Descontado", Kind.MONEY, 14),
    Column("Pagar a más tardar", Kind.DATE, 16),
    Column("Estado", width=14),
    Column("Ofreció", width=26),
    Column("Por qué terminó", width=40),
]


@dataclass(frozen=True, slots=True)
class Consumed:
    """What has been used of the months paid ahead and what is left, in pesos."""

    months: int
    billed: int
    let_go: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Window:
    """The last day of the year to pay with a percentage."""

    last_day: date
    percent: Decimal
    is_past: bool
    is_open: bool


@screen(SEE)
def prepayments(request: HttpRequest) -> HttpResponse:
    """The ones that the filters let through, the last first, page by page."""

    def more(page: Page[Prepayment]) -> Mapping[str, object]:
        return {"rows": [(row, TONES[State(row.state)]) for row in page.rows]}

    return list_page(request, _PREPAYMENTS, "backoffice/prepayments/prepayments.html", more)


@screen(SEE)
def prepayments_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _PREPAYMENTS)


@screen(OFFER, methods=("GET", "POST"))
def new_prepayment(request: HttpRequest, account_id: int) -> HttpResponse:
    """Quote the months that are left of the year, or as many as are asked for, and offer them."""
    account = get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)
    posted = request.method == "POST"
    form = OfferForm(request.POST if posted else None)

    def act() -> Done:
        made = offer_prepayment(
            account=account,
            months=form.cleaned_data["meses"],
            at=clock.now(),
            by=user_of(request),
            key=f"anualidad/{form.cleaned_data['llave']}",
        )
        folio = made.document.folio
        said = (
            f"La anualidad {folio} quedó vigente con el dinero que ya tenía a favor."
            if made.state == State.IN_FORCE
            else f"Se ofreció la anualidad {folio}: empieza cuando la paga en caja."
        )
        return said, redirect("prepayments:prepayment", made.pk)

    if posted:
        response = done(request, form, act, what=f"ofrecer una anualidad a la {account}")
        if response is not None:
            return response
    context = {"account": account, "offer": form, "earlier": prepayments_of(account.pk)[:5]}
    context |= _quoted(request, account)
    return render(request, "backoffice/prepayments/new_prepayment.html", context, status=422 if posted else 200)


@screen(SEE)
def prepayment(request: HttpRequest, prepayment_id: int) -> HttpResponse:
    """One of them, month by month."""
    return _page(request, _named(prepayment_id))


@screen(OFFER, methods=("POST",))
def cancel(request: HttpRequest, prepayment_id: int) -> HttpResponse:
    """Give it up: what is left of its money stays in favour of the account."""
    found, form = _named(prepayment_id), CancelForm(request.POST)

    def act() -> Done:
        cancel_prepayment(prepayment=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        said = f"La anualidad {found.document.folio} se canceló: lo que no se usó sigue a favor de la cuenta."
        return said, redirect("prepayments:prepayment", found.pk)

    response = done(request, form, act, what=f"cancelar la anualidad {found.document.folio}")
    return response or _page(request, _named(prepayment_id), form, status=422)


@screen(SEE)
def certificate_pdf(request: HttpRequest, prepayment_id: int) -> HttpResponse:
    """The constancia of what was offered or paid ahead."""
    found = _named(prepayment_id)
    paper = certificate(found, list(_months(found)), basis=_basis(found.schedule_id))
    return pdf(paper.pdf(), f"anualidad-{found.document.folio}.pdf")


def _page(
    request: HttpRequest, found: Prepayment, form: CancelForm | None = None, *, status: int = 200
) -> HttpResponse:
    months = list(_months(found))
    in_favour = advance_balances([found.account_id]).get(found.account_id, {}).get(found.party_id, ZERO)
    missing = max(ZERO, found.net - in_favour)
    is_live = found.state in LIVE_PREPAYMENTS
    context = {
        "prepayment": found,
        "tone": TONES[State(found.state)],
        "months": months,
        "consumed": _consumed(months),
        "basis": _basis(found.schedule_id),
        "in_favour": in_favour,
        "missing": missing,
        "collect_url": f"{reverse('desk:collect')}?cuentas={found.account_id}&que=anticipo&importe={missing}",
        "is_late": found.state == State.OFFERED and clock.today() > found.pay_until,
        "may_cancel": is_live and user_of(request).has_perm(OFFER),
        "form": form or CancelForm(),
    }
    return render(request, "backoffice/prepayments/prepayment.html", context, status=status)


def _quoted(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The quote that the address or the form asks for, with the law's words and windows."""
    today = clock.today()
    asked = MonthsForm(request.POST if request.method == "POST" else request.GET)
    months = asked.cleaned_data["meses"] if asked.is_valid() else None
    quote = quote_prepayment(account, on=today, months=months)
    rule = None if quote.schedule_id is None else schedule_of(quote.schedule_id).parameters.prepayment
    return {
        "asked": asked,
        "quote": quote,
        "today": today,
        "pay_until": pay_until(today),
        "basis": "" if quote.schedule_id is None else _basis(quote.schedule_id),
        "windows": [] if rule is None else windows_of(rule.windows, today),
        "least_months": None if rule is None else rule.least_months,
        "ends_on_change": rule is not None and rule.ends_on_change,
        "may_offer": not quote.reasons and quote.net > 0 and not asked.errors,
        "key": new_key(),
    }


def windows_of(windows: Sequence[tuple[tuple[int, int], Decimal]], today: date) -> list[Window]:
    """Each window of the year, and which is today's."""
    here = (today.month, today.day)
    current = next((last for last, _ in windows if here <= last), None)
    return [
        Window(date(today.year, *last), percent, is_past=last < here, is_open=last == current)
        for last, percent in windows
    ]


def _consumed(months: Sequence[PrepaidMonth]) -> Consumed:
    billed = [month for month in months if month.bill_id is not None]
    waiting = [month for month in months if month.bill_id is None]
    return Consumed(
        months=len(months),
        billed=len(billed),
        let_go=sum((month.discounted or ZERO for month in billed), ZERO),
        left=sum((month.gross - month.discount for month in waiting), ZERO),
    )


def _basis(schedule_id: int) -> str:
    """The article that gives the discount."""
    return schedule_of(schedule_id).parameters.legal_basis.get("anualidad", "")


def _months(found: Prepayment) -> QuerySet[PrepaidMonth]:
    rows = found.months.annotate(net=F("gross") - F("discount"))
    return rows.select_related("bill").order_by("period")


def _named(prepayment_id: int) -> Prepayment:
    related = ("document", "account__holder", "account__connection__premises", "party", "offered_by", "ended_by")
    return get_object_or_404(Prepayment.objects.select_related(*related, "schedule"), pk=prepayment_id)


def _filtered(chosen: Chosen) -> QuerySet[Prepayment]:
    rows: QuerySet[Prepayment] = Prepayment.objects.select_related("document", "account__holder", "offered_by")
    rows = rows.annotate(
        month_count=Count("months"), billed_count=Count("months__bill"), let_go=Sum("months__discounted")
    )
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["desde_dia"]:
        rows = rows.filter(offered_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(offered_at__date__lte=chosen["hasta_dia"])
    if text := chosen["texto"].strip():
        rows = rows.filter(_about(text))
    return rows


def _about(text: str) -> Q:
    """Those of an account's number, of a folio, or of somebody's name."""
    digits = digits_of(text)
    if digits and text.upper().replace(SERIES, "").strip(" -") == digits:
        of_folio = Q(document__number=int(digits))
        return of_folio if text.upper().startswith(SERIES) else of_folio | Q(account__number=digits.zfill(6))
    return Q(account__holder__name_key__contains=fold(text))


def _cells(row: Prepayment) -> tuple[object, ...]:
    return (
        row.document.folio,
        row.offered_at,
        row.account.number,
        row.account.holder.name,
        row.tariff_code,
        row.monthly_m3,
        row.month_count,  # type: ignore[attr-defined]
        row.billed_count,  # type: ignore[attr-defined]
        row.gross,
        format_percent(row.percent.normalize()),
        row.discount,
        row.net,
        row.let_go,  # type: ignore[attr-defined]
        row.pay_until,
        row.get_state_display(),
        row.offered_by,
        row.end_reason,
    )


_PREPAYMENTS = Listing(
    rows=_filtered,
    order=["-offered_at"],
    form=PrepaymentFilter,
    name="anualidades",
    columns=COLUMNS,
    cells=_cells,
)
