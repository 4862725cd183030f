"""Finding once the accounts that a round left unread."""

from datetime import datetime
from typing import Final

from django.db import connection

from cauce.metering.models import ReadingRound
from cauce.metering.queries.unread import UNREAD_ACCOUNTS

_NOTE: Final = f"""
    INSERT INTO metering_roundunread (round_id, account_ids, looked_at)
    SELECT %(round)s, coalesce(array_agg(missing.account_id ORDER BY missing.account_id), '{{}}'), %(at)s
    FROM ({UNREAD_ACCOUNTS}) AS missing
    ON CONFLICT (round_id) DO UPDATE SET account_ids = excluded.account_ids, looked_at = excluded.looked_at
"""  # noqa: S608


def note_unread(reading_round: ReadingRound, *, at: datetime) -> None:
    """Look for the accounts with a meter that a round has no reading of, and keep which they are. May be run again."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"round": reading_round.pk, "unread_rounds": [reading_round.pk], "at": at})
