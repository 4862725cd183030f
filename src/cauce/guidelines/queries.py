"""What a version says, which one rules, who has not read it, and what the months' checklists came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from cauce.core.es_mx import join_words
from cauce.core.periods import add_months, last_day, period_of, previous_period
from cauce.guidelines.models import (
    ChecklistMonth,
    CheckResult,
    Guideline,
    GuidelineAcknowledgement,
    GuidelineVersion,
)
from cauce.guidelines.rules import Clause, GuidelineText, Point, compliance
from cauce.users.models import User
from cauce.users.roles import role_label

UNDER_WAY = (GuidelineVersion.State.DRAFT, GuidelineVersion.State.REVIEW)


def text_of(version: GuidelineVersion) -> GuidelineText:
    """Everything that a version says. Two queries."""
    return GuidelineText(
        title=version.title,
        purpose=version.purpose,
        clauses=[Clause(each.text, each.legal_basis) for each in version.clauses.order_by("number")],
        points=[Point(each.what, each.how, each.target, each.figure) for each in version.checks.order_by("number")],
        roles=list(version.roles),
    )


def version_of_month(guideline: Guideline, period: date, *, today: date) -> GuidelineVersion | None:
    """The version that ruled at a month's end, or today when the month is not over; None if none did."""
    day = min(last_day(period), today)
    return guideline.versions.in_force_on(day).order_by("-number").first()


def staff_bound_by(version: GuidelineVersion) -> QuerySet[User]:
    """The people whose own posts the version names, with ``has_read``."""
    read = GuidelineAcknowledgement.objects.filter(version=version, by=OuterRef("pk"))
    held = User.groups.through.objects.filter(user=OuterRef("pk"), group__name__in=version.roles)
    people = User.objects.filter(Exists(held), is_active=True, is_system=False)
    return people.annotate(has_read=Exists(read)).select_related("area")


@dataclass(frozen=True, slots=True)
class Reader:
    """A person whom a version binds, by which post, and when they read it."""

    person: User
    post: str
    at: datetime | None


def readers_of(version: GuidelineVersion) -> list[Reader]:
    """Those whom a version binds, and whoever read it and has changed post since; who lacks first. Three queries."""
    read = dict(version.acknowledgements.values_list("by", "at"))
    people = User.objects.filter(Q(pk__in=read) | Q(pk__in=staff_bound_by(version).values("pk")))
    found = people.select_related("area").prefetch_related("groups").order_by("full_name", "pk")
    readers = [
        Reader(each, join_words(sorted(role_label(group.name) for group in each.groups.all())), read.get(each.pk))
        for each in found
    ]
    return sorted(readers, key=lambda reader: reader.at is not None)


def unread_by(user: User) -> QuerySet[GuidelineVersion]:
    """The authorised versions that name one of a person's own posts and that they have not read."""
    posts = list(user.groups.values_list("name", flat=True))
    if not posts:
        return GuidelineVersion.objects.none()
    named = Q()
    for post in posts:
        named |= Q(roles__contains=post)
    authorised = GuidelineVersion.objects.filter(named, state=GuidelineVersion.State.AUTHORISED)
    return authorised.exclude(acknowledgements__by=user).order_by("valid_from", "pk")


@dataclass(frozen=True, slots=True)
class GuidelineState:
    """A lineamiento as the list shows it: the version authorised, the one under way, and who has read."""

    guideline: Guideline
    ruling: GuidelineVersion | None
    under_way: GuidelineVersion | None
    bound: int
    read: int
    last_month: ChecklistMonth | None

    @property
    def lacking(self) -> int:
        """How many have not read it."""
        return self.bound - self.read


def guideline_states() -> list[GuidelineState]:
    """Every lineamiento with what is known of it; five queries, whatever their number."""
    guidelines = list(Guideline.objects.order_by("pk"))
    versions = list(GuidelineVersion.objects.exclude(state__in=("REPLACED", "WITHDRAWN")).order_by("number"))
    ruling = {each.guideline_id: each for each in versions if each.state == GuidelineVersion.State.AUTHORISED}
    under_way = {each.guideline_id: each for each in versions if each.state in UNDER_WAY}
    months = {each.guideline_id: each for each in ChecklistMonth.objects.order_by("period")}
    bound, read = _readers(list(ruling.values()))
    return [
        GuidelineState(
            each,
            ruling.get(each.pk),
            under_way.get(each.pk),
            bound.get(each.pk, 0),
            read.get(each.pk, 0),
            months.get(each.pk),
        )
        for each in guidelines
    ]


