"""Capturing the act of an aforo, and its paper: blank to be filled in by hand, or with what was captured."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cauce.backoffice.inspections.forms import WHEN, ActForm
from cauce.backoffice.inspections.papers import act_paper
from cauce.backoffice.inspections.shapes import REPORT, SEE, found_inspection, tone_of
from cauce.core import clock
from cauce.metering.queries import current_installation
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.replies import pdf
from cauce.workorders.models import HomeInspection
from cauce.workorders.operations import report_inspection
from cauce.workorders.queries import last_reading_of_meter
from cauce.workorders.queries.agenda import act_of, basis_in_force, figures_of
from cauce.workorders.rules.inspections import Basis, meter_test


@screen(REPORT, methods=("GET", "POST"))
def act(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Write what the act says."""
    found, basis = found_inspection(inspection_id), figures_of(basis_in_force())
    form = ActForm(basis, request.POST) if request.method == "POST" else ActForm(basis, initial=_known(found))

    def write() -> Done:
        now = clock.now()
        written = report_inspection(
            inspection=found,
            report=form.told(),
            paper=lambda made: act_paper(found, made, now),
            at=now,
            by=user_of(request),
        )
        return f"Quedó el acta {written.document.folio} y espera firma.", redirect("inspections:inspection", found.pk)

    if request.method == "POST" and (response := done(request, form, write, what="capturar un acta de aforo")):
        return response
    installation = current_installation(found.account_id)
    context = {
        "inspection": found,
        "tone": tone_of(found),
        "waits": found.state == HomeInspection.State.BOOKED,
        "form": form,
        "meter": installation,
        "last": None if installation is None else last_reading_of_meter(installation, before=clock.today()),
        "test": _test(form, basis),
        "basis": basis,
    }
    return render(request, "backoffice/inspections/act.html", context, status=422 if form.errors else 200)


@screen(SEE)
def act_pdf(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """The act on paper."""
    found = found_inspection(inspection_id)
    written = act_of(found)
    name = f"acta-{found.document.folio if written is None else written.document.folio}.pdf"
    return pdf(act_paper(found, written, clock.now()), name)


def _test(form: ActForm, basis: Basis) -> object:
    """The error of the meter with the litres that were typed, once the form was sent."""
    if not form.is_bound:
        return None
    return meter_test(form.cleaned_data.get("test_litres"), form.cleaned_data.get("registered_litres"), basis)


def _known(found: HomeInspection) -> dict[str, object]:
    installation = current_installation(found.account_id)
    return {
        "received_by": found.contact_name,
        "inspected_at": timezone.localtime(clock.now()).strftime(WHEN),
        "meter_serial": "" if installation is None else installation.meter.serial,
        "was_signed": True,
    }
