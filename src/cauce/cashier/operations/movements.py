"""What an act leaves of the money that it brings or takes: signed rows of a desk, on the day it is made."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from cauce.cashier.models import CashMovement, CashSession, Payment
from cauce.core.bulk import write_rows
from cauce.ledger.models import Posting

_COLUMNS = (
    "desk_id",
    "session_id",
    "booked_on",
    "method",
    "amount",
    "kind",
    "posting_id",
    "payment_id",
    "at",
)


class Moved(NamedTuple):
    """Signed pesos of a method, in the drawer or the session that they move, or in none."""

    method: str
    amount: Decimal
    session: CashSession | None = None


def note_movements(
    moves: Iterable[Moved],
    *,
    payment: Payment,
    posting: Posting,
    kind: CashMovement.Kind,
    booked_on: date,
    at: datetime,
) -> None:
    """Write what an act on ``payment`` moves: at the desk of each session, or at the payment's own. Not idempotent."""
    write_rows(
        CashMovement,
        _COLUMNS,
        [
            (
                payment.desk_id if move.session is None else move.session.desk_id,
                None if move.session is None else move.session.pk,
                booked_on,
                move.method,
                move.amount,
                kind,
                posting.pk,
                payment.pk,
                at,
            )
            for move in moves
        ],
    )
