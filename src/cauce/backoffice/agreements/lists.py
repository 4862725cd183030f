"""The agreements in lists: all of them, those that wait for an authorisation, and how they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.agreements.models import PaymentAgreement, PromissoryNote
from cauce.agreements.rules import LIVE_AGREEMENTS, OUTSTANDING_NOTES
from cauce.backoffice.agreements.forms import AgreementFilter, MonitorFilter
from cauce.backoffice.agreements.showing import AUTHORISE, SEE, TONES, reaches
from cauce.core import clock
from cauce.core.money import ZERO
from cauce.core.periods import add_months, period_of
from cauce.core.text import digits_of, fold
from cauce.ui.access import screen, user_of
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.roles import role_label

State = PaymentAgreement.State
SOON = timedelta(days=7)
MOST_SHOWN = 200
MONTHS_BACK = 12
COLUMNS = [
    Column("Folio", width=14),
    Column("Pedido", Kind.MOMENT, 18),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Firma", width=40),
    Column("Como", width=18),
    Column("Meses", Kind.WHOLE, 8),
    Column("Adeudo", Kind.MONEY, 14),
    Column("Enganche", Kind.MONEY, 14),
    Column("Condonado", Kind.MONEY, 14),
    Column("Convenido", Kind.MONEY, 14),
    Column("Interés", Kind.MONEY, 14),
    Column("Parcialidades", Kind.WHOLE, 14),
    Column("Pagadas", Kind.WHOLE, 10),
    Column("Vencidas", Kind.WHOLE, 10),
    Column("Estado", width=24),
    Column("Autoriza", width=28),
    Column("Suscribió", width=26),
    Column("Motivo", width=50),
]


@screen(SEE)
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements that the filters let through, the last first, page by page."""

    def more(page: Page[PaymentAgreement]) -> Mapping[str, object]:
        return {"rows": [(row, TONES[State(row.state)]) for row in page.rows]}

    return list_page(request, _AGREEMENTS, "backoffice/agreements/agreements.html", more)


@screen(SEE)
def agreements_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _AGREEMENTS)


@screen(AUTHORISE)
def requests(request: HttpRequest) -> HttpResponse:
    """What waits for an authorisation: first what this person's post decides."""
    user, today = user_of(request), clock.today()
    waiting = list(
        PaymentAgreement.objects.filter(state=State.REQUESTED)
        .select_related("document", "account__holder", "asked_by")
        .order_by("asked_at")[:MOST_SHOWN]
    )
    rows = [
        (row, reaches(user, row, on=today), role_label(row.authoriser), (today - row.as_of).days, _reasons(row))
        for row in waiting
    ]
    rows.sort(key=lambda row: not row[1])
    return render(request, "backoffice/agreements/requests.html", {"rows": rows})


@dataclass(frozen=True, slots=True)
class MonthRow:
    """The agreements signed in a month and what became of them."""

    month: date
    signed: int
    amount: Decimal
    live: int
    kept: int
    broken: int
    others: int

    @property
    def kept_percent(self) -> Decimal | None:
        """Kept of those that were kept or broken."""
        ended = self.kept + self.broken
        return None if ended == 0 else Decimal(self.kept * 100 / ended).quantize(Decimal(1))


