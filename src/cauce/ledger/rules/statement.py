"""How transfers read on the statement of account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cauce.core.money import ZERO


class StatementEntry(NamedTuple):
    """One transfer as the account sees it: ``kind`` and ``folio`` are its document's, ``on`` its value date.

    ``amount`` is positive when it raises the debt and negative when it lowers it.
    """

    kind: str
    posting_id: int
    document_id: int | None
    on: date
    folio: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the statement: one business document, with the balance after it."""

    kind: str
    on: date
    folio: str
    amount: Decimal
    balance: Decimal
    posting_id: int
    document_id: int | None


def movements_of(entries: Iterable[StatementEntry], opening: Decimal = ZERO) -> list[Movement]:
    """Gather ``entries`` (in the order they were written) in one movement per business document, oldest first.

    Transfers of one kind under one document (or by one act, without document) are one movement, dated on the latest of
    them, and those of one day keep the order they were written in; what moves money without changing the debt (an
    advance applied to a bill) is not a movement. ``opening`` is the balance before the first.
    """
    gathered: dict[tuple[object, ...], list[StatementEntry]] = {}
    for entry in entries:
        source = ("document", entry.document_id) if entry.document_id is not None else ("posting", entry.posting_id)
        gathered.setdefault((entry.kind, *source), []).append(entry)
    rows = [(max(entry.on for entry in group), group) for group in gathered.values()]
    rows.sort(key=lambda row: row[0])
    movements: list[Movement] = []
    balance = opening
    for on, group in rows:
        first = group[0]
        amount = sum((entry.amount for entry in group), ZERO)
        if amount == 0:
            continue
        balance += amount
        movements.append(Movement(first.kind, on, first.folio, amount, balance, first.posting_id, first.document_id))
    return movements
