"""The list of orders: filtered, page by page, and the same as a workbook."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from cauce.backoffice.workorders.shapes import SEE, shown
from cauce.core import clock
from cauce.registry.models import Sector
from cauce.ui.access import screen
from cauce.ui.fields import account_named, choice_filter, day_field, offer
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.models import Area
from cauce.workorders.models import Crew, WorkOrder, WorkOrderType
from cauce.workorders.rules.states import PENDING

RELATED = ("document", "type", "area", "crew", "account", "sector")
COLUMNS = (
    Column("Folio", width=14),
    Column("Emitida", Kind.MOMENT, 18),
    Column("Tipo", width=40),
    Column("Área", width=20),
    Column("Cuenta", width=12),
    Column("Dónde", width=44),
    Column("Sector", width=18),
    Column("Ruta", width=8),
    Column("Asunto", width=44),
    Column("Prioridad", width=14),
    Column("Estado", width=18),
    Column("Vence", Kind.MOMENT, 18),
    Column("Cuadrilla", width=20),
    Column("Programada", Kind.DATE, 14),
    Column("Terminada", Kind.MOMENT, 18),
    Column("Reaperturas", Kind.WHOLE, 12),
    Column("Origen", width=18),
)


class OrderFilter(forms.Form):
    """Which orders to list."""

    estado = choice_filter("Estado", [("PENDIENTES", "Pendientes"), *WorkOrder.State.choices])
    area = choice_filter("Área", everything="Todas")
    tipo = choice_filter("Tipo")
    cuadrilla = choice_filter("Cuadrilla", everything="Todas")
    prioridad = choice_filter("Prioridad", WorkOrder.Priority.choices, everything="Todas")
    plazo = choice_filter("Plazo", [("TARDE", "Vencidas sin hacer"), ("HOY", "Vencen hoy")])
    sector = choice_filter("Sector")
    dia = day_field("Programada el")
    cuenta = forms.CharField(label="Folio o cuenta", required=False, max_length=14)


def _form(params: QueryDict) -> OrderFilter:
    form = OrderFilter(params)
    offer(form, "area", Area.objects.order_by("name").values_list("pk", "name"), everything="Todas")
    offer(form, "tipo", WorkOrderType.objects.order_by("name").values_list("code", "name"))
    offer(form, "cuadrilla", Crew.objects.order_by("name").values_list("pk", "name"), everything="Todas")
    offer(form, "sector", Sector.objects.order_by("name").values_list("pk", "name"))
    return form


def _rows(chosen: Chosen) -> QuerySet[WorkOrder]:
    rows: QuerySet[WorkOrder] = WorkOrder.objects.select_related(*RELATED)
    if state := chosen["estado"]:
        rows = rows.filter(state__in=PENDING) if state == "PENDIENTES" else rows.filter(state=state)
    columns = {
        "area": "area_id",
        "tipo": "type_id",
        "cuadrilla": "crew_id",
        "prioridad": "priority",
        "sector": "sector_id",
        "dia": "programmed_on",
    }
    rows = rows.filter(**{column: chosen[name] for name, column in columns.items() if chosen[name]})
    if chosen["plazo"] == "TARDE":
        rows = rows.filter(state__in=PENDING, due_at__lt=clock.now())
    elif chosen["plazo"] == "HOY":
        rows = rows.filter(state__in=PENDING, due_at__date=clock.today())
    if text := chosen["cuenta"].strip().upper():
        rows = _named(rows, text)
    return rows


def _named(rows: QuerySet[WorkOrder], text: str) -> QuerySet[WorkOrder]:
    """By folio when it begins as one, else by account."""
    if text.startswith("OT"):
        digits = "".join(filter(str.isdigit, text))
        return rows.filter(document__series="OT", document__number=int(digits or 0))
    account = account_named(text)
    return rows.none() if account is None else rows.filter(account=account)


def _cells(order: WorkOrder) -> tuple[object, ...]:
    return (
        order.document.folio,
        order.issued_at,
        order.type,
        order.area,
        "" if order.account is None else order.account.number,
        order.place,
        order.sector or "",
        order.route,
        order.matter,
        order.get_priority_display(),
        order.get_state_display(),
        order.due_at,
        order.crew or "",
        order.programmed_on,
        order.finished_at,
        order.times_reopened,
        order.get_origin_kind_display(),
    )


ORDERS = Listing(
    rows=_rows,
    order="-folio",
    form=_form,
    name="ordenes-de-trabajo",
    columns=COLUMNS,
    cells=_cells,
    sorts={"folio": ["document_id"], "vence": ["due_at"]},
)


@screen(SEE)
def orders(request: HttpRequest) -> HttpResponse:
    """The orders that the filters let through, the last first, page by page."""
    now = clock.now()

    def more(page: Page[WorkOrder]) -> dict[str, object]:
        return {"rows": [shown(order, now) for order in page.rows]}

    return list_page(request, ORDERS, "backoffice/workorders/orders.html", more)


@screen(SEE)
def orders_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, ORDERS)
