"""What the screens of the agenda share: the permissions, the tones of the states and the finding of rows."""

from datetime import date

from django.shortcuts import get_object_or_404

from cauce.core import clock
from cauce.workorders.models import AgendaSlot, HomeInspection
from cauce.workorders.queries.agenda import inspections_with_places

SEE = "workorders.view_homeinspection"
BOOK = "workorders.book_inspection"
OPEN = "workorders.open_agenda"
REPORT = "workorders.report_inspection"
CHARGE = "cashier.add_paymentorder"
TONES = {
    HomeInspection.State.BOOKED: ("teal", "calendar-event"),
    HomeInspection.State.DONE: ("good", "circle-check"),
    HomeInspection.State.NO_SHOW: ("accent", "alert-triangle"),
    HomeInspection.State.CANCELLED: ("", "circle-x"),
}


def tone_of(inspection: HomeInspection) -> tuple[str, str]:
    """The tone and the icon of its state."""
    return TONES[HomeInspection.State(inspection.state)]


def found_inspection(inspection_id: int) -> HomeInspection:
    """An aforo with all that is shown of it."""
    rows = inspections_with_places().select_related("booked_by", "account__route__sector")
    return get_object_or_404(rows, pk=inspection_id)


def found_slot(slot_id: int) -> AgendaSlot:
    """A half day of the agenda."""
    return get_object_or_404(AgendaSlot.objects.select_related("technician__user", "sector", "opened_by"), pk=slot_id)


def asked_day(text: str, otherwise: date | None = None) -> date:
    """The day that an address asks for; today, or another, when it asks for none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise or clock.today()
