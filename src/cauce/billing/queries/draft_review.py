"""What a draft run was compared with, and what of it nobody has looked at."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from cauce.billing.models import BillingRun, DraftBounds, SampledDraft, UnusualDraft
from cauce.billing.rules.bounds import Bounds, read_bounds


@dataclass(frozen=True, slots=True)
class DraftReview:
    """How much of a run is unusual or sampled, and how much of it waits for a person."""

    unusual: int
    not_looked_at: int
    sampled: int
    not_checked: int
    wrong: int

    @property
    def is_pending(self) -> bool:
        """Whether approving it needs a reason: something unusual not looked at, not checked, or found wrong."""
        return bool(self.not_looked_at or self.not_checked or self.wrong)


def draft_review(run: BillingRun) -> DraftReview:
    """Count what waits in a run: two queries."""
    unusual = UnusualDraft.objects.filter(run=run).aggregate(
        all=Count("pk"), waiting=Count("pk", filter=Q(looked_at__isnull=True))
    )
    sample = SampledDraft.objects.filter(run=run).aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=Q(is_right__isnull=True)),
        wrong=Count("pk", filter=Q(is_right=False)),
    )
    return DraftReview(unusual["all"], unusual["waiting"], sample["all"], sample["waiting"], sample["wrong"])


def bounds_on(day: date) -> Bounds | None:
    """The bounds that rule on a day; None before any were loaded."""
    found = DraftBounds.objects.filter(valid_from__lte=day).order_by("-valid_from", "-pk").first()
    return None if found is None else read_bounds(found.rows)
