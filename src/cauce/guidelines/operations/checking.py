"""The checklist of a month: captured point by point, and closed once it is whole."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import format_long_period, format_percent
from cauce.core.periods import last_day, period_of
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.guidelines.events import CHECKLIST_CAPTURED, CHECKLIST_CLOSED
from cauce.guidelines.models import ChecklistMonth, CheckResult, Guideline, GuidelineCheck
from cauce.guidelines.operations.refusals import ChecklistRefused, GuidelineChanged
from cauce.guidelines.queries import version_of_month
from cauce.guidelines.rules import FAILS, Answer, compliance
from cauce.users.models import User

State = ChecklistMonth.State


@transaction.atomic
def capture_checklist(
    *,
    guideline: Guideline,
    period: date,
    answers: Mapping[int, Answer],
    note: str = "",
    edition: int = 0,
    at: datetime,
    by: User,
) -> ChecklistMonth:
    """Keep what was found in the points of a month, by their numbers; the rest waits. What was there is written over.

    ``edition`` is the one that the person saw, 0 when there was none. Idempotent: the same answers change nothing.

    :raises ChecklistRefused: if the month is closed, to come, or no version ruled in it; or what fails says nothing.
    :raises GuidelineChanged: if somebody captured it meanwhile.
    """
    month = _month_of(guideline, period, at)
    points = {each.number: each for each in GuidelineCheck.objects.filter(version=month.version_id)}
    _check_answers(points, answers)
    kept = {each.check_point.number: each for each in month.results.select_related("check_point")}
    changed = {
        number: answer
        for number, answer in answers.items()
        if number not in kept or (kept[number].outcome, kept[number].note) != (answer.outcome, answer.note.strip())
    }
    if not changed and month.note == note.strip():
        return month
    if month.state == State.CLOSED:
        raise ChecklistRefused(f"La lista de {format_long_period(period)} ya se cerró: se conserva como quedó.")
    if kept and edition != month.edition:
        raise GuidelineChanged(
            "Otra persona capturó este mes mientras usted escribía; abra otra vez la página y revise lo que dice."
        )
    for number, answer in changed.items():
        CheckResult.objects.update_or_create(
            month=month,
            check_point=points[number],
            defaults={
                "outcome": answer.outcome,
                "note": answer.note.strip(),
                "figure": answer.figure,
                "captured_at": at,
                "captured_by": by,
            },
        )
    month.note, month.edition = note.strip(), month.edition + 1
    month.save(update_fields=["note", "edition"])
    _tell(CHECKLIST_CAPTURED, month, at, by, answered=len({*kept, *changed}), asked=len(points))
    return month


@transaction.atomic
def close_checklist(*, guideline: Guideline, period: date, at: datetime, by: User) -> ChecklistMonth:
    """Close the checklist of a month that is over: it is kept as it is. Idempotent.

    :raises ChecklistRefused: if the month is not over, or a point has no result.
    """
    month = _month_of(guideline, period, at)
    if month.state == State.CLOSED:
        return month
    if last_day(period) >= local_day(at):
        raise ChecklistRefused(f"{format_long_period(period).capitalize()} no termina todavía; ciérrelo al terminar.")
    answered = {each.check_point_id: each.outcome for each in month.results.all()}
    points = GuidelineCheck.objects.filter(version=month.version_id).order_by("number")
    missing = [str(each.number) for each in points if each.pk not in answered]
    if missing:
        raise ChecklistRefused(f"Faltan por capturar los puntos {', '.join(missing)}: captúrelos antes de cerrar.")
    month.state, month.closed_at, month.closed_by = State.CLOSED, at, by
    month.save(update_fields=["state", "closed_at", "closed_by"])
    percent = compliance(list(answered.values()))
    outcome = "ningún punto aplica" if percent is None else f"cumple {format_percent(percent)}"
    _tell(CHECKLIST_CLOSED, month, at, by, outcome=outcome)
    return month


def _month_of(guideline: Guideline, period: date, at: datetime) -> ChecklistMonth:
    """The month, held; opened by the version that ruled in it when it was not."""
    Guideline.objects.select_for_update(no_key=True).get(pk=guideline.pk)
    found = ChecklistMonth.objects.select_for_update(no_key=True).filter(guideline=guideline, period=period).first()
    if found is not None:
        return found
    today = local_day(at)
    if period > period_of(today):
        raise ChecklistRefused(f"{format_long_period(period).capitalize()} aún no llega.")
    version = version_of_month(guideline, period, today=today)
    if version is None:
        raise ChecklistRefused(f"En {format_long_period(period)} no regía ninguna versión de «{guideline.name}».")
    return ChecklistMonth.objects.create(guideline=guideline, version=version, period=period)


def _check_answers(points: Mapping[int, GuidelineCheck], answers: Mapping[int, Answer]) -> None:
    for number, answer in answers.items():
        if number not in points:
            raise ChecklistRefused(f"La lista no tiene punto {number}; abra otra vez la página.")
        if answer.outcome not in CheckResult.Outcome.values:
            raise ChecklistRefused(f"Diga si el punto {number} cumple, no cumple o no aplica.")
        if answer.outcome == FAILS and not answer.note.strip():
            raise ChecklistRefused(f"El punto {number} no cumple: escriba en su nota qué pasó y qué se hará.")


def _tell(kind: EventKind, month: ChecklistMonth, at: datetime, by: User, **facts: object) -> None:
    publish(
        kind,
        subject_kind="ChecklistMonth",
        subject_id=month.pk,
        facts={"title": month.guideline.name, "month": format_long_period(month.period), **facts},
        at=at,
        by=by,
    )