def reading_progress(version: GuidelineVersion) -> tuple[int, int]:
    """How many people a version binds, and how many of them have read it. Two queries."""
    bound, read = _readers([version])
    return bound[version.guideline_id], read[version.guideline_id]


def _readers(versions: Sequence[GuidelineVersion]) -> tuple[dict[int, int], dict[int, int]]:
    """By lineamiento, how many its version binds, and how many of them have read it. Two queries."""
    posts: dict[int, set[str]] = {}
    held = User.groups.through.objects.filter(user__is_active=True, user__is_system=False)
    for user_id, name in held.values_list("user_id", "group__name"):
        posts.setdefault(user_id, set()).add(name)
    have_read = set(GuidelineAcknowledgement.objects.filter(version__in=versions).values_list("version_id", "by_id"))
    bound, read = {}, {}
    for version in versions:
        people = {user_id for user_id, names in posts.items() if names & set(version.roles)}
        bound[version.guideline_id] = len(people)
        read[version.guideline_id] = sum((version.pk, user_id) in have_read for user_id in people)
    return bound, read


@dataclass(slots=True)
class GridRow:
    """A point of the checklist through the months: what it came to in each one."""

    what: str
    cells: dict[date, CheckResult] = field(default_factory=dict)


@dataclass(slots=True)
class Grid:
    """A lineamiento's checklist through the months: its points, and what of each month complies."""

    guideline: Guideline
    months: Mapping[date, ChecklistMonth]
    rows: list[GridRow]
    percents: Mapping[date, Decimal | None]


def periods_until(period: date, count: int) -> list[date]:
    """The last ``count`` months up to one, the oldest first."""
    return [add_months(period, -back) for back in range(count - 1, -1, -1)]


def results_grid(periods: Sequence[date], *, guideline: Guideline | None = None) -> list[Grid]:
    """What the checklists came to in some months, by lineamiento. Three queries."""
    guidelines = Guideline.objects.order_by("pk")
    if guideline is not None:
        guidelines = guidelines.filter(pk=guideline.pk)
    months = ChecklistMonth.objects.filter(period__in=periods, guideline__in=guidelines)
    results = CheckResult.objects.filter(month__in=months).select_related("check_point").order_by("check_point__number")
    found_months = list(months)
    of_month: dict[int, list[CheckResult]] = {}
    for result in results:
        of_month.setdefault(result.month_id, []).append(result)
    grids = []
    for each in guidelines:
        own = {month.period: month for month in found_months if month.guideline_id == each.pk}
        rows: dict[str, GridRow] = {}
        percents: dict[date, Decimal | None] = {}
        for period in sorted(own, reverse=True):
            answered = of_month.get(own[period].pk, [])
            percents[period] = compliance([result.outcome for result in answered])
            for result in answered:
                what = result.check_point.what
                rows.setdefault(what, GridRow(what)).cells[period] = result
        grids.append(Grid(each, own, list(rows.values()), percents))
    return grids


def months_to_close(today: date) -> list[tuple[Guideline, date]]:
    """The months that are over and whose checklist is not closed, since each lineamiento's first version ruled.

    Two queries and one for each month that lacks. The oldest first.
    """
    over = previous_period(period_of(today))
    closed = set(ChecklistMonth.objects.filter(state=ChecklistMonth.State.CLOSED).values_list("guideline_id", "period"))
    ruled = GuidelineVersion.objects.exclude(authorised_at=None).select_related("guideline").order_by("number")
    wanted: dict[tuple[int, date], Guideline] = {}
    for version in ruled:
        last = over if version.valid_until is None else min(over, period_of(version.valid_until))
        period = period_of(version.valid_from)
        while period <= last:
            ends = last_day(period)
            if version.valid_from <= ends and (version.valid_until is None or version.valid_until > ends):
                wanted[version.guideline_id, period] = version.guideline
            period = add_months(period, 1)
    lacking = [(guideline, period) for (pk, period), guideline in wanted.items() if (pk, period) not in closed]
    return sorted(lacking, key=lambda pair: (pair[1], pair[0].pk))


def results_in(periods: Sequence[date], *, guideline: Guideline | None = None) -> QuerySet[CheckResult]:
    """Every result of some months, as the workbook has them."""
    rows = CheckResult.objects.filter(month__period__in=periods)
    if guideline is not None:
        rows = rows.filter(month__guideline=guideline)
    return rows.select_related(
        "month__guideline", "month__version", "month__closed_by", "check_point", "captured_by"
    ).order_by("month__period", "month__guideline_id", "check_point__number")
