"""The calendar of cycles: a year ahead by the law and the office's days, moved with a reason, and late when it is."""

from datetime import date, datetime

import pytest

from cauce.billing.models import CycleDates, CycleDatesChange
from cauce.billing.operations import CalendarRefused, generate_calendar, move_working_days, tell_delivered
from cauce.billing.queries.calendar import cycle_standings, late_cycles
from cauce.billing.rules.calendar import Stage, Standing, stage_standing, working_days
from cauce.core.business_days import BusinessCalendar
from cauce.events.models import Event
from cauce.users.models import User
from tests.billing.cycles import SEPTEMBER, an_account, issued

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def first(at: datetime, clerk: User) -> CycleDates:
    generate_calendar(first=SEPTEMBER, at=at, by=clerk)
    return CycleDates.objects.get(period=SEPTEMBER, cycle=1)


def test_a_year_of_three_cycles_a_month_is_written_once(first: CycleDates, at: datetime, clerk: User):
    assert CycleDates.objects.count() == 36
    again = generate_calendar(first=SEPTEMBER, at=at, by=clerk)
    assert (again.added, again.updated) == (0, 0)
    assert Event.objects.filter(kind="CALENDAR_GENERATED").count() == 1


def test_issue_and_due_are_the_law_s_and_a_year_without_law_is_provisional(first: CycleDates):
    assert (first.issue_on, first.due_on) == (date(2026, 9, 5), date(2026, 9, 20))
    assert not first.is_provisional
    assert CycleDates.objects.filter(is_provisional=True).values_list("period", flat=True).earliest("period") == date(
        2027, 1, 1
    )


def test_the_works_fall_on_business_days_in_their_order(first: CycleDates):
    office = BusinessCalendar()
    for dates in CycleDates.objects.all():
        for day in (
            dates.reading_from,
            dates.reading_until,
            dates.review_on,
            dates.delivery_from,
            dates.delivery_until,
        ):
            assert office.is_business_day(day)
        assert dates.reading_from <= dates.reading_until <= dates.review_on <= dates.issue_on < dates.delivery_from


def test_a_window_of_one_business_day_reads_and_reviews_in_it():
    rest = frozenset(date(2026, 9, day) for day in (1, 2, 3))
    days = working_days(first=date(2026, 9, 1), issue_on=date(2026, 9, 5), office=BusinessCalendar(rest))
    assert days.reading_from == days.reading_until == days.review_on == date(2026, 9, 4)


def test_a_working_day_is_moved_with_its_reason_and_stays_when_generated_again(
    first: CycleDates, at: datetime, clerk: User
):
    moved = move_working_days(
        first,
        stage="REPARTO",
        starts_on=date(2026, 9, 8),
        ends_on=date(2026, 9, 14),
        reason="Faltan dos",
        at=at,
        by=clerk,
    )
    assert moved.delivery_until == date(2026, 9, 14)
    change = CycleDatesChange.objects.get()
    assert (change.before_until, change.after_until, change.reason) == (
        first.delivery_until,
        date(2026, 9, 14),
        "Faltan dos",
    )
    generate_calendar(first=SEPTEMBER, at=at, by=clerk)
    first.refresh_from_db()
    assert first.delivery_until == date(2026, 9, 14)


@pytest.mark.parametrize(
    ("stage", "starts", "ends", "reason", "told"),
    [
        ("EMISION", 7, 7, "Antes", "los pone la ley"),
        ("REPARTO", 8, 14, " ", "por qué"),
        ("REPARTO", 14, 8, "Al revés", "va después"),
        ("REPARTO", 8, 12, "Sábado", "no es día hábil"),
        ("LECTURA", 1, 8, "Tarde", "Primero se lee"),
        ("REPARTO", 2, 10, "Pronto", "no se reparte antes"),
    ],
)
def test_the_calendar_is_not_moved_wrong(
    first: CycleDates, at: datetime, clerk: User, stage: str, starts: int, ends: int, reason: str, told: str
):
    with pytest.raises(CalendarRefused, match=told):
        move_working_days(
            first,
            stage=stage,
            starts_on=date(2026, 9, starts),
            ends_on=date(2026, 9, ends),
            reason=reason,
            at=at,
            by=clerk,
        )
    assert not CycleDatesChange.objects.exists()


def test_a_work_is_not_yet_in_course_done_or_late_by_its_days():
    def standing(today: int, *, begun: bool = False, done: bool = False) -> tuple[Standing, int]:
        found = stage_standing(
            Stage.REVIEW,
            starts_on=date(2026, 9, 3),
            ends_on=date(2026, 9, 4),
            begun=begun,
            done=done,
            today=date(2026, 9, today),
        )
        return found.standing, found.days_late

    assert standing(2) == (Standing.NOT_YET, 0)
    assert standing(2, begun=True) == standing(4) == (Standing.IN_COURSE, 0)
    assert standing(9) == (Standing.LATE, 5)
    assert standing(9, done=True) == (Standing.DONE, 0)


def test_a_cycle_stands_by_what_was_read_issued_and_delivered(
    first: CycleDates, at: datetime, clerk: User, approver: User
):
    an_account(m3=18)
    issued(at=at, by=clerk, approved_by=approver)
    (found,) = cycle_standings([first], today=date(2026, 9, 20))
    by_stage = {stage.stage: stage for stage in found.stages}
    assert by_stage[Stage.ISSUE].standing is Standing.DONE
    assert by_stage[Stage.DELIVERY].standing is Standing.LATE
    assert found in late_cycles(today=date(2026, 9, 20))
    with pytest.raises(CalendarRefused, match="no se reparte antes"):
        tell_delivered(first, on=date(2026, 9, 1), at=at, by=clerk)
    tell_delivered(first, on=date(2026, 9, 11), at=at, by=clerk)
    first.refresh_from_db()
    (found,) = cycle_standings([first], today=date(2026, 9, 20))
    assert {stage.stage for stage in found.late_stages} == {Stage.READING}
