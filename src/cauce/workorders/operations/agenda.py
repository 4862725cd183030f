"""Who makes aforos and when: technicians, and the half days that are opened, changed and closed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import count_of, format_date
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.registry.models import Sector
from cauce.users.models import User
from cauce.users.queries import office_calendar
from cauce.workorders.events import (
    AGENDA_OPENED,
    AGENDA_SLOT_CHANGED,
    AGENDA_SLOT_CLOSED,
    AGENDA_SLOT_REOPENED,
    TECHNICIAN_CHANGED,
)
from cauce.workorders.models import AgendaSlot, HomeInspection, Technician
from cauce.workorders.operations.agenda_refusals import AgendaRefused
from cauce.workorders.operations.agenda_steps import hold_slots, refuse_without_power
from cauce.workorders.queries.agenda import taken_seats, told_slot
from cauce.workorders.rules.inspections import LONGEST_OPENING_DAYS

MOST_PLACES = 20


@transaction.atomic
def register_technician(
    *,
    user: User,
    morning_places: int = 4,
    afternoon_places: int = 3,
    is_active: bool = True,
    at: datetime,
    by: User,
) -> Technician:
    """Say that a person makes aforos and how many in a half day, or correct it. Idempotent by person.

    :raises AgendaPowerMissing: if ``by`` does not program the aforos.
    :raises AgendaRefused: if the places make no sense, the person is not in service, or is waited for in some house.
    """
    refuse_without_power(what="cambiar quién hace los aforos", at=at, by=by)
    if not 0 <= morning_places <= MOST_PLACES or not 0 <= afternoon_places <= MOST_PLACES:
        raise AgendaRefused(f"Los lugares de un medio día son de 0 a {MOST_PLACES}.")
    if is_active and (not user.is_active or user.is_system):
        raise AgendaRefused(f"{user} no está en servicio: elija a otra persona.")
    known = Technician.objects.select_for_update(no_key=True).filter(user=user).first()
    if known is not None and not is_active:
        _refuse_waited_for(known, local_day(at))
    given = (morning_places, afternoon_places, is_active)
    if known is not None and given == (known.morning_places, known.afternoon_places, known.is_active):
        return known
    technician = known or Technician(user=user)
    technician.morning_places, technician.afternoon_places, technician.is_active = given
    technician.save()
    state = "" if is_active else "ya no hace aforos; "
    what = f"{state}{morning_places} en la mañana y {afternoon_places} en la tarde"
    publish(
        TECHNICIAN_CHANGED,
        subject_kind="Technician",
        subject_id=technician.pk,
        facts={"technician": str(user), "what": what},
        at=at,
        by=by,
    )
    return technician


@transaction.atomic
def open_agenda(
    *,
    technicians: Sequence[Technician],
    first: date,
    last: date,
    halves: Collection[str],
    places: int | None = None,
    sector: Sector | None = None,
    weekdays: Collection[int] | None = None,
    at: datetime,
    by: User,
) -> list[AgendaSlot]:
    """Open the half days of some technicians between two days, both included, and give those that are new.

    Days of rest are skipped. Without ``places`` each technician has their own; ``weekdays`` (Monday is 0) keeps some
    days of the week only. Idempotent: a half day that was opened before stays as it is, also if it was closed.

    :raises AgendaPowerMissing: if ``by`` does not program the aforos.
    :raises AgendaRefused: if the days are past or too many, or nothing of it is left to be opened.
    """
    refuse_without_power(what="abrir la agenda de aforos", at=at, by=by)
    wanted = _asked_halves(technicians, halves, places)
    days = _asked_days(first, last, weekdays, local_day(at))
    slots = [
        AgendaSlot(technician=one, day=day, half=half, places=held, sector=sector, opened_at=at, opened_by=by)
        for day in days
        for one, half, held in wanted
    ]
    known = set(
        AgendaSlot.objects.filter(technician__in=technicians, day__range=(first, last)).values_list(
            "technician_id", "day", "half"
        )
    )
    new = [slot for slot in slots if (slot.technician_id, slot.day, slot.half) not in known]
    if not new:
        return []
    AgendaSlot.objects.bulk_create(new, ignore_conflicts=True)
    rows = AgendaSlot.objects.filter(technician__in=technicians, day__range=(first, last), opened_at=at, opened_by=by)
    new_ones = {(slot.technician_id, slot.day, slot.half) for slot in new}
    opened = [
        slot
        for slot in rows.select_related("technician__user", "sector").order_by("day", "-half", "pk")
        if (slot.technician_id, slot.day, slot.half) in new_ones
    ]
    if opened:
        _tell_opened(opened, at, by)
    return opened


@transaction.atomic
def change_agenda_slot(*, slot: AgendaSlot, places: int, sector: Sector | None, at: datetime, by: User) -> AgendaSlot:
    """Say how many places a half day has and in what part of town it is spent. Idempotent.

    :raises AgendaPowerMissing: if ``by`` does not program the aforos.
    :raises AgendaRefused: if more people than that are waited for, or the half day is closed.
    """
    refuse_without_power(what="cambiar el cupo de un medio día", at=at, by=by)
    slot = hold_slots([slot.pk])[slot.pk]
    if slot.closed_reason:
        raise AgendaRefused(f"Ese medio día está cerrado ({slot.closed_reason}): ábralo antes de cambiarlo.")
    taken = len(taken_seats(slot.pk))
    if not 1 <= places <= MOST_PLACES:
        raise AgendaRefused(f"Los lugares son de 1 a {MOST_PLACES}; si nadie saldrá, ciérrelo y diga por qué.")
    if places < taken and places < slot.places:
        raise AgendaRefused(
            f"Ya tiene {count_of(taken, 'aforo', 'aforos')}: reprograme los que sobran antes de dejarlo en {places}."
        )
    if (places, sector) != (slot.places, slot.sector):
        slot.places, slot.sector = places, sector
        slot.save(update_fields=["places", "sector"])
        where = f", sector {sector}" if sector is not None else ", sin sector"
        _tell_slot(AGENDA_SLOT_CHANGED, slot, at, by, what=f"{count_of(places, 'lugar', 'lugares')}{where}")
    return slot


@transaction.atomic
def close_agenda_slot(*, slot: AgendaSlot, reason: str, at: datetime, by: User) -> AgendaSlot:
    """Close a half day to aforos: nobody goes. Those who were waited for are moved before. Idempotent.

    :raises AgendaPowerMissing: if ``by`` does not program the aforos.
    :raises AgendaRefused: if it does not say why, or somebody is still waited for.
    """
    refuse_without_power(what="cerrar un medio día de la agenda", at=at, by=by)
    reason = reason.strip()
    if not reason:
        raise AgendaRefused("Escriba por qué se cierra: incapacidad, vehículo en taller, otra comisión…")
    slot = hold_slots([slot.pk])[slot.pk]
    if slot.closed_reason:
        return slot
    waiting = HomeInspection.objects.filter(slot=slot, state=HomeInspection.State.BOOKED).count()
    if waiting:
        raise AgendaRefused(
            f"Hay {count_of(waiting, 'aforo agendado', 'aforos agendados')} en ese medio día: reprográmelos y avise a "
            "cada persona; después ciérrelo."
        )
    slot.closed_reason = reason[:120]
    slot.save(update_fields=["closed_reason"])
    _tell_slot(AGENDA_SLOT_CLOSED, slot, at, by, reason=slot.closed_reason)
    return slot


@transaction.atomic
def reopen_agenda_slot(*, slot: AgendaSlot, at: datetime, by: User) -> AgendaSlot:
    """Open again a half day that was closed. Idempotent.

    :raises AgendaPowerMissing: if ``by`` does not program the aforos.
    :raises AgendaRefused: if the day is past.
    """
    refuse_without_power(what="abrir la agenda de aforos", at=at, by=by)
    slot = hold_slots([slot.pk])[slot.pk]
    if not slot.closed_reason:
        return slot
    if slot.day < local_day(at):
        raise AgendaRefused("Ese día ya pasó: abra uno de los que siguen.")
    slot.closed_reason = ""
    slot.save(update_fields=["closed_reason"])
    _tell_slot(AGENDA_SLOT_REOPENED, slot, at, by)
    return slot


def _asked_halves(
    technicians: Sequence[Technician], halves: Collection[str], places: int | None
) -> list[tuple[Technician, str, int]]:
    if not technicians or not halves:
        raise AgendaRefused("Elija al menos un técnico y un medio día.")
    idle = next((one for one in technicians if not one.is_active), None)
    if idle is not None:
        raise AgendaRefused(f"{idle} ya no hace aforos: quite su nombre de la lista.")
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise AgendaRefused(f"Los lugares de un medio día son de 1 a {MOST_PLACES}.")
    asked = [
        (one, half, places or (one.morning_places if half == AgendaSlot.Half.MORNING else one.afternoon_places))
        for one in technicians
        for half in AgendaSlot.Half.values
        if half in halves
    ]
    held = [(one, half, count) for one, half, count in asked if count]
    if not held:
        raise AgendaRefused("Ese técnico no tiene lugares en ese medio día: escriba cuántos abrir.")
    return held


def _asked_days(first: date, last: date, weekdays: Collection[int] | None, today: date) -> list[date]:
    if first < today:
        raise AgendaRefused(f"El {format_date(first)} ya pasó: la agenda se abre de hoy en adelante.")
    if last < first:
        raise AgendaRefused("El último día va después del primero.")
    length = (last - first).days + 1
    if length > LONGEST_OPENING_DAYS:
        raise AgendaRefused(f"Son {length} días: abra a lo más {LONGEST_OPENING_DAYS} de una vez.")
    calendar = office_calendar()
    days = [first + timedelta(days=number) for number in range(length)]
    open_days = [
        day for day in days if calendar.is_business_day(day) and (weekdays is None or day.weekday() in weekdays)
    ]
    if not open_days:
        raise AgendaRefused("Todos esos días son inhábiles o quedaron fuera: elija otros.")
    return open_days


def _refuse_waited_for(technician: Technician, today: date) -> None:
    waiting = HomeInspection.objects.filter(
        slot__technician=technician, slot__day__gte=today, state=HomeInspection.State.BOOKED
    ).count()
    if waiting:
        raise AgendaRefused(
            f"{technician} tiene {count_of(waiting, 'aforo agendado', 'aforos agendados')}: reprográmelos con otra "
            "persona antes de quitarlo del servicio."
        )


def _tell_opened(opened: Sequence[AgendaSlot], at: datetime, by: User) -> None:
    publish(
        AGENDA_OPENED,
        subject_kind="AgendaSlot",
        subject_id=opened[0].pk,
        facts={
            "first": format_date(opened[0].day),
            "last": format_date(opened[-1].day),
            "slots": count_of(len(opened), "medio día", "medios días"),
            "places": count_of(sum(slot.places for slot in opened), "lugar", "lugares"),
        },
        at=at,
        by=by,
    )


def _tell_slot(kind: EventKind, slot: AgendaSlot, at: datetime, by: User, **facts: object) -> None:
    publish(
        kind,
        subject_kind="AgendaSlot",
        subject_id=slot.pk,
        facts={"slot": told_slot(slot), **facts},
        at=at,
        by=by,
    )
