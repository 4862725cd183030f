"""Making the calendar of cycles a year ahead, moving a working day of it, and telling that the bills were delivered."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from cauce.billing import events
from cauce.billing.models import CycleDates, CycleDatesChange
from cauce.billing.operations.errors import CalendarRefused
from cauce.billing.rules.calendar import MOVABLE, STAGE_NAMES, Stage, working_days
from cauce.core.es_mx import format_date, format_long_period
from cauce.core.periods import add_months
from cauce.events.operations import publish
from cauce.tariffs.queries import law_for_period
from cauce.tariffs.rules import NoLawInForce, bill_dates
from cauce.tariffs.rules.values import Parameters
from cauce.users.models import User
from cauce.users.queries import office_calendar

MONTHS_AHEAD = 12
_COLUMNS = {
    Stage.READING: ("reading_from", "reading_until"),
    Stage.REVIEW: ("review_on", "review_on"),
    Stage.DELIVERY: ("delivery_from", "delivery_until"),
}


@dataclass(frozen=True, slots=True)
class GeneratedCalendar:
    """How many cycles were written, and how many took the days of a law loaded since."""

    added: int
    updated: int


@transaction.atomic
def generate_calendar(*, first: date, at: datetime, by: User) -> GeneratedCalendar:
    """Write the days of every cycle of a year of periods that begins in ``first``.

    A month whose law is not loaded takes the days of the last one that is, and is marked as provisional; when its law
    comes, generating again gives it the law's issue and due. Idempotent: what is written stays, with the working days
    that people moved.

    :raises NoLawInForce: not even the first month has a law.
    """
    office = office_calendar()
    known = {(each.period, each.cycle): each for each in CycleDates.objects.select_for_update()}
    parameters = law_for_period(first).schedule.parameters
    added, updated = [], []
    for months in range(MONTHS_AHEAD):
        period = add_months(first, months)
        law = _parameters(period)
        parameters = law or parameters
        for cycle, (first_day, _) in sorted(parameters.cycle_days.items()):
            dates = bill_dates(parameters, period=period, cycle=cycle, holidays=office.holidays)
            existing = known.get((period, cycle))
            if existing is None:
                days = working_days(first=period.replace(day=first_day), issue_on=dates.issue_on, office=office)
                added.append(
                    CycleDates(
                        period=period,
                        cycle=cycle,
                        reading_from=days.reading_from,
                        reading_until=days.reading_until,
                        review_on=days.review_on,
                        issue_on=dates.issue_on,
                        due_on=dates.due_on,
                        delivery_from=days.delivery_from,
                        delivery_until=days.delivery_until,
                        is_provisional=law is None,
                    )
                )
            elif existing.is_provisional and law is not None:
                existing.issue_on, existing.due_on, existing.is_provisional = dates.issue_on, dates.due_on, False
                updated.append(existing)
    CycleDates.objects.bulk_create(added)
    CycleDates.objects.bulk_update(updated, ["issue_on", "due_on", "is_provisional"])
    if added or updated:
        publish(
            events.CALENDAR_GENERATED,
            subject_kind="CycleDates",
            subject_id=(added or updated)[0].pk,
            facts={
                "first": format_long_period(first),
                "last": format_long_period(add_months(first, MONTHS_AHEAD - 1)),
                "added": len(added),
                "updated": len(updated),
            },
            at=at,
            by=by,
        )
    return GeneratedCalendar(len(added), len(updated))


@transaction.atomic
def move_working_days(
    dates: CycleDates, *, stage: str, starts_on: date, ends_on: date, reason: str, at: datetime, by: User
) -> CycleDates:
    """Move when a cycle is read, reviewed or delivered, with the reason; issue and due are the law's.

    Idempotent: days that are already so change nothing.

    :raises CalendarRefused: the work is not one of those, a day is of rest, they are out of order, or no reason.
    """
    dates = CycleDates.objects.select_for_update().get(pk=dates.pk)
    if stage not in MOVABLE:
        raise CalendarRefused("La emisión y el vencimiento los pone la ley: no se mueven a mano.")
    names = _COLUMNS[Stage(stage)]
    before = tuple(getattr(dates, name) for name in names)
    if before == (starts_on, ends_on):
        return dates
    _check_days(dates, Stage(stage), starts_on, ends_on, reason)
    for name, day in zip(names, (starts_on, ends_on), strict=True):
        setattr(dates, name, day)
    _check_order(dates)
    dates.save(update_fields=sorted(set(names)))
    CycleDatesChange.objects.create(
        dates=dates,
        stage=stage,
        before_from=before[0],
        before_until=before[1],
        after_from=starts_on,
        after_until=ends_on,
        reason=reason.strip(),
        changed_at=at,
        changed_by=by,
    )
    publish(
        events.CALENDAR_CHANGED,
        subject_kind="CycleDates",
        subject_id=dates.pk,
        facts={
            "period": format_long_period(dates.period),
            "cycle": dates.cycle,
            "stage": STAGE_NAMES[Stage(stage)].lower(),
            "from": format_date(starts_on),
            "until": format_date(ends_on),
            "reason": reason.strip(),
        },
        at=at,
        by=by,
    )
    return dates


@transaction.atomic
def tell_delivered(dates: CycleDates, *, on: date, at: datetime, by: User) -> CycleDates:
    """Tell the day on which the last bill of a cycle was delivered. Idempotent: the first day told stays.

    :raises CalendarRefused: the day is before its issue.
    """
    dates = CycleDates.objects.select_for_update().get(pk=dates.pk)
    if dates.delivered_on is not None:
        return dates
    if on < dates.issue_on:
        raise CalendarRefused(f"El ciclo se emite el {format_date(dates.issue_on)}: no se reparte antes.")
    dates.delivered_on, dates.delivered_by = on, by
    dates.save(update_fields=["delivered_on", "delivered_by"])
    publish(
        events.CYCLE_DELIVERED,
        subject_kind="CycleDates",
        subject_id=dates.pk,
        facts={"period": format_long_period(dates.period), "cycle": dates.cycle, "on": format_date(on)},
        at=at,
        by=by,
    )
    return dates


def _parameters(period: date) -> Parameters | None:
    try:
        return law_for_period(period).schedule.parameters
    except NoLawInForce:
        return None


def _check_days(dates: CycleDates, stage: Stage, starts_on: date, ends_on: date, reason: str) -> None:
    if not reason.strip():
        raise CalendarRefused("Escriba por qué se mueve.")
    if ends_on < starts_on or (stage is Stage.REVIEW and ends_on != starts_on):
        raise CalendarRefused("El último día va después del primero; la revisión es de un solo día.")
    office = office_calendar()
    for day in (starts_on, ends_on):
        if not office.is_business_day(day):
            raise CalendarRefused(f"El {format_date(day)} no es día hábil de la oficina; elija otro.")


def _check_order(dates: CycleDates) -> None:
    if not dates.reading_until <= dates.review_on <= dates.issue_on:
        raise CalendarRefused(
            f"Primero se lee, después se revisa y el {format_date(dates.issue_on)} se emite: elija días en ese orden."
        )
    if dates.delivery_from < dates.issue_on:
        raise CalendarRefused(f"El ciclo se emite el {format_date(dates.issue_on)}: no se reparte antes.")
