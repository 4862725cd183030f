"""The cycles of the calendar with a work that slipped."""

from collections.abc import Callable, Iterator

from django.urls import reverse

from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.billing.queries.calendar import late_cycles
from cauce.core import clock, es_mx
from cauce.users.models import User


def _late_cycles(user: User) -> Iterator[Waiting]:
    late = late_cycles(today=clock.today())
    lines = [
        Line(
            f"{es_mx.format_long_period(each.dates.period)}, ciclo {each.dates.cycle}: "
            + ", ".join(stage.name.lower() for stage in each.late_stages),
            f"tarde {es_mx.count_of(each.days_late, 'día', 'días')}",
            reverse("billing:cycle", args=[each.dates.pk]),
        )
        for each in late[:SHOWN]
    ]
    yield Waiting(
        "Ciclos atrasados", "calendar-stats", len(late), lines, reverse("billing:calendar"), "Ver el calendario",
        is_late=True,
    )  # fmt: skip


BILLING_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (("billing.review_drafts", _late_cycles),)
