"""Writing down what the sheets say, one after another."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.workorders.forms import FolioForm, ReportForm, local_moment
from cauce.backoffice.workorders.orders import found_order
from cauce.backoffice.workorders.shapes import REPORT, shown
from cauce.core import clock
from cauce.documents.operations import store_file
from cauce.metering.queries import current_installation
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.fields import new_key
from cauce.users.models import User
from cauce.workorders.models import Material, WorkOrder, WorkOrderResult
from cauce.workorders.operations import report_work_order
from cauce.workorders.queries import last_reading_of_meter
from cauce.workorders.rules.states import PENDING

LAST = 12


@screen(REPORT)
def capture(request: HttpRequest) -> HttpResponse:
    """Ask for a folio, by hand or with the reader, and go to what its order asks; below, what was just captured."""
    form = FolioForm(request.GET) if "folio" in request.GET else FolioForm()
    if form.is_bound and form.is_valid():
        found = WorkOrder.objects.filter(document__series="OT", document__number=form.number()).first()
        if found is not None and found.state in PENDING:
            return redirect("workorders:report", found.pk)
        if found is None:
            form.add_error("folio", "No hay orden con ese folio; revise la hoja.")
        else:
            form.add_error("folio", f"Esa orden está «{found.get_state_display().lower()}»: no espera resultado.")
    mine = WorkOrderResult.objects.filter(reported_by=user_of(request)).order_by("-pk")
    context = {
        "form": form,
        "results": mine.select_related("order__document", "order__type", "order__account", "crew")[:LAST],
    }
    return render(request, "backoffice/workorders/capture.html", context, status=422 if form.errors else 200)


@screen(REPORT, methods=("GET", "POST"))
def report(request: HttpRequest, work_order_id: int) -> HttpResponse:
    """What the sheet of an order says; saved, it goes on with the next sheet."""
    order, now = found_order(work_order_id), clock.now()
    if request.method == "POST":
        form = ReportForm(order, request.POST, request.FILES)
    else:
        initial = {"llave": new_key(), "finished_at": local_moment(now), "crew": order.crew_id, "is_done": "si"}
        form = ReportForm(order, initial=initial)

    def act() -> Done:
        told, by = form.cleaned_data, user_of(request)
        report_work_order(
            order=order,
            report=form.report(_stored(told["photo"], by)),
            crew=told["crew"],
            at=clock.now(),
            by=by,
            key=f"captura/{told['llave']}",
        )
        outcome = "hecha" if told["is_done"] else "no hecha"
        return f"{order.document.folio} quedó {outcome}. Siga con la siguiente hoja.", redirect("workorders:capture")

    response = done(request, form, act, what="capturar el resultado de una orden")
    if response is not None:
        return response
    meter = None if order.account_id is None else current_installation(order.account_id)
    context = {
        "order": order,
        "shown": shown(order, now),
        "form": form,
        "meter": meter,
        "last": None if meter is None else last_reading_of_meter(meter, before=clock.today()),
        "materials": Material.objects.filter(is_active=True).order_by("name"),
        "waits": order.state in PENDING,
    }
    return render(request, "backoffice/workorders/report.html", context, status=422 if form.errors else 200)


def _stored(photo: UploadedFile | None, by: User) -> tuple[int, ...]:
    if photo is None:
        return ()
    return (store_file(name=photo.name or "fotografia", content=photo.read(), at=clock.now(), by=by).pk,)
