"""What is known of each account of a round when its reading is decided, with the accounts and the month held."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection

from cauce.metering.models import (
    Consumption,
    MeterLoss,
    Reading,
    ReadingDecision,
    ReadingFinding,
    ReadingRound,
    RoundLine,
)
from cauce.metering.queries.standings import Standing, standings
from cauce.metering.rules import REVIEWED
from cauce.registry.models import Account

# Held until the transaction ends: the run of the month cannot be approved meanwhile.
_ROUND_CLOSED = """
    SELECT closed_at FROM metering_readinground WHERE period = %s AND cycle = ANY(%s) AND closed_at IS NOT NULL
"""
_HOLD_ROUNDS = "SELECT id FROM metering_readinground WHERE period = %s AND cycle = ANY(%s) ORDER BY id FOR SHARE"


class Choice(NamedTuple):
    """The account to decide, the one of its readings that is looked at, and the figure when it is corrected."""

    account_id: int
    reading_id: int | None = None
    value: int | None = None
    taken_on: date | None = None


@dataclass(slots=True)
class Case:
    """All that is known of one account when its reading is decided."""

    account: Account
    reading: Reading | None
    readings: list[Reading]
    last: ReadingDecision | None
    standing: Standing
    anomaly: str
    later: date | None
    consumption: Consumption | None
    is_lost: bool


def hold_month(reading_round: ReadingRound, *, cycles: Collection[int]) -> bool:
    """Keep the month from being approved until the transaction ends; tell whether it was already."""
    asked: tuple[date, list[int]] = (reading_round.period, sorted(cycles))
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_ROUNDS, asked)
        cursor.execute(_ROUND_CLOSED, asked)
        return cursor.fetchone() is not None


def cases_of(reading_round: ReadingRound, *, accounts: Sequence[Account], wanted: Mapping[int, Choice]) -> list[Case]:
    """What is known of each of the held accounts in a round. Eleven queries, however many they are."""
    ids = [account.pk for account in accounts]
    readings: defaultdict[int, list[Reading]] = defaultdict(list)
    for each in Reading.objects.filter(round=reading_round, account__in=ids).order_by("account_id", "line"):
        readings[each.account_id].append(each)
    lasts = {
        decision.account_id: decision
        for decision in ReadingDecision.objects.filter(
            round=reading_round, account__in=ids, replaced_by__isnull=True
        ).select_related("decided_by")
    }
    live = Consumption.objects.filter(account__in=ids, superseded_at__isnull=True).exclude(
        source=Consumption.Source.HISTORY
    )
    months = {month.account_id: month for month in live.filter(period=reading_round.period)}
    later = dict(live.filter(period__gt=reading_round.period).order_by("-period").values_list("account_id", "period"))
    named = set(RoundLine.objects.filter(round=reading_round, account__in=ids).values_list("account_id", flat=True))
    found = dict(
        ReadingFinding.objects.filter(round=reading_round, account__in=ids, settled_at__isnull=True)
        .order_by("holds", "pk")
        .values_list("account_id", "code")
    )
    lost = set(
        MeterLoss.objects.filter(
            account__in=ids, state=MeterLoss.State.OPEN, happened_on__lte=reading_round.last_day
        ).values_list("account_id", flat=True)
    )
    stand = standings(ids, reading_round.period)
    cases = []
    for account in accounts:
        of_account = readings[account.pk]
        reading = _chosen(of_account, wanted[account.pk].reading_id)
        if reading is not None:
            anomaly = reading.reason or found.get(account.pk, REVIEWED)
        else:
            anomaly = "SIN_LECTURA_UTIL" if account.pk in named else "SIN_LINEA"
        cases.append(
            Case(
                account=account,
                reading=reading,
                readings=of_account,
                last=lasts.get(account.pk),
                standing=stand[account.pk],
                anomaly=anomaly,
                later=later.get(account.pk),
                consumption=months.get(account.pk),
                is_lost=account.pk in lost,
            )
        )
    return cases


def _chosen(readings: Sequence[Reading], reading_id: int | None) -> Reading | None:
    if reading_id is None:
        return readings[0] if readings else None
    return next((reading for reading in readings if reading.pk == reading_id), None)
