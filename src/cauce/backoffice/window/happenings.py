"""What happened in an account, told in one line: its events, the papers that moved its money and its readings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from cauce.cashier.queries.stories import Story, stories_of
from cauce.core import es_mx
from cauce.events.models import Event
from cauce.ledger.models import Reason
from cauce.ledger.rules import Movement
from cauce.metering.queries import AccountReading

TOLD_BY_MOVEMENTS = frozenset({"PAYMENT_TAKEN", "PAYMENT_REVERSED"})


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the history; ``is_care`` marks what deserves a look."""

    on: date
    text: str
    detail: str
    url: str = ""
    is_care: bool = False


def latest(
    events: Iterable[Event], movements: Sequence[Movement], readings: Sequence[AccountReading], *, limit: int
) -> list[Happening]:
    """The last ``limit`` things that happened, newest first."""
    # A payment is told once: by its movement, which says the balance it left.
    told = [_of_event(event) for event in events if not (movements and event.kind in TOLD_BY_MOVEMENTS)]
    recent = movements[-limit:]
    stories = stories_of(recent)
    told += [_of_movement(movement, stories.get(movement.document_id)) for movement in reversed(recent)]
    told += [_of_reading(reading) for reading in readings[:limit] if reading.taken_on is not None]
    return sorted(told, key=lambda happening: happening.on, reverse=True)[:limit]


def _of_event(event: Event) -> Happening:
    return Happening(timezone.localtime(event.at).date(), event.sentence, str(event.by))


def _of_movement(movement: Movement, story: Story | None) -> Happening:
    url = ""
    if movement.kind in (Reason.BILL, Reason.ADJUSTMENT) and movement.document_id is not None:
        url = reverse("window:bill", args=[movement.document_id])
    elif story is not None and story.order_id is not None:
        url = reverse("orders:order", args=[story.order_id])
    parts = (movement.folio, "" if story is None else story.note, f"saldo {es_mx.format_money(movement.balance)}")
    return Happening(
        on=movement.on,
        text=f"{Reason(movement.kind).label} {es_mx.format_money(abs(movement.amount))}",
        detail=" · ".join(part for part in parts if part),
        url=url,
        is_care=movement.kind == Reason.REVERSAL,
    )


def _of_reading(reading: AccountReading) -> Happening:
    value = "sin cifra" if reading.value is None else es_mx.format_quantity(reading.value)
    is_care = bool(reading.reason)
    detail = reading.reason_name if is_care else ""
    if reading.volume_m3 is not None:
        detail = es_mx.format_volume(reading.volume_m3)
    assert reading.taken_on is not None
    return Happening(reading.taken_on, f"Lectura {value}", detail, is_care=is_care)
