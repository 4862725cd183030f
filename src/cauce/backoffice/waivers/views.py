"""Waivers: asked for from the account, decided by who reaches, listed."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.agreements.models import SurchargeWaiver
from cauce.agreements.operations import decide_waiver, request_waiver
from cauce.backoffice.waivers.forms import DecisionForm, WaiverFilter, WaiverForm
from cauce.core import clock
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.core.text import digits_of
from cauce.ledger.queries import DebtSummary, collection_law, debt_summary
from cauce.registry.models import Account
from cauce.tariffs.rules import NoLawInForce
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.models import User
from cauce.users.queries import posts_of
from cauce.users.roles import role_label

SEE = "agreements.view_surchargewaiver"
ASK = "agreements.ask_waiver"
DECIDE = "agreements.decide_waiver"
LIMIT = "condonar_recargos"
State = SurchargeWaiver.State
TONES = {
    State.REQUESTED: ("accent", "hourglass"),
    State.APPLIED: ("good", "circle-check"),
    State.REFUSED: ("bad", "circle-x"),
    State.REVERSED: ("note", "refresh"),
}
COLUMNS = [
    Column("Folio", width=14),
    Column("Pedida", Kind.MOMENT, 18),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Importe", Kind.MONEY, 14),
    Column("Motivo", width=50),
    Column("Pidió", width=26),
    Column("Autoriza", width=26),
    Column("Estado", width=16),
    Column("Resolvió", width=26),
    Column("Resuelta", Kind.MOMENT, 18),
    Column("Respuesta", width=40),
]


@screen(SEE)
def waivers(request: HttpRequest) -> HttpResponse:
    """The waivers that the filters let through, the last first, page by page."""

    def more(page: Page[SurchargeWaiver]) -> Mapping[str, object]:
        return {"rows": [(row, TONES[State(row.state)], role_label(row.authoriser)) for row in page.rows]}

    return list_page(request, _WAIVERS, "backoffice/waivers/waivers.html", more)


@screen(SEE)
def waivers_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _WAIVERS)


@screen(ASK, methods=("GET", "POST"))
def new_waiver(request: HttpRequest, account_id: int) -> HttpResponse:
    """Ask that surcharges of an account are let go: applied at once within the post's limit."""
    account = get_object_or_404(Account.objects.select_related("holder", "connection__premises"), pk=account_id)
    posted = request.method == "POST"
    form = WaiverForm(request.POST) if posted else WaiverForm(initial={"llave": new_key()})

    def act() -> Done:
        made = request_waiver(
            account=account,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            by=user_of(request),
            key=f"condonacion/{form.cleaned_data['llave']}",
        )
        folio, told = made.document.folio, format_money(made.amount)
        said = (
            f"Se condonaron {told} de recargos ({folio})."
            if made.state == State.APPLIED
            else f"La condonación {folio} por {told} se envió a: {role_label(made.authoriser)}."
        )
        return said, redirect("waivers:waiver", made.pk)

    response = done(request, form, act, what=f"condonar recargos de la {account}")
    if response is not None:
        return response
    debt = _debt(account.pk)
    waiting = SurchargeWaiver.objects.filter(account=account, state=State.REQUESTED).select_related("document")
    context = {
        "account": account,
        "form": form,
        "debt": debt,
        "late": [period for period in debt.periods if period.late > 0] if debt is not None else [],
        "owed": ZERO if debt is None else sum((period.late for period in debt.periods), ZERO),
        "limits": _limits_of(user_of(request)),
        "waiting": waiting,
    }
    return render(request, "backoffice/waivers/new_waiver.html", context, status=422 if posted else 200)


@screen(SEE)
def waiver(request: HttpRequest, waiver_id: int) -> HttpResponse:
    """One waiver."""
    return _waiver_page(request, _waiver(waiver_id))


