"""What waits of the aforos: whom to remind, and acts that nobody has captured."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.urls import reverse

from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.core import clock, es_mx
from cauce.users.models import User
from cauce.users.queries import office_calendar
from cauce.workorders.queries.agenda import inspections_to_remind, inspections_without_act


def _to_remind(user: User) -> Iterator[Waiting]:
    day = office_calendar().next_business_day(clock.today() + timedelta(days=1))
    waiting = inspections_to_remind(day)
    lines = [
        Line(
            f"{one.document.folio}, {one.contact_name}",
            one.slot.get_half_display().lower(),
            reverse("inspections:inspection", args=[one.pk]),
        )
        for one in waiting[:SHOWN]
    ]
    title = f"Aforos por recordar, {es_mx.format_date(day)}"
    yield Waiting(title, "phone", len(waiting), lines, reverse("inspections:reminders"), "Ver los recordatorios")


def _without_act(user: User) -> Iterator[Waiting]:
    waiting = inspections_without_act(clock.today())
    lines = [
        Line(
            f"{one.document.folio}, {one.slot.technician}",
            es_mx.format_date(one.slot.day),
            reverse("inspections:inspection", args=[one.pk]),
        )
        for one in waiting[:SHOWN]
    ]
    address = reverse("inspections:inspections") + "?estado=BOOKED"
    yield Waiting(
        "Aforos que ya fueron, sin acta", "pencil", waiting.count(), lines, address, "Ver los agendados", is_late=True
    )


AGENDA_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("workorders.book_inspection", _to_remind),
    ("workorders.report_inspection", _without_act),
)
