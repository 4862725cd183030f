"""What an address asks of the review list: the month, its filters and from where on."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from cauce.backoffice.metering.forms import ListFilter, MonthForm
from cauce.core import clock
from cauce.core.periods import period_of
from cauce.metering.models import ReadingRound
from cauce.metering.queries import ReviewFilter, ReviewItem, ReviewKey, review_counts, rounds_of
from cauce.ui.wording import code_name

_KINDS = ("READING", "UNREAD", "FINDING")


@dataclass(frozen=True, slots=True)
class Asked:
    """The rounds of a month, the filters as a form and as values, and the place after which the page begins."""

    period: date
    cycle: int | None
    rounds: list[ReadingRound]
    form: ListFilter
    chosen: ReviewFilter
    after: ReviewKey | None
    waiting: int

    @property
    def is_filtered(self) -> bool:
        """Whether something of the list is left out."""
        return any(self.chosen)


def asked_of(params: QueryDict) -> Asked:
    """What an address asks for; three queries."""
    period, cycle = month_of(params)
    rounds = rounds_of(period, cycle)
    counts = review_counts(rounds, on=clock.today())
    by_reason: dict[str, int] = {}
    for _, reason, count in counts:
        by_reason[reason] = by_reason.get(reason, 0) + count
    reasons = [(code, f"{code_name(code)} ({count:,})") for code, count in by_reason.items()]
    form = ListFilter(params, reasons=reasons, period=period)
    form.is_valid()
    chosen = form.cleaned_data
    return Asked(
        period=period,
        cycle=cycle,
        rounds=rounds,
        form=form,
        chosen=ReviewFilter(
            reason=chosen.get("motivo") or "",
            route=chosen.get("ruta") or "",
            reader=chosen.get("lecturista") or "",
            severity=chosen.get("gravedad") or "",
            holds=chosen.get("detiene") or "",
        ),
        after=_key(params.get("desde", "")),
        waiting=sum(by_reason.values()),
    )


def month_of(params: QueryDict) -> tuple[date, int | None]:
    """The month and cycle that an address asks for; the last month with a round when it does not say. One query."""
    form = MonthForm(params)
    form.is_valid()
    cycle = form.cleaned_data.get("ciclo") or ""
    period = form.cleaned_data.get("mes")
    if period is None:
        period = ReadingRound.objects.order_by("-period").values_list("period", flat=True).first()
    return period or period_of(clock.today()), int(cycle) if cycle else None


def name_of(item: ReviewItem) -> str:
    """What an address calls an item of the list."""
    return f"{item.kind}-{item.item_id}"


def key_text(key: ReviewKey) -> str:
    """A place of the list as an address carries it: ids and the route only."""
    return "~".join(str(part) for part in key)


def _key(text: str) -> ReviewKey | None:
    parts = text.split("~")
    if len(parts) != 5 or parts[3] not in _KINDS or not all(parts[place].isdecimal() for place in (1, 2, 4)):
        return None
    return ReviewKey(parts[0], int(parts[1]), int(parts[2]), parts[3], int(parts[4]))
