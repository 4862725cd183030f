"""What one person asks for and another one decides."""

from collections.abc import Sequence
from datetime import datetime

from cauce.cashier.models import BankResolution, PaymentClaim, Refund
from cauce.users.models import User


def note_decision(
    asked: BankResolution | PaymentClaim | Refund,
    *,
    state: str,
    note: str,
    at: datetime,
    by: User,
    also: Sequence[str] = (),
) -> None:
    """Write what was decided, by whom and why, with the fields that the decision filled besides. Not idempotent."""
    asked.state = state
    asked.decided_at = at
    asked.decided_by = by
    asked.decision_note = note.strip()
    asked.save(update_fields=["state", "decided_at", "decided_by", "decision_note", *also])
