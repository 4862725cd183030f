"""The accounts of a round that nobody read: looked for among all, or as they were found."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from cauce.metering.models import ReadingRound, RoundUnread

UNREAD_ACCOUNTS: Final = """
    SELECT round.id AS round_id, account.id AS account_id
    FROM metering_readinground round
    JOIN registry_account account ON account.cycle = round.cycle AND account.state IN ('ACTIVE', 'REDUCED')
    WHERE round.id = ANY(%(unread_rounds)s) AND account.merged_into_id IS NULL
      AND NOT EXISTS (SELECT FROM metering_reading reading
                      WHERE reading.round_id = round.id AND reading.account_id = account.id)
      AND EXISTS (SELECT FROM metering_meterinstallation installed
                  WHERE installed.account_id = account.id AND installed.removed_on IS NULL)
"""

# Of each one that was found, what may have changed since: it is few, so it goes by index.
KNOWN_UNREAD: Final = """
    SELECT known.round_id, known.account_id
    FROM (SELECT unread.round_id, unnest(unread.account_ids) AS account_id
          FROM metering_roundunread unread WHERE unread.round_id = ANY(%(unread_rounds)s) OFFSET 0) AS known
    JOIN metering_readinground round ON round.id = known.round_id
    JOIN registry_account account ON account.id = known.account_id AND account.cycle = round.cycle
        AND account.state IN ('ACTIVE', 'REDUCED') AND account.merged_into_id IS NULL
    WHERE (SELECT reading.id FROM metering_reading reading
           WHERE reading.round_id = known.round_id AND reading.account_id = known.account_id LIMIT 1) IS NULL
      AND (SELECT installed.id FROM metering_meterinstallation installed
           WHERE installed.account_id = known.account_id AND installed.removed_on IS NULL LIMIT 1) IS NOT NULL
"""


def with_unread(rounds: QuerySet[ReadingRound]) -> QuerySet[ReadingRound]:
    """The rounds, each telling whether who is unread was looked for, so that nobody asks again."""
    return rounds.annotate(is_unread_known=Exists(RoundUnread.objects.filter(round=OuterRef("pk"))))


def unread_source(rounds: Sequence[ReadingRound]) -> str:
    """The statement that tells who is unread in ``%(unread_rounds)s``: as found, if it was looked for in all.

    No query for rounds that :func:`with_unread` gave, one for others.
    """
    told = [vars(each).get("is_unread_known") for each in rounds]
    if None in told:
        ids = [each.pk for each in rounds]
        is_known = RoundUnread.objects.filter(round__in=ids).count() == len(ids)
    else:
        is_known = all(told)
    return KNOWN_UNREAD if rounds and is_known else UNREAD_ACCOUNTS


def read_rounds(rounds: Sequence[ReadingRound], *, on: date | None) -> list[ReadingRound]:
    """The rounds whose reading ended by a day: their file came, or their last day has passed; without a day, all.

    Of one that is still in the street nobody is unread yet.
    """
    return [each for each in rounds if on is None or each.file_name or each.closed_at or each.last_day < on]
