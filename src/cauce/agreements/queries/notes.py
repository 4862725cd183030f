"""What each note still owes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from cauce.agreements.models import PromissoryNote
from cauce.agreements.rules import OUTSTANDING_NOTES

_BALANCES = """
    SELECT link.note_id,
           coalesce(sum(charge.amount - settled.amount) FILTER (WHERE link.part <> 'INTEREST'), 0),
           coalesce(sum(charge.amount - settled.amount) FILTER (WHERE link.part = 'INTEREST'), 0),
           max(charge.id) FILTER (WHERE link.part = 'INTEREST'),
           max(charge.effective_on) FILTER (WHERE link.part = 'INTEREST')
    FROM agreements_notecharge link
    JOIN ledger_transfer charge ON charge.id = link.charge_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount), 0) AS amount FROM ledger_allocation WHERE charge_id = charge.id
    ) settled
    WHERE link.note_id = ANY(%(ids)s)
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = charge.id)
    GROUP BY link.note_id
"""


@dataclass(frozen=True, slots=True)
class NoteBalance:
    """What a note still owes, in pesos: of its principal with its VAT, and of its interest, which runs from a day."""

    principal: Decimal
    interest: Decimal
    interest_charge_id: int | None
    interest_starts_on: date | None

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.principal + self.interest

    def payoff(self, on: date) -> Decimal:
        """What settles it on a day: interest that has not begun to run is not asked for."""
        if self.interest_starts_on is not None and on < self.interest_starts_on:
            return self.principal
        return self.total


def note_balances(note_ids: Iterable[int]) -> dict[int, NoteBalance]:
    """What each signed note owes, in one query; those whose charges were undone are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"ids": list(note_ids)})
        return {note_id: NoteBalance(*rest) for note_id, *rest in cursor.fetchall()}


def notes_due_of(account_id: int, *, until: date) -> list[PromissoryNote]:
    """The outstanding notes of an account that fall due by a day, in order."""
    notes = PromissoryNote.objects.filter(agreement__account_id=account_id, state__in=OUTSTANDING_NOTES)
    return list(notes.filter(due_on__lte=until).select_related("document", "agreement").order_by("due_on", "number"))
