"""What the screens of the park ask: lists of meters, one meter's life, tests, and what a proposal brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from cauce.core.money import ZERO
from cauce.metering.models import (
    BenchTest,
    Consumption,
    Meter,
    MeterInstallation,
    MeterLoss,
    ParkMeter,
    ReadingFinding,
    ReplacementLine,
    ReplacementProposal,
)
from cauce.metering.rules import first_whole_period
from cauce.metering.rules.park import gained_m3

_ACCOUNT = ("account__holder", "account__route", "account__tariff_code")


def park_meters() -> QuerySet[ParkMeter]:
    """The meters of the park with what a list of them shows."""
    return ParkMeter.objects.select_related("meter", "route", "sector", *_ACCOUNT)


def suspected_meters() -> QuerySet[ParkMeter]:
    """Those that are suspected and in place, of which nobody proposed the change."""
    waiting = ReplacementLine.objects.filter(is_open=True, installation__removed_on__isnull=True)
    return park_meters().filter(is_suspect=True).exclude(installation__in=waiting.values("installation"))


def bench_tests() -> QuerySet[BenchTest]:
    """The tests with what a list of them shows."""
    return BenchTest.objects.select_related("document", "meter", "account", "recorded_by", "replaced_by__document")


def replacement_proposals() -> QuerySet[ReplacementProposal]:
    """The proposals with who proposed and who decided, and how many of their meters were changed."""
    changed = Count("lines", filter=Q(lines__installation__removed_on__isnull=False))
    people = ("document", "proposed_by", "decided_by")
    return ReplacementProposal.objects.select_related(*people).annotate(changed=changed)


class MeterLife(NamedTuple):
    """What happened to a meter: where it was, the reports of its loss, its tests, its proposals and its findings."""

    installations: list[MeterInstallation]
    losses: list[MeterLoss]
    tests: list[BenchTest]
    lines: list[ReplacementLine]
    findings: list[ReadingFinding]


def life_of(meter: Meter) -> MeterLife:
    """The life of a meter. Five queries."""
    installations = list(
        MeterInstallation.objects.filter(meter=meter).select_related("account__holder").order_by("-pk")
    )
    return MeterLife(
        installations,
        list(MeterLoss.objects.filter(installation__in=installations).select_related("reported_by").order_by("-pk")),
        list(bench_tests().filter(meter=meter).order_by("-tested_on", "-pk")),
        list(
            ReplacementLine.objects.filter(installation__in=installations)
            .select_related("proposal__document")
            .order_by("-pk")
        ),
        _findings([each for each in installations if each.removed_on is None]),
    )


def _findings(current: Sequence[MeterInstallation]) -> list[ReadingFinding]:
    accounts = [each.account_id for each in current]
    found = ReadingFinding.objects.filter(account__in=accounts).select_related("round")
    return list(found.order_by("-round__period", "-pk")[:12])


@dataclass(frozen=True, slots=True)
class Gain:
    """What changing a meter brought: the cycles read since, and the m³ a month more, None until they are enough."""

    line: ReplacementLine
    changed_on: date | None
    new_serial: str
    cycles: int
    gained_m3: Decimal | None


def gains_of(proposal: ReplacementProposal, cycles: int) -> list[Gain]:
    """What each meter of a proposal brought once changed, in its order. Three queries.

    The months that count are those surely all of the new meter, read and not estimated.
    """
    lines = list(
        proposal.lines.select_related("installation__meter", "account__holder", "account__route").order_by("place")
    )
    removed = {
        line.account_id: line.installation.removed_on for line in lines if line.installation.removed_on is not None
    }
    news = {
        each.account_id: each.meter.serial
        for each in MeterInstallation.objects.current().filter(account__in=removed).select_related("meter")
    }
    read: dict[int, list[int]] = {account_id: [] for account_id in removed}
    months = Consumption.objects.filter(
        account__in=removed, superseded_at__isnull=True, settled_m3=0, source=Consumption.Source.MEASURED
    ).order_by("account", "period")
    for account_id, period, volume in months.values_list("account_id", "period", "volume_m3"):
        if period >= first_whole_period(removed[account_id]):
            read[account_id].append(volume)
    return [_gain(line, removed, news, read, cycles) for line in lines]


def _gain(
    line: ReplacementLine, removed: dict[int, date], news: dict[int, str], read: dict[int, list[int]], cycles: int
) -> Gain:
    after = read.get(line.account_id, [])
    is_changed = line.account_id in removed
    return Gain(
        line,
        removed.get(line.account_id),
        news.get(line.account_id, "") if is_changed else "",
        min(len(after), cycles),
        gained_m3(line.before_m3, after, cycles) if is_changed else None,
    )


def total_gained(gains: Sequence[Gain]) -> Decimal:
    """The m³ a month that the meters already measured brought together."""
    return sum((gain.gained_m3 for gain in gains if gain.gained_m3 is not None), ZERO)
