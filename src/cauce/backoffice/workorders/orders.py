"""The page of one order: where it is, what can be done with it now and why something cannot, and all that happened."""

from dataclasses import dataclass

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from cauce.backoffice.workorders.forms import FileForm, MoveForm, ReasonForm, ReassignForm
from cauce.backoffice.workorders.papers import order_sheet
from cauce.backoffice.workorders.shapes import CANCEL, DELIVER, PROGRAM, REPORT, REVIEW, SEE, shown
from cauce.core import clock
from cauce.documents.queries import file_content
from cauce.metering.queries import current_installation
from cauce.ui.access import screen
from cauce.ui.replies import pdf
from cauce.users.models import User
from cauce.workorders.models import MaterialUse, WorkOrder, WorkOrderFile
from cauce.workorders.queries import changed_by, pending_near
from cauce.workorders.rules.states import ORDER_EDGES, PENDING

RELATED = (
    "document",
    "type",
    "area",
    "crew",
    "account__holder",
    "party",
    "sector",
    "issued_by",
    "reviewed_by",
    "delivery__document",
    "merged_into__document",
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with the order now: a form behind a fold, or what stops it."""

    name: str
    label: str
    icon: str
    url: str
    form: forms.Form | None = None
    why_not: str = ""
    is_grave: bool = False


@screen(SEE)
def order(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """One order."""
    return order_page(request, found_order(work_order_id))


@screen(SEE)
def order_pdf(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """Its sheet on paper."""
    found = found_order(work_order_id)
    return pdf(order_sheet(found, clock.now()), f"orden-{found.document.folio}.pdf")


@screen(SEE)
def order_file(request: HttpRequest, work_order_id: int, order_file_id: int) -> HttpResponse:
    """A photograph or a paper of it."""
    found = get_object_or_404(WorkOrderFile.objects.select_related("file"), pk=order_file_id, order=work_order_id)
    response = pdf(file_content(found.file), found.file.sha256[:12])
    response["Content-Type"] = found.file.content_type
    return response


def found_order(work_order_id: int) -> WorkOrder:
    """The order with all that its page names."""
    return get_object_or_404(WorkOrder.objects.select_related(*RELATED), pk=work_order_id)


def order_page(
    request: HttpRequest, found: WorkOrder, *, refused: str = "", form: forms.Form | None = None
) -> HttpResponse:
    """Draw the page; with ``refused``, the act whose form had a fault, open and with what was typed."""
    user = request.user
    assert isinstance(user, User)
    uses = MaterialUse.objects.select_related("material").order_by("pk")
    is_pending = found.state in PENDING
    near = (
        pending_near(
            account_id=found.account_id,
            latitude=found.latitude,
            longitude=found.longitude,
            place=found.place,
            area_id=found.area_id,
            excluding=[found.pk],
            limit=8,
        )
        if is_pending
        else []
    )
    alike = [one for one in near if one.order.type_id == found.type_id and one.order.state != WorkOrder.State.IN_FIELD]
    context = {
        "order": found,
        "changed": changed_by(found) if (found.state, "REOPENED") in ORDER_EDGES or found.times_reopened else None,
        "shown": shown(found, clock.now()),
        "acts": acts_of(user, found, refused, form),
        "form": form,
        "steps": found.steps.select_related("by", "crew").order_by("-pk"),
        "results": found.results.select_related("crew", "reported_by")
        .prefetch_related(Prefetch("materials", uses))
        .order_by("-pk"),
        "files": found.files.select_related("file", "by").order_by("pk"),
        "merged": found.merged_orders.select_related("document", "type").order_by("pk"),
        "near": [*alike, *(one for one in near if one not in alike)],
        "alike": {one.order.pk for one in alike},
        "may_merge": bool(alike) and user.has_perm(PROGRAM) and is_pending,
        "meter": None if found.account_id is None else current_installation(found.account_id),
        "report_why_not": _report_why_not(user, found),
        "file_form": form if isinstance(form, FileForm) else FileForm(),
        "may_add_file": user.has_perm(REPORT),
    }
    return render(request, "backoffice/workorders/order.html", context, status=422 if form is not None else 200)


def acts_of(user: User, order: WorkOrder, refused: str, form: forms.Form | None) -> list[Act]:
    """What this person may do with the order, what can be done now first; with why not what cannot."""
    state = order.get_state_display().lower()
    is_programmed = order.state == WorkOrder.State.PROGRAMMED
    waits = order.state in PENDING
    can_cancel = (order.state, "CANCELLED") in ORDER_EDGES
    can_reopen = (order.state, "REOPENED") in ORDER_EDGES
    # Name, permission, label, icon, form, whether it can be done now, and what would have to be.
    table: list[tuple[str, str, str, str, type[forms.Form] | None, bool, str]] = [
        ("start", PROGRAM, "Salió a campo", "player-play", None, is_programmed, "primero se programa"),
        ("move", PROGRAM, "Cambiar de día o de cuadrilla", "calendar-event", MoveForm, is_programmed, ""),
        ("unprogram", PROGRAM, "Quitar del programa", "calendar", ReasonForm, is_programmed, ""),
        ("retry", PROGRAM, "Intentar de nuevo", "refresh", ReasonForm, order.state == "NOT_DONE", ""),
        ("reopen", REVIEW, "Reabrir", "refresh", ReasonForm, can_reopen, ""),
        (
            "reassign",
            DELIVER,
            "Pasar a otra área",
            "arrows-exchange",
            ReassignForm,
            waits and order.state != "IN_FIELD",
            f"está {state}",
        ),
        (
            "recall",
            CANCEL,
            "Retirar",
            "hand-stop",
            ReasonForm,
            waits,
            f"está {state}: la cuadrilla ya actuó" if order.finished_at else f"está {state}",
        ),
        ("cancel", CANCEL, "Cancelar", "ban", ReasonForm, can_cancel, f"está {state}"),
    ]
    acts = []
    for name, permission, label, icon, shape, can, why_not in table:
        if not user.has_perm(permission) or (not can and not why_not):
            continue
        url = reverse(f"workorders:{name}", args=[order.pk])
        drawn = form if name == refused else (shape() if shape is not None and can else None)
        acts.append(Act(name, label, icon, url, drawn, "" if can else why_not, name in {"recall", "cancel"}))
    return sorted(acts, key=lambda act: bool(act.why_not))


def _report_why_not(user: User, order: WorkOrder) -> str:
    """Why a result cannot be written down now; nothing when it can. A dash when it is not theirs to do."""
    if not user.has_perm(REPORT):
        return "—"
    if order.state not in PENDING:
        return f"la orden está {order.get_state_display().lower()}"
    return ""
