"""The adjustments in a list: all of them, with filters and as a workbook."""

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from cauce.backoffice.adjustments.forms import AdjustmentFilter
from cauce.backoffice.adjustments.showing import SEE, TONES
from cauce.billing.models import Adjustment
from cauce.billing.queries.adjustments import adjustments_with_people
from cauce.core.text import digits_of
from cauce.ui.access import screen
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.roles import role_label

State = Adjustment.State
COLUMNS = [
    Column("Folio", width=14),
    Column("Propuesto", Kind.MOMENT, 18),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Clase", width=28),
    Column("Deshace a", width=14),
    Column("Recibos", Kind.WHOLE, 9),
    Column("Cambio", Kind.MONEY, 14),
    Column("Motivo", width=50),
    Column("Propuso", width=26),
    Column("Decide", width=26),
    Column("Necesita Consejo", width=10),
    Column("Estado", width=24),
    Column("Resolvió", width=26),
    Column("Acuerdo", width=20),
    Column("Fecha del acuerdo", Kind.DATE, 14),
    Column("Aplicado", Kind.MOMENT, 18),
    Column("Quedó a favor", Kind.MONEY, 14),
]


@screen(SEE)
def adjustments(request: HttpRequest) -> HttpResponse:
    """The adjustments that the filters let through, the last first, page by page."""

    def more(page: Page[Adjustment]) -> Mapping[str, object]:
        return {"rows": [(row, TONES[State(row.state)], role_label(row.authoriser)) for row in page.rows]}

    return list_page(request, _ADJUSTMENTS, "backoffice/adjustments/adjustments.html", more)


@screen(SEE)
def adjustments_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole, as a workbook."""
    return list_workbook(request, _ADJUSTMENTS)


def _filtered(chosen: Chosen) -> QuerySet[Adjustment]:
    rows = adjustments_with_people().annotate(bill_count=Count("bills"))
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["clase"]:
        rows = rows.filter(policy__kind=chosen["clase"])
    if chosen["desde_dia"]:
        rows = rows.filter(proposed_at__date__gte=chosen["desde_dia"])
    if chosen["hasta_dia"]:
        rows = rows.filter(proposed_at__date__lte=chosen["hasta_dia"])
    if digits := digits_of(chosen["texto"]):
        of_folio = Q(document__number=int(digits))
        is_folio = chosen["texto"].strip().upper().startswith("AJ")
        rows = rows.filter(of_folio if is_folio else of_folio | Q(account__number=digits.zfill(6)))
    return rows


def _cells(row: Adjustment) -> tuple[object, ...]:
    return (
        row.document.folio,
        row.proposed_at,
        row.account.number,
        row.account.holder.name,
        row.policy.name,
        row.undoes.document.folio if row.undoes else "",
        row.bill_count,  # type: ignore[attr-defined]
        row.difference,
        row.reason,
        row.proposed_by,
        role_label(row.authoriser),
        "Sí" if row.needs_board else "",
        row.get_state_display(),
        row.decided_by or "",
        row.resolution,
        row.resolved_on,
        row.applied_at,
        row.left_in_favour,
    )


_ADJUSTMENTS = Listing(
    rows=_filtered,
    order=["-proposed_at"],
    form=AdjustmentFilter,
    name="ajustes-a-la-facturacion",
    columns=COLUMNS,
    cells=_cells,
)
