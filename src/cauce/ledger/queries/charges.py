"""What is still to pay: charges less what has settled them. No model instances: a chunk is thousands of accounts."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from cauce.ledger.rules import OpenCharge

# A reversed charge is no debt. A mirrored allocation is negative and keeps the value date of what it undoes, so the sum
# up to a day is what had settled the charge by then, as things are known today.
_OPEN = """
    SELECT charge.id, charge.concept, charge.period, charge.due_on, charge.amount,
           charge.amount - coalesce(settled.amount, 0), charge.effective_on,
           charge.account_id, charge.party_id, charge.document_id, charge.debit_book
    FROM ledger_transfer charge
    LEFT JOIN LATERAL (
        SELECT sum(allocation.amount) AS amount
        FROM ledger_allocation allocation
        WHERE allocation.charge_id = charge.id AND allocation.effective_on <= %(as_of)s
    ) settled ON true
    WHERE {whose}
      AND charge.debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
      AND charge.reverses_id IS NULL
      AND charge.effective_on <= %(as_of)s
      AND charge.amount > coalesce(settled.amount, 0)
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = charge.id)
    ORDER BY charge.id
"""
_OF_ACCOUNTS = _OPEN.format(whose="charge.account_id = ANY(%(ids)s)")
_OF_PARTIES = _OPEN.format(whose="charge.account_id IS NULL AND charge.party_id = ANY(%(ids)s)")


def pending_charges(ids: Sequence[int], *, of_parties: bool = False, as_of: date | None = None) -> list[OpenCharge]:
    """The charges with something pending of many accounts (or of parties without account), by id, in one query.

    With ``as_of``, what was pending by value date at the end of that day.
    """
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _OF_PARTIES if of_parties else _OF_ACCOUNTS,
            {"ids": list(ids), "as_of": date.max if as_of is None else as_of},
        )
        return [OpenCharge(*row) for row in cursor.fetchall()]


def open_charges(account_ids: Iterable[int], as_of: date | None = None) -> dict[int, list[OpenCharge]]:
    """The charges with something pending of each account, in one query; accounts that owe nothing are left out."""
    found: dict[int, list[OpenCharge]] = {}
    for charge in pending_charges(list(account_ids), as_of=as_of):
        if charge.account_id is not None:
            found.setdefault(charge.account_id, []).append(charge)
    return found


def open_charges_of_parties(party_ids: Iterable[int], as_of: date | None = None) -> dict[int, list[OpenCharge]]:
    """The charges with something pending of each party that owes without an account, in one query."""
    found: dict[int, list[OpenCharge]] = {}
    for charge in pending_charges(list(party_ids), of_parties=True, as_of=as_of):
        if charge.party_id is not None:
            found.setdefault(charge.party_id, []).append(charge)
    return found
