"""The m³ of accounts that depend on another's meter, or whose meter serves others: what is billed to each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from cauce.core.bulk import id_array
from cauce.metering.models import MeterShare
from cauce.metering.queries.billing import Measured, consumption_for_chunk
from cauce.metering.rules.dependents import remainder_m3, share_volume

WAITS_FOR_PRINCIPAL: Final = "SIN_CONSUMO_COMPARTIDO"
WAITS_FOR_CHILDREN: Final = "SIN_CONSUMO_DERIVADAS"

# Every member of the meters that these accounts share, the one that has the meter first.
_SHARES = """
    SELECT share.principal_id, share.account_id, share.parts
    FROM metering_metershare AS share
    WHERE share.valid_from <= %(period)s AND (share.valid_until IS NULL OR share.valid_until > %(period)s)
      AND share.principal_id IN (
          SELECT mine.principal_id FROM metering_metershare AS mine
          WHERE mine.account_id = ANY(%(ids)s::bigint[])
            AND mine.valid_from <= %(period)s AND (mine.valid_until IS NULL OR mine.valid_until > %(period)s))
    ORDER BY share.principal_id, share.account_id <> share.principal_id, share.id
"""

# The metered accounts whose connection hangs from that of each of these accounts, with what they consumed.
_CHILDREN = """
    SELECT parent.id, count(*), coalesce(sum(consumed.volume_m3), 0), count(*) FILTER (WHERE consumed.id IS NULL)
    FROM registry_account AS parent
    JOIN registry_connection AS branch ON branch.parent_id = parent.connection_id
    JOIN registry_account AS child ON child.connection_id = branch.id
        AND child.merged_into_id IS NULL AND child.state IN ('ACTIVE', 'REDUCED')
    JOIN metering_meterinstallation AS installed ON installed.account_id = child.id AND installed.removed_on IS NULL
    LEFT JOIN metering_consumption AS consumed ON consumed.account_id = child.id AND consumed.period = %(period)s
        AND consumed.superseded_at IS NULL AND consumed.source <> 'HISTORY'
    WHERE parent.id = ANY(%(ids)s::bigint[])
    GROUP BY parent.id
"""


class Apportioned(NamedTuple):
    """What is billed of the meters of a chunk.

    ``measured`` has every account with m³ to bill, ``waiting`` why an account that depends on others has none yet, and
    ``notes`` what its bill says of it.
    """

    measured: dict[int, Measured]
    waiting: dict[int, str]
    notes: dict[int, dict[str, int]]


def apportion(account_ids: Sequence[int], period: date, measured: Mapping[int, Measured]) -> Apportioned:
    """Give each account of a chunk its m³: its part of a shared meter, the remainder of one that measures others.

    ``measured`` is the consumption of the chunk's own meters. Two queries; one more when a shared meter is of another
    chunk.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, {"ids": id_array(account_ids), "period": period})
        groups: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for principal_id, account_id, parts in cursor.fetchall():
            groups[principal_id].append((account_id, parts))
    wanted = set(account_ids)
    elsewhere = [principal_id for principal_id in groups if principal_id not in wanted]
    totals = dict(measured) | (consumption_for_chunk(elsewhere, period) if elsewhere else {})
    waiting, notes = _take_off_children(totals, [*account_ids, *elsewhere], period)
    billed = {account_id: total for account_id, total in totals.items() if account_id in wanted}
    for principal_id, members in groups.items():
        total = totals.get(principal_id)
        notes.setdefault(principal_id, {})
        shares = None if total is None else share_volume(total.volume_m3, [parts for _, parts in members])
        whole = sum(parts for _, parts in members)
        for place, (account_id, parts) in enumerate(members):
            if account_id not in wanted:
                continue
            if total is None or shares is None:
                if account_id != principal_id:
                    waiting[account_id] = WAITS_FOR_PRINCIPAL
                continue
            billed[account_id] = total._replace(volume_m3=shares[place])
            notes[account_id] = notes[principal_id] | {
                "shared_m3": total.volume_m3,
                "parts": parts,
                "of_parts": whole,
            }
    return Apportioned(
        billed,
        {account_id: why for account_id, why in waiting.items() if account_id in wanted},
        {account_id: note for account_id, note in notes.items() if note and account_id in billed},
    )


def _take_off_children(
    totals: dict[int, Measured], account_ids: Sequence[int], period: date
) -> tuple[dict[int, str], dict[int, dict[str, int]]]:
    """Leave in ``totals`` the remainder of the meters that measure others; say who waits, and what was taken off."""
    waiting: dict[int, str] = {}
    notes: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CHILDREN, {"ids": id_array(account_ids), "period": period})
        children = cursor.fetchall()
    for parent_id, count, volume_m3, unread in children:
        total = totals.get(parent_id)
        if total is None:
            continue
        if unread:
            waiting[parent_id] = WAITS_FOR_CHILDREN
            del totals[parent_id]
            continue
        notes[parent_id] = {"total_m3": total.volume_m3, "children": count, "children_m3": int(volume_m3)}
        totals[parent_id] = total._replace(volume_m3=remainder_m3(total.volume_m3, int(volume_m3)))
    return waiting, notes


def shares_of(account_id: int) -> QuerySet[MeterShare]:
    """The parts of the meter that an account has or shares now, the one that has it first."""
    principals = MeterShare.objects.filter(account=account_id, valid_until__isnull=True).values("principal")
    return (
        MeterShare.objects.filter(principal__in=principals, valid_until__isnull=True)
        .select_related("account__holder", "principal")
        .order_by("pk")
    )
