"""The laws: loaded by one person, looked at edge by edge, put in force by another."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.tariffs.forms import LawFilesForm, LawReasonForm, PutInForceForm
from cauce.core import clock
from cauce.tariffs import operations, queries, rules
from cauce.tariffs.models import LawInForce, Schedule
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done
from cauce.ui.reauthentication import hides_password

SEE, LOAD, APPROVE = "tariffs.view_schedule", "tariffs.load_law", "tariffs.approve_law"


@screen(SEE)
def laws(request: HttpRequest) -> HttpResponse:
    """The laws in force, the last to begin first, and those that wait or were discarded."""
    context = {
        "laws": queries.laws_in_force(),
        "pending": queries.pending_laws(),
        "discarded": queries.discarded_laws(),
    }
    return render(request, "backoffice/tariffs/laws.html", context)


@screen(LOAD, methods=("GET", "POST"))
def new_law(request: HttpRequest) -> HttpResponse:
    """Send the files of a law: read whole, tried against its cases, and kept until another person puts it in force."""
    form = LawFilesForm(request.POST or None, request.FILES or None)

    def act() -> Done:
        sent = {upload.name: upload.read() for upload in form.cleaned_data["archivos"]}
        loaded = operations.receive_law(law=operations.check_law_files(files=sent), at=clock.now(), by=user_of(request))
        said = (
            f"{loaded.schedule.decree} quedó cargada y espera que otra persona la ponga en vigor."
            if loaded.is_new
            else f"{loaded.schedule.decree} ya estaba cargada; nada cambió."
        )
        return said, redirect("tariffs:law", loaded.schedule.pk)

    answer = done(request, form, act, what="cargar una ley de ingresos")
    return answer or render(
        request, "backoffice/tariffs/new_law.html", {"form": form}, status=422 if form.errors else 200
    )


@screen(SEE)
def law(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """One law: who signed it, its parameters with their legal basis, its claves and its derechos."""
    return _page(request, _found(schedule_id))


@screen(SEE)
def boundaries(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """What each edge of each table costs, month by month: where it falls and where it leaps."""
    found = _found(schedule_id)
    sweep = rules.sweep_boundaries(queries.schedule_of(found.pk))
    context = {"schedule": found, "sweep": sweep, "law": queries.schedule_of(found.pk)}
    return render(request, "backoffice/tariffs/boundaries.html", context)


@screen(APPROVE, methods=("POST",))
@hides_password
def put_in_force(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Put a pending law in force, with the password."""
    found = _found(schedule_id)
    form = PutInForceForm(request.POST, request=request)

    def act() -> Done:
        basis = form.cleaned_data["fundamento"]
        operations.put_law_in_force(schedule=found, falls_basis=basis, at=clock.now(), by=user_of(request))
        return f"{found.decree} quedó en vigor desde su fecha.", redirect("tariffs:law", found.pk)

    answer = done(request, form, act, what="poner una ley en vigor")
    return answer or _page(request, found, putting=form)


@screen(LOAD, methods=("POST",))
def discard(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Leave a pending law aside."""
    found = _found(schedule_id)
    form = LawReasonForm(request.POST)

    def act() -> Done:
        reason = form.cleaned_data["motivo"]
        operations.discard_law(schedule=found, reason=reason, at=clock.now(), by=user_of(request))
        return f"{found.decree} quedó descartada.", redirect("tariffs:laws")

    return done(request, form, act, what="descartar una ley") or _page(request, found, deciding=form)


@screen(LOAD, methods=("POST",))
def take_up(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Make a discarded law pending again."""
    found = _found(schedule_id)
    form = LawReasonForm(request.POST)

    def act() -> Done:
        reason = form.cleaned_data["motivo"]
        operations.take_up_law(schedule=found, reason=reason, at=clock.now(), by=user_of(request))
        return f"{found.decree} espera otra vez que alguien la ponga en vigor.", redirect("tariffs:law", found.pk)

    return done(request, form, act, what="retomar una ley") or _page(request, found, deciding=form)


def _found(schedule_id: int) -> Schedule:
    return get_object_or_404(Schedule.objects.select_related("loaded_by"), pk=schedule_id)


def _page(request: HttpRequest, found: Schedule, **given: forms.Form) -> HttpResponse:
    schedule = queries.schedule_of(found.pk)
    in_force = LawInForce.objects.select_related("approved_by").filter(schedule=found).first()
    vat = [
        (entry, [schedule.parameters.vat_rate(concept, entry.code) for concept in rules.SERVICES])
        for entry in schedule.tariff_codes.values()
    ]
    wrong = next((form for form in given.values() if form.errors), None)
    context: dict[str, Any] = {
        "schedule": found,
        "in_force": in_force,
        "law": schedule,
        "sweep": rules.sweep_boundaries(schedule),
        "is_mine": found.loaded_by_id == user_of(request).pk,
        "is_discarded": in_force is None and queries.is_discarded(found),
        "decisions": found.decisions.select_related("decided_by").order_by("pk"),
        "ruling": queries.laws_in_force().exclude(schedule=found).first(),
        "text": found.content[rules.LAW_FILE],
        "vat": vat,
        "services": [schedule.concepts[concept].name for concept in rules.SERVICES],
        "putting": PutInForceForm(request=request),
        "deciding": LawReasonForm(),
        "error_form": wrong,
        **given,
    }
    return render(request, "backoffice/tariffs/law.html", context, status=422 if wrong else 200)
