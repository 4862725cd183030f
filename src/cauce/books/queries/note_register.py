"""The auxiliar de pagarés of a day: as it was sealed, or as the acts on notes tell it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from cauce.agreements.models import NoteAct, PromissoryNote
from cauce.books.models import NoteRegister
from cauce.books.queries.hours import local_text
from cauce.books.rules import NoteMovement, figures_of, note_line
from cauce.ledger.models import ClosedDay

# What each act does to what its note still promises, and to how many notes there are.
_MOVED = """
    SELECT note_id,
           coalesce(sum(CASE WHEN kind = 'SIGNED' THEN amount ELSE -amount END)
               FILTER (WHERE kind = ANY(%(money)s) AND booked_on < %(day)s), 0),
           coalesce(sum(CASE WHEN kind IN ('SIGNED', 'UNPAID') THEN 1 ELSE -1 END)
               FILTER (WHERE kind = ANY(%(money)s) AND whole AND booked_on < %(day)s), 0),
           coalesce(sum(amount) FILTER (WHERE kind = 'SIGNED' AND booked_on = %(day)s), 0),
           count(*) FILTER (WHERE kind = 'SIGNED' AND booked_on = %(day)s),
           coalesce(sum(amount) FILTER (WHERE kind IN ('PAID', 'UNPAID') AND booked_on = %(day)s), 0),
           coalesce(sum(CASE kind WHEN 'PAID' THEN 1 ELSE -1 END)
               FILTER (WHERE kind IN ('PAID', 'UNPAID') AND whole AND booked_on = %(day)s), 0),
           coalesce(sum(amount) FILTER (WHERE kind = 'FORGIVEN' AND booked_on = %(day)s), 0),
           coalesce(sum(amount) FILTER (WHERE kind = 'CANCELLED' AND booked_on = %(day)s), 0),
           count(*) FILTER (WHERE kind = 'CANCELLED' AND whole AND booked_on = %(day)s),
           coalesce(sum(amount) FILTER (WHERE kind = 'REPLACED' AND booked_on = %(day)s), 0),
           count(*) FILTER (WHERE kind = 'REPLACED' AND whole AND booked_on = %(day)s),
           array_remove(array_agg(DISTINCT kind) FILTER (WHERE booked_on = %(day)s), NULL),
           bool_or(kind = 'KEPT')
    FROM agreements_noteact
    WHERE booked_on <= %(day)s
    GROUP BY note_id
    HAVING bool_or(booked_on = %(day)s)
        OR sum(CASE WHEN kind = 'SIGNED' THEN amount WHEN kind = ANY(%(money)s) THEN -amount ELSE 0 END) <> 0
"""
_MONEY = ["SIGNED", "PAID", "UNPAID", "FORGIVEN", "CANCELLED", "REPLACED"]
_LEDGER = """
    SELECT coalesce(sum(CASE WHEN debit_book = 'AGREEMENT' THEN amount ELSE 0 END
                      - CASE WHEN credit_book = 'AGREEMENT' THEN amount ELSE 0 END), 0)
    FROM ledger_transfer
    WHERE (debit_book = 'AGREEMENT' OR credit_book = 'AGREEMENT') AND booked_on <= %(day)s
"""


@dataclass(frozen=True, slots=True)
class NoteRegisterView:
    """A day's auxiliar: its figures, its notes and acts, what the ledger holds, and the closed one when there is."""

    day: date
    figures: Mapping[str, Mapping[str, Any]]
    notes: list[dict[str, Any]]
    acts: list[dict[str, Any]]
    ledger: Decimal
    hash: str
    previous_hash: str
    closed: NoteRegister | None

    @property
    def closing(self) -> Decimal:
        """What the notes promise at the end of the day."""
        return Decimal(self.figures["closing"]["amount"])

    @property
    def is_tied(self) -> bool:
        """Whether it is, to the centavo, what the ledger holds in its book of agreements."""
        return self.closing == self.ledger


def note_register(day: date) -> NoteRegisterView:
    """The auxiliar of a day: sealed if it was closed, otherwise as its acts tell it, with an empty ``hash``."""
    closed = NoteRegister.objects.filter(day=day).select_related("closed_by").first()
    if closed is not None:
        said = json.loads(closed.content)
        return NoteRegisterView(
            day,
            said["figures"],
            said["notes"],
            said["acts"],
            Decimal(said["ledger"]),
            closed.sha256,
            closed.previous_sha256,
            closed,
        )
    last = last_register()
    previous = last.sha256 if last is not None and last.day < day else ""
    content = register_content(day)
    return NoteRegisterView(
        day, content["figures"], content["notes"], content["acts"], Decimal(content["ledger"]), "", previous, None
    )


def register_content(day: date) -> dict[str, Any]:
    """What the auxiliar of a day tells, as it is sealed. Four queries."""
    movements = _movements(day)
    lines = [note_line(movement, day=day) for movement in movements]
    return {
        "figures": figures_of(movements, day=day),
        "notes": lines,
        "acts": _acts(day),
        "ledger": f"{agreements_book(day):.2f}",
    }


def agreements_book(day: date) -> Decimal:
    """What the ledger held in its book of agreements at the end of ``day``, by the day of its books. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, {"day": day})
        held: Decimal = cursor.fetchone()[0]
    return held


def last_register() -> NoteRegister | None:
    """The last auxiliar that was closed, without its content."""
    return NoteRegister.objects.defer("content").order_by("-number").first()


def closed_registers() -> QuerySet[NoteRegister]:
    """The closed auxiliares, without their content."""
    return NoteRegister.objects.select_related("closed_by").defer("content")


def registers_to_close(*, before: date) -> list[date]:
    """The days after the last closed auxiliar and before ``before`` in which notes moved, in order.

    When none was ever closed there are none: the first takes as its opening balance what came before.
    """
    last = last_register()
    if last is None or last.day >= before:
        return []
    between = NoteAct.objects.filter(booked_on__gt=last.day, booked_on__lt=before)
    return list(between.order_by("booked_on").values_list("booked_on", flat=True).distinct())


def is_day_closed(day: date) -> bool:
    """Whether the books of money of a day are closed: from then on nothing counts in it."""
    return ClosedDay.objects.filter(day=day).exists()


def _movements(day: date) -> list[NoteMovement]:
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"day": day, "money": _MONEY})
        moved = {note_id: rest for note_id, *rest in cursor.fetchall()}
    notes = PromissoryNote.objects.filter(pk__in=moved).select_related(
        "document", "agreement__document", "agreement__account", "agreement__obligor"
    )
    return [
        NoteMovement(
            note.pk,
            note.document.folio,
            note.number,
            note.of,
            note.agreement.document.folio,
            note.agreement.account.number,
            note.agreement.obligor.name,
            note.due_on,
            note.face,
            *moved[note.pk],
        )
        for note in notes.order_by("document__number")
    ]


def _acts(day: date) -> list[dict[str, Any]]:
    acts = NoteAct.objects.filter(booked_on=day).select_related("note__document", "by").order_by("at", "pk")
    return [
        {
            "act": act.pk,
            "at": local_text(act.at),
            "kind": act.kind,
            "what": act.get_kind_display(),
            "folio": act.note.document.folio,
            "amount": f"{act.amount:.2f}",
            "remark": act.remark,
            "who": str(act.by),
        }
        for act in acts
    ]
