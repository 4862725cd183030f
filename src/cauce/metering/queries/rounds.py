"""How complete a reading round is, and what of it waits for a person."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from cauce.metering.models import MeterInstallation, Reading, ReadingRound, RoundLine
from cauce.registry.models import Account

_FETCHED: Final = 5_000


@dataclass(frozen=True, slots=True)
class RoundCompleteness:
    """How many accounts a round expects, how many its files never named, and how many have no usable reading."""

    expected: int
    without_line: int
    without_useful_reading: int


def expected_accounts(cycle: int) -> QuerySet[Account]:
    """The accounts that a round of ``cycle`` must read: active or reduced, with a meter."""
    installed = MeterInstallation.objects.current().filter(account=OuterRef("pk"))
    return Account.objects.billable().filter(Exists(installed), cycle=cycle)


def accounts_without_line(reading_round: ReadingRound) -> QuerySet[Account]:
    """Expected accounts that no line of the round's files starts with, accepted or not."""
    named = RoundLine.objects.filter(round=reading_round, account=OuterRef("pk"))
    return accounts_without_useful_reading(reading_round).filter(~Exists(named))


def accounts_without_useful_reading(reading_round: ReadingRound) -> QuerySet[Account]:
    """Expected accounts without any accepted line: neither right nor in review."""
    read = Reading.objects.filter(round=reading_round, account=OuterRef("pk"))
    return expected_accounts(reading_round.cycle).filter(~Exists(read))


def round_completeness(reading_round: ReadingRound) -> RoundCompleteness:
    """Count what a round expects and lacks. Three queries."""
    return RoundCompleteness(
        expected=expected_accounts(reading_round.cycle).count(),
        without_line=accounts_without_line(reading_round).count(),
        without_useful_reading=accounts_without_useful_reading(reading_round).count(),
    )


def completeness_with(
    *,
    cycle: int,
    reading_round: ReadingRound | None,
    named_account_ids: Set[int],
    read_account_ids: Set[int],
) -> RoundCompleteness:
    """What :func:`round_completeness` would count if a file that names and reads these accounts were taken in.

    Works before the round exists, for a dry run. Three queries, some thousand rows at a time: only the accounts that
    lack something are held.
    """
    expected = 0
    without_line: set[int] = set()
    without_useful_reading: set[int] = set()
    for account_id in expected_accounts(cycle).values_list("pk", flat=True).iterator(_FETCHED):
        expected += 1
        if account_id not in read_account_ids:
            without_useful_reading.add(account_id)
            if account_id not in named_account_ids:
                without_line.add(account_id)
    if reading_round is not None:
        for account_id in reading_round.readings.values_list("account_id", flat=True).iterator(_FETCHED):
            without_useful_reading.discard(account_id)
            without_line.discard(account_id)
        without_line.difference_update(reading_round.lines.values_list("account_id", flat=True).iterator(_FETCHED))
    return RoundCompleteness(
        expected=expected,
        without_line=len(without_line),
        without_useful_reading=len(without_useful_reading),
    )


def readings_in_review(
    *,
    period: date | None = None,
    cycle: int | None = None,
    reading_round: ReadingRound | None = None,
    reason: str | None = None,
    route_number: str | None = None,
    reader_code: str | None = None,
) -> QuerySet[Reading]:
    """Readings that wait for a person, in the order of the street, with their account, holder and round at hand."""
    readings = Reading.objects.filter(status=Reading.Status.REVIEW)
    if reading_round is not None:
        readings = readings.filter(round=reading_round)
    if period is not None:
        readings = readings.filter(round__period=period)
    if cycle is not None:
        readings = readings.filter(round__cycle=cycle)
    if reason:
        readings = readings.filter(reason=reason)
    if route_number:
        readings = readings.filter(account__route__number=route_number)
    if reader_code:
        readings = readings.filter(reader_code=reader_code)
    return readings.select_related("round", "account__holder", "account__route").order_by(
        "account__route__number", "account__route_order", "account_id", "line"
    )


def reasons_in_review(reading_round: ReadingRound) -> dict[str, int]:
    """How many readings of the round wait under each reason, the most frequent first."""
    counted = (
        Reading.objects.filter(round=reading_round, status=Reading.Status.REVIEW)
        .values_list("reason")
        .annotate(lines=Count("pk"))
        .order_by("-lines", "reason")
    )
    return dict(counted)