@screen(SEE)
def monitor(request: HttpRequest) -> HttpResponse:
    """How the agreements are kept: by the month in which they were signed, what is late and what falls due."""
    today = clock.today()
    form = MonitorFilter(request.GET or None)
    since = form.since(add_months(period_of(today), -MONTHS_BACK))
    months = [
        MonthRow(
            row["month"], row["signed"], row["amount"] or ZERO, row["live"], row["kept"], row["broken"], row["rest"]
        )
        for row in PaymentAgreement.objects.filter(signed_at__date__gte=since)
        .annotate(month=TruncMonth("signed_at"))
        .values("month")
        .annotate(
            signed=Count("pk"),
            amount=Sum("financed"),
            live=Count("pk", filter=Q(state__in=LIVE_AGREEMENTS)),
            kept=Count("pk", filter=Q(state=State.KEPT)),
            broken=Count("pk", filter=Q(state=State.BROKEN)),
            rest=Count("pk", filter=Q(state__in=[State.CANCELLED, State.RESTRUCTURED])),
        )
        .order_by("-month")
    ]
    pending = PromissoryNote.objects.filter(state__in=OUTSTANDING_NOTES)
    late = (
        PaymentAgreement.objects.live()
        .filter(notes__state=PromissoryNote.State.OVERDUE)
        .annotate(late=Count("notes"), amount=Sum("notes__face"), since=Min("notes__due_on"))
        .select_related("document", "account__holder")
        .order_by("since", "pk")[:MOST_SHOWN]
    )
    soon = pending.filter(due_on__gte=today, due_on__lte=today + SOON, agreement__state=State.IN_FORCE)
    kept, broken = sum(row.kept for row in months), sum(row.broken for row in months)
    context = {
        "form": form if request.GET else MonitorFilter(initial={"desde_dia": since}),
        "since": since,
        "months": months,
        "late": late,
        "soon": soon.select_related("document", "agreement__account__holder").order_by("due_on", "pk")[:MOST_SHOWN],
        "outstanding": pending.aggregate(count=Count("pk"), amount=Coalesce(Sum("face"), Value(ZERO))),
        "live": PaymentAgreement.objects.live().count(),
        "kept": kept,
        "broken": broken,
        "kept_percent": MonthRow(since, 0, ZERO, 0, kept, broken, 0).kept_percent,
        "today": today,
    }
    return render(request, "backoffice/agreements/monitor.html", context)


def _reasons(row: PaymentAgreement) -> list[str]:
    return [finding["sentence"] for finding in row.findings if not finding["met"]]


def _filtered(chosen: Chosen) -> QuerySet[PaymentAgreement]:
    rows: QuerySet[PaymentAgreement] = PaymentAgreement.objects.select_related(
        "document", "account__holder", "obligor", "signed_by"
    )
    rows = rows.annotate(
        paid_count=Count("notes", filter=Q(notes__state__in=["PAID", "RETURNED"])),
        late_count=Count("notes", filter=Q(notes__state="OVERDUE")),
    )
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["pago"]:
        rows = _as_paid(rows, chosen["pago"])
    if chosen["desde_dia"]:
        rows = rows.filter(asked_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(asked_at__date__lte=chosen["hasta_dia"])
    if text := chosen["texto"].strip():
        rows = rows.filter(_about(text))
    return rows


def _as_paid(rows: QuerySet[PaymentAgreement], how: str) -> QuerySet[PaymentAgreement]:
    notes = PromissoryNote.objects.filter(agreement=OuterRef("pk"))
    late = Exists(notes.filter(state=PromissoryNote.State.OVERDUE))
    live = rows.filter(state__in=LIVE_AGREEMENTS)
    if how == "vencidos":
        return live.filter(late)
    if how == "por-vencer":
        today = clock.today()
        return live.filter(
            Exists(notes.filter(state__in=OUTSTANDING_NOTES, due_on__gte=today, due_on__lte=today + SOON))
        )
    return live.filter(~late)


def _about(text: str) -> Q:
    """Agreements of an account's number, of a folio, or of somebody's name."""
    digits = digits_of(text)
    if digits and len(digits) < 10 and text.upper().replace("CONV", "").strip(" -") == digits:
        return Q(account__number=digits.zfill(6)) | Q(document__number=int(digits))
    return Q(debtor__name_key__contains=fold(text)) | Q(obligor__name_key__contains=fold(text))


def _cells(row: PaymentAgreement) -> tuple[object, ...]:
    return (
        row.document.folio,
        row.asked_at,
        row.account.number,
        row.account.holder.name,
        row.obligor.name,
        row.get_capacity_display(),
        row.months,
        row.debt,
        row.down_payment,
        row.waived,
        row.financed,
        row.interest,
        row.instalment_count,
        row.paid_count,  # type: ignore[attr-defined]
        row.late_count,  # type: ignore[attr-defined]
        row.get_state_display(),
        role_label(row.authoriser),
        row.signed_by or "",
        row.end_reason or row.decision_note or row.request_reason,
    )


_AGREEMENTS = Listing(
    rows=_filtered,
    order=["-asked_at"],
    form=AgreementFilter,
    name="convenios-de-pago",
    columns=COLUMNS,
    cells=_cells,
)
