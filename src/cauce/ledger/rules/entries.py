"""What is written in the ledger, before it is written."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cauce.ledger.rules.allocation import OpenCharge

# What the own concept of a credit says: the concepts it settles are those of the charges it is allocated to.
PAYMENT = "PAGO"
ADVANCE = "SALDO_A_FAVOR"
# And that of money that passes between the desk, the bank and nobody yet.
DEPOSIT = "DEPOSITO"


class Entry(NamedTuple):
    """A transfer to write: positive pesos from ``credit_book`` to ``debit_book``, as ``models.Book`` names them."""

    debit_book: str
    credit_book: str
    concept: str
    amount: Decimal
    effective_on: date
    reason: str
    party_id: int | None = None
    account_id: int | None = None
    period: date | None = None
    due_on: date | None = None
    document_id: int | None = None
    reverses_id: int | None = None


class Allotment(NamedTuple):
    """An allocation to write: pesos of a credit that settle a charge.

    ``credit`` is the place of the credit among the entries of the same act. ``amount`` is negative, and ``reverses_id``
    given, when it mirrors another; then ``credit`` is the id of a transfer already written.
    """

    credit: int
    charge_id: int
    amount: Decimal
    effective_on: date
    reverses_id: int | None = None


class Source(NamedTuple):
    """Where money comes from: pesos out of a book (cash, bank, clearing, advances)."""

    book: str
    amount: Decimal


class Settled(NamedTuple):
    """Pesos of one source that settle one charge."""

    source_book: str
    charge: OpenCharge
    amount: Decimal


def draw(sources: Sequence[Source], parts: Sequence[tuple[OpenCharge, Decimal]]) -> tuple[list[Settled], list[Source]]:
    """Pay ``parts`` (what each charge gets) out of ``sources``, in order, the first source until it is spent.

    :returns: what each source settles, and what is left of the sources.
    :raises ValueError: if the parts ask for more than the sources hold.
    """
    settled: list[Settled] = []
    purse = [source for source in sources if source.amount > 0]
    for charge, asked in parts:
        while asked > 0:
            if not purse:
                raise ValueError("the parts ask for more than the sources hold")
            book, held = purse[0]
            taken = min(held, asked)
            settled.append(Settled(book, charge, taken))
            asked -= taken
            if taken == held:
                del purse[0]
            else:
                purse[0] = Source(book, held - taken)
    return settled, purse


def swapped(entry: Entry, *, reason: str, document_id: int | None, reverses_id: int) -> Entry:
    """The exact opposite of ``entry``, with its same value date: the debt comes back with its true dates."""
    return entry._replace(
        debit_book=entry.credit_book,
        credit_book=entry.debit_book,
        reason=reason,
        document_id=document_id,
        reverses_id=reverses_id,
    )
