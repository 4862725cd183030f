"""What waits of the books: papers to sign, annexes to decide, days to close."""

from collections.abc import Callable, Iterator

from django.urls import reverse

from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.books.queries import annexes_to_decide, days_to_close, is_day_closed, registers_to_close
from cauce.core import clock, es_mx
from cauce.documents.queries import waiting_for_signature
from cauce.users.models import User


def _to_sign(user: User) -> Iterator[Waiting]:
    waiting = waiting_for_signature(user, clock.today()).order_by("asked_at", "pk")
    lines = [Line(one.title, str(one.asked_by), reverse("signing:request", args=[one.pk])) for one in waiting[:SHOWN]]
    yield Waiting("Para firma", "writing-sign", waiting.count(), lines, reverse("signing:tray"), "Ver la bandeja")


def _annexes(user: User) -> Iterator[Waiting]:
    # Who proposed it does not decide it.
    proposals = annexes_to_decide().exclude(proposed_by=user)
    lines = [
        Line(
            f"{noun} n.º {one.of.number}, {es_mx.format_date(one.of.day)}",
            str(one.proposed_by),
            reverse(f"{space}:annexes", args=[one.of.number]),
        )
        for one in proposals[:SHOWN]
        for noun, space in (("Libro", "daybook") if one.register_id is None else ("Auxiliar", "note_register"),)
    ]
    yield Waiting(
        "Anexos por resolver", "link", proposals.count(), lines, reverse("daybook:books"), "Ver los libros cerrados"
    )


def _books_to_close(user: User) -> Iterator[Waiting]:
    days = days_to_close(before=clock.today())
    address = reverse("daybook:close")
    lines = [
        Line(f"Libro del {es_mx.format_date(day)}", "sin cerrar", f"{address}?dia={day:%Y-%m-%d}")
        for day in days[:SHOWN]
    ]
    yield Waiting(
        "Libros de otros días por cerrar", "lock", len(days), lines, reverse("daybook:day"), "Ver el libro de hoy",
        is_late=True,
    )  # fmt: skip


def _registers_to_close(user: User) -> Iterator[Waiting]:
    days = registers_to_close(before=clock.today())
    address = reverse("note_register:close")
    lines = [
        Line(
            f"Auxiliar del {es_mx.format_date(day)}",
            "sin cerrar" if is_day_closed(day) else "falta cerrar sus cajas",
            f"{address}?dia={day:%Y-%m-%d}",
        )
        for day in days[:SHOWN]
    ]
    yield Waiting(
        "Auxiliares de otros días por cerrar", "lock", len(days), lines, reverse("note_register:day"),
        "Ver el auxiliar de hoy", is_late=True,
    )  # fmt: skip


BOOK_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("documents.sign_document", _to_sign),
    ("books.close_daybook", _books_to_close),
    ("books.close_noteregister", _registers_to_close),
    ("books.approve_annex", _annexes),
)
