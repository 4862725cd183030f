"""The agenda of the small town: a technician, an open half day, an aforo ahead and one with its act."""

from dataclasses import dataclass
from datetime import timedelta

from cauce.core import clock
from cauce.registry.models import Account
from cauce.users.queries import office_calendar
from cauce.workorders.models import AgendaSlot, HomeInspection, Technician
from cauce.workorders.operations import (
    InspectionReport,
    book_inspection,
    open_agenda,
    register_technician,
    report_inspection,
)
from tests.backoffice.town import Town


@dataclass(frozen=True, slots=True)
class AgendaTown:
    """What the screens of the agenda show."""

    technician: Technician
    slot: AgendaSlot
    inspection: HomeInspection
    done: HomeInspection


def agenda_town(town: Town) -> AgendaTown:
    """Make it, or give the one that was made."""
    now, by = clock.now(), town.staff["coordinador"]
    technician = register_technician(user=town.staff["tecnico"], morning_places=2, afternoon_places=2, at=now, by=by)
    first = office_calendar().next_business_day(clock.today() + timedelta(days=1))
    open_agenda(
        technicians=[technician],
        first=first,
        last=first + timedelta(days=9),
        halves=[AgendaSlot.Half.MORNING, AgendaSlot.Half.AFTERNOON],
        at=now,
        by=by,
    )
    slot = AgendaSlot.objects.select_related("technician__user").get(day=first, half=AgendaSlot.Half.MORNING)
    other = Account.objects.exclude(pk=town.account.pk).order_by("pk")[0]

    def book(account: Account, key: str) -> HomeInspection:
        return book_inspection(
            account=account,
            slot=slot,
            contact_name="Elena Zúñiga",
            contact_phone="4115557066",
            matter="Consumo alto",
            origin_kind="DESK",
            at=now,
            by=by,
            key=key,
        )

    done = book(other, "town/aforo/1")
    report_inspection(
        inspection=done,
        report=InspectionReport(
            received_by="Elena Zúñiga", conclusion="NOTHING_FOUND", inspected_at=done.booked_at, persons=3
        ),
        at=now,
        by=by,
    )
    return AgendaTown(technician, slot, book(town.account, "town/aforo/2"), done)
