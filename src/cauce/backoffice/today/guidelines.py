"""What waits of the lineamientos: to be read, to be authorised, to be sent to review, and their months to be closed."""

from collections.abc import Callable, Iterator, Sequence

from django.urls import reverse

from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.core import clock, es_mx
from cauce.guidelines.models import GuidelineVersion
from cauce.guidelines.queries import months_to_close, unread_by
from cauce.users.models import User

State = GuidelineVersion.State


def _to_read(user: User) -> Iterator[Waiting]:
    yield _versions("Lineamientos por leer y acusar", "eye", list(unread_by(user)))


def _to_authorise(user: User) -> Iterator[Waiting]:
    # Who had a hand in it does not authorise it.
    waiting = GuidelineVersion.objects.filter(state=State.REVIEW).exclude(steps__by=user, steps__action="WRITTEN")
    yield _versions("Lineamientos por autorizar", "writing-sign", list(waiting.order_by("submitted_at")), is_late=True)


def _drafts(user: User) -> Iterator[Waiting]:
    drafts = GuidelineVersion.objects.filter(state=State.DRAFT).order_by("written_at")
    yield _versions("Lineamientos en borrador", "pencil", list(drafts))


def _months(user: User) -> Iterator[Waiting]:
    waiting = months_to_close(clock.today())
    lines = [
        Line(
            guideline.name,
            es_mx.format_period(period),
            f"{reverse('guidelines:month', args=[guideline.pk])}?mes={period:%Y-%m}",
        )
        for guideline, period in waiting[:SHOWN]
    ]
    yield Waiting(
        "Listas de verificación por cerrar", "list-check", len(waiting), lines, reverse("guidelines:results"),
        "Ver las listas",
    )  # fmt: skip


def _versions(title: str, icon: str, rows: Sequence[GuidelineVersion], *, is_late: bool = False) -> Waiting:
    lines = [
        Line(row.title, f"versión {row.number}", reverse("guidelines:version", args=[row.pk])) for row in rows[:SHOWN]
    ]
    return Waiting(
        title, icon, len(rows), lines, reverse("guidelines:guidelines"), "Ver los lineamientos", is_late=is_late
    )


GUIDELINE_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("guidelines.acknowledge_guideline", _to_read),
    ("guidelines.authorise_guideline", _to_authorise),
    ("guidelines.write_guideline", _drafts),
    ("guidelines.capture_checklist", _months),
)
