"""The list of aforos: filtered, page by page, and the same as a workbook."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from cauce.backoffice.inspections.forms import InspectionFilter
from cauce.backoffice.inspections.shapes import SEE, tone_of
from cauce.ui.access import screen
from cauce.ui.fields import account_named, offer
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind
from cauce.workorders.models import HomeInspection, Technician
from cauce.workorders.queries.agenda import inspections_with_places

COLUMNS = (
    Column("Folio", width=14),
    Column("Día", Kind.DATE, 14),
    Column("Medio día", width=12),
    Column("Técnico", width=26),
    Column("Cuenta", width=12),
    Column("Titular", width=34),
    Column("Domicilio", width=44),
    Column("Quién recibe", width=30),
    Column("Motivo", width=40),
    Column("Origen", width=16),
    Column("Estado", width=24),
    Column("Veces reprogramado", Kind.WHOLE, 12),
    Column("Acta", width=14),
    Column("Conclusión", width=44),
    Column("Fugas", width=44),
)


def _form(params: QueryDict) -> InspectionFilter:
    form = InspectionFilter(params)
    technicians = Technician.objects.select_related("user").order_by("user__full_name")
    offer(form, "tecnico", [(one.pk, str(one)) for one in technicians])
    return form


def _rows(chosen: Chosen) -> QuerySet[HomeInspection]:
    rows = inspections_with_places().select_related("act__document")
    columns = {
        "estado": "state",
        "tecnico": "slot__technician_id",
        "conclusion": "act__conclusion",
        "del_dia": "slot__day__gte",
        "al_dia": "slot__day__lte",
    }
    rows = rows.filter(**{column: chosen[name] for name, column in columns.items() if chosen[name]})
    if text := chosen["cuenta"].strip().upper():
        return _named(rows, text)
    return rows


def _named(rows: QuerySet[HomeInspection], text: str) -> QuerySet[HomeInspection]:
    """By folio when it begins as one, else by account."""
    digits = "".join(filter(str.isdigit, text))
    if text.startswith("AF"):
        return rows.filter(document__series="AF", document__number=int(digits or 0))
    if text.startswith("ACT"):
        return rows.filter(act__document__series="ACT", act__document__number=int(digits or 0))
    account = account_named(text)
    return rows.none() if account is None else rows.filter(account=account)


def cells(inspection: HomeInspection) -> tuple[object, ...]:
    """An aforo as a row of the workbook."""
    act = getattr(inspection, "act", None)
    return (
        inspection.document.folio,
        inspection.slot.day,
        inspection.slot.get_half_display(),
        inspection.slot.technician,
        inspection.account.number,
        inspection.account.holder.name,
        inspection.account.connection.premises.address,
        inspection.contact_name,
        inspection.matter,
        inspection.get_origin_kind_display(),
        inspection.get_state_display(),
        inspection.times_moved,
        "" if act is None else act.document.folio,
        "" if act is None else act.get_conclusion_display(),
        "" if act is None else act.leaks,
    )


INSPECTIONS = Listing(
    rows=_rows,
    order="-folio",
    form=_form,
    name="aforos",
    columns=COLUMNS,
    cells=cells,
    sorts={"folio": ["document_id"]},
)


@screen(SEE)
def inspections(request: HttpRequest) -> HttpResponse:
    """The aforos that the filters let through, the last booked first."""

    def more(page: Page[HomeInspection]) -> dict[str, object]:
        return {"rows": [(one, tone_of(one), getattr(one, "act", None)) for one in page.rows]}

    return list_page(request, INSPECTIONS, "backoffice/inspections/inspections.html", more)


@screen(SEE)
def inspections_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, INSPECTIONS)
