"""The agenda of aforos of the demonstration: opened, booked, reminded, moved, missed, and the acts of what was seen."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from cauce.cases.models import Case, CaseType
from cauce.cases.operations import book_inspection_of_case, note_case
from cauce.cli.demo.office import OfficeDay, draws_of, telephone
from cauce.core.clock import local_day
from cauce.metering.queries import current_installation
from cauce.workorders.models import AgendaSlot, HomeInspection, InspectionAct
from cauce.workorders.operations import (
    book_inspection_again,
    cancel_inspection,
    mark_no_show,
    move_inspection,
    open_agenda,
    record_reminder,
    register_technician,
    report_inspection,
)
from cauce.workorders.queries import booked_inspection, last_reading_of_meter, next_free_places
from cauce.workorders.queries.agenda import inspections_to_remind
from cauce.workorders.rules.inspections import InspectionReport

_TECHNICIANS: Final = ("tecnico", "tecnico2")
_BOTH: Final = (AgendaSlot.Half.MORNING, AgendaSlot.Half.AFTERNOON)
_MIDWEEK: Final = (1, 2, 3)
_DAYS_AHEAD: Final = 25
_CONCLUSIONS: Final = (
    ("NOTHING_FOUND", 40, "", "Revisar los empaques cada seis meses."),
    ("INNER_LEAK", 34, "Excusado pasando agua y goteo en la llave del patio.", "Cambiar el herraje del tanque."),
    ("OUTER_LEAK", 6, "Humedad en la banqueta, antes del cuadro.", "Se pide orden a Operación."),
    ("METER_FAILS", 9, "", "Se propone el cambio del medidor."),
    ("READ_WRONG", 8, "", "Tomar la lectura con la tapa abierta."),
    ("OTHER_USE", 3, "", "Se informa a padrón: hay un local."),
)


def open_weeks(today: OfficeDay) -> None:
    """The coordinator opens the middle of each of the next weeks, with two technicians."""
    by = today.person("coordinador")
    if today.coordinator != by or (today.day.weekday() != 0 and today.day != today.office.first_day):
        return
    technicians = [
        register_technician(user=today.person(name), morning_places=2, afternoon_places=1, at=today.at(8, 20), by=by)
        for name in _TECHNICIANS
    ]
    open_agenda(
        technicians=technicians,
        first=today.day + timedelta(days=1),
        last=today.day + timedelta(days=_DAYS_AHEAD),
        halves=_BOTH,
        weekdays=_MIDWEEK,
        at=today.at(8, 22),
        by=by,
    )


def book_for(today: OfficeDay, draws: Random, case: Case, minute: int) -> None:
    """While the person is there or on the telephone, the next free place of their part of town."""
    if CaseType.Opens.INSPECTION not in case.type.opens or case.account is None or draws.random() > 0.9:
        return
    at, by = today.at(8, minute), today.coordinator
    places = next_free_places(after=today.at(23), sector_id=case.account.route.sector_id, limit=4)
    if not places or booked_inspection(case.account.pk) is not None:
        return
    book_inspection_of_case(
        case=case,
        slot=draws.choice(places).slot,
        contact_name=case.reporter_name or case.account.holder.name,
        contact_phone=telephone(draws),
        at=at,
        by=by,
        key=today.key(f"aforo:{case.pk}"),
    )


def attend_agenda(today: OfficeDay) -> None:
    """The visits of the day, those missed yesterday that are agreed again, and the reminders for the next day."""
    _agree_again(today)
    _visit(today)
    _remind(today)


def _agree_again(today: OfficeDay) -> None:
    missed = HomeInspection.objects.filter(state="NO_SHOW", slot__day=today.ago(1))
    for place, inspection in enumerate(missed.select_related("account__route").order_by("pk")):
        slot = _next_slot(today, inspection)
        if slot is not None and draws_of(f"otra-vez:{inspection.pk}").random() < 0.7:
            book_inspection_again(inspection=inspection, slot=slot, at=today.at(10, 40 + place), by=today.coordinator)


def _remind(today: OfficeDay) -> None:
    """The day before they are called; some ask to be moved, and one now and then no longer wants it."""
    next_day = today.office.calendar.next_business_day(today.day + timedelta(days=1))
    for place, inspection in enumerate(inspections_to_remind(next_day)):
        draws = draws_of(f"recuerda:{inspection.pk}:{inspection.times_moved}")
        luck, at, by = draws.random(), today.at(13, 30 + 3 * place), today.coordinator
        if luck < 0.04:
            cancel_inspection(inspection=inspection, reason="Ya encontró la fuga y la reparó.", at=at, by=by)
            continue
        outcome = "No podrá; pide otro día." if luck < 0.14 else draws.choice(("Confirma que recibe.", "No contestó."))
        record_reminder(inspection=inspection, means="PHONE", outcome=outcome, at=at, by=by)
        slot = _next_slot(today, inspection) if luck < 0.14 else None
        if slot is not None and slot.pk != inspection.slot_id:
            move_inspection(inspection=inspection, slot=slot, reason="La persona pidió otro día.", at=at, by=by)


def _next_slot(today: OfficeDay, inspection: HomeInspection) -> AgendaSlot | None:
    after = today.at(23) + timedelta(days=2)
    places = next_free_places(after=after, sector_id=inspection.account.route.sector_id, limit=1)
    return places[0].slot if places else None


def _visit(today: OfficeDay) -> None:
    """Half day by half day: in one house of eight there is nobody."""
    visits = HomeInspection.objects.filter(state="BOOKED", slot__day=today.day)
    for inspection in visits.select_related("slot__technician__user", "account").order_by("-slot__half", "seat", "pk"):
        draws = draws_of(f"visita-aforo:{inspection.pk}:{inspection.times_moved}")
        is_morning = inspection.slot.half == AgendaSlot.Half.MORNING
        at = today.at(9 if is_morning else 12, 20 + 45 * (inspection.seat - 1))
        by = inspection.slot.technician.user
        if draws.random() < 0.13:
            note = "Se tocó tres veces; se dejó aviso en la puerta."
            mark_no_show(inspection=inspection, note=note, at=at, by=by)
            continue
        act = report_inspection(
            inspection=inspection,
            report=_report(draws, inspection, at),
            at=today.at(15, 20 + inspection.pk % 15),
            by=by,
        )
        _tell_the_case(today, inspection, act)


def _tell_the_case(today: OfficeDay, inspection: HomeInspection, act: InspectionAct) -> None:
    link = getattr(inspection, "case_link", None)
    if link is not None and act.recommendations:
        note = f"Acta {act.document.folio}: {act.get_conclusion_display().lower()}. {act.recommendations}"
        note_case(case=link.case, note=note, at=act.reported_at, by=act.reported_by)


def _report(draws: Random, inspection: HomeInspection, at: datetime) -> InspectionReport:
    conclusion, _, leaks, advice = draws.choices(_CONCLUSIONS, [weight for _, weight, _, _ in _CONCLUSIONS])[0]
    persons = draws.randint(1, 7)
    fails = conclusion == "METER_FAILS"
    reading, serial = _meter(inspection, local_day(at), draws)
    is_tested = fails or draws.random() < 0.6
    registered = Decimal(draws.randint(190, 209)) / 10
    return InspectionReport(
        received_by=inspection.contact_name,
        conclusion=conclusion,
        inspected_at=at,
        reading=reading,
        meter_serial=serial,
        persons=persons,
        fixtures={
            "EXCUSADO": draws.randint(1, 3),
            "REGADERA": draws.randint(1, 2),
            "LAVABO": draws.randint(1, 2),
            "FREGADERO": 1,
            "LAVADORA": draws.randint(0, 1),
            "TINACO": 1,
        },
        leaks=leaks,
        test_litres=Decimal(20) if is_tested else None,
        registered_litres=(Decimal("23.4") if fails else registered) if is_tested else None,
        recommendations=advice,
        was_signed=draws.random() < 0.93,
    )


def _meter(inspection: HomeInspection, on: date, draws: Random) -> tuple[int | None, str]:
    installation = current_installation(inspection.account_id)
    if installation is None:
        return None, ""
    last = last_reading_of_meter(installation, before=on)
    return (last.value if last is not None else 0) + draws.randint(1, 8), installation.meter.serial
