"""Closing a month's round: from then on what was read and decided is what is billed."""

from datetime import date, datetime

from cauce.metering.models import Consumption, ReadingFinding, ReadingRound
from cauce.metering.queries.parameters import reading_parameters
from cauce.users.models import User


def close_round(*, period: date, cycle: int, at: datetime, by: User) -> ReadingRound:
    """Let nothing more be taken or decided of a cycle's month, in the transaction that approves its run.

    It waits for the decisions that are being written. A month without any file is closed too, so that one that comes
    late is not taken and lost. What a finding still holds leaves no consumption: the next reading counts from the last
    one that was billed. Idempotent.
    """
    last_day = reading_parameters(period).last_day(period, cycle) or period
    ReadingRound.objects.get_or_create(period=period, cycle=cycle, defaults={"last_day": last_day})
    reading_round = ReadingRound.objects.select_for_update(no_key=True).get(period=period, cycle=cycle)
    if reading_round.closed_at is None:
        reading_round.closed_at = at
        reading_round.save(update_fields=["closed_at"])
        held = ReadingFinding.objects.filter(round=reading_round, holds=True, settled_at__isnull=True)
        Consumption.objects.filter(
            account__in=held.values("account"), period=period, superseded_at__isnull=True
        ).exclude(source=Consumption.Source.HISTORY).update(superseded_at=at, superseded_by=by)
    return reading_round
