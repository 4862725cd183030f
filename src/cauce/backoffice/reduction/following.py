"""The orders that limit the service and how each ended, and how each meeting with a payment was decided."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.reduction.authorising import SEE, TONES
from cauce.backoffice.reduction.forms import LateForm, OrdersFilter, RecallFilter
from cauce.collections.models import LadderAct, LadderStep, OrderRecall
from cauce.collections.operations import report_late_execution
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.spreadsheets import Column, Kind

REPORT = "workorders.report_workorder"
ORDER_COLUMNS = [
    Column("Orden", width=14),
    Column("Tipo", width=36),
    Column("Cuenta", width=12),
    Column("Titular", width=36),
    Column("Adeudo vencido", Kind.MONEY, 16),
    Column("Meses", Kind.WHOLE, 8),
    Column("Emitida", Kind.DATE, 14),
    Column("Estado", width=18),
    Column("Hecha", Kind.DATE, 14),
    Column("Nota", width=50),
    Column("Autorizó", width=30),
]
RECALL_COLUMNS = [
    Column("Orden", width=14),
    Column("Cuenta", width=12),
    Column("Cómo quedó", width=28),
    Column("Por qué", width=50),
    Column("Adeudo que quedó", Kind.MONEY, 16),
    Column("Se pedía", Kind.MONEY, 14),
    Column("Cuándo", Kind.MOMENT, 18),
    Column("Reconexión", width=14),
    Column("Pago deshecho", Kind.MOMENT, 18),
    Column("Qué se deshizo", width=50),
]
OUTCOME_TONES = {"CALLED_BACK": "good", "ACTED": "accent", "ACTED_AFTER": "bad"}


@screen(SEE)
def orders(request: HttpRequest) -> HttpResponse:
    """The orders that limit the service, the last first."""
    return list_page(request, _ORDERS, "backoffice/reduction/orders.html", lambda page: {"tones": TONES})


@screen(SEE)
def orders_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _ORDERS)


@screen(SEE)
def recalls(request: HttpRequest) -> HttpResponse:
    """How each meeting of a payment with an order was decided, the last first."""
    return list_page(request, _RECALLS, "backoffice/reduction/recalls.html", lambda page: {"tones": OUTCOME_TONES})


@screen(SEE)
def recalls_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _RECALLS)


@screen(REPORT, methods=("GET", "POST"))
def late(request: HttpRequest) -> HttpResponse:
    """Write that a crew carried out an order that a payment had called back."""
    form = LateForm(request.POST or None, initial={"order": request.GET.get("orden", "")})

    def act() -> Done:
        recall = report_late_execution(
            order=form.cleaned_data["order"],
            acted_at=form.cleaned_data["acted_at"],
            note=form.cleaned_data["note"],
            at=clock.now(),
            by=user_of(request),
        )
        folio = "" if recall.reconnection is None else recall.reconnection.document.folio
        said = f"Quedó registrado y se emitió la reconexión {folio} para el siguiente día hábil."
        return said, redirect("reduction:recalls" if request.user.has_perm(SEE) else "workorders:capture")

    answer = done(request, form, act, what="registrar una orden hecha después de retirada")
    status = 422 if form.errors else 200
    return answer or render(request, "backoffice/reduction/late.html", {"form": form}, status=status)


def _orders(chosen: Chosen) -> QuerySet[LadderAct]:
    acts = LadderAct.objects.filter(step__kind=LadderStep.Kind.EXECUTION, order__isnull=False).select_related(
        "account__holder", "order__document", "order__type", "authorised_by"
    )
    if chosen["estado"]:
        acts = acts.filter(state=chosen["estado"])
    if chosen["desde_dia"]:
        acts = acts.filter(issued_on__gte=chosen["desde_dia"])
    return acts


def _order_cells(act: LadderAct) -> tuple[object, ...]:
    assert act.order is not None
    return (
        act.order.document.folio,
        str(act.order.type),
        act.account.number,
        act.account.holder.name,
        act.debt,
        act.months,
        act.issued_on,
        act.get_state_display(),
        act.ended_on,
        act.note,
        str(act.authorised_by or ""),
    )


def _recalls(chosen: Chosen) -> QuerySet[OrderRecall]:
    found = OrderRecall.objects.select_related("order__document", "account__holder", "reconnection__document")
    if chosen["quedo"]:
        found = found.filter(outcome=chosen["quedo"])
    if chosen["deshecho"]:
        found = found.filter(undone_at__isnull=False)
    if chosen["desde_dia"]:
        found = found.filter(at__date__gte=chosen["desde_dia"])
    return found


def _recall_cells(recall: OrderRecall) -> tuple[object, ...]:
    return (
        recall.order.document.folio,
        recall.account.number,
        recall.get_outcome_display(),
        recall.cause,
        recall.debt,
        recall.refused_below,
        recall.at,
        "" if recall.reconnection is None else recall.reconnection.document.folio,
        recall.undone_at,
        recall.undone_note,
    )


_ORDERS = Listing(
    rows=_orders, order=["-pk"], form=OrdersFilter, name="reducciones", columns=ORDER_COLUMNS, cells=_order_cells
)
_RECALLS = Listing(
    rows=_recalls, order=["-pk"], form=RecallFilter, name="retiradas", columns=RECALL_COLUMNS, cells=_recall_cells
)
