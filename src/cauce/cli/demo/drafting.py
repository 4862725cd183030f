"""The draft of a cycle looked at in the demonstration: what came out unusual, and a sample checked by hand."""

from datetime import datetime, timedelta

from cauce.billing.models import BillingRun, SampledDraft, UnusualDraft
from cauce.billing.operations import check_sampled, look_at_unusual
from cauce.cli.demo.days import Town

_SEEN = ("Se comprobó con la foto y su historia.", "Se llamó al usuario y lo confirma.")


def look_at_draft(
    town: Town, run: BillingRun, *, unusual: float, sampled: int, wrong: int | None, at: datetime
) -> None:
    """The head looks at a part of what is unusual and checks some of the sample; one may be told wrong, by its place.

    Idempotent: what was looked at stays as it was.
    """
    head = town.people["jefe"]
    if SampledDraft.objects.filter(run=run, is_right__isnull=False).exists():
        return
    waiting = list(UnusualDraft.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))
    seen = waiting[: round(len(waiting) * unusual)]
    for place, ids in enumerate((seen[::2], seen[1::2])):
        if ids:
            look_at_unusual(run, unusual=ids, note=_SEEN[place], at=at + timedelta(minutes=place), by=head)
    for place, draft in enumerate(SampledDraft.objects.filter(run=run).order_by("pk")[:sampled]):
        check_sampled(
            draft,
            is_right=place != wrong,
            note="El giro del predio es una tienda y la tarifa no." if place == wrong else "",
            at=at + timedelta(minutes=2 + place),
            by=head,
        )