@screen(DECIDE, methods=("POST",))
def decide(request: HttpRequest, waiver_id: int) -> HttpResponse:
    """Grant or refuse a waiver that waits."""
    found, form = _waiver(waiver_id), DecisionForm(request.POST)
    is_granted = request.POST.get("decision") == "conceder"

    def act() -> Done:
        decide_waiver(
            waiver=found,
            is_granted=is_granted,
            note=form.cleaned_data["note"],
            at=clock.now(),
            by=user_of(request),
        )
        told = "se concedió" if is_granted else "se negó"
        return f"La condonación {found.document.folio} {told}.", redirect("waivers:waiver", found.pk)

    response = done(request, form, act, what=f"resolver la condonación {found.document.folio}")
    return response or _waiver_page(request, _waiver(waiver_id), form, status=422)


def _waiver_page(
    request: HttpRequest, found: SurchargeWaiver, form: DecisionForm | None = None, *, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    waits = found.state == State.REQUESTED
    debt = _debt(found.account_id) if waits else None
    may_decide = waits and user.has_perm(DECIDE) and _reaches(user, found.amount)
    context = {
        "waiver": found,
        "tone": TONES[State(found.state)],
        "authoriser": role_label(found.authoriser),
        "owed": None if debt is None else sum((period.late for period in debt.periods), ZERO),
        "debt": debt,
        "may_decide": may_decide and found.asked_by_id != user.pk,
        "is_own": waits and found.asked_by_id == user.pk,
        "form": form or DecisionForm(),
    }
    return render(request, "backoffice/waivers/waiver.html", context, status=status)


def _limits_of(user: User) -> list[tuple[str, Decimal | None, bool]]:
    """Up to how much each post waives by itself, the lowest first, and whether it is this person's."""
    today = clock.today()
    try:
        limits = collection_law(today).desk.limits.get(LIMIT, {})
    except NoLawInForce:
        return []
    own = posts_of(user, today)
    return [(role_label(post), limit, post in own) for post, limit in limits.items()]


def _reaches(user: User, amount: Decimal) -> bool:
    today = clock.today()
    try:
        limits = collection_law(today).desk.limits.get(LIMIT, {})
    except NoLawInForce:
        return False
    own = [limits[post] for post in posts_of(user, today) & limits.keys()]
    return any(limit is None or amount <= limit for limit in own)


def _debt(account_id: int) -> DebtSummary | None:
    today = clock.today()
    try:
        return debt_summary(account_id, on=today, law=collection_law(today))
    except NoLawInForce:
        return None


def _waiver(waiver_id: int) -> SurchargeWaiver:
    related = ("document", "account__holder", "account__connection__premises", "asked_by", "decided_by")
    return get_object_or_404(SurchargeWaiver.objects.select_related(*related), pk=waiver_id)


def _filtered(chosen: Chosen) -> QuerySet[SurchargeWaiver]:
    rows = SurchargeWaiver.objects.select_related("document", "account__holder", "asked_by", "decided_by")
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["desde_dia"]:
        rows = rows.filter(asked_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(asked_at__date__lte=chosen["hasta_dia"])
    if digits := digits_of(chosen["texto"]):
        of_folio = Q(document__number=int(digits))
        rows = rows.filter(
            of_folio if chosen["texto"].upper().startswith("COND") else of_folio | Q(account__number=digits.zfill(6))
        )
    return rows


def _cells(row: SurchargeWaiver) -> tuple[object, ...]:
    return (
        row.document.folio,
        row.asked_at,
        row.account.number,
        row.account.holder.name,
        row.amount,
        row.reason,
        row.asked_by,
        role_label(row.authoriser),
        row.get_state_display(),
        row.decided_by or "",
        row.decided_at,
        row.decision_note,
    )


_WAIVERS = Listing(
    rows=_filtered,
    order=["-asked_at"],
    form=WaiverFilter,
    name="condonaciones-de-recargos",
    columns=COLUMNS,
    cells=_cells,
)
