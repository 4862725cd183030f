"""One aforo: where it is, its history, and what is done with it without going into the house."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.inspections.forms import CancelForm, MissForm, ReminderForm
from cauce.backoffice.inspections.papers import slip_of
from cauce.backoffice.inspections.shapes import BOOK, REPORT, SEE, found_inspection, tone_of
from cauce.core import clock
from cauce.core.periods import period_of
from cauce.documents.queries import signature_requests_of
from cauce.events.models import Event
from cauce.metering.queries import consumption_series
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.replies import pdf
from cauce.users.queries import office_hours
from cauce.workorders.models import HomeInspection
from cauce.workorders.operations import cancel_inspection, mark_no_show, record_reminder
from cauce.workorders.queries.agenda import act_of, fee_of, figures_of
from cauce.workorders.rules.inspections import (
    expected_by_fixtures,
    expected_by_persons,
    has_begun,
    hours_of,
    meter_test,
)

MONTHS_SHOWN = 6
MOST_TOLD = 40


@screen(SEE)
def inspection(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """One aforo."""
    return _page(request, found_inspection(inspection_id))


@screen(REPORT, methods=("POST",))
def miss(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Say that nobody was found."""
    found, form = found_inspection(inspection_id), MissForm(request.POST)

    def act() -> Done:
        mark_no_show(inspection=found, note=form.cleaned_data["note"], at=clock.now(), by=user_of(request))
        return f"El aforo {found.document.folio} quedó sin encontrar a nadie.", _back(found)

    return done(request, form, act, what="dar un aforo por no encontrado") or _page(request, found, form)


@screen(BOOK, methods=("POST",))
def cancel(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Give it up."""
    found, form = found_inspection(inspection_id), CancelForm(request.POST)

    def act() -> Done:
        cancel_inspection(inspection=found, reason=form.cleaned_data["reason"], at=clock.now(), by=user_of(request))
        return f"El aforo {found.document.folio} quedó cancelado y su lugar, libre.", _back(found)

    return done(request, form, act, what="cancelar un aforo") or _page(request, found, form)


@screen(BOOK, methods=("POST",))
def remind(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Write that they were reminded; from the list of tomorrow one goes back to it."""
    found, form = found_inspection(inspection_id), ReminderForm(request.POST)

    def act() -> Done:
        record_reminder(inspection=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        follows = redirect("inspections:reminders") if "lista" in request.POST else _back(found)
        return f"Quedó el recordatorio a {found.contact_name}.", follows

    return done(request, form, act, what="recordar un aforo") or _page(request, found, form)


@screen(SEE)
def slip_pdf(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """The appointment, for who will receive the technician."""
    found = found_inspection(inspection_id)
    return pdf(slip_of(found, clock.now()), f"cita-{found.document.folio}.pdf")


def _back(found: HomeInspection) -> HttpResponse:
    return redirect("inspections:inspection", found.pk)


def _page(request: HttpRequest, found: HomeInspection, form: forms.Form | None = None) -> HttpResponse:
    now, office = clock.now(), office_hours()
    begins, ends = hours_of(found.slot.half, office)
    act, user = act_of(found), user_of(request)
    is_booked = found.state == HomeInspection.State.BOOKED
    context = {
        "inspection": found,
        "tone": tone_of(found),
        "begins": begins,
        "ends": ends,
        "form": form,
        "moves": found.moves.select_related("from_slot__technician__user", "to_slot__technician__user", "by").order_by(
            "-at", "-pk"
        ),
        "reminders": found.reminders.select_related("by").order_by("-at", "-pk"),
        "history": Event.objects.filter(subject_kind="HomeInspection", subject_id=found.pk)
        .select_related("by")
        .order_by("-id")[:MOST_TOLD],
        "fee": fee_of(found),
        "act": act,
        "may_book": is_booked and user.has_perm(BOOK),
        "may_again": found.state == HomeInspection.State.NO_SHOW and user.has_perm(BOOK),
        "may_report": is_booked and user.has_perm(REPORT),
        "has_begun": has_begun(found.slot.day, found.slot.half, now, office),
        "reminder_form": form if isinstance(form, ReminderForm) else ReminderForm(),
        "miss_form": form if isinstance(form, MissForm) else MissForm(),
        "cancel_form": form if isinstance(form, CancelForm) else CancelForm(),
    }
    if act is not None:
        basis = figures_of(act.basis)
        series = consumption_series(found.account_id, period_of(found.slot.day), MONTHS_SHOWN)
        context |= {
            "test": meter_test(act.test_litres, act.registered_litres, basis),
            "by_persons": expected_by_persons(act.persons, basis),
            "by_fixtures": expected_by_fixtures(act.fixtures, basis),
            "fixtures": [(basis.fixture_names.get(code, code), count) for code, count in act.fixtures.items()],
            "signature": signature_requests_of("HomeInspection", found.pk).first(),
            "months": [point for point in series if point.volume_m3 is not None],
        }
    return render(request, "backoffice/inspections/inspection.html", context, status=200 if form is None else 422)
