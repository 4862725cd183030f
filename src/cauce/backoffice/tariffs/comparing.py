"""A new law against the one before it: who would pay more, by how much, and what it is worth."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.tariffs.forms import ComparedFilter, CompareForm
from cauce.billing.models import ComparedAccount, LawComparison
from cauce.billing.operations import compare_laws
from cauce.billing.queries.law_comparison import compared_accounts as accounts_of
from cauce.core import clock
from cauce.core.periods import parse_period
from cauce.registry.models import Route
from cauce.tariffs.models import Schedule
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind

SEE, COMPARE = "billing.view_lawcomparison", "billing.add_lawcomparison"
_LAST = 20
COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=36),
    Column("Tarifa", width=22),
    Column("Ruta", width=8),
    Column("Meses", Kind.WHOLE, 8),
    Column("m³ del año", Kind.WHOLE, 12),
    Column("Por la ley de hoy", Kind.MONEY, 16),
    Column("Por la que se compara", Kind.MONEY, 18),
    Column("Diferencia", Kind.MONEY, 14),
]


@screen(SEE)
def comparisons(request: HttpRequest) -> HttpResponse:
    """The comparisons that were made, the last first, and the way to make another."""
    return _comparisons(request, CompareForm(laws=_laws()))


@screen(COMPARE, methods=("POST",))
def compare(request: HttpRequest) -> HttpResponse:
    """Compare two loaded laws over the last twelve months consumed."""
    form = CompareForm(request.POST, laws=_laws())

    def act() -> Done:
        told = form.cleaned_data
        made = compare_laws(old=told["anterior"], new=told["nueva"], at=clock.now(), by=user_of(request))
        return f"{made.new.decree} quedó comparada con {made.old.decree}.", redirect("tariffs:comparison", made.pk)

    return done(request, form, act, what="comparar dos leyes") or _comparisons(request, form)


@screen(SEE)
def comparison(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """A comparison: totals by use and route, how the accounts are spread, and those who would pay most more."""
    found = _found(comparison_id)
    result = found.result
    context = {
        "found": found,
        "total": _row({**result, "group": "Total", "m3": sum(row["m3"] for row in result["by_use"])}),
        "by_use": [_row(row) for row in result["by_use"]],
        "by_route": [_row(row) for row in result["by_route"]],
        "by_month": [_row(row) | {"period": parse_period(row["group"])} for row in result["by_month"]],
        "distribution": [
            {**row, "difference": Decimal(row["difference"]), "share": _share(row["accounts"], result["accounts"])}
            for row in result["distribution"]
        ],
        "unpriced": result["unpriced"],
        "most": accounts_of(found).filter(difference__gt=0).order_by("-difference", "pk")[:10],
        "least": accounts_of(found).filter(difference__lt=0).order_by("difference", "pk")[:10],
    }
    return render(request, "backoffice/tariffs/comparison.html", context)


@screen(SEE)
def compared_accounts(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """Every account of a comparison, those that would pay most more first."""
    found = _found(comparison_id)
    return list_page(
        request, _listing(found), "backoffice/tariffs/compared_accounts.html", lambda page: {"found": found}
    )


@screen(SEE)
def compared_workbook(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _listing(_found(comparison_id)))


def _found(comparison_id: int) -> LawComparison:
    rows = LawComparison.objects.select_related("old", "new", "compared_by").defer("old__content", "new__content")
    return get_object_or_404(rows, pk=comparison_id)


def _laws() -> QuerySet[Schedule]:
    return Schedule.objects.defer("content").order_by("-year", "-pk")


def _comparisons(request: HttpRequest, form: CompareForm) -> HttpResponse:
    made = (
        LawComparison.objects.select_related("old", "new", "compared_by")
        .defer("old__content", "new__content")
        .order_by("-pk")[:_LAST]
    )
    context = {"form": form, "rows": [(one, _row({**one.result, "group": "", "m3": 0})) for one in made]}
    return render(request, "backoffice/tariffs/comparisons.html", context, status=422 if form.errors else 200)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the result with its money as money."""
    amounts = {name: Decimal(row[name]) for name in ("old_total", "new_total", "difference", "percent")}
    return {**row, **amounts}


def _share(part: int, whole: int) -> Decimal:
    return Decimal(0) if not whole else (Decimal(part) * 100 / whole).quantize(Decimal("0.1"))


def _listing(found: LawComparison) -> Listing[ComparedAccount]:
    def rows(chosen: Chosen) -> QuerySet[ComparedAccount]:
        accounts: QuerySet[ComparedAccount] = accounts_of(found)
        if chosen.get("tarifa"):
            accounts = accounts.filter(account__tariff_code=chosen["tarifa"])
        if chosen.get("ruta"):
            accounts = accounts.filter(account__route=chosen["ruta"])
        if chosen.get("quien") == "MAS":
            accounts = accounts.filter(difference__gt=0)
        elif chosen.get("quien") == "MENOS":
            accounts = accounts.filter(difference__lt=0)
        return accounts

    routes = Route.objects.order_by("number")
    return Listing(
        rows=rows,
        order=["-difference"],
        form=lambda params: ComparedFilter(params, routes=routes),
        name="comparacion-de-leyes",
        columns=COLUMNS,
        cells=_cells,
    )


def _cells(row: ComparedAccount) -> list[object]:
    account = row.account
    return [
        account.number,
        account.holder.name,
        str(account.tariff_code),
        account.route.number,
        row.months,
        row.volume_m3,
        row.old_total,
        row.new_total,
        row.difference,
    ]
