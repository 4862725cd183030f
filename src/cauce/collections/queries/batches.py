"""Batches as they are listed, and what they brought."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection
from django.db.models import Count, Q, QuerySet

from cauce.collections.models import CollectionBatch, LadderAct
from cauce.collections.rules.notices import cost_per_peso, sort_of_reason
from cauce.core.bulk import id_array

RELATED: Final = ("document", "step", "made_by", "approved_by")

# A payment counts up to what its notice asked for, once for each account of the batch, in the days after it was issued.
_EFFECT: Final = """
SELECT act.batch_id, count(*), count(*) FILTER (WHERE act.state = 'DELIVERED'),
       count(*) FILTER (WHERE act.state = 'NOT_DELIVERED'), coalesce(sum(act.to_pay), 0),
       count(*) FILTER (WHERE paid.amount > 0), coalesce(sum(least(coalesce(paid.amount, 0), act.to_pay)), 0),
       coalesce(sum(act.charged), 0)
FROM collections_ladderact act
LEFT JOIN LATERAL (
    SELECT sum(payment.amount) AS amount
    FROM ledger_transfer payment
    WHERE payment.account_id = act.account_id AND payment.reason = 'PAYMENT' AND payment.reverses_id IS NULL
      AND payment.effective_on BETWEEN act.issued_on AND act.issued_on + %(days)s
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = payment.id)
) paid ON true
WHERE act.batch_id = ANY(%(batches)s::bigint[]) AND act.issued_on IS NOT NULL
GROUP BY act.batch_id
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a batch brought within some days of being issued; amounts are pesos.

    ``brought`` counts each account up to what its notice asked for. ``cost`` is what the batch cost the utility.
    """

    batch: CollectionBatch
    issued: int
    delivered: int
    not_delivered: int
    asked: Decimal
    paid: int
    brought: Decimal
    charged: Decimal

    @property
    def cost(self) -> Decimal:
        """What it cost the utility."""
        return self.batch.cost

    @property
    def cost_per_peso(self) -> Decimal | None:
        """What each peso cost; None when nothing came in."""
        return cost_per_peso(self.cost, self.brought)

    @property
    def paid_percent(self) -> int:
        """How many of each hundred accounts paid."""
        return round(100 * self.paid / self.issued) if self.issued else 0


def batches() -> QuerySet[CollectionBatch]:
    """Every batch, with all that its list shows."""
    return CollectionBatch.objects.select_related(*RELATED)


def acts_by_state(batch: CollectionBatch) -> dict[str, int]:
    """How many acts of a batch are in each state. One query."""
    counted = LadderAct.objects.filter(batch=batch).order_by().values_list("state").annotate(acts=Count("pk"))
    return dict(counted)


def reasons_out(batch: CollectionBatch) -> list[tuple[str, int]]:
    """Why accounts are out of a batch: the first reason of each, with how many, the commonest first. One query."""
    counted = (
        LadderAct.objects.filter(batch=batch, state=LadderAct.State.EXCLUDED)
        .order_by()
        .values_list("blocks__0")
        .annotate(acts=Count("pk"))
    )
    alike: Counter[str] = Counter()
    for why, acts in counted:
        alike[sort_of_reason(str(why))] += acts
    return sorted(alike.items(), key=lambda each: (-each[1], each[0]))


def effects(found: Sequence[CollectionBatch], *, days: int) -> list[Effect]:
    """What each issued batch brought within so many days, in the order given. One query."""
    by_id = {batch.pk: batch for batch in found}
    with connection.cursor() as cursor:
        cursor.execute(_EFFECT, {"batches": id_array(by_id), "days": days})
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    return [Effect(batch, *rows[batch.pk]) for batch in found if batch.pk in rows]


def issued_between(since: date, until: date) -> QuerySet[CollectionBatch]:
    """The batches issued from a day to another, both within, the last first."""
    return batches().filter(Q(issued_at__date__gte=since) & Q(issued_at__date__lte=until)).order_by("-issued_at", "-pk")
