"""The debtors of a portfolio: filtered, page by page, and the same as a workbook."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from cauce.backoffice.arrears.forms import AccountsFilter, SaveSelectionForm, filters_of
from cauce.backoffice.arrears.shapes import SEE, Shown, shown_on
from cauce.collections.models import ArrearsLine
from cauce.collections.queries import condition_of
from cauce.collections.queries.figures import counted_of
from cauce.collections.rules import Filters
from cauce.tariffs.rules import USE_CLASS_NAMES
from cauce.ui.access import screen
from cauce.ui.lists import Chosen, Listing, Tally, list_page, list_workbook, tally
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind

RELATED = ("account__holder", "account__connection__premises", "tariff_code", "route", "sector")
USES = {use.value: name for use, name in USE_CLASS_NAMES.items()}
COLUMNS = (
    Column("Cuenta", width=12),
    Column("Titular", width=36),
    Column("Domicilio", width=44),
    Column("Sector", width=18),
    Column("Ruta", width=8),
    Column("Orden", Kind.WHOLE, 8),
    Column("Tarifa", width=8),
    Column("Uso", width=16),
    Column("Estado", width=20),
    Column("Meses de adeudo", Kind.WHOLE, 10),
    Column("Desde", Kind.DATE, 14),
    Column("Antigüedad", width=18),
    Column("Adeudo vencido", Kind.MONEY, 16),
    Column("0 a 30", Kind.MONEY, 14),
    Column("31 a 60", Kind.MONEY, 14),
    Column("61 a 90", Kind.MONEY, 14),
    Column("91 a 180", Kind.MONEY, 14),
    Column("181 a 365", Kind.MONEY, 14),
    Column("Más de 365", Kind.MONEY, 14),
    Column("Por qué debe", width=30),
    Column("Último pago", Kind.DATE, 14),
    Column("Medidor", width=10),
    Column("Convenio", width=10),
)


def _rows(chosen: Chosen) -> QuerySet[ArrearsLine]:
    snapshot, filters = shown_on(chosen["dia"]).snapshot, filters_of(chosen)
    rows = ArrearsLine.objects.select_related(*RELATED)
    # Where the figures say that there is nobody, the accounts are not gone through to find it out.
    if snapshot is None or counted_of(snapshot, filters) == 0:
        return rows.none()
    return rows.filter(snapshot=snapshot).filter(condition_of(filters))


def _cells(line: ArrearsLine) -> tuple[object, ...]:
    return (
        line.account.number,
        line.account.holder.name,
        line.account.connection.premises.address,
        line.sector or "",
        line.route.number,
        line.route_order,
        line.tariff_code_id,
        USES.get(line.use_class, line.use_class),
        line.get_state_display(),
        line.months,
        line.oldest_due_on,
        line.get_age_display(),
        line.debt,
        line.late_30,
        line.late_60,
        line.late_90,
        line.late_180,
        line.late_365,
        line.late_more,
        line.get_cause_display(),
        line.last_paid_on,
        "sí" if line.has_meter else "no",
        "sí" if line.with_agreement else "no",
    )


DEBTORS = Listing(
    rows=_rows,
    order="-adeudo",
    form=AccountsFilter,
    name="cuentas-con-adeudo",
    columns=COLUMNS,
    cells=_cells,
    sorts={"adeudo": ["debt"], "meses": ["months", "debt"], "ruta": ["route_id", "route_order"]},
)


@screen(SEE)
def accounts(request: HttpRequest) -> HttpResponse:
    """The debtors that the filters let through, who owes the most first."""

    def more(page: Page[ArrearsLine]) -> dict[str, Any]:
        asked = DEBTORS.asked(request.GET)
        shown = shown_on(asked.chosen.get("dia"))
        filters = filters_of(asked.chosen)
        pedido = request.GET.copy()
        for name in ("desde", "hasta", "orden", "dia"):
            pedido.pop(name, None)
        return {
            "shown": shown,
            "tab": "accounts",
            "tally": _tally(shown, filters, asked.rows),
            "selection_form": None if filters.is_empty else SaveSelectionForm(initial={"pedido": pedido.urlencode()}),
            "pedido": pedido.urlencode(),
        }

    return list_page(request, DEBTORS, "backoffice/arrears/accounts.html", more)


def _tally(shown: Shown, filters: Filters, rows: QuerySet[ArrearsLine]) -> Tally:
    """How many there are: from the figures when they tell, else going through some of the accounts."""
    known = None if shown.snapshot is None else counted_of(shown.snapshot, filters)
    return tally(rows) if known is None else Tally(known, is_more=False)


@screen(SEE)
def accounts_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, DEBTORS)
