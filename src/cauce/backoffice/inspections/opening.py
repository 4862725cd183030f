"""The power L1: opening, changing and closing half days, and saying who makes aforos."""

from collections.abc import Callable
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cauce.backoffice.inspections.agenda import slot_page
from cauce.backoffice.inspections.forms import CloseForm, OpeningForm, SlotForm, TechnicianForm
from cauce.backoffice.inspections.shapes import OPEN, found_slot
from cauce.core import clock
from cauce.core.es_mx import count_of
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.workorders.models import AgendaSlot, Technician
from cauce.workorders.operations import (
    change_agenda_slot,
    close_agenda_slot,
    open_agenda,
    register_technician,
    reopen_agenda_slot,
)

FORTNIGHT = timedelta(days=14)


@screen(OPEN, methods=("GET", "POST"))
def open_days(request: HttpRequest) -> HttpResponse:
    """Open half days in bulk."""
    form = OpeningForm(request.POST) if request.method == "POST" else OpeningForm(initial=_usual())

    def act() -> Done:
        said = form.cleaned_data
        opened = open_agenda(
            technicians=list(said["technicians"]),
            first=said["first"],
            last=said["last"],
            halves=said["halves"],
            places=said["places"],
            sector=said["sector"],
            weekdays=said["weekdays"],
            at=clock.now(),
            by=user_of(request),
        )
        places = count_of(sum(slot.places for slot in opened), "lugar", "lugares")
        told = (
            f"Se abrieron {count_of(len(opened), 'medio día', 'medios días')} con {places}."
            if opened
            else "Esos medios días ya estaban abiertos: no cambió nada."
        )
        return told, redirect(f"{reverse('inspections:week')}?semana={said['first'].isoformat()}")

    if request.method == "POST" and (response := done(request, form, act, what="abrir la agenda de aforos")):
        return response
    context = {"form": form, "has_technicians": Technician.objects.filter(is_active=True).exists()}
    return render(request, "backoffice/inspections/open_days.html", context, status=422 if form.errors else 200)


@screen(OPEN, methods=("POST",))
def change_slot(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Say how many places it has and where it is spent."""
    found, form = found_slot(slot_id), SlotForm(request.POST)

    def act() -> Done:
        change_agenda_slot(slot=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return "El medio día quedó como se pidió.", redirect("inspections:slot", found.pk)

    return _done_or_shown(request, found, form, act, "cambiar un medio día de aforos")


@screen(OPEN, methods=("POST",))
def close_slot(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Close it to aforos."""
    found, form = found_slot(slot_id), CloseForm(request.POST)

    def act() -> Done:
        close_agenda_slot(slot=found, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return "El medio día quedó cerrado a los aforos.", redirect("inspections:slot", found.pk)

    return _done_or_shown(request, found, form, act, "cerrar un medio día de aforos")


@screen(OPEN, methods=("POST",))
def reopen_slot(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Open it again."""
    found = found_slot(slot_id)

    def act() -> str:
        reopen_agenda_slot(slot=found, at=clock.now(), by=user_of(request))
        return "El medio día volvió a abrirse."

    tell(request, act, what="volver a abrir un medio día de aforos")
    return redirect("inspections:slot", found.pk)


@screen(OPEN, methods=("GET", "POST"))
def technicians(request: HttpRequest) -> HttpResponse:
    """Who makes aforos, and how many in a half day."""
    asked = request.GET.get("tecnico", "")
    known = Technician.objects.filter(pk=asked).first() if asked.isdecimal() else None
    form = TechnicianForm(request.POST) if request.method == "POST" else TechnicianForm(initial=_as_it_is(known))

    def act() -> Done:
        found = register_technician(**form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Quedó {found} como técnico en medición.", redirect("inspections:technicians")

    if request.method == "POST" and (response := done(request, form, act, what="cambiar un técnico en medición")):
        return response
    rows = Technician.objects.select_related("user").order_by("-is_active", "user__full_name")
    context = {"form": form, "rows": rows, "known": known}
    return render(request, "backoffice/inspections/technicians.html", context, status=422 if form.errors else 200)


def _done_or_shown(
    request: HttpRequest, found: AgendaSlot, form: forms.Form, act: Callable[[], Done], what: str
) -> HttpResponse:
    return done(request, form, act, what=what) or slot_page(request, found, form, status=422)


def _usual() -> dict[str, object]:
    """The fortnight that follows, whole, with everybody."""
    tomorrow = clock.today() + timedelta(days=1)
    return {
        "first": tomorrow,
        "last": tomorrow + FORTNIGHT,
        "weekdays": list(range(5)),
        "halves": list(AgendaSlot.Half.values),
        "technicians": list(Technician.objects.filter(is_active=True).values_list("pk", flat=True)),
    }


def _as_it_is(known: Technician | None) -> dict[str, object] | None:
    if known is None:
        return None
    return {
        "user": known.user_id,
        "morning_places": known.morning_places,
        "afternoon_places": known.afternoon_places,
        "is_active": known.is_active,
    }
