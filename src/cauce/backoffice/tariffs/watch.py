"""The watch list: what the rules point at, the case or the inspection that follows, or why it is no fault."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.tariffs.cases import case_of_key, cases_by_key
from cauce.backoffice.tariffs.forms import DismissFindingForm, WatchFilter
from cauce.billing.models import WatchFinding, WatchRule
from cauce.billing.operations import dismiss_finding, review_watch_list
from cauce.billing.queries.watch import open_findings, watch_list
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.registry.models import Route
from cauce.tariffs.models import TariffCode
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind
from cauce.workorders.models import WorkOrder, WorkOrderType
from cauce.workorders.operations import issue_work_order

SEE, ACT = "billing.view_watchfinding", "billing.change_watchfinding"
ORDER_TYPE = "VERIFICA-TOMA"
COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=36),
    Column("Tarifa", width=22),
    Column("Giro", width=24),
    Column("Ruta", width=8),
    Column("Regla", width=40),
    Column("Qué se vio", width=60),
    Column("Desde", Kind.MOMENT, 18),
    Column("Fundamento", width=50),
    Column("Descartado", Kind.MOMENT, 18),
    Column("Por qué se descartó", width=50),
]


class NoOrderType(DomainError):
    """The office has no order to verify a connection."""


@screen(SEE)
def findings(request: HttpRequest) -> HttpResponse:
    """What is seen now, the newest first, with how many each rule points at."""
    counts = {row["rule"]: row["found"] for row in open_findings().values("rule").annotate(found=Count("pk"))}
    rules = [(rule, counts.get(rule.pk, 0)) for rule in WatchRule.objects.filter(is_active=True).order_by("place")]

    def more(page: Any) -> dict[str, Any]:
        return {"rules": rules, "rows": _with_acts(page.rows), "total": sum(counts.values())}

    return list_page(request, _LISTING, "backoffice/tariffs/findings.html", more)


@screen(SEE)
def findings_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _LISTING)


@screen(ACT, methods=("POST",))
def review(request: HttpRequest) -> HttpResponse:
    """Look at every account again, now."""

    def act() -> str:
        counts = review_watch_list(at=clock.now(), by=user_of(request))
        return f"Lista al día: {counts['found']} nuevos, {counts['seen']} siguen, {counts['ended']} ya no se ven."

    tell(request, act, what="revisar la vigilancia de tarifas")
    return redirect("tariffs:findings")


@screen(SEE)
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding: what was seen, on what it rests, what to do and what was done."""
    return _page(request, _found(finding_id), DismissFindingForm())


@screen(ACT, methods=("POST",))
def open_finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Open its case; asked for again, it is the same case."""
    found = _found(finding_id)

    def act() -> str:
        case = case_of_key(
            _key(found),
            account=found.account,
            told=f"{found.rule.name}: {found.detail} {found.rule.advice}",
            at=clock.now(),
            by=user_of(request),
        )
        return f"Quedó el caso {case.document.folio} en su bandeja."

    tell(request, act, what="abrir el caso de un hallazgo")
    return redirect("tariffs:finding", found.pk)


@screen(ACT, methods=("POST",))
def order_finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Order that the use and the connection be looked at; asked for again, it is the same order."""
    found = _found(finding_id)

    def act() -> str:
        type = WorkOrderType.objects.filter(code=ORDER_TYPE).first()
        if type is None:
            raise NoOrderType(f"Falta el tipo de orden {ORDER_TYPE}; pida que se carguen los datos de la oficina.")
        order = issue_work_order(
            type=type,
            account=found.account,
            matter=f"{found.rule.name}: {found.detail}"[:200],
            detail=found.rule.advice,
            origin_kind="DESK",
            origin_id=found.pk,
            at=clock.now(),
            by=user_of(request),
            key=_key(found),
        )
        return f"Quedó la orden {order.document.folio}."

    tell(request, act, what="ordenar la inspección de un hallazgo")
    return redirect("tariffs:finding", found.pk)


@screen(ACT, methods=("POST",))
def dismiss(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Set it aside: what the rule sees is right."""
    found = _found(finding_id)
    form = DismissFindingForm(request.POST)

    def act() -> Done:
        dismiss_finding(found, reason=form.cleaned_data["motivo"], at=clock.now(), by=user_of(request))
        return "El hallazgo quedó descartado.", redirect("tariffs:findings")

    return done(request, form, act, what="descartar un hallazgo") or _page(request, found, form)


def _found(finding_id: int) -> WatchFinding:
    return get_object_or_404(watch_list(), pk=finding_id)


def _key(found: WatchFinding) -> str:
    return f"vigilancia/{found.pk}"


def _page(request: HttpRequest, found: WatchFinding, form: forms.Form) -> HttpResponse:
    context = {
        "found": found,
        "form": form,
        "case": cases_by_key([_key(found)]).get(_key(found)),
        "order": WorkOrder.objects.select_related("document").filter(key=_key(found)).first(),
        "is_open": found.ended_at is None and found.dismissed_at is None,
        "others": open_findings().filter(account=found.account).exclude(pk=found.pk).select_related("rule"),
    }
    return render(request, "backoffice/tariffs/finding.html", context, status=422 if form.errors else 200)


def _with_acts(rows: list[WatchFinding]) -> list[tuple[WatchFinding, object, object]]:
    keys = [_key(row) for row in rows]
    cases = cases_by_key(keys)
    orders = {order.key: order for order in WorkOrder.objects.select_related("document").filter(key__in=keys)}
    return [(row, cases.get(_key(row)), orders.get(_key(row))) for row in rows]


def _rows(chosen: Chosen) -> QuerySet[WatchFinding]:
    rows = watch_list()
    state = chosen.get("estado")
    if state == "DESCARTADOS":
        rows = rows.filter(dismissed_at__isnull=False)
    elif state == "PASADOS":
        rows = rows.filter(ended_at__isnull=False)
    else:
        rows = rows.filter(ended_at__isnull=True, dismissed_at__isnull=True)
    for name, column in (("regla", "rule"), ("tarifa", "account__tariff_code"), ("ruta", "account__route")):
        if chosen.get(name):
            rows = rows.filter(**{column: chosen[name]})
    return rows


def _form(params: Any) -> WatchFilter:
    return WatchFilter(
        params,
        rules=WatchRule.objects.order_by("place"),
        codes=TariffCode.objects.order_by("code"),
        routes=Route.objects.order_by("number"),
    )


def _cells(row: WatchFinding) -> list[object]:
    account = row.account
    return [
        account.number,
        account.holder.name,
        str(account.tariff_code),
        account.activity,
        account.route.number,
        row.rule.name,
        row.detail,
        row.found_at,
        row.rule.legal_basis,
        row.dismissed_at,
        row.dismissal,
    ]


_LISTING: Listing[WatchFinding] = Listing(
    rows=_rows,
    order=["-found_at", "rule_id"],
    form=_form,
    name="vigilancia-de-tarifas",
    columns=COLUMNS,
    cells=_cells,
)
