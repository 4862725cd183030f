"""The agenda: the week by technician, the month, a day, a half day, and who is to be reminded."""

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cauce.backoffice.inspections.forms import CloseForm, ReminderForm, SlotForm
from cauce.backoffice.inspections.listing import COLUMNS, cells
from cauce.backoffice.inspections.papers import day_paper
from cauce.backoffice.inspections.shapes import BOOK, OPEN, SEE, asked_day, found_slot, tone_of
from cauce.core import clock
from cauce.core.periods import next_period, period_of, previous_period
from cauce.ui.access import screen, user_of
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, workbook
from cauce.users.queries import office_calendar
from cauce.workorders.models import AgendaSlot, Technician
from cauce.workorders.queries.agenda import (
    agenda_days,
    agenda_week,
    day_of_technician,
    inspections_on,
    inspections_to_remind,
    inspections_with_places,
    load_of,
)

WORKING_DAYS = 5
DAYS_OF_A_WEEK = 7
REMINDER_COLUMNS = (
    Column("Folio", width=14),
    Column("Medio día", width=12),
    Column("Cuenta", width=12),
    Column("Quién recibe", width=34),
    Column("Teléfono", width=16),
    Column("Domicilio", width=44),
    Column("Motivo", width=40),
    Column("Técnico", width=26),
)


@screen(SEE)
def week(request: HttpRequest) -> HttpResponse:
    """Technicians down, half days across, with the places left of each."""
    today = clock.today()
    asked = asked_day(request.GET.get("semana", ""), _first_business_day(today))
    monday = asked - timedelta(days=asked.weekday())
    days = agenda_days(monday, monday + timedelta(days=WORKING_DAYS - 1))
    context = {
        "days": days,
        "rows": agenda_week(days),
        "halves": AgendaSlot.Half.choices,
        "monday": monday,
        "last": days[-1].day,
        "before": monday - timedelta(days=DAYS_OF_A_WEEK),
        "after": monday + timedelta(days=DAYS_OF_A_WEEK),
        "today": today,
        "left": sum(day.left for day in days),
        "taken": sum(day.taken for day in days),
    }
    return render(request, "backoffice/inspections/week.html", context)


@screen(SEE)
def month(request: HttpRequest) -> HttpResponse:
    """The month, day by day: how many aforos and how many places left."""
    today = clock.today()
    text = request.GET.get("mes", "")
    period = period_of(asked_day(f"{text}-01", today))
    last = next_period(period) - timedelta(days=1)
    first_shown = period - timedelta(days=period.weekday())
    last_shown = last + timedelta(days=DAYS_OF_A_WEEK - 1 - last.weekday())
    days = agenda_days(first_shown, last_shown)
    weeks = [days[start : start + DAYS_OF_A_WEEK] for start in range(0, len(days), DAYS_OF_A_WEEK)]
    context = {
        "weeks": weeks,
        "period": period,
        "before": previous_period(period),
        "after": next_period(period),
        "today": today,
        "left": sum(day.left for day in days if period_of(day.day) == period),
        "taken": sum(day.taken for day in days if period_of(day.day) == period),
    }
    return render(request, "backoffice/inspections/month.html", context)


@screen(SEE)
def day(request: HttpRequest) -> HttpResponse:
    """A day: its half days and who is waited for in each."""
    asked = asked_day(request.GET.get("dia", ""))
    (found,) = agenda_days(asked, asked)
    by_slot: dict[int, list[object]] = {}
    for inspection in inspections_on(asked):
        act = getattr(inspection, "act", None)
        by_slot.setdefault(inspection.slot_id, []).append((inspection, tone_of(inspection), act))
    context = {
        "day": found,
        "blocks": [(load, by_slot.get(load.slot.pk, [])) for load in found.loads],
        "technicians": {load.slot.technician_id: load.slot.technician for load in found.loads}.values(),
        "before": asked - timedelta(days=1),
        "after": asked + timedelta(days=1),
    }
    return render(request, "backoffice/inspections/day.html", context)


@screen(SEE)
def day_workbook(request: HttpRequest) -> HttpResponse:
    """The day's aforos as a workbook."""
    asked = asked_day(request.GET.get("dia", ""))
    return workbook(f"aforos-{asked.isoformat()}", COLUMNS, map(cells, inspections_on(asked)))


@screen(SEE)
def day_pdf(request: HttpRequest, technician_id: int) -> HttpResponse:
    """A technician's day on paper."""
    technician = get_object_or_404(Technician.objects.select_related("user"), pk=technician_id)
    asked = asked_day(request.GET.get("dia", ""))
    content = day_paper(technician, asked, day_of_technician(technician, asked), clock.now())
    return pdf(content, f"aforos-{technician.pk}-{asked.isoformat()}.pdf")


@screen(SEE)
def slot(request: HttpRequest, slot_id: int) -> HttpResponse:
    """A half day: what it holds, who is waited for, and what may be done with it."""
    return slot_page(request, found_slot(slot_id))


def slot_page(
    request: HttpRequest, found: AgendaSlot, form: forms.Form | None = None, *, status: int = 200
) -> HttpResponse:
    """The page of a half day, with the form that could not be done."""
    rows = inspections_with_places().filter(slot=found).order_by("seat", "pk")
    change = SlotForm(initial={"places": found.places, "sector": found.sector})
    context = {
        "slot": found,
        "load": load_of(found),
        "rows": [(one, tone_of(one)) for one in rows],
        "may_open": user_of(request).has_perm(OPEN),
        "is_past": found.day < clock.today(),
        "form": form,
        "change_form": form if isinstance(form, SlotForm) else change,
        "close_form": form if isinstance(form, CloseForm) else CloseForm(),
    }
    return render(request, "backoffice/inspections/slot.html", context, status=status)


@screen(BOOK)
def reminders(request: HttpRequest) -> HttpResponse:
    """Who is waited for on the next working day and nobody has reminded, with their telephones."""
    asked = asked_day(request.GET.get("dia", ""), _tomorrow())
    waiting = inspections_to_remind(asked)
    booked = inspections_with_places().filter(slot__day=asked, state="BOOKED").count()
    context = {
        "day": asked,
        "rows": waiting,
        "reminded": booked - len(waiting),
        "means": ReminderForm.base_fields["means"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "backoffice/inspections/reminders.html", context)


@screen(BOOK)
def reminders_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    asked = asked_day(request.GET.get("dia", ""), _tomorrow())
    rows = (
        (
            one.document.folio,
            one.slot.get_half_display(),
            one.account.number,
            one.contact_name,
            one.contact_phone,
            one.account.connection.premises.address,
            one.matter,
            one.slot.technician,
        )
        for one in inspections_to_remind(asked)
    )
    return workbook(f"recordatorios-{asked.isoformat()}", REMINDER_COLUMNS, rows)


def _tomorrow() -> date:
    return _first_business_day(clock.today() + timedelta(days=1))


def _first_business_day(day: date) -> date:
    return office_calendar().next_business_day(day)
