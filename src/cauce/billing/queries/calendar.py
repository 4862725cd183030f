"""How each cycle of the calendar stands, from what its rounds, its run and its papers say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q

from cauce.billing.models import BillingRun, CycleDates
from cauce.billing.queries.runs import run_pdf_path
from cauce.billing.rules.calendar import Stage, StageStanding, Standing, stage_standing
from cauce.core.es_mx import count_of
from cauce.metering.models import Reading, ReadingRound


class RoundFacts(NamedTuple):
    """What is known of a cycle's round of readings."""

    lines: int
    in_review: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class CycleStanding:
    """A cycle of the calendar with the standing of each of its works."""

    dates: CycleDates
    run: BillingRun | None
    stages: Sequence[StageStanding]

    @property
    def days_late(self) -> int:
        """How late its latest work is."""
        return max(stage.days_late for stage in self.stages)

    @property
    def late_stages(self) -> list[StageStanding]:
        """The works that slipped."""
        return [stage for stage in self.stages if stage.standing is Standing.LATE]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left of it."""
        return all(stage.standing is Standing.DONE for stage in self.stages)


def cycle_standings(dates: Iterable[CycleDates], *, today: date) -> list[CycleStanding]:
    """The standing of these cycles: three queries, and a look at each issued run's file of papers."""
    wanted = list(dates)
    periods = {each.period for each in wanted}
    runs = {
        (run.period, run.cycle): run
        for run in BillingRun.objects.filter(period__in=periods).exclude(state=BillingRun.State.CANCELLED)
    }
    rounds = _rounds(periods)
    return [
        _standing(each, runs.get((each.period, each.cycle)), rounds.get((each.period, each.cycle)), today)
        for each in wanted
    ]


def late_cycles(*, today: date) -> list[CycleStanding]:
    """The cycles with a work that slipped, the oldest first; months before the first run are not of this system."""
    first = BillingRun.objects.exclude(state=BillingRun.State.CANCELLED).order_by("period").first()
    if first is None:
        return []
    begun = CycleDates.objects.filter(period__gte=first.period, reading_until__lt=today).order_by("period", "cycle")
    return [standing for standing in cycle_standings(begun, today=today) if standing.days_late]


def _rounds(periods: Iterable[date]) -> dict[tuple[date, int], RoundFacts]:
    found = ReadingRound.objects.filter(period__in=set(periods)).annotate(
        lines_read=Count("readings"), in_review=Count("readings", filter=Q(readings__status=Reading.Status.REVIEW))
    )
    return {
        (each.period, each.cycle): RoundFacts(each.lines_read, each.in_review, each.closed_at is not None)
        for each in found
    }


def _standing(dates: CycleDates, run: BillingRun | None, read: RoundFacts | None, today: date) -> CycleStanding:
    state = BillingRun.State(run.state) if run else None
    approved = state in (BillingRun.State.APPROVED, BillingRun.State.ISSUING, BillingRun.State.ISSUED)
    issued = state == BillingRun.State.ISSUED
    printed = run is not None and issued and run_pdf_path(run).exists()
    delivered = dates.delivered_on is not None
    facts = read or RoundFacts(0, 0, is_closed=False)
    reviewed = approved or facts.is_closed
    stages = (
        stage_standing(
            Stage.READING, starts_on=dates.reading_from, ends_on=dates.reading_until, begun=facts.lines > 0,
            done=facts.lines > 0, today=today, detail=count_of(facts.lines, "lectura", "lecturas") if read else "",
        ),
        stage_standing(
            Stage.REVIEW, starts_on=dates.review_on, ends_on=dates.review_on, begun=facts.lines > 0,
            done=reviewed or (facts.lines > 0 and facts.in_review == 0), today=today,
            detail=f"{facts.in_review:,} en revisión" if facts.in_review and not reviewed else "",
        ),
        stage_standing(
            Stage.ISSUE, starts_on=dates.issue_on, ends_on=dates.issue_on, begun=run is not None, done=issued,
            today=today, detail=run.get_state_display() if run and not issued else "",
        ),
        stage_standing(
            Stage.PRINTING, starts_on=dates.issue_on, ends_on=dates.delivery_from, begun=issued,
            done=printed or delivered, today=today,
        ),
        stage_standing(
            Stage.DELIVERY, starts_on=dates.delivery_from, ends_on=dates.delivery_until, begun=printed,
            done=delivered, today=today,
        ),
    )  # fmt: skip
    return CycleStanding(dates, run, stages)
